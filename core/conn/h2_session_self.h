/*
 * h2_session_self -- what an HTTP/2 connection of either role knows of itself,
 * and how its parts change that: frames that arrive, streams, output.  None of
 * these functions ends the connection: they note that it shall end, and the
 * turn (h2_session.c) does it.
 */
#ifndef CORE_CONN_H2_SESSION_SELF_H
#define CORE_CONN_H2_SESSION_SELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nghttp2/nghttp2.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/list.h"
#include "base/qlog.h"
#include "base/slab.h"
#include "base/span.h"
#include "conn/h2_guard.h"
#include "http/body.h"
#include "io/loop.h"
#include "settings/settings.h"
#include "transport/transport.h"

struct h2_session;
struct h2_stream;
struct meter;

/* A request head with more (as RFC 9113 6.5.2 counts) is not sent. */
#define H2_SESSION_HEAD_MAX ((size_t)256 * 1024)

/* What a session asks and tells its role.  A callback may reset any stream
 * and close the session. */
struct h2_role {
    bool is_server;
    /* A stream the peer opened; NULL refuses it.  NULL: clients. */
    struct h2_stream *(*on_open)(struct h2_session *s);
    /* st->pseudo and st->fields are complete.  A client's is called for
     * interim heads too. */
    void (*on_head)(struct h2_stream *st);
    enum sink_flow (*on_data)(struct h2_stream *st, struct span data);
    /* The peer's side is complete, st->trailers included, and handed over. */
    void (*on_end)(struct h2_stream *st);
    /* A part of the body is on its way; NULL: the role need not know. */
    void (*on_body_sent)(struct h2_stream *st);
    /* Our END_STREAM is on its way. */
    void (*on_sent)(struct h2_stream *st);
    /* The session has forgotten the stream.  why: NULL when both sides ended in
     * good order. */
    void (*on_closed)(struct h2_stream *st, const struct fault *why);
    /* The owner closed the session: the stream is forgotten. */
    void (*on_dropped)(struct h2_stream *st);
    /* In each turn, before frames are gathered; in those after the end too. */
    void (*on_turn)(struct h2_session *s);
    void (*on_settings)(struct h2_session *s);
    /* A client's: see transport_events; NULL on a server. */
    void (*on_confirmed)(struct h2_session *s,
                         const struct transport_confirmed *how);
    void (*on_goaway)(struct h2_session *s, const struct fault *why);
    void (*on_ping)(struct h2_session *s); /* our PING was answered */
    /* As conn_events.on_alt_svc; NULL: servers. */
    void (*on_alt_svc)(struct h2_session *s, struct span origin,
                       struct span value);
    /* The connection is over, and no stream is left.  on_reap() follows. */
    void (*on_gone)(struct h2_session *s, const struct fault *why);
    void (*on_reap)(struct h2_session *s); /* frees the session's owner */
};

enum h2_session_state {
    H2_SESSION_OPEN,
    H2_SESSION_ENDED,
    H2_SESSION_CLOSING,
    H2_SESSION_GONE,
};

struct h2_session {
    struct loop *loop;
    struct transport *transport; /* NULL when it was closed */
    const struct settings *settings;
    struct settings_limits limits; /* its own, with HTTP/2's for a head */
    const struct h2_role *role;
    nghttp2_session *ng;
    struct slab memory; /* ng's */
    struct qlog *qlog;  /* its trace; NULL: nobody wants one */
    struct h2_guard guard;
    enum h2_session_state state;
    unsigned busy;     /* inside read or turn: the end waits */
    bool is_over;      /* the wire is of no use any more: `fault` says why */
    bool is_cut;       /* nothing more is gathered */
    bool is_finishing; /* our GOAWAY is queued */
    bool has_failed;   /* `fault` is an error, by us or the peer */
    bool has_goaway;   /* the peer's */
    bool was_idle;     /* no stream was open when it ended */
    unsigned wanted;   /* readiness asked of the transport */
    struct fault fault;

    struct list streams; /* that a role waits for */
    struct list dying;   /* to be failed, at the end */
    struct list resumed;
    struct h2_stream *current; /* whose callback runs; NULL if it was reset */
    size_t held;               /* bytes kept for paused readers */

    struct loop_task turn;
    struct loop_task reap;
    struct buf out;
    bool is_full;         /* `out` was, with more to gather */
    uint64_t out_total;   /* bytes ever gathered */
    uint64_t out_written; /* bytes the transport took */

    uint32_t peer_streams; /* its MAX_CONCURRENT_STREAMS */
    size_t peer_head_max;  /* its MAX_HEADER_LIST_SIZE */
    bool peer_connect;     /* its ENABLE_CONNECT_PROTOCOL (RFC 8441 3) */
    uint64_t settings_at;  /* ours were sent */
    uint64_t ping_at;      /* 0: none is out */
    struct meter *meter;   /* of h2_session_measure(); NULL: nobody does */
    uint64_t rtt;
    uint64_t rtt_at;      /* measured */
    uint64_t progress_at; /* something useful came or went */
    uint64_t heard_at;    /* anything came */
    uint8_t first[8];     /* what the peer said first */
    size_t nfirst;
};

/* Asks for a turn at the end of this round of the loop. */
void h2_session_wake(struct h2_session *s);
bool h2_session_is_open(const struct h2_session *s);
/* Would nghttp2 and the peer let us open a stream now? */
bool h2_session_may_open(const struct h2_session *s);

/* The wire broke or ended, and the session with it: the reason is *why, unless the
 * peer had told another in a GOAWAY. */
void h2_session_note_lost(struct h2_session *s, const struct fault *why);
/* Sends a PING; on_ping() follows.  False: one is out already. */
bool h2_session_ping(struct h2_session *s);
/* See conn_ops.measure(). */
bool h2_session_measure(struct h2_session *s, struct meter *m, uint64_t seq);
/* GOAWAY with 2^31-1: the peer should stop; nothing else changes. */
void h2_session_notice(struct h2_session *s);
/* GOAWAY, then the end as soon as no stream is left. */
void h2_session_finish(struct h2_session *s);
/* GOAWAY with this error, the end at once: every stream fails with *why. */
void h2_session_fail(struct h2_session *s, uint32_t code,
                     const struct fault *why);
/* The end in the next turn, without a goodbye: every stream fails with *why.
 * What was gathered before is still written, as far as it goes. */
void h2_session_cut(struct h2_session *s, const struct fault *why);

#endif
