/*
 * conn -- one connection that carries exchanges: h1, h2 or h3.
 *
 *   OPEN -> DRAINING -> CLOSED      (dial makes it; it starts open)
 *
 * Rules every implementation keeps:
 *  - submit(), cancel(), reset(), resume(), drain() and close() never call back
 *    before they return; what they cause arrives in a later callback or task.
 *  - A sink that answered SINK_PAUSE hears nothing more of the message, its
 *    end included, until it is resumed; what the peer may send meanwhile is
 *    bounded: HTTP/1 does not read, HTTP/2 and HTTP/3 do not credit the
 *    stream.  Only a failure comes through at any time.
 *  - An exchange taken by submit() ends in exactly one of: its sink's
 *    on_done(); events->on_returned() (the peer surely did not process it:
 *    nothing was sent, REFUSED_STREAM, above GOAWAY's id,
 *    H3_REQUEST_REJECTED), cancel() or reset().
 *  - Any callback, those of a body source included, may cancel any exchange,
 *    its own as well, and close the connection.  Nothing of the exchange is
 *    looked at after that, nor of its memory.
 *  - on_closed() is the last event; every exchange has ended before it.  The
 *    connection frees itself in the reap phase of that turn.
 *  - close() is a request by the owner: exchanges still on it are dropped
 *    without a callback, the goodbye (GOAWAY, close_notify, CONNECTION_CLOSE)
 *    is sent as far as it goes without waiting, no event follows.
 */
#ifndef CORE_CONN_CONN_H
#define CORE_CONN_CONN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/list.h"
#include "base/span.h"
#include "base/trace.h"
#include "http/allowed.h"
#include "http/exchange.h"
#include "http/facts.h"
#include "http/feature.h"

struct conn;
struct loop;
struct meter;
struct transport_confirmed;

/* What a connection can do beside plain requests; sets of enum feature.  It
 * surely lacks what is in neither. */
struct conn_features {
    unsigned has;
    unsigned pending; /* the peer has yet to say: on_features() follows */
    /* Bytes that a QUIC datagram carries on this path now, the stream's id
     * (RFC 9297 2.1) among them; 0 without FEATURE_DATAGRAMS. */
    size_t datagram_max;
};

enum conn_move {
    CONN_MOVE_NEEDLESS,
    CONN_MOVE_STARTED,    /* it goes on as it was until the peer has agreed */
    CONN_MOVE_IMPOSSIBLE, /* what runs may end, what is new has no place here */
};

struct conn_ops {
    const char *name;  /* "h1", "h2", "h3": for programs */
    const char *title; /* "HTTP/1.x": for people */
    void (*submit)(struct conn *c, struct exchange *ex);
    /* The stream is reset (CANCEL, H3_REQUEST_CANCELLED); h1 closes.  Nothing
     * happens to an exchange that is on no connection any more. */
    void (*cancel)(struct conn *c, struct exchange *ex);
    /* As cancel(), with a code of this protocol for the peer. */
    void (*reset)(struct conn *c, struct exchange *ex, uint64_t code);
    /* ways: of enum exchange_way.  EXCHANGE_RECEIVE after SINK_PAUSE,
     * EXCHANGE_SEND after a body source said IO_AGAIN, EXCHANGE_DATAGRAM after
     * datagrams_push() said so (ignored where there are none: h1, h2); the
     * direction that is not named stays as it is. */
    void (*resume)(struct conn *c, struct exchange *ex, unsigned ways);
    size_t (*capacity)(const struct conn *c); /* exchanges it can take now */
    /* The sets change in on_features() alone, and what was pending is told or
     * the connection ends; datagram_max follows the path.  Zeroed by the
     * caller. */
    void (*features)(const struct conn *c, struct conn_features *f);
    /* Takes no new exchanges and closes when the last one has ended;
     * on_closed() comes. */
    void (*drain)(struct conn *c);
    void (*close)(struct conn *c); /* see above */
    /* Makes the peer show that it lives, within `interval` (ns): heard() tells.
     * False: this protocol has no way. */
    bool (*ping)(struct conn *c, uint64_t interval);
    /* Sends a PING of this number, from 1, whose answer the meter hears; many may
     * be out.  The meter is the same each time, and outlives the connection or
     * closes it.  False: none can be sent now.  NULL: this protocol has no
     * PING. */
    bool (*measure)(struct conn *c, struct meter *m, uint64_t seq);
    /* A number that is a larger one when anything has come since. */
    uint64_t (*heard)(const struct conn *c);
    /* The machine may be in another network: the connection follows, if it can
     * and has to; is_forced: even if it has not.  NULL: this protocol stays
     * where it is. */
    enum conn_move (*migrate)(struct conn *c, bool is_forced);
    /* Round-trip time in ns, 0 when unknown. */
    uint64_t (*rtt)(const struct conn *c);
    /* The path as it does now, for statistics: may cost a system call.
     * Zeroed by the caller. */
    void (*path_stats)(const struct conn *c, struct path_stats *stats);
    /* What the peer has said that it allows.  Initialised by the caller. */
    void (*allowed)(const struct conn *c, struct allowed *a);
};

/* Why an exchange comes back unprocessed. */
enum conn_return {
    CONN_RETURN_UNSENT,  /* the connection ended, or was full, before it */
    CONN_RETURN_GOAWAY,  /* above the id up to which the peer goes on */
    CONN_RETURN_REFUSED, /* the peer rejected this one, and stays */
    CONN_RETURN_CROWDED, /* the same, but its limit was not known then */
};

struct conn_events {
    /* capacity() may have become larger, or `limit` is another. */
    void (*on_capacity)(struct conn *c);
    /* features() says more than before.  Not of a connection that drains. */
    void (*on_features)(struct conn *c);
    /* The peer names other places (RFC 7838 4; only HTTP/2 has the frame) of
     * `origin`, or of the connection's own if that is empty.  NULL: nobody wants
     * to know. */
    void (*on_alt_svc)(struct conn *c, struct span origin, struct span value);
    /* The exchange is on no connection any more: the receiver sends it
     * elsewhere, or ends it. */
    void (*on_returned)(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why);
    /* The peer wants no new exchanges; capacity() is 0 from now on. */
    void (*on_draining)(struct conn *c, const struct fault *why);
    void (*on_closed)(struct conn *c, const struct fault *why);
};

/* The peer has not said yet: HTTP/2 before its SETTINGS. */
#define CONN_LIMIT_UNKNOWN SIZE_MAX

struct conn {
    const struct conn_ops *ops;
    const struct conn_events *events; /* set by the pool before submit() */
    struct list link;                 /* in its pool */
    void *owner;                      /* the pool's own */
    /* The owner's sum of `active` over some of its connections; NULL: none. */
    size_t *total;
    size_t active; /* exchanges on it now, by conn_take() and conn_release() */
    uint64_t ntaken; /* exchanges ever, by conn_take() */
    /* Exchanges at once, by the peer's word and ours; kept by the protocol. */
    size_t limit;
    /* ns that the peer keeps it while idle, by its own word; 0: unknown. */
    uint64_t keep_alive;
    struct conn_facts facts; /* filled by dial and the conn */
};

/*
 * For implementations, in submit(): the exchange is this connection's from now
 * (loop clock, ns).  Sets its state, conn, facts and is_first, and begins what
 * the connection notes of it anew; `stream` is the caller's.
 */
void conn_take(struct conn *c, struct exchange *ex, uint64_t now);
/* For implementations: a note of the wire for whoever listens: heads, trailers, data.  ex NULL: of no
 * exchange. */
void conn_note(const struct conn *c, struct loop *loop,
               const struct exchange *ex, enum trace_kind kind,
               struct span text);
/* For implementations, as the connection's memory goes. */
void conn_fini(struct conn *c);
/* For implementations, over a transport that was early: what is known now of the
 * connection, and of each exchange that it has had since it began. */
void conn_confirm(struct conn *c, const struct transport_confirmed *how,
                  struct loop *loop);
/* The part of it that is told in the connection's story. */
void conn_tell_confirmed(const struct conn *c, struct loop *loop,
                         enum early_data outcome, uint64_t bytes);
void conn_confirm_exchange(struct exchange *ex,
                           const struct transport_confirmed *how);
/* For implementations: the exchange leaves the connection, for whatever reason.
 * The caller sets its state; what the connection noted of it stays. */
void conn_release(struct conn *c, struct exchange *ex);

#endif
