/*
 * tls_self -- a TLS session as its own modules see it: tls.c (its bytes, its
 * beginning and end) and tls_handshake.c.
 */
#ifndef CORE_TRANSPORT_TLS_SELF_H
#define CORE_TRANSPORT_TLS_SELF_H

#include <wolfssl/options.h>
#include <wolfssl/ssl.h>

#include "base/str.h"
#include "transport/tls.h"
#include "transport/tls_ech.h"
#include "transport/tls_memory.h"
#include "transport/tls_peer.h"
#include "transport/tls_wire.h"

/* Plaintext of a full record (RFC 8446 5.1). */
#define TLS_PLAINTEXT_MAX ((size_t)16384)

/* Protocol names of one session, and their bytes. */
#define TLS_ALPN_COUNT_MAX 8
#define TLS_ALPN_BYTES_MAX 128

enum tls_state {
    TLS_HANDSHAKE,
    TLS_OPEN,
    TLS_FAILED, /* t.fault says why */
    TLS_CLOSED,
};

struct tls {
    struct transport t;
    struct loop *loop;
    struct tls_context *context;
    struct tls_wire *wire;
    WOLFSSL *ssl;
    enum tls_state state;
    bool is_server;
    unsigned wanted;        /* by the owner */
    bool may_have_more;     /* the last read ended before IO_AGAIN */
    bool has_ended;         /* close_notify, and told */
    bool is_shut;           /* ours was sent */
    bool is_shut_put_off;   /* until the handshake is complete */
    bool is_flush_put_off;  /* once in a turn */
    struct loop_task flush; /* also the first step of the handshake */
    struct loop_task reap;
    struct loop_timer again; /* due at once: readiness that is ours alone */
    struct tls_facts facts;
    struct tls_memory memory;
    bool may_be_early; /* the owner allows it */
    bool takes_early;  /* a server's */
    bool has_begun;    /* the first step was due */
    bool is_early;     /* told as connected, and is not yet */
    bool has_stepped;  /* the first step was taken, of one that is early */
    size_t early_max;
    struct str early; /* what went out so */
    struct str taken; /* a server's: what came so, */
    size_t taken_at;  /* of it, read */
    char *host;       /* NULL: a server */
    struct tls_expected expected;
    struct tls_ech ech;
    struct span alpn[TLS_ALPN_COUNT_MAX];
    int nalpn;
    uint8_t alpn_bytes[TLS_ALPN_BYTES_MAX];
};

static inline struct tls *tls_of(const struct transport *t)
{
    return container_of((struct transport *)(uintptr_t)t, struct tls, t);
}

/* Does a server serve what came early, and has no handshake yet? */
static inline bool tls_serves_early(const struct tls *s)
{
    return s->is_server && s->is_early;
}

static inline bool tls_has_taken(const struct tls *s)
{
    return s->taken_at < s->taken.len;
}

/* Asks below for what is needed now, and the owner to take what there is. */
void tls_update(struct tls *s);
/* One record; the session is open. */
enum io tls_write_record(struct tls *s, struct span plain);
/* What came from below has ended, and that is all that is wrong. */
bool tls_is_cut_off(const struct tls *s, int error);

#endif
