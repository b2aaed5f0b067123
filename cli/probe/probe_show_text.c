#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/quic_version.h"
#include "probe/probe_feature.h"
#include "probe/probe_show.h"
#include "terminal/escape.h"

#define LOOK(name) (&f->looks[PROBE_LOOK_##name])

#define DAY ((time_t)24 * 60 * 60)

/* ---- parts ---- */

static void section(struct str *out, const char *name)
{
    str_printf(out, "%s\n", name);
}

/* Columns for the longest name, quic.initial_max_stream_data_bidi_remote. */
#define SETTING_WIDTH 41

/* "  name          value", on which the rest of the line is added. */
static void begin(struct str *out, const char *name)
{
    str_add_text(out, "  ");
    size_t from = out->len;
    escape_line(out, name);
    do
        str_add_char(out, ' ');
    while (out->len - from < 14);
}

static void line(struct str *out, const char *name, const char *value)
{
    begin(out, name);
    escape_line(out, value);
    str_add_char(out, '\n');
}

static void add_ms(struct str *out, double s)
{
    str_printf(out, "%.1f ms", s * 1e3);
}

static void add_place(struct str *out, const char *ip, unsigned port)
{
    bool is_ipv6 = strchr(ip, ':') != NULL;
    str_printf(out, "%s%s%s:%u", is_ipv6 ? "[" : "", ip, is_ipv6 ? "]" : "",
               port);
}

/* "no: (7) TCP to ...". */
static void add_failure(struct str *out, const struct probe_finding *l)
{
    str_printf(out, "no: (%d) ", l->error.status);
    escape_line(out, l->error.text);
    str_add_char(out, '\n');
}

/* ---- sections ---- */

static void show_lookup(struct str *out, const struct qv_lookup *q)
{
    begin(out, q->type);
    if (q->nrecords == 0) {
        escape_line(out, q->result);
        if (*q->why) {
            str_add_text(out, ": ");
            escape_line(out, q->why);
        }
    }
    for (size_t i = 0; i < q->nrecords; i++) {
        if (i > 0)
            str_add_text(out, ", ");
        escape_line(out, q->records[i]);
    }
    str_add_text(out, "  (");
    escape_line(out, q->by);
    if (q->end >= q->start) {
        str_add_text(out, ", ");
        add_ms(out, q->end - q->start);
    }
    str_add_text(out, ")\n");
}

static void show_dns(struct str *out, const struct probe_findings *f)
{
    const struct probe_finding *l = LOOK(RACE);
    section(out, "dns");
    for (size_t i = 0; i < l->nlookups; i++)
        show_lookup(out, &l->lookups[i]);
    if (l->nlookups == 0)
        line(out, "-", "nothing was asked");
}

static void show_family(struct str *out, const char *name,
                        const struct probe_finding *l)
{
    begin(out, name);
    if (l->error.status) {
        add_failure(out, l);
        return;
    }
    add_place(out, l->ip, l->port);
    str_add_text(out, ", connected in ");
    add_ms(out, l->time_connect);
    str_add_char(out, '\n');
}

static void show_race(struct str *out, const struct probe_findings *f)
{
    const struct probe_finding *l = LOOK(RACE);
    section(out, "race");
    for (size_t i = 0; i < l->nattempts; i++) {
        const struct qv_attempt *a = &l->attempts[i];
        begin(out, a->proto);
        add_place(out, a->addr, a->port);
        str_printf(out, " %s after ", a->result);
        add_ms(out, a->end - a->start);
        if (*a->from)
            str_printf(out, " (%s)", a->from);
        if (*a->why) {
            str_add_text(out, ": ");
            escape_line(out, a->why);
        }
        str_add_char(out, '\n');
    }
    if (l->error.status) {
        begin(out, "a request");
        add_failure(out, l);
    }
    show_family(out, "IPv4", LOOK(IPV4));
    show_family(out, "IPv6", LOOK(IPV6));
}

static void show_tls_version(struct str *out, const char *name,
                             const struct probe_finding *l)
{
    begin(out, name);
    if (l->error.status) {
        add_failure(out, l);
        return;
    }
    str_add_text(out, "yes: ");
    escape_line(out, l->tls_cipher);
    if (*l->tls_group) {
        str_add_text(out, ", ");
        escape_line(out, l->tls_group);
    }
    if (*l->alpn) {
        str_add_text(out, ", ALPN ");
        escape_line(out, l->alpn);
    }
    str_add_char(out, '\n');
}

/* "Nov 27 07:49:10 2036 GMT"; -1: it is no such date. */
static time_t time_of(const char *text)
{
    struct tm t = {0};
    const char *end = strptime(text, "%b %d %H:%M:%S %Y", &t);
    return end ? timegm(&t) : (time_t)-1;
}

static void show_expiry(struct str *out, const char *until, time_t now)
{
    time_t end = time_of(until);
    begin(out, "expires");
    escape_line(out, until);
    if (end != (time_t)-1) {
        long days = (long)((end - now) / DAY);
        if (end < now)
            str_add_text(out, ", it has expired");
        else
            str_printf(out, ", in %ld day%s", days, days == 1 ? "" : "s");
    }
    str_add_char(out, '\n');
}

static void show_certificate(struct str *out, const struct probe_finding *l,
                             time_t now)
{
    static const struct {
        const char *name;
        const char *in_text;
    } rows[] = {
        {"subject", "Subject:"},
        {"names", "X509v3 Subject Alternative Name:"},
        {"issuer", "Issuer:"},
        {"key", "Public Key Algorithm:"},
    };
    char value[512];
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (probe_finding_certificate(l, rows[i].in_text, value, sizeof value))
            line(out, rows[i].name, value);
    if (probe_finding_certificate(l, "Expire date:", value, sizeof value))
        show_expiry(out, value, now);
    if (l->ncerts) {
        begin(out, "chain");
        str_printf(out, "%u certificate%s\n", l->ncerts,
                   l->ncerts == 1 ? "" : "s");
    }
    line(out, "trust",
         strcmp(l->tls_verify, "ok") == 0 ? "good" : l->tls_verify);
}

const struct probe_finding *
probe_show_certificate(const struct probe_findings *f)
{
    return *LOOK(TLS)->certificate ? LOOK(TLS) : LOOK(H3);
}

static void show_tls(struct str *out, const struct probe_findings *f,
                     time_t now)
{
    if (!LOOK(TLS)->was_made)
        return;
    section(out, "tls");
    show_tls_version(out, "TLS 1.3", LOOK(TLS_1_3));
    show_tls_version(out, "TLS 1.2", LOOK(TLS_1_2));
    if (probe_show_certificate(f)->ncerts)
        show_certificate(out, probe_show_certificate(f), now);
    begin(out, "staple");
    if (LOOK(STAPLE)->error.status)
        add_failure(out, LOOK(STAPLE));
    else
        str_add_text(out, "a good OCSP answer\n");
}

/* " at alt.example.com:8443 (alt-svc)": the version is not where the URL points. */
static void add_elsewhere(struct str *out, const struct probe_finding *l)
{
    str_add_text(out, " at ");
    if (*l->alternative)
        escape_line(out, l->alternative);
    else
        add_place(out, l->ip, l->port);
    str_printf(out, " (%s)", l->from);
}

static void show_version(struct str *out, const struct probe_findings *f,
                         const char *name, const char *version,
                         const struct probe_finding *l)
{
    if (!l->was_made)
        return;
    begin(out, name);
    if (l->error.status) {
        add_failure(out, l);
        return;
    }
    if (strcmp(l->http_version, version) != 0) {
        str_add_text(out, "no: it chose HTTP/");
        escape_line(out, l->http_version);
        str_add_char(out, '\n');
        return;
    }
    str_printf(out, "%d", l->status);
    if (probe_finding_is_elsewhere(f, l))
        add_elsewhere(out, l);
    str_add_text(out, ", connected in ");
    add_ms(out, l->time_connect);
    str_add_text(out, ", answered in ");
    add_ms(out, l->time_answer);
    if (*l->quic_version) {
        str_add_text(out, ", QUIC ");
        escape_line(out, l->quic_version);
    }
    if (*l->server) {
        str_add_text(out, ", ");
        escape_line(out, l->server);
    }
    str_add_char(out, '\n');
}

static void show_http(struct str *out, const struct probe_findings *f)
{
    section(out, "http");
    show_version(out, f, "HTTP/1.1", "1.1", LOOK(H1));
    show_version(out, f, "HTTP/2", "2", LOOK(H2));
    show_version(out, f, "HTTP/3", "3", LOOK(H3));
    if (f->nquic_versions) {
        bool is_first = true;
        begin(out, "QUIC");
        for (size_t i = 0; i < f->nquic_versions; i++) {
            struct str name = {0};
            if (quic_version_add(&name, f->quic_versions[i])) {
                str_printf(out, "%s%s", is_first ? "" : ", ", str_text(&name));
                is_first = false;
            }
            str_fini(&name);
        }
        str_add_text(out, " (its own word)\n");
    }
}

static void show_settings_of(struct str *out, const struct probe_finding *l)
{
    for (size_t i = 0; l->has_allowed && i < l->allowed.nsettings; i++) {
        const struct qv_setting *s = &l->allowed.settings[i];
        str_add_text(out, "  ");
        size_t from = out->len;
        escape_line(out, s->name);
        do
            str_add_char(out, ' ');
        while (out->len - from < SETTING_WIDTH);
        str_printf(out, "%" PRIu64 "\n", s->value);
    }
}

static void show_settings(struct str *out, const struct probe_findings *f)
{
    size_t n = LOOK(H2)->allowed.nsettings + LOOK(H3)->allowed.nsettings;
    if (n == 0)
        return;
    section(out, "settings");
    show_settings_of(out, LOOK(H2));
    show_settings_of(out, LOOK(H3));
}

static void show_alt_svc(struct str *out, const struct probe_findings *f)
{
    const char *value = *LOOK(RACE)->alt_svc ? LOOK(RACE)->alt_svc
                        : *LOOK(H2)->alt_svc ? LOOK(H2)->alt_svc
                                             : LOOK(H1)->alt_svc;
    section(out, "altsvc");
    line(out, "alt-svc", *value ? value : "none");
    if (*LOOK(RACE)->hsts)
        line(out, "hsts", LOOK(RACE)->hsts);
}

static void show_early_of(struct str *out, const char *name,
                          const struct probe_finding *before,
                          const struct probe_finding *l)
{
    begin(out, name);
    if (before->error.status)
        str_add_text(out, "not tried: there was no connection before\n");
    else if (l->error.status)
        add_failure(out, l);
    else if (!l->is_resumed)
        str_add_text(out, "no: the server gave no ticket, or does not know it "
                          "any more\n");
    else if (strcmp(l->early_data, "none") == 0)
        str_add_text(out, "no: resumed, but the ticket allows no early "
                          "data\n");
    else
        str_printf(out, "%s\n", l->early_data);
}

static void show_early(struct str *out, const struct probe_findings *f)
{
    if (!LOOK(TLS)->was_made)
        return;
    section(out, "0rtt");
    show_early_of(out, "TCP", LOOK(H2), LOOK(EARLY_TCP));
    show_early_of(out, "QUIC", LOOK(H3), LOOK(EARLY_QUIC));
}

static void add_number(struct str *out, int64_t n, const char *unit)
{
    if (n < 0)
        str_add_text(out, "not said\n");
    else
        str_printf(out, "%" PRId64 "%s\n", n, unit);
}

static void show_known(struct str *out, const char *name, enum qv_known what)
{
    line(out, name, what == QV_YES ? "yes" : what == QV_NO ? "no" : "not said");
}

const struct probe_finding *probe_show_path(const struct probe_findings *f)
{
    bool is_good =
        probe_finding_is_good(f, PROBE_LOOK_MTU) && LOOK(MTU)->has_allowed;
    return is_good ? LOOK(MTU) : LOOK(H3);
}

static void show_datagrams(struct str *out, const struct probe_findings *f)
{
    const struct probe_finding *l = probe_show_path(f);
    if (!l->has_allowed || l->error.status)
        return;
    section(out, "datagrams");
    show_known(out, "HTTP's", l->allowed.datagrams);
    begin(out, "largest");
    add_number(out, l->allowed.datagram_max, " bytes");
    begin(out, "path MTU");
    add_number(out, l->allowed.path_mtu, " bytes of UDP");
    show_known(out, "CONNECT", l->allowed.connect);
    show_known(out, "WebTransport", l->allowed.webtransport);
    show_known(out, "migration", l->allowed.migration);
}

static void show_verdict(struct str *out, const struct probe_findings *f,
                         unsigned required)
{
    unsigned all = (1U << PROBE_FEATURE_COUNT) - 1;
    unsigned has = probe_feature_found(f);
    struct str names = {0};
    section(out, "verdict");
    probe_feature_names(&names, has);
    line(out, "has", has ? str_text(&names) : "nothing");
    str_clear(&names);
    probe_feature_names(&names, all & ~has);
    line(out, "has not", str_text(&names));
    if (required) {
        str_clear(&names);
        probe_feature_names(&names, required & ~has);
        line(out, "required",
             required & ~has ? str_text(&names) : "all of it is there");
    }
    str_fini(&names);
}

void probe_show_text(struct str *out, const struct probe_findings *f,
                     unsigned required, time_t now)
{
    str_add_text(out, "PROBE ");
    escape_line(out, f->url);
    str_add_char(out, '\n');
    show_dns(out, f);
    show_race(out, f);
    show_tls(out, f, now);
    show_http(out, f);
    show_settings(out, f);
    show_alt_svc(out, f);
    show_early(out, f);
    show_datagrams(out, f);
    show_verdict(out, f, required);
}
