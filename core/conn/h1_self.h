/*
 * h1_self -- the client connection's own state, for its three files: h1.c
 * (life), h1_send.c (out), h1_receive.c (in).
 */
#ifndef CORE_CONN_H1_SELF_H
#define CORE_CONN_H1_SELF_H

#include "base/buf.h"
#include "base/list.h"
#include "base/str.h"
#include "base/trace.h"
#include "conn/conn.h"
#include "conn/h1_feed.h"
#include "conn/h1_parse.h"
#include "io/loop.h"
#include "settings/settings.h"
#include "transport/transport.h"

enum h1_life {
    H1_OPEN,
    H1_DRAINING, /* closes after the exchange it has */
    H1_CLOSED,   /* transport closed, on_closed() is due */
    H1_GONE,     /* nothing is called any more; dies in the reap phase */
};

/* The request side of the exchange. */
enum h1_send_state {
    H1_SEND_IDLE,    /* no exchange */
    H1_SEND_WAITING, /* head queued; the body waits for 100, or the switch */
    H1_SEND_BODY,    /* pulled whenever the queue has room */
    H1_SEND_STALLED, /* the source said IO_AGAIN: until it is resumed */
    H1_SEND_QUEUED,  /* all of it is in the queue */
    H1_SEND_DONE,    /* all of it is the transport's */
    H1_SEND_STOPPED, /* given up: the connection ends with the response */
};

struct h1 {
    struct conn conn;
    struct loop *loop;
    struct transport *transport;
    const struct settings *settings;
    enum h1_life life;
    struct loop_task turn; /* does what a start function may not: call back */
    struct loop_task reap;
    struct fault why; /* of has_failed, or of the end of the connection */

    struct exchange *ex;
    bool must_close; /* after this exchange */
    bool has_failed; /* the request could not be written at all: `why` */
    uint64_t idle_since;
    bool has_capacity_to_tell; /* on_capacity() is due: a cancel sent nothing */

    enum h1_send_state send;
    struct buf out;
    struct str head;   /* the request head while it is made */
    struct qlog *qlog; /* h1_qlog.h; NULL: nobody wants one */
    struct h1_feed feed;
    bool is_pulling;  /* the body source reads into `out` */
    size_t head_left; /* of the request head, still in `out` */
    bool has_sent;    /* a byte of this exchange is the transport's */
    bool has_send_fault;
    struct fault send_fault; /* told if no response explains it */
    struct loop_timer expect;

    struct h1_parse parse;
    struct str kept; /* read, but not yet parsed: the sink paused */
    size_t kept_at;  /* its first byte */
    size_t told;     /* of what is still to be parsed, to the trace */
    bool is_paused;
    bool has_peer_ended; /* of a CONNECT tunnel, of which ours goes on */
};

static inline struct h1 *h1_self(const struct conn *c)
{
    return container_of((struct conn *)(uintptr_t)c, struct h1, conn);
}

/* Has the connection become a tunnel by CONNECT?  Its sides end alone, and both
 * ends are told. */
static inline bool h1_is_connect_tunnel(const struct h1 *h)
{
    return h->parse.is_tunnel && h->parse.status != 101;
}

/* h1.c: */

/* Bytes of a body as they are on the wire, for the trace. */
void h1_tell(const struct h1 *h, enum trace_kind kind, struct span wire);

/* The exchange is over: its sink's on_done(), then on_capacity() if the
 * connection can take another.  Afterwards h may be closed, or carry another
 * exchange. */
void h1_finish(struct h1 *h, const struct fault *fault);
/* The connection is over: its exchange, if any, ends with *why, or is returned
 * if nothing of it was sent; then on_closed(). */
void h1_lose(struct h1 *h, const struct fault *why);

/* A note of the exchange at hand, if notes are wanted. */
void h1_trace(const struct h1 *h, enum trace_kind kind, const struct str *text);

/* h1_send.c: */

/* Queues the head; false with h->why when it cannot be sent at all. */
bool h1_send_start(struct h1 *h);
/* Fills the queue from the body source and writes what the transport takes; may
 * lose the connection. */
void h1_send_some(struct h1 *h);
/* 100 Continue came, or the wait for it is over, or the protocol was switched:
 * the body is sent. */
void h1_send_go(struct h1 *h);
/* The protocol was not switched: the head was all of the request. */
void h1_send_nothing(struct h1 *h);
/* No more of the body goes out; what is queued may. */
void h1_send_stop(struct h1 *h);
/* Forgets the request of the exchange that has ended. */
void h1_send_reset(struct h1 *h);

/* h1_receive.c: */

/* The connection may be read: nobody has paused, nothing read waits. */
bool h1_receive_is_open(const struct h1 *h);
/* The transport is readable. */
void h1_receive_ready(struct h1 *h);
/* The transport is broken: h->transport->fault. */
void h1_receive_failed(struct h1 *h);
/* Parses what was kept while the sink had paused. */
void h1_receive_kept(struct h1 *h);
/* False when the connection that was idle turns out to be over, or to have
 * sent bytes nobody asked for; *why is set. */
bool h1_receive_probe(struct h1 *h, struct fault *why);

#endif
