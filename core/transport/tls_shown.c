#include "transport/tls_shown.h"

#include <stdlib.h>

#include "base/str.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "io/addr.h"
#include "transport/cert.h"

/* More are counted. */
#define NAMES_MAX 8

struct tls_shown {
    struct loop *loop;
    bool has_come;
    bool is_told;
    char subject[128];
    char issuer[128];
    char begins[24];
    char expires[24];
    struct str names;
};

struct tls_shown *tls_shown_new(struct loop *loop)
{
    if (!trace_wanted(loop_trace(loop)))
        return NULL;
    struct tls_shown *s = XALLOC_NEW(struct tls_shown);
    s->loop = loop;
    str_init(&s->names);
    return s;
}

void tls_shown_free(struct tls_shown *s)
{
    if (s == NULL)
        return;
    str_fini(&s->names);
    free(s);
}

static void add_name(struct str *to, unsigned kind, struct span value)
{
    struct addr a;
    char text[ADDR_TEXT_MAX];
    if (kind == CERT_NAME_DNS) {
        for (size_t i = 0; i < value.len && i < 255; i++)
            str_add_char(to, value.base[i] > 0x20 && value.base[i] < 0x7f
                                 ? (char)value.base[i]
                                 : '?');
        return;
    }
    addr_from_bytes(&a, value, 0);
    addr_format(&a, text);
    str_add_text(to, text);
}

static bool is_name(unsigned kind, struct span value)
{
    return kind == CERT_NAME_DNS ||
           (kind == CERT_NAME_IP && (value.len == 4 || value.len == 16));
}

static void add_names(struct str *to, struct span names)
{
    unsigned kind;
    struct span value;
    size_t n = 0;
    while (cert_next_name(&names, &kind, &value)) {
        if (!is_name(kind, value))
            continue;
        if (n < NAMES_MAX) {
            str_add_text(to, n > 0 ? ", " : "");
            add_name(to, kind, value);
        }
        n++;
    }
    if (n > NAMES_MAX)
        str_printf(to, " and %zu more", n - NAMES_MAX);
}

void tls_shown_take(struct tls_shown *s, struct span der)
{
    struct cert leaf;
    if (s == NULL || s->has_come || !cert_parse(&leaf, der))
        return;
    s->has_come = true;
    cert_format_name(leaf.subject, s->subject, sizeof s->subject);
    cert_format_name(leaf.issuer, s->issuer, sizeof s->issuer);
    cert_format_time(leaf.not_before, s->begins);
    cert_format_time(leaf.not_after, s->expires);
    add_names(&s->names, leaf.names);
}

void tls_shown_tell(struct tls_shown *s)
{
    if (s == NULL || !s->has_come || s->is_told)
        return;
    struct trace *trace = loop_trace(s->loop);
    uint64_t now = loop_now(s->loop);
    s->is_told = true;
    trace_printf(trace, TRACE_TLS, now, 0, "Server certificate: subject %s",
                 s->subject);
    trace_printf(trace, TRACE_TLS, now, 0, "Server certificate: issuer %s",
                 s->issuer);
    trace_printf(trace, TRACE_TLS, now, 0,
                 "Server certificate: valid from %s to %s", s->begins,
                 s->expires);
    trace_printf(trace, TRACE_TLS, now, 0, "Server certificate: for %s",
                 s->names.len > 0 ? str_text(&s->names) : "no name at all");
}
