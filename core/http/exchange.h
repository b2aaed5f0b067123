/*
 * exchange -- one request and the response it gets.
 *
 * The client owns it; the pool, then a connection, only links it, and it is
 * in one list at a time.  Going down it is data.  Coming up it is called
 * through its sink, by the connection itself: the pool is not on the
 * response path.
 *
 *   QUEUED -> ACTIVE -> DONE
 *     ^---------'   a connection that never processed it gives it back
 *
 * Everything a connection needs for it (its stream, decoded fields) comes
 * from `arena` and dies with it; `stream` is the connection's own.
 *
 * A stream that the answer has switched (message_wants_switch()) is open both
 * ways until each side has ended by itself: ours when the body source says
 * IO_EOF, the peer's with on_end().  on_done(NULL) is the end of both.  In
 * HTTP/1.1 the peer's end is that of both, and ours is not told to it (h1.c
 * says why; a tunnel by CONNECT is no exception from the above): the owner
 * cancels when nothing more comes.  A reset by the peer is
 * ERR_CHANNEL_CLOSED with its code as `wire`, the loss of the connection is
 * another.  Any other answer is an ordinary response; the body source is not
 * read then.
 */
#ifndef CORE_HTTP_EXCHANGE_H
#define CORE_HTTP_EXCHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/heap.h"
#include "base/list.h"
#include "base/span.h"
#include "http/body.h"
#include "http/facts.h"
#include "http/feature.h"
#include "http/message.h"

struct conn;
struct datagrams;
struct exchange;
struct pool;
struct qlog_stream;
struct queue_row;
struct story;
struct substreams;

enum exchange_state {
    EXCHANGE_QUEUED,
    EXCHANGE_ACTIVE,
    EXCHANGE_DONE,
};

struct exchange_sink {
    /* Interim heads (status < 200) first, if any, then the final one. */
    void (*on_head)(struct exchange *ex, const struct response_head *head);
    enum sink_flow (*on_body)(struct exchange *ex, struct span data);
    void (*on_trailers)(struct exchange *ex, const struct fields *trailers);
    /* The peer has ended its side of a stream that was switched; ours may go
     * on.  NULL: the owner does nothing with such streams. */
    void (*on_end)(struct exchange *ex);
    /* Our side of one has left: IO_EOF of the body source and what came before
     * is the transport's.  Not in HTTP/1.1, where it says nothing to the
     * peer.  NULL: the owner need not know. */
    void (*on_sent)(struct exchange *ex);
    /* Exactly once, and last.  NULL means success.  Not after a cancel.
     * The connection has already forgotten the exchange. */
    void (*on_done)(struct exchange *ex, const struct fault *fault);
};

struct exchange {
    const struct request *request; /* borrowed until on_done() */
    /* The client's, while a connection has put its own in that one's place;
     * else NULL. */
    const struct request *asked;
    struct body_source *body; /* borrowed; NULL when there is none */
    const struct exchange_sink *sink;
    struct datagrams *datagrams;   /* borrowed; NULL: it has no use for them */
    struct substreams *substreams; /* the same */
    enum exchange_state state;
    struct conn *conn;  /* while ACTIVE */
    void *stream;       /* of the connection, while ACTIVE */
    struct list link;   /* in the pool's queue or the connection's list */
    struct arena arena; /* reset by the client between tries */

    uint64_t xfer_id;    /* the client's name for it, in events */
    struct story *story; /* the client's (http/story.h); NULL: untold */

    /* The pool's. */
    struct pool *pool;  /* since it was submitted */
    uint64_t queued_at; /* loop clock, ns */
    uint64_t checkout;  /* ns it may wait for a connection; 0: for ever.  Set
                           by the client */
    struct heap_node expiry; /* of that, while QUEUED */
    struct queue_row *row;   /* where it waits, while QUEUED */
    uint64_t turn;           /* less: served before others there */
    /* Set by the client: a connection without one of these (of enum feature)
     * will not do; */
    unsigned needs;
    /* only one that was made since this exchange was queued will do.  What
     * there was before has failed it. */
    bool needs_fresh;
    /* Set by the client: may go out before the handshake is complete, where
     * it can be read by nobody but be replayed (RFC 8470). */
    bool may_be_early;
    unsigned returned;   /* times a connection gave it back unprocessed */
    unsigned refused;    /* of them, because the peer rejected it alone */
    bool is_unprocessed; /* given up on after that: it surely did nothing */
    /* The connection's, while ACTIVE: it tells the trace of the bodies itself, with
     * the frames of their chunks. */
    bool tells_sent;
    bool tells_received;

    /* The connection's, while ACTIVE: of a CONNECT, where capsules are told to
     * its trace; NULL: nobody wants one. */
    const struct qlog_stream *qlog;

    /* What the connection notes as it goes; the client reads it. */
    const struct conn_facts *facts; /* set at submit, valid in every callback */
    bool is_first;                  /* first exchange of its connection */
    uint64_t submitted_at;          /* loop clock, ns; 0: not yet */
    uint64_t sent_at;               /* whole request handed to the transport */
    uint64_t first_byte_at;
    uint64_t bytes_head_sent;
    uint64_t bytes_body_sent;
    uint64_t bytes_head_received;
    uint64_t bytes_body_received; /* before content decoding */
    enum early_data early;        /* by any connection that had it */
    uint64_t early_bytes; /* of its connection's streams, that were sent so */
};

#endif
