#include "probe/probe_feature.h"

#include <string.h>

#define LOOK(name) (&f->looks[PROBE_LOOK_##name])

static bool is_version(const struct probe_findings *f, enum probe_look look,
                       const char *version)
{
    return probe_finding_is_good(f, look) &&
           strcmp(f->looks[look].http_version, version) == 0;
}

static bool has_h1(const struct probe_findings *f)
{
    return is_version(f, PROBE_LOOK_H1, "1.1");
}

static bool has_h2(const struct probe_findings *f)
{
    return is_version(f, PROBE_LOOK_H2, "2");
}

static bool has_h3(const struct probe_findings *f)
{
    return is_version(f, PROBE_LOOK_H3, "3");
}

static bool has_ipv4(const struct probe_findings *f)
{
    return probe_finding_is_good(f, PROBE_LOOK_IPV4);
}

static bool has_ipv6(const struct probe_findings *f)
{
    return probe_finding_is_good(f, PROBE_LOOK_IPV6);
}

/* Those that name the service, not an alias to follow (RFC 9460 2.4). */
static bool has_record(const struct probe_findings *f, const char *part)
{
    for (size_t i = 0; i < LOOK(RACE)->nlookups; i++) {
        const struct qv_lookup *q = &LOOK(RACE)->lookups[i];
        if (strcmp(q->type, "HTTPS") != 0)
            continue;
        for (size_t k = 0; k < q->nrecords; k++)
            if (part == NULL || strstr(q->records[k], part))
                return true;
    }
    return false;
}

static bool has_https_rr(const struct probe_findings *f)
{
    return has_record(f, NULL);
}

static bool has_ech(const struct probe_findings *f)
{
    return has_record(f, "ech=");
}

static bool has_alt_svc(const struct probe_findings *f)
{
    return *LOOK(RACE)->alt_svc || *LOOK(H1)->alt_svc || *LOOK(H2)->alt_svc;
}

static bool has_tls_1_2(const struct probe_findings *f)
{
    return probe_finding_is_good(f, PROBE_LOOK_TLS_1_2);
}

static bool has_tls_1_3(const struct probe_findings *f)
{
    return probe_finding_is_good(f, PROBE_LOOK_TLS_1_3) ||
           strcmp(LOOK(H3)->tls_version, "TLSv1.3") == 0;
}

static bool is_trusted(const struct probe_findings *f)
{
    return strcmp(LOOK(TLS)->tls_verify, "ok") == 0 ||
           (probe_finding_is_good(f, PROBE_LOOK_H3) &&
            strcmp(LOOK(H3)->tls_verify, "ok") == 0);
}

static bool has_staple(const struct probe_findings *f)
{
    return probe_finding_is_good(f, PROBE_LOOK_STAPLE);
}

static bool is_resumed(const struct probe_findings *f)
{
    return LOOK(EARLY_TCP)->is_resumed || LOOK(EARLY_QUIC)->is_resumed;
}

static bool is_accepted(const struct probe_finding *l)
{
    return l->was_made && strcmp(l->early_data, "accepted") == 0;
}

static bool has_0rtt(const struct probe_findings *f)
{
    return is_accepted(LOOK(EARLY_TCP)) || is_accepted(LOOK(EARLY_QUIC));
}

static bool has_quic_v2(const struct probe_findings *f)
{
    for (size_t i = 0; i < f->nquic_versions; i++)
        if (f->quic_versions[i] == 0x6b3343cfU) /* RFC 9369 */
            return true;
    return strcmp(LOOK(H3)->quic_version, "v2") == 0;
}

static bool is_allowed(const struct probe_finding *l, enum qv_known what)
{
    return l->has_allowed && what == QV_YES;
}

static bool has_datagram(const struct probe_findings *f)
{
    return is_allowed(LOOK(H3), LOOK(H3)->allowed.datagrams);
}

static bool has_connect(const struct probe_findings *f)
{
    return is_allowed(LOOK(H3), LOOK(H3)->allowed.connect) ||
           is_allowed(LOOK(H2), LOOK(H2)->allowed.connect);
}

static bool has_webtransport(const struct probe_findings *f)
{
    return is_allowed(LOOK(H3), LOOK(H3)->allowed.webtransport);
}

static bool has_migration(const struct probe_findings *f)
{
    return is_allowed(LOOK(H3), LOOK(H3)->allowed.migration);
}

static bool has_hsts(const struct probe_findings *f)
{
    return *LOOK(RACE)->hsts || *LOOK(H1)->hsts || *LOOK(H2)->hsts ||
           *LOOK(H3)->hsts;
}

const struct probe_feature_row probe_features[PROBE_FEATURE_COUNT] = {
    [PROBE_FEATURE_H1] = {"h1", "it answers over HTTP/1.1", has_h1},
    [PROBE_FEATURE_H2] = {"h2", "it answers over HTTP/2", has_h2},
    [PROBE_FEATURE_H3] = {"h3", "it answers over HTTP/3", has_h3},
    [PROBE_FEATURE_IPV4] = {"ipv4", "it is reached over IPv4", has_ipv4},
    [PROBE_FEATURE_IPV6] = {"ipv6", "it is reached over IPv6", has_ipv6},
    [PROBE_FEATURE_HTTPS_RR] = {"https-rr",
                                "its name has HTTPS records (RFC 9460)",
                                has_https_rr},
    [PROBE_FEATURE_ECH] = {"ech", "they have a key for Encrypted Client Hello",
                           has_ech},
    [PROBE_FEATURE_ALT_SVC] = {"alt-svc", "it names other places (RFC 7838)",
                               has_alt_svc},
    [PROBE_FEATURE_TLS_1_2] = {"tls1.2", "it speaks TLS 1.2", has_tls_1_2},
    [PROBE_FEATURE_TLS_1_3] = {"tls1.3", "it speaks TLS 1.3", has_tls_1_3},
    [PROBE_FEATURE_TRUSTED] = {"trusted", "its certificate is good",
                               is_trusted},
    [PROBE_FEATURE_STAPLE] = {"staple", "a good OCSP answer comes with it",
                              has_staple},
    [PROBE_FEATURE_RESUMPTION] = {"resumption",
                                  "a later connection is resumed by a ticket",
                                  is_resumed},
    [PROBE_FEATURE_0RTT] = {"0rtt", "it takes early data (RFC 8470)", has_0rtt},
    [PROBE_FEATURE_QUIC_V2] = {"quic-v2", "it speaks QUIC version 2",
                               has_quic_v2},
    [PROBE_FEATURE_DATAGRAM] = {"datagram", "HTTP datagrams over QUIC's",
                                has_datagram},
    [PROBE_FEATURE_CONNECT] = {"connect", "extended CONNECT (RFC 8441, 9220)",
                               has_connect},
    [PROBE_FEATURE_WEBTRANSPORT] = {"webtransport", "WebTransport sessions",
                                    has_webtransport},
    [PROBE_FEATURE_MIGRATION] = {"migration",
                                 "a QUIC connection may change its path",
                                 has_migration},
    [PROBE_FEATURE_HSTS] = {"hsts", "it wants to be reached over TLS alone",
                            has_hsts},
};

bool probe_feature_parse(const char *list, unsigned *set, struct str *bad)
{
    while (*list) {
        size_t len = strcspn(list, ",");
        unsigned i = 0;
        while (i < PROBE_FEATURE_COUNT &&
               (strlen(probe_features[i].name) != len ||
                strncmp(probe_features[i].name, list, len) != 0))
            i++;
        if (i == PROBE_FEATURE_COUNT) {
            str_printf(bad, "%.*s", (int)len, list);
            return false;
        }
        *set |= 1U << i;
        list += len + (list[len] == ',');
    }
    return true;
}

void probe_feature_names(struct str *out, unsigned set)
{
    const char *before = "";
    for (unsigned i = 0; i < PROBE_FEATURE_COUNT; i++) {
        if ((set & 1U << i) == 0)
            continue;
        str_printf(out, "%s%s", before, probe_features[i].name);
        before = ", ";
    }
}

unsigned probe_feature_found(const struct probe_findings *f)
{
    unsigned set = 0;
    for (unsigned i = 0; i < PROBE_FEATURE_COUNT; i++)
        if (probe_features[i].has(f))
            set |= 1U << i;
    return set;
}
