#include "request/tls_calls.h"

#include <string.h>
#include <strings.h>

#include "args/parser.h"
#include "request/request_options.h"

static struct request_options *request(struct parser *p)
{
    return p->scope[SCOPE_REQUEST];
}

/* The type of a certificate's file, or, with a value, of a key's. */
bool tls_calls_tls_file(struct parser *p, const struct option *o,
                        const char *arg)
{
    static const struct {
        const char *name;
        enum qv_tls_file type;
    } types[] = {
        {"PEM", QV_TLS_FILE_PEM},
        {"DER", QV_TLS_FILE_DER},
        {"P12", QV_TLS_FILE_P12},
    };
    bool is_key = o->value != 0;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcasecmp(arg, types[i].name) != 0 ||
            (is_key && types[i].type == QV_TLS_FILE_P12))
            continue;
        *(enum qv_tls_file *)((char *)request(p) + o->at) = types[i].type;
        return true;
    }
    return parser_fail(p, "option --%s: '%.20s' is not known; %s are", o->name,
                       arg, is_key ? "PEM and DER" : "PEM, DER and P12");
}

bool tls_calls_ech(struct parser *p, const struct option *o, const char *arg)
{
    return strcasecmp(arg, "false") == 0 ||
           parser_fail(p,
                       "option --%s: Encrypted Client Hello is not supported, "
                       "the server's name would be sent in the clear",
                       o->name);
}

bool tls_calls_sessionid(struct parser *p, const struct option *o,
                         const char *arg)
{
    (void)o;
    (void)arg;
    request(p)->engine.no_sessionid = false;
    return true;
}

bool tls_calls_tls_max(struct parser *p, const struct option *o,
                       const char *arg)
{
    enum qv_tls *max = &request(p)->engine.tls_max;
    if (strcmp(arg, "1.2") == 0)
        *max = QV_TLS_1_2;
    else if (strcmp(arg, "1.3") == 0 || strcmp(arg, "default") == 0)
        *max = QV_TLS_1_3;
    else
        return parser_fail(p,
                           "option --%s: TLS '%.20s' is not spoken; 1.2 and "
                           "1.3 are",
                           o->name, arg);
    return true;
}
