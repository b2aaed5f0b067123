/*
 * Each list begins with every scheme allowed, whatever an earlier one has said,
 * as in curl.  What allows http by its name or as one of all, and does not merely
 * leave it allowed, lets redirects lead from https to http.
 */
#include "request/proto.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "args/parser.h"
#include "core/quiver.h"

#define OURS (QV_SCHEME_HTTP | QV_SCHEME_HTTPS | QV_SCHEME_WS | QV_SCHEME_WSS)
/* Any of the others: a list of them alone allows something, if not here. */
#define OTHERS (1u << 31)

static const struct {
    const char *name;
    unsigned bits;
} protocols[] = {
    {"all", OURS | OTHERS},
    {"http", QV_SCHEME_HTTP},
    {"https", QV_SCHEME_HTTPS},
    {"ws", QV_SCHEME_WS},
    {"wss", QV_SCHEME_WSS},
    {"dict", OTHERS},
    {"file", OTHERS},
    {"ftp", OTHERS},
    {"ftps", OTHERS},
    {"gopher", OTHERS},
    {"gophers", OTHERS},
    {"imap", OTHERS},
    {"imaps", OTHERS},
    {"ipfs", OTHERS},
    {"ipns", OTHERS},
    {"ldap", OTHERS},
    {"ldaps", OTHERS},
    {"mqtt", OTHERS},
    {"mqtts", OTHERS},
    {"pop3", OTHERS},
    {"pop3s", OTHERS},
    {"rtmp", OTHERS},
    {"rtmpe", OTHERS},
    {"rtmps", OTHERS},
    {"rtmpt", OTHERS},
    {"rtmpte", OTHERS},
    {"rtmpts", OTHERS},
    {"rtsp", OTHERS},
    {"scp", OTHERS},
    {"sftp", OTHERS},
    {"smb", OTHERS},
    {"smbs", OTHERS},
    {"smtp", OTHERS},
    {"smtps", OTHERS},
    {"telnet", OTHERS},
    {"tftp", OTHERS},
};

/* 0: nobody knows it. */
static unsigned bits_of(const char *name, size_t len)
{
    for (size_t i = 0; i < sizeof protocols / sizeof protocols[0]; i++)
        if (strlen(protocols[i].name) == len &&
            strncasecmp(protocols[i].name, name, len) == 0)
            return protocols[i].bits;
    return 0;
}

struct sums {
    unsigned allowed;
    bool names_http;
};

/* Others are many, and not told apart: to forbid one leaves the rest. */
static void apply(struct sums *s, char modifier, unsigned bits)
{
    bool is_all = bits == (OURS | OTHERS);
    switch (modifier) {
    case '=':
        s->allowed = bits;
        break;
    case '-':
        s->allowed &= ~(is_all ? bits : bits & OURS);
        break;
    default:
        s->allowed |= bits;
        break;
    }
    if (bits & QV_SCHEME_HTTP)
        s->names_http = modifier != '-';
}

bool proto_read(const char *list, unsigned *schemes, char unknown[32])
{
    struct sums s = {.allowed = OURS | OTHERS};
    unknown[0] = '\0';
    if (*list == '\0')
        return false;
    for (; *list; list += *list == ',') {
        char modifier = strchr("+-=", *list) ? *list++ : '+';
        size_t len = strcspn(list, ",");
        unsigned bits = bits_of(list, len);
        if (bits != 0)
            apply(&s, modifier, bits);
        else if (len > 0 && unknown[0] == '\0')
            (void)snprintf(unknown, 32, "%.*s", (int)len, list);
        list += len;
    }
    *schemes = s.allowed & OURS;
    if (*schemes == 0)
        *schemes = QV_SCHEME_NONE;
    else if (s.names_http)
        *schemes |= QV_SCHEME_DOWNGRADE;
    else if (*schemes == OURS)
        *schemes = 0;
    return s.allowed != 0;
}

bool proto_option(struct parser *p, const struct option *o, const char *arg)
{
    unsigned *schemes = (void *)((char *)p->scope[o->scope] + o->at);
    char unknown[32];
    bool allows_any = proto_read(arg, schemes, unknown);
    if (unknown[0])
        return parser_fail(p, "option --%s: protocol '%s' is not known",
                           o->name, unknown);
    return allows_any ||
           parser_fail(p, "option --%s: '%.60s' allows nothing", o->name, arg);
}
