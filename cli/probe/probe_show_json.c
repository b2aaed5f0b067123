#include <string.h>

#include "base/json.h"
#include "base/quic_version.h"
#include "probe/probe_feature.h"
#include "probe/probe_show.h"
#include "record/explain.h"
#include "record/record_parts.h"

#define LOOK(name) (&f->looks[PROBE_LOOK_##name])

static void add_error(struct str *out, const struct probe_finding *l)
{
    if (l->error.status == 0) {
        json_null(out, "error");
        return;
    }
    json_open(out, "error", '{');
    json_number(out, "code", (uint64_t)l->error.status);
    json_string(out, "name", l->error.name);
    json_string(out, "message", l->error.text);
    json_close(out, '}');
}

static const char *or_null(const char *text)
{
    return *text ? text : NULL;
}

/* What a look shows of a connection and an answer. */
static void add_look(struct str *out, const char *key,
                     const struct probe_finding *l)
{
    if (!l->was_made) {
        json_null(out, key);
        return;
    }
    json_open(out, key, '{');
    json_bool(out, "ok", l->error.status == 0);
    json_number(out, "status", (uint64_t)l->status);
    json_string(out, "http", or_null(l->http_version));
    json_string(out, "ip", or_null(l->ip));
    json_number(out, "port", l->port);
    json_string(out, "from", or_null(l->from));
    json_string(out, "alternative", or_null(l->alternative));
    json_seconds(out, "connect", l->error.status ? -1 : l->time_connect);
    json_seconds(out, "answer", l->error.status ? -1 : l->time_answer);
    json_string(out, "tls", or_null(l->tls_version));
    json_string(out, "cipher", or_null(l->tls_cipher));
    json_string(out, "group", or_null(l->tls_group));
    json_string(out, "alpn", or_null(l->alpn));
    json_string(out, "quic", or_null(l->quic_version));
    json_string(out, "server", or_null(l->server));
    add_error(out, l);
    json_close(out, '}');
}

static void add_certificate(struct str *out, const struct probe_finding *l)
{
    static const struct {
        const char *key;
        const char *in_text;
    } rows[] = {
        {"subject", "Subject:"},
        {"names", "X509v3 Subject Alternative Name:"},
        {"issuer", "Issuer:"},
        {"key", "Public Key Algorithm:"},
        {"starts", "Start date:"},
        {"expires", "Expire date:"},
    };
    char value[512];
    json_open(out, "certificate", '{');
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        json_string(
            out, rows[i].key,
            probe_finding_certificate(l, rows[i].in_text, value, sizeof value)
                ? value
                : NULL);
    json_number(out, "chain", l->ncerts);
    json_string(out, "verify", or_null(l->tls_verify));
    json_close(out, '}');
}

static void add_tls(struct str *out, const struct probe_findings *f)
{
    if (!LOOK(TLS)->was_made) {
        json_null(out, "tls");
        return;
    }
    json_open(out, "tls", '{');
    add_look(out, "1.3", LOOK(TLS_1_3));
    add_look(out, "1.2", LOOK(TLS_1_2));
    add_certificate(out, probe_show_certificate(f));
    add_look(out, "staple", LOOK(STAPLE));
    json_close(out, '}');
}

static void add_http(struct str *out, const struct probe_findings *f)
{
    json_open(out, "http", '{');
    add_look(out, "1.1", LOOK(H1));
    add_look(out, "2", LOOK(H2));
    add_look(out, "3", LOOK(H3));
    json_open(out, "quic_versions", '[');
    for (size_t i = 0; i < f->nquic_versions; i++) {
        struct str name = {0};
        if (quic_version_add(&name, f->quic_versions[i]))
            json_string(out, NULL, str_text(&name));
        str_fini(&name);
    }
    json_close(out, ']');
    json_close(out, '}');
}

static void add_settings_of(struct str *out, const struct probe_finding *l)
{
    for (size_t i = 0; l->has_allowed && i < l->allowed.nsettings; i++)
        json_number(out, l->allowed.settings[i].name,
                    l->allowed.settings[i].value);
}

static void add_known(struct str *out, const char *key, enum qv_known what)
{
    if (what == QV_UNKNOWN)
        json_null(out, key);
    else
        json_bool(out, key, what == QV_YES);
}

static void add_count(struct str *out, const char *key, int64_t n)
{
    if (n < 0)
        json_null(out, key);
    else
        json_number(out, key, (uint64_t)n);
}

static void add_datagrams(struct str *out, const struct probe_finding *l)
{
    if (!l->has_allowed || l->error.status) {
        json_null(out, "datagrams");
        return;
    }
    json_open(out, "datagrams", '{');
    add_known(out, "http", l->allowed.datagrams);
    add_count(out, "largest", l->allowed.datagram_max);
    add_count(out, "path_mtu", l->allowed.path_mtu);
    add_known(out, "connect", l->allowed.connect);
    add_known(out, "webtransport", l->allowed.webtransport);
    add_known(out, "migration", l->allowed.migration);
    json_close(out, '}');
}

static void add_early(struct str *out, const char *key,
                      const struct probe_finding *l)
{
    if (!l->was_made) {
        json_null(out, key);
        return;
    }
    json_open(out, key, '{');
    json_bool(out, "resumed", l->is_resumed);
    json_string(out, "early_data", or_null(l->early_data));
    add_error(out, l);
    json_close(out, '}');
}

static void add_names(struct str *out, const char *key, unsigned set)
{
    json_open(out, key, '[');
    for (unsigned i = 0; i < PROBE_FEATURE_COUNT; i++)
        if (set & 1U << i)
            json_string(out, NULL, probe_features[i].name);
    json_close(out, ']');
}

void probe_show_json(struct str *out, const struct probe_findings *f,
                     unsigned required)
{
    unsigned all = (1U << PROBE_FEATURE_COUNT) - 1;
    unsigned has = probe_feature_found(f);
    json_open(out, NULL, '{');
    json_string(out, "url", f->url);
    json_key(out, "dns");
    explain_add_lookups(out, LOOK(RACE)->lookups, LOOK(RACE)->nlookups);
    json_key(out, "race");
    record_parts_add_attempts(out, LOOK(RACE)->attempts, LOOK(RACE)->nattempts);
    add_look(out, "request", LOOK(RACE));
    json_open(out, "addresses", '{');
    add_look(out, "ipv4", LOOK(IPV4));
    add_look(out, "ipv6", LOOK(IPV6));
    json_close(out, '}');
    add_tls(out, f);
    add_http(out, f);
    json_open(out, "settings", '{');
    add_settings_of(out, LOOK(H2));
    add_settings_of(out, LOOK(H3));
    json_close(out, '}');
    json_string(out, "altsvc",
                or_null(*LOOK(RACE)->alt_svc ? LOOK(RACE)->alt_svc
                        : *LOOK(H2)->alt_svc ? LOOK(H2)->alt_svc
                                             : LOOK(H1)->alt_svc));
    json_open(out, "0rtt", '{');
    add_early(out, "tcp", LOOK(EARLY_TCP));
    add_early(out, "quic", LOOK(EARLY_QUIC));
    json_close(out, '}');
    add_datagrams(out, probe_show_path(f));
    json_open(out, "verdict", '{');
    add_names(out, "has", has);
    add_names(out, "has_not", all & ~has);
    add_names(out, "lacks", required & ~has);
    json_close(out, '}');
    json_close(out, '}');
    str_add_char(out, '\n');
}
