/*
 * quiver/explain -- why a transfer went as it went: the one source of facts for
 * --explain, -v, records, probe and pictures.
 *
 * Gathered only by a client that was made with qv_client_options.explain; of
 * any other qv_result.explain is NULL, and nothing is counted, kept or asked.
 * All of it lives as long as the qv_result.  Strings are never NULL, may hold
 * bytes of a peer's choosing, and hold no secret.  Times are s from the start of
 * the transfer; negative: before it, as of a connection that was already there.
 */
#ifndef QUIVER_EXPLAIN_H
#define QUIVER_EXPLAIN_H

#include <stddef.h>
#include <stdint.h>

struct qv_attempt;

/*
 * One thing that was settled.  What it is about, for scripts:
 *
 *   url         https instead of http (HSTS)
 *   proxy       which one
 *   wait        held back: a limit, a rate, Retry-After
 *   connection  reused, waited for or made, and why
 *   https-rr    DNS records of the origin: asked for or not, what they said
 *   alt-svc     places that the origin has named
 *   broken      a place that is left out, or will be from now on
 *   race        what is tried first, when the next
 *   trust       which certificates are trusted, and how the peer's was found
 *   ticket      of TLS: there was one or none, resumed or not
 *   early-data  may it be sent, was it accepted
 *   protocol    what ALPN or the settings decided
 *   peer        what it has said that it allows
 *   path        QUIC's moved, or is dead
 *   goaway      the connection takes nothing more
 *   resend      the request goes again at once, on another connection
 *   retry       another try (--retry), after a while
 *   redirect    followed, or not
 */
struct qv_decision {
    double at;
    const char *topic;
    uint64_t conn_id;    /* of that connection; 0: of none, or not yet open */
    const char *of;      /* what was decided about: "www.example.com:443" */
    const char *chosen;  /* "HTTP/3", "left out", "connection 3" */
    const char *because; /* one line; "" */
};

/* A question to whoever knows names. */
struct qv_lookup {
    const char *name;
    const char *type; /* "A", "AAAA", "HTTPS", "A+AAAA": both in one */
    /* Who answers: "system", "name servers", "doh", "option" (--resolve),
     * "numeric", "proxy" (which looks it up itself). */
    const char *by;
    double start;
    double end;
    /* "found", "none", "failed", "late" (nobody waited longer), "cancelled";
     * "asking": there was no end when the transfer ended. */
    const char *result;
    const char *why;            /* nothing was found: one line; else "" */
    const char *const *records; /* "192.0.2.7", "1 . alpn=h3,h2 port=443" */
    size_t nrecords;
};

/* As it came: HTTP's SETTINGS, QUIC's transport parameters. */
struct qv_setting {
    const char *name; /* "h3.max_field_section_size", "quic.max_idle_timeout" */
    uint64_t value;   /* in the unit of its specification */
};

enum qv_known {
    QV_UNKNOWN = -1, /* it has not said, or its version has no word for it */
    QV_NO = 0,
    QV_YES = 1,
};

/* What the peer of the last connection lets its client do; numbers are -1 where
 * it has not said. */
struct qv_allowed {
    int64_t streams;         /* requests at once */
    int64_t datagram_max;    /* bytes in a QUIC datagram now */
    int64_t path_mtu;        /* bytes of a UDP payload in use now */
    double idle;             /* s that it keeps the connection while idle */
    enum qv_known datagrams; /* HTTP datagrams in QUIC's */
    enum qv_known connect;   /* extended CONNECT */
    enum qv_known webtransport;
    enum qv_known early_data; /* by a ticket of this connection */
    enum qv_known migration;  /* of a QUIC connection */
    const struct qv_setting *settings;
    size_t nsettings;
};

struct qv_explain {
    const struct qv_decision *decisions; /* in the order of their times */
    size_t ndecisions;
    size_t nleft_out; /* beyond a bound of the engine's */
    const struct qv_lookup *lookups;
    size_t nlookups;
    /* Of all hops and tries; those of the last connection are those of
     * qv_result as well. */
    const struct qv_attempt *attempts;
    size_t nattempts;
    struct qv_allowed allowed;
};

#endif
