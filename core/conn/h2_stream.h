/*
 * h2_stream -- one HTTP/2 stream, of either role: its section under way, what
 * arrived while nobody took it, the body it sends.
 *
 *   in:   HEAD -> BODY -> ENDED (END_STREAM seen) -> DONE (and told)
 *   out:  IDLE -> BODY -> DONE  (END_STREAM on its way)
 *
 * It is embedded in what the role keeps for a request (an exchange's state, a
 * server's stream) and lives until the role's on_closed() or on_dropped(), or
 * until h2_stream_reset().  nghttp2's own stream may be gone before that: a
 * response that is complete while its reader pauses still has to be handed
 * over.
 */
#ifndef CORE_CONN_H2_STREAM_H
#define CORE_CONN_H2_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <nghttp2/nghttp2.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/list.h"
#include "conn/h2_fields.h"
#include "http/body.h"
#include "http/fields.h"

struct h2_session;

enum h2_in {
    H2_IN_HEAD,
    H2_IN_BODY,
    H2_IN_ENDED,
    H2_IN_DONE,
};

enum h2_out {
    H2_OUT_IDLE,
    H2_OUT_BODY,
    H2_OUT_DONE,
};

struct h2_stream {
    struct h2_session *session;
    int32_t id;          /* 0 until it is on the wire */
    struct list link;    /* in the session */
    struct list resumed; /* in the session, when resumed this turn, */
    unsigned ways;       /* in these directions */
    struct arena *arena;

    enum h2_in in;
    bool is_paused;  /* the last on_data() said so */
    bool is_closed;  /* on the wire, in good order */
    bool is_aborted; /* h2_stream_abort() was called */
    bool has_trailers;
    bool is_bodyless; /* END_STREAM came with the head */
    unsigned interim; /* heads before the final one */
    struct fields fields;
    struct fields trailers;
    struct h2_pseudo pseudo;
    size_t head_len;  /* of the text that HTTP/1 would have sent */
    size_t head_sum;  /* field bytes of all heads, interim ones too */
    struct buf held;  /* arrived while paused */
    size_t owed;      /* credit kept back from the peer: stream, */
    size_t conn_owed; /* and connection */

    enum h2_out out;
    bool is_deferred;         /* waits for h2_stream_resume() */
    bool holds_body;          /* the role does not let it start yet */
    struct body_source *body; /* NULL: none */
    int64_t body_left;        /* still to come from it; -1: until it ends */
    const struct fields *out_trailers;
    uint64_t out_body;   /* payload bytes sent */
    uint64_t out_head;   /* bytes of HEADERS sent */
    uint64_t first_byte; /* where the session's output had its HEADERS */
};

void h2_stream_init(struct h2_stream *st, struct h2_session *s,
                    struct arena *arena);

/* What the body source said IO_AGAIN to, or on_data() SINK_PAUSE, may go on in
 * these directions (of enum exchange_way).  Nothing is called before the
 * session's next turn. */
void h2_stream_resume(struct h2_stream *st, unsigned ways);

/* Forgets the stream: no callback for it comes any more.  If it is still on
 * the wire the peer gets RST_STREAM with this code. */
void h2_stream_reset(struct h2_stream *st, uint32_t code);

/* Resets it, and the role's on_closed() comes in a later turn. */
void h2_stream_abort(struct h2_stream *st, uint32_t code);

/* As h2_stream_reset(), then the role's on_closed() with *why (copied). */
void h2_stream_fail(struct h2_stream *st, uint32_t code,
                    const struct fault *why);

/* ---- for the session ---- */

/* Hands over, or keeps while paused. */
void h2_stream_data(struct h2_stream *st, struct span data);
/* END_STREAM came. */
void h2_stream_ended(struct h2_stream *st);
/* What was resumed goes on: the source is asked again; what was kept, then the
 * end, is handed over as far as the reader takes it. */
void h2_stream_pump(struct h2_stream *st);
/* nghttp2 has closed it with this code. */
void h2_stream_closed(struct h2_stream *st, uint32_t code);
/* Out of every list, credit returned; still unknown to nobody but nghttp2. */
void h2_stream_forget(struct h2_stream *st);

#endif
