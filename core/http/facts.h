/*
 * facts -- what is known of a connection, as plain data.
 *
 * Filled by dial and the connection, read by the client for -w, -v and
 * records: the layers above never look into a transport.  Strings are
 * NUL-terminated and "" when unknown; times are loop clock ns, 0 when the
 * stage did not happen.
 */
#ifndef CORE_HTTP_FACTS_H
#define CORE_HTTP_FACTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "http/message.h"

struct story;
struct str;

#define FACTS_ADDR_MAX     48 /* numeric address, or the tail of a path */
#define FACTS_ATTEMPTS_MAX 16 /* more than that are counted, not kept */

/* What a TLS or QUIC handshake agreed on. */
struct tls_facts {
    char version[8];   /* "TLSv1.3" */
    char cipher[48];   /* "TLS_AES_128_GCM_SHA256" */
    char group[32];    /* "X25519MLKEM768" */
    char alpn[16];     /* "h2" */
    char subject[128]; /* of the peer's certificate, printable */
    char issuer[128];
    char expires[40];     /* notAfter, ISO 8601 */
    bool verified;        /* checked and good; false with -k */
    char verify[96];      /* "ok", or what would have failed without -k */
    unsigned verify_code; /* the same as a number of OpenSSL's; 0: good */
    bool wants_cert;      /* the peer asked for one of ours */
    unsigned ncerts;      /* that the peer has sent; 0: resumed */
    /* The same, DER; NULL: not asked for.  As long as the connection lives. */
    const struct span *certs;
    /* By a ticket of an earlier session: subject, issuer, expires and what was
     * found of them are those of the handshake that it came from. */
    bool resumed;
    bool offered; /* one was, whether it was taken or not */
    bool ech;     /* the name that was asked for went out hidden (RFC 9849) */
};

/* What became of requests that were sent before the handshake was complete. */
enum early_data {
    EARLY_DATA_NONE, /* there were none */
    EARLY_DATA_SENT, /* not known yet */
    EARLY_DATA_ACCEPTED,
    EARLY_DATA_REJECTED, /* and sent again */
};

enum attempt_result {
    ATTEMPT_RUNNING,
    ATTEMPT_WON,
    ATTEMPT_LOST, /* another was faster */
    ATTEMPT_FAILED,
    ATTEMPT_CANCELLED, /* nobody won: time was up */
};

const char *facts_attempt_name(enum attempt_result result); /* "won" */

struct attempt {
    const char *proto; /* "tcp" or "quic" */
    const char *from;  /* who named the place: "dns", "option", "https-rr",
                          "alt-svc" */
    char addr[FACTS_ADDR_MAX];
    uint16_t port;
    uint64_t start;
    uint64_t end;
    enum attempt_result result;
    bool was_heard; /* anything has come from there */
    enum err code;  /* of ATTEMPT_FAILED */
    uint64_t wire;  /* as in struct fault */
    char why[96];   /* it did not win */
};

/* How a path does at this moment; 0: unknown. */
struct path_stats {
    uint64_t rtt;     /* smoothed, ns */
    uint64_t min_rtt; /* ns */
    uint64_t cwnd;    /* bytes */
    uint64_t packets_sent;
    uint64_t packets_lost; /* or sent once more */
    uint64_t packets_received;
    uint64_t packets_missed; /* of the peer's: lost, or late */
};

#define FACTS_PROXY_MAX 192
#define FACTS_WHY_MAX   64
#define FACTS_PLACE_MAX 264 /* host:port */

/* What a connection goes through. */
struct proxy_facts {
    char
        url[FACTS_PROXY_MAX]; /* scheme://host:port, nothing secret; "": none */
    char why[FACTS_WHY_MAX];  /* it is used: "-x", "https_proxy" */
    int status; /* its answer to CONNECT; 0: none was sent, or it is SOCKS */
    size_t head_bytes;         /* of that answer, in HTTP/1 */
    enum http_version version; /* spoken with it; NONE: SOCKS */
    uint64_t conn_id;          /* of our connection to it; 0: this one's own */
    /* To CONNECT, as long as the connection lives; NULL: none, or not of
     * HTTP/1. */
    const struct response_head *answer;
    bool is_end;   /* the connection is one to it, which forwards requests */
    bool is_tls;   /* with it */
    bool verified; /* as in tls_facts */
};

struct conn_facts {
    uint64_t id; /* from 1, in order of opening */
    enum http_version version;
    const char *quic_version; /* "v1", NULL without QUIC */
    char remote_addr[FACTS_ADDR_MAX];
    char local_addr[FACTS_ADDR_MAX];
    uint16_t remote_port;
    uint16_t local_port;
    bool is_tls;
    struct tls_facts tls;
    uint64_t dial_start;
    uint64_t resolved_at;
    uint64_t connected_at; /* TCP connected; QUIC: handshake done */
    uint64_t secured_at;   /* TLS handshake done */
    struct proxy_facts proxy;
    char alt_used[FACTS_PLACE_MAX]; /* host:port that Alt-Svc named; "": none */
    struct path_stats path; /* as it was last looked at (conn_release()) */
    struct story *story;    /* http/story.h; the connection's.  NULL: untold */
    struct attempt attempts[FACTS_ATTEMPTS_MAX];
    unsigned nattempts; /* made, kept or not */
};

/* What a dial has come to that is not over: "no QUIC answer from 192.0.2.1:443".
 * Appends one line. */
void facts_add_standstill(const struct conn_facts *f, struct str *out);

#endif
