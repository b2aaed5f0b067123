/*
 * h3_stream -- a request stream of either role, and all streams of a
 * connection by their id.
 *
 * It lives as long as QUIC's stream, which is longer than the exchange on it:
 * what was sent must stay in memory until the peer has acknowledged it.  So
 * it does not come from the exchange's arena but from a free list of the
 * connection; `owner` is the exchange's side and is NULL when that has ended.
 */
#ifndef CORE_CONN_H3_STREAM_H
#define CORE_CONN_H3_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "conn/h3_fields.h"
#include "conn/h3_frames.h"
#include "http/body.h"

/* What arrives:  HEAD -> BODY -> ENDED;  any -> CUT. */
enum h3_stream_rx {
    H3_STREAM_RX_HEAD, /* no final head yet */
    H3_STREAM_RX_BODY,
    H3_STREAM_RX_ENDED, /* FIN came and the message was whole */
    H3_STREAM_RX_CUT,   /* reset, stopped, malformed */
};

/* What leaves:  IDLE -> OPEN <-> DRY, FULL;  OPEN -> ENDED;  any -> CUT. */
enum h3_stream_tx {
    H3_STREAM_TX_IDLE, /* a server that did not answer yet */
    H3_STREAM_TX_OPEN,
    H3_STREAM_TX_DRY,  /* the body source has nothing yet */
    H3_STREAM_TX_FULL, /* enough is waiting to be acknowledged */
    H3_STREAM_TX_ENDED,
    H3_STREAM_TX_CUT,
};

struct datagrams;

struct h3_stream {
    int64_t id;
    struct h3_stream *next; /* same bucket, or free */
    struct list link;       /* in all or gone */
    void *owner;
    struct arena *arena; /* the owner's; valid as long as that */

    enum h3_stream_rx rx;
    enum h3_stream_tx tx;
    bool is_closed; /* QUIC's stream is gone */
    bool has_fin;   /* nghttp3 was given all that comes */
    /* QUIC's stream is gone, but nghttp3 still holds bytes of it until the
     * encoder stream brings what the head refers to (RFC 9204 2.1.2). */
    bool is_undecoded;
    bool is_handed;           /* something was taken by the transport */
    struct body_source *body; /* the owner's; what h3_send_pull() reads */
    int64_t body_left;        /* of a known length, or -1 */
    bool is_paused;           /* the consumer said so */

    struct h3_frames frames;
    struct h3_fields_in in;
    bool is_only_head; /* the stream ended with its head */
    bool has_frames;   /* HEADERS or DATA came, decoded or not */
    unsigned interim;  /* heads with 1xx so far */
    int64_t expected;  /* content-length of the final head, or -1 */
    uint64_t received; /* body bytes */
    bool has_trailers; /* `in` holds them, the consumer has not seen them */
    struct substreams *substreams; /* the owner's; NULL: it has none */
    struct h3_session *session;    /* with those */
    bool is_sorted;                /* whether it has is known */
    struct list due; /* streams with something for their consumer */
    struct list cut; /* streams that nghttp3 still has to cut */

    struct datagrams *datagrams; /* the owner's; NULL: it has none */
    struct list datagrams_due;   /* in those of the session */
    struct list datagrams_told;
    uint8_t quarter[VARINT_LEN_MAX]; /* what stands in front of each */
    uint8_t quarter_len;
    bool holds_end; /* of our message, until they are sent */

    struct buf unacked; /* what was pulled and not acknowledged */
    struct buf held;    /* what came while the consumer was paused */
    size_t stream_debt; /* taken, not yet credited to the stream */
    size_t conn_debt;   /* of held: not credited to the connection either */
};

/* Opened by the client, in both directions (RFC 9000 2.1). */
static inline bool h3_stream_is_request(int64_t id)
{
    return (id & 3) == 0;
}

#define H3_STREAM_BUCKETS 64

struct h3_stream_table {
    struct h3_stream *buckets[H3_STREAM_BUCKETS];
    struct h3_stream *free;
    struct list all;
    struct list gone; /* closed by QUIC, not yet by their owner */
    struct buf_pool *pool;
};

void h3_stream_table_init(struct h3_stream_table *t, struct buf_pool *pool);
/* Frees the streams too. */
void h3_stream_table_fini(struct h3_stream_table *t);

struct h3_stream *h3_stream_add(struct h3_stream_table *t, int64_t id,
                                void *owner, struct arena *arena);
struct h3_stream *h3_stream_find(const struct h3_stream_table *t, int64_t id);
void h3_stream_remove(struct h3_stream_table *t, struct h3_stream *st);

#endif
