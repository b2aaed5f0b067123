/*
 * quiver/options -- how a request is made: what may be different for each origin.
 */
#ifndef QUIVER_OPTIONS_H
#define QUIVER_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum qv_http {
    QV_HTTP_AUTO,
    QV_HTTP_1_0,
    QV_HTTP_1_1,
    QV_HTTP_2,
    QV_HTTP_2_PRIOR,
    QV_HTTP_3,
    QV_HTTP_3_ONLY,
};

enum qv_family {
    QV_FAMILY_ANY,
    QV_FAMILY_IPV4,
    QV_FAMILY_IPV6,
};

enum qv_tls {
    QV_TLS_DEFAULT,
    QV_TLS_1_2,
    QV_TLS_1_3,
};

/* When a transfer that failed, or was answered by 408, 425, 429, 500, 502, 503,
 * 504, 522 or 524, is begun anew. */
struct qv_retry {
    unsigned max;      /* times; 0: never */
    uint64_t delay;    /* ns between tries; 0: 1 s, doubled, up to 10 min */
    uint64_t max_time; /* ns, none is begun after that; 0: no limit */
    bool connrefused;  /* a refused connection too */
    bool all_errors;   /* any error, even if the request is sent twice */
};

/* How the connections of one origin are kept.  0: the default. */
struct qv_pool_options {
    unsigned size;         /* connections at once */
    unsigned streams;      /* exchanges on one; the peer's limit holds too */
    unsigned max_requests; /* exchanges that one serves in its life */
    uint64_t max_age;      /* ns that one serves new exchanges */
    uint64_t idle;         /* ns that one without exchanges is kept */
    uint64_t checkout;     /* ns that a request waits for one */
    double rate;           /* requests begun a second; 0: any */
};

/* Zeroed means curl's defaults everywhere. */
struct qv_options {
    /* connection */
    enum qv_http http;
    enum qv_family family;
    const char *const *resolve;    /* --resolve entries, NULL at the end */
    const char *const *connect_to; /* --connect-to entries, NULL at the end */
    const char *unix_socket;
    const char *interface;
    uint64_t connect_timeout; /* ns; 0: 300 s, as curl */
    uint64_t max_time;        /* ns for a try, redirects too; 0: none */
    /* Too slow: fewer bytes a second than speed_limit (0: 1) for speed_time
     * (ns; 0: 30 s).  Both 0: any speed. */
    uint64_t speed_limit;
    uint64_t speed_time;
    /* TLS */
    bool insecure;
    const char *ca_file;
    const char *ca_path;
    const char *ca_source; /* who named the two, for messages; NULL: a person */
    const char *cert_file;
    const char *key_file;
    const char *key_pass;
    enum qv_tls tls_min;
    enum qv_tls tls_max;
    const char *ciphers;
    const char *tls13_ciphers;
    const char *groups;
    bool no_alpn;
    /* transfer */
    bool follow;           /* -L */
    bool follow_trusted;   /* credentials go to other origins as well */
    int max_redirs;        /* -1: no limit; 0 with follow: none allowed */
    bool fail;             /* -f: status >= 400 is an error, body dropped */
    bool compressed;       /* ask for and undo content codings */
    uint64_t max_filesize; /* 0: no limit */
    const char *user;      /* "name:password", basic */
    bool path_as_is;
    struct qv_retry retry;
    struct qv_pool_options pool;
};

#endif
