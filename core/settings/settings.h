/*
 * settings -- what the user wants of one origin, resolved and checked.
 *
 * Made once from defaults, configuration and options; immutable after that,
 * borrowed by every layer below for as long as a connection made with it
 * lives.  Strings are borrowed from whoever made it.  Times are ns, sizes
 * bytes.
 */
#ifndef CORE_SETTINGS_SETTINGS_H
#define CORE_SETTINGS_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

/* Which versions may be spoken, and how they are found. */
enum settings_http {
    SETTINGS_HTTP_AUTO,    /* https: ALPN h2, http/1.1; http: HTTP/1.1 */
    SETTINGS_HTTP_1_0,     /* HTTP/1.0 request line */
    SETTINGS_HTTP_1_1,     /* nothing but HTTP/1.1 */
    SETTINGS_HTTP_2,       /* as AUTO (curl's --http2) */
    SETTINGS_HTTP_2_PRIOR, /* HTTP/2 at once, http:// too */
    SETTINGS_HTTP_3,       /* QUIC raced with TCP */
    SETTINGS_HTTP_3_ONLY,
};

enum settings_family {
    SETTINGS_FAMILY_ANY,
    SETTINGS_FAMILY_IPV4,
    SETTINGS_FAMILY_IPV6,
};

enum settings_tls {
    SETTINGS_TLS_1_2,
    SETTINGS_TLS_1_3,
};

struct settings_tls_options {
    bool verify;         /* default true */
    const char *ca_file; /* PEM; NULL: not given */
    const char *ca_path; /* folder of PEM files; NULL: not given */
    /* Neither given: the system store, read when first needed. */
    const char *ca_source; /* who named them, for messages; NULL: a person */
    const char *cert_file; /* our own certificate, PEM chain */
    const char *key_file;  /* NULL: in cert_file */
    const char *key_pass;
    enum settings_tls min;
    enum settings_tls max;
    const char *ciphers; /* TLS 1.2, OpenSSL names; NULL: default */
    const char *tls13_ciphers;
    const char *groups;  /* "X25519MLKEM768:X25519:P-256"; NULL */
    bool alpn;           /* default true */
    const char *key_log; /* file to append secrets to; NULL: none */
};

struct settings_timeouts {
    uint64_t connect;    /* resolve to usable connection; 0: none */
    uint64_t handshake;  /* QUIC */
    uint64_t quic_idle;  /* max_idle_timeout that we offer */
    uint64_t eyeballs;   /* between attempts at addresses (RFC 8305 5) */
    uint64_t race;       /* head start of QUIC over TCP */
    uint64_t expect_100; /* wait for 100 Continue */
    uint64_t linger;     /* for a closing handshake, then cut */
    uint64_t ping_after; /* HTTP/2: idle for longer, it is asked (PING) as it
                             is used again, and cut when it stays */
    uint64_t liveness;   /* silent for so long */
};

struct settings_limits {
    size_t head;          /* a whole header or trailer section */
    size_t fields;        /* fields in one section */
    size_t chunk_extra;   /* chunk extensions of one chunk */
    unsigned interim;     /* 1xx heads before the final one */
    unsigned no_progress; /* frames in a row that carried nothing useful */
};

struct settings_h2 {
    uint32_t stream_window;
    uint32_t conn_window;
    uint32_t max_streams; /* that we use at once, whatever the peer allows */
};

struct settings_quic {
    uint64_t stream_window;
    uint64_t conn_window;
    uint64_t max_stream_window; /* grown to when the peer is fast */
    uint64_t max_conn_window;
    uint32_t qpack_table;
    uint32_t qpack_blocked;
    uint64_t max_streams;
    uint32_t max_datagram; /* 0: RFC 9221 datagrams not offered */
    bool h3_datagrams;     /* HTTP's are announced (RFC 9297 2.1.1); default
                              false: who announces must take them */
};

/* How the connections of one origin are kept. */
struct settings_pool {
    unsigned max_connections; /* 0: by protocol */
    unsigned streams;      /* exchanges on one at once; 0: the peer's limit */
    unsigned max_requests; /* exchanges in the life of one; 0: any number */
    uint64_t max_age;      /* of one that takes new exchanges; 0: any */
    uint64_t idle;         /* one that carries nothing is kept that long */
    uint64_t checkout;     /* wait in the queue that long; 0: no limit */
};

/* --resolve and --connect-to; NULL-terminated lists in curl's syntax. */
struct settings_addresses {
    enum settings_family family;
    const char *const *resolve;
    const char *const *connect_to;
    const char *unix_socket;
    const char *interface;
};

struct settings {
    enum settings_http http;
    struct settings_tls_options tls;
    struct settings_timeouts timeouts;
    struct settings_limits limits;
    struct settings_h2 h2;
    struct settings_quic quic;
    struct settings_pool pool;
    struct settings_addresses addresses;
    bool tcp_nodelay;
    uint64_t tcp_keepalive; /* ns; 0: off */
};

void settings_defaults(struct settings *s);

/* A copy whose strings and lists live in the arena. */
void settings_copy(struct settings *to, const struct settings *from,
                   struct arena *arena);

/* Every contradiction that can be seen without a network; false with the
 * first one in *fault (ERR_USAGE). */
bool settings_check(const struct settings *s, struct fault *fault);

/* Appends everything that connections of two requests must have in common
 * whatever their origin: TLS trust and identity, versions, where they come
 * from.  What --resolve and --connect-to mean depends on the origin
 * (pool/origin.h). */
void settings_key(const struct settings *s, struct str *key);

/* Appends what is equal only for settings that are equal in all. */
void settings_identity(const struct settings *s, struct str *key);

#endif
