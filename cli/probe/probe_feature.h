/*
 * probe_feature -- what a server has or lacks: the words of --require and of the
 * verdict.
 */
#ifndef CLI_PROBE_PROBE_FEATURE_H
#define CLI_PROBE_PROBE_FEATURE_H

#include <stdbool.h>

#include "core/base/str.h"
#include "probe/probe_finding.h"

enum probe_feature {
    PROBE_FEATURE_H1,
    PROBE_FEATURE_H2,
    PROBE_FEATURE_H3,
    PROBE_FEATURE_IPV4,
    PROBE_FEATURE_IPV6,
    PROBE_FEATURE_HTTPS_RR,
    PROBE_FEATURE_ECH,
    PROBE_FEATURE_ALT_SVC,
    PROBE_FEATURE_TLS_1_2,
    PROBE_FEATURE_TLS_1_3,
    PROBE_FEATURE_TRUSTED,
    PROBE_FEATURE_STAPLE,
    PROBE_FEATURE_RESUMPTION,
    PROBE_FEATURE_0RTT,
    PROBE_FEATURE_QUIC_V2,
    PROBE_FEATURE_DATAGRAM,
    PROBE_FEATURE_CONNECT,
    PROBE_FEATURE_WEBTRANSPORT,
    PROBE_FEATURE_MIGRATION,
    PROBE_FEATURE_HSTS,
    PROBE_FEATURE_COUNT,
};

struct probe_feature_row {
    const char *name;  /* "https-rr" */
    const char *title; /* for the manual: what it means to have it */
    bool (*has)(const struct probe_findings *f);
};

extern const struct probe_feature_row probe_features[PROBE_FEATURE_COUNT];

/* Names between commas become bits, added to *set.  False with the first that
 * is none in *bad. */
bool probe_feature_parse(const char *list, unsigned *set, struct str *bad);
/* The names of the set, between commas. */
void probe_feature_names(struct str *out, unsigned set);
/* What the findings have, a bit each. */
unsigned probe_feature_found(const struct probe_findings *f);

#endif
