/*
 * probe_finding -- what each look at the server has shown, kept beyond the
 * transfer that it is from.
 *
 * Strings are the findings' own (the arena) and never NULL.
 */
#ifndef CLI_PROBE_PROBE_FINDING_H
#define CLI_PROBE_PROBE_FINDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/quiver.h"

/* Each is a HEAD request of its own, with connections of its own. */
enum probe_look {
    PROBE_LOOK_RACE, /* as a request would be made */
    PROBE_LOOK_TLS,  /* whatever the certificate is worth */
    PROBE_LOOK_TLS_1_2,
    PROBE_LOOK_TLS_1_3,
    PROBE_LOOK_STAPLE, /* demanding an OCSP answer */
    PROBE_LOOK_H1,
    PROBE_LOOK_H2,
    PROBE_LOOK_H3,
    PROBE_LOOK_IPV4,
    PROBE_LOOK_IPV6,
    PROBE_LOOK_MTU,       /* HTTP/3's connection once more, a while later */
    PROBE_LOOK_EARLY_TCP, /* with the tickets of those before */
    PROBE_LOOK_EARLY_QUIC,
    PROBE_LOOK_COUNT,
};

struct probe_finding {
    bool was_made;
    struct qv_error error; /* status 0: an answer came */
    int status;            /* of HTTP */
    const char *http_version;
    const char *ip;
    unsigned port;
    /* Who named the place, as in qv_attempt, and the host:port that Alt-Svc did;
     * "": it is the URL's. */
    const char *from;
    const char *alternative;
    double time_connect; /* s until the connection could be used; < 0 */
    double time_answer;  /* s from the request to the head */
    const char *tls_version;
    const char *tls_cipher;
    const char *tls_group;
    const char *alpn;
    const char *tls_verify;
    const char *quic_version;
    bool is_resumed;
    const char *early_data; /* as in qv_result */
    const char *alt_svc;    /* the field's; "": none */
    const char *hsts;
    const char *server;
    unsigned ncerts;
    const char *certificate; /* qv_certificate_text() of the server's own */
    const struct qv_attempt *attempts;
    size_t nattempts;
    const struct qv_lookup *lookups;
    size_t nlookups;
    bool has_allowed;
    struct qv_allowed allowed;
};

struct probe_findings {
    struct arena arena;
    const char *url;
    const char *place; /* host:port of the URL; "": it is none */
    unsigned port;
    struct probe_finding looks[PROBE_LOOK_COUNT];
    uint32_t quic_versions[32]; /* that the server has named */
    size_t nquic_versions;
};

void probe_finding_init(struct probe_findings *f);
/* Before anything is shown.  The URL outlives the findings; proto: of one that names
 * no scheme, or NULL. */
void probe_finding_set_url(struct probe_findings *f, const char *url,
                           const char *proto);
void probe_finding_fini(struct probe_findings *f);
/* Keeps what the result of this look tells. */
void probe_finding_take(struct probe_findings *f, enum probe_look look,
                        const struct qv_result *r);

/* The look was made, and answered. */
static inline bool probe_finding_is_good(const struct probe_findings *f,
                                         enum probe_look look)
{
    return f->looks[look].was_made && f->looks[look].error.status == 0;
}

/* The origin has sent us elsewhere than the URL says: to another port, or host. */
bool probe_finding_is_elsewhere(const struct probe_findings *f,
                                const struct probe_finding *l);

/* A line of the certificate's text, "Expire date:": what stands behind, into
 * the buffer; false: there is none. */
bool probe_finding_certificate(const struct probe_finding *l, const char *name,
                               char *to, size_t cap);

#endif
