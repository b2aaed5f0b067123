/*
 * h3_session_self -- what an h3_session knows of itself, and how it gives up a
 * stream or the connection: what all of its files stand on (h3_session.h).
 */
#ifndef CORE_CONN_H3_SESSION_SELF_H
#define CORE_CONN_H3_SESSION_SELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nghttp3/nghttp3.h>

#include "base/err.h"
#include "base/list.h"
#include "base/slab.h"
#include "conn/h3_control.h"
#include "conn/h3_early.h"
#include "conn/h3_gaps.h"
#include "conn/h3_guard.h"
#include "conn/h3_remembered.h"
#include "conn/h3_settings.h"
#include "conn/h3_stream.h"
#include "conn/h3_substreams.h"
#include "conn/quic.h"
#include "http/body.h"
#include "io/loop.h"
#include "settings/settings.h"

struct h3_qlog;
struct nghttp3_conn;
struct h3_session;

enum h3_session_how {
    H3_SESSION_RESET,   /* the peer gave the stream up; code is its reason */
    H3_SESSION_REFUSED, /* we did: fault is complete */
    H3_SESSION_LOST,    /* the connection ended; fault is its end */
    H3_SESSION_EARLY,   /* it was sent as early data, which the server did not
                           take: fault says so, the connection goes on */
    H3_SESSION_BROKEN,  /* the same, because the peer does not speak HTTP/3:
                           no stream is to blame, a new connection no cure */
};

struct h3_session_cut {
    enum h3_session_how how;
    uint64_t code;
    const struct fault *fault; /* NULL for H3_SESSION_RESET */
};

struct h3_session_ops {
    /* Server: the peer opened a request stream.  Sets its owner and the
     * arena that its heads go to. */
    void (*on_request)(struct h3_session *s, struct h3_stream *st);
    /* A whole head is in st->in, an interim one too. */
    void (*on_head)(struct h3_session *s, struct h3_stream *st);
    enum sink_flow (*on_body)(struct h3_session *s, struct h3_stream *st,
                              struct span data);
    void (*on_trailers)(struct h3_session *s, struct h3_stream *st);
    /* The peer's message is whole. */
    void (*on_end)(struct h3_session *s, struct h3_stream *st);
    /* The peer's message will never be whole.  The role forgets the stream
     * (h3_session_forget()). */
    void (*on_cut)(struct h3_session *s, struct h3_stream *st,
                   const struct h3_session_cut *cut);
    /* Body bytes to send, as body_source.read().  After IO_FAILED the role has
     * given the stream up. */
    enum io (*pull)(struct h3_session *s, struct h3_stream *st, uint8_t *buf,
                    size_t cap, size_t *n);
    /* The fields to send after the body; NULL: none. */
    const struct fields *(*trailers)(struct h3_session *s,
                                     struct h3_stream *st);
    /* All of our message was handed to the transport. */
    void (*on_sent)(struct h3_session *s, struct h3_stream *st);
    /* The rest of our message will not be sent: the peer wants no more of it
     * (STOP_SENDING), or the connection is lost after the peer's message was
     * whole. */
    void (*on_stopped)(struct h3_session *s, struct h3_stream *st);
    /* QUIC's stream is gone; both messages were whole unless cut before. */
    void (*on_stream_gone)(struct h3_session *s, struct h3_stream *st);
    /* Streams from this id on will not be processed. */
    void (*on_goaway)(struct h3_session *s, uint64_t id);
    void (*on_capacity)(struct h3_session *s);
    /* Early data was sent, and the handshake is complete now.  If it was
     * rejected, all streams were cut before (H3_SESSION_EARLY).  NULL: the role
     * sends none. */
    void (*on_confirmed)(struct h3_session *s);
    /* The peer's SETTINGS are here; NULL: the role need not know. */
    void (*on_settings)(struct h3_session *s);
    /* The connection goes over another path now; NULL: nobody minds. */
    void (*on_path)(struct h3_session *s);
    /* Another one was tried in vain; NULL: nobody minds. */
    void (*on_path_failed)(struct h3_session *s);
    /* The peer lives, after a silence; NULL: nobody asks. */
    void (*on_alive)(struct h3_session *s);
    /* Last call: the connection is over and nobody waits for it. */
    void (*on_over)(struct h3_session *s, const struct fault *why);
};

struct h3_session {
    struct quic_app app;
    const struct h3_session_ops *ops;
    const struct settings *settings;
    struct settings_limits limits; /* its own, with HTTP/3's for a head */
    struct loop *loop;
    struct quic *q; /* NULL: over */
    struct h3_qlog
        *qlog; /* while q is there: its trace; NULL: nobody wants it */
    struct path_stats last; /* of its path, once q is gone */
    struct nghttp3_conn *ng;
    /* Makes another ng, which knows nothing of this one; no stream is left. */
    void (*renew)(struct h3_session *s);
    nghttp3_mem mem; /* ng's, over: */
    struct slab memory;
    bool is_server;
    bool is_started;
    bool is_broken;          /* see H3_SESSION_BROKEN */
    bool is_failed;          /* quic_fail() was called */
    bool is_over;            /* on_over() was */
    struct fault why;        /* of the end */
    bool has_settings;       /* the peer's, once (RFC 9114 7.2.4): */
    uint64_t peer_section;   /* MAX_FIELD_SECTION_SIZE */
    uint64_t peer_table;     /* QPACK_MAX_TABLE_CAPACITY */
    uint64_t peer_blocked;   /* QPACK_BLOCKED_STREAMS */
    bool peer_connect;       /* ENABLE_CONNECT_PROTOCOL (RFC 9220 3) */
    bool peer_datagrams;     /* H3_DATAGRAM (RFC 9297 2.1.1) */
    struct h3_settings peer; /* what else they say */
    bool is_unconfirmed;     /* early data: the peer has not answered yet */
    bool was_early;          /* and it was taken */
    nghttp3_proto_settings before; /* the peer's, when it was sent */
    int64_t goaway_sent;           /* streams from here on are rejected */
    uint64_t allowed;    /* streams that the client may name in priorities */
    int64_t next_id;     /* one above the last request of the peer */
    struct h3_gaps gaps; /* a server's */

    struct h3_stream_table streams;
    struct h3_guard guard;
    struct list due; /* see h3_stream.due */
    struct list cut; /* see h3_stream.cut */
    struct loop_task task;

    struct h3_control control; /* the stream that we open for it */
    struct h3_substreams substreams;

    /* Datagrams (h3_datagram.h). */
    struct list
        datagrams_due; /* streams that have some to send, the next first */
    struct list datagrams_told; /* streams whose owner has to hear of theirs */
    struct h3_early early;
    uint64_t *nlost;      /* counts those held for lost; NULL: nobody does */
    uint64_t datagram_at; /* loop clock, ns: the last that was sent or wanted */
    uint64_t opened;      /* request streams of ours, a client's */

    /* While nghttp3 reads: streams may not be taken from it, and what of the
     * bytes was body (which is credited apart). */
    bool is_reading;
    size_t body_read;
    size_t held; /* bytes put aside, of all streams */

    /* The last next_send(). */
    int64_t offered_id;
    size_t offered_len;
    bool offered_fin;
    bool was_dry; /* a stream had nothing after all */
};

/* Where it tells what happens; NULL: nobody wants to know. */
static inline struct h3_qlog *h3_session_qlog(const struct h3_session *s)
{
    return s->q ? s->qlog : NULL;
}

/* Control and QPACK streams, SETTINGS (RFC 9114 3.2, 6.2). */
void h3_session_start(struct h3_session *s);
/* Wants no more of what arrives on the stream: STOP_SENDING with this code. */
void h3_session_unread(struct h3_session *s, struct h3_stream *st,
                       uint64_t code);
/* Ends the connection; *why is told to every exchange.  blamed: the stream
 * whose owner has heard already, or NULL when it is the peer as a whole. */
void h3_session_fail(struct h3_session *s, const struct h3_stream *blamed,
                     uint64_t code, const struct fault *why);
/* As h3_session_fail(), with the peer as a whole to blame; `what` is the text
 * of the fault. */
void h3_session_break(struct h3_session *s, uint64_t code, const char *what);
/* In a later task, streams that are over for QUIC, nghttp3 and their owner go
 * back to the free list. */
void h3_session_sweep(struct h3_session *s);
/* Nothing more is read from the stream. */
void h3_session_cut_receiving(struct h3_session *s, struct h3_stream *st);
/* The sending side will not go on. */
void h3_session_cut_sending(struct h3_session *s, struct h3_stream *st);
/* Cuts both sides, and tells the peer: RESET_STREAM and STOP_SENDING as
 * needed. */
void h3_session_cut_both(struct h3_session *s, struct h3_stream *st,
                         uint64_t code);
/* Calls on_cut(), if the stream has an owner. */
void h3_session_tell_cut(struct h3_session *s, struct h3_stream *st,
                         enum h3_session_how how, uint64_t code,
                         const struct fault *fault);
/* We give a stream up because of what came on it. */
void h3_session_refuse(struct h3_session *s, struct h3_stream *st, enum err err,
                       uint64_t code, const char *what);

/* How its path does, or did at last. */
void h3_session_path(const struct h3_session *s, struct path_stats *path);

#endif
