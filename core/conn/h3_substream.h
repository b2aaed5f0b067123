/*
 * h3_substream -- one stream that carries no HTTP, as the connection has it, and
 * all of them by their id; for the files of h3_substreams.h.
 *
 * Each side of a stream ends once: by a FIN, or because somebody gives it up.
 * When both have, and QUIC has forgotten the stream, it goes in the session's
 * task.
 */
#ifndef CORE_CONN_H3_SUBSTREAM_H
#define CORE_CONN_H3_SUBSTREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/list.h"
#include "base/varint.h"
#include "conn/h3_session_self.h"
#include "http/substreams.h"

/* What they begin with (4.1, 4.2). */
#define H3_SUBSTREAM_TYPE_UNI  UINT64_C(0x54)
#define H3_SUBSTREAM_TYPE_BIDI UINT64_C(0x41)

/* Error codes of HTTP/3 that the draft adds (9.5). */
#define H3_SUBSTREAM_REJECTED                                                  \
    UINT64_C(0x3994bd84) /* BUFFERED_STREAM_REJECTED */
#define H3_SUBSTREAM_SESSION_GONE UINT64_C(0x170d7b68)

/* Of two numbers. */
#define H3_SUBSTREAM_HEAD_MAX (2 * VARINT_LEN_MAX)

enum h3_substream_what {
    H3_SUBSTREAM_SORTING, /* its first numbers are not complete */
    H3_SUBSTREAM_HTTPS,   /* unidirectional: one that nghttp3 has */
    H3_SUBSTREAM_WAITING, /* its session is not there yet */
    H3_SUBSTREAM_ADMITTED, /* it is, and hears of the stream in the session's task */
    H3_SUBSTREAM_OPEN,
    H3_SUBSTREAM_DETACHED, /* nobody owns it any more */
};

enum h3_substream_side {
    H3_SUBSTREAM_SIDE_OPEN,
    H3_SUBSTREAM_SIDE_ENDING, /* out: FIN follows; in: FIN came, and is to be told */
    H3_SUBSTREAM_SIDE_OVER,
};

struct h3_substream {
    struct substream face;
    struct h3_session *s;
    struct h3_substream *next; /* same bucket, or free */
    struct list link;          /* of its owner's, or of those that wait */
    struct list ready;
    struct list due;
    struct list gone;
    enum h3_substream_what what;
    bool is_closed; /* QUIC's stream is gone */

    uint8_t head[H3_SUBSTREAM_HEAD_MAX]; /* while H3_SUBSTREAM_SORTING */
    size_t nhead;
    struct varint number;
    bool is_type_known;
    int64_t session;

    enum h3_substream_side in;
    bool is_paused;
    struct buf held;
    bool is_lent; /* the owner looks at a piece of it */

    enum h3_substream_side out_side;
    struct buf out;
    size_t sent;    /* of out, on their way */
    bool is_full;   /* somebody was told so */
    bool is_barred; /* by the stream's window */
    bool has_stop;  /* the peer's, to be told when it is H3_SUBSTREAM_OPEN */
    uint32_t stop;
};

static inline struct h3_substreams *h3_substream_all(struct h3_session *s)
{
    return &s->substreams;
}

/* ---- h3_substream.c ---- */

/* Codes of an application, in HTTP/3's (draft-ietf-webtrans-http3 4.3). */
uint64_t h3_substream_to_wire(uint32_t code);
uint32_t h3_substream_from_wire(uint64_t wire);

/* NULL: there is none. */
struct h3_substream *h3_substream_find(struct h3_session *s, int64_t id);
/* The same, of those that are none of HTTP's. */
struct h3_substream *h3_substream_find_ours(struct h3_session *s, int64_t id);
struct h3_substream *h3_substream_add(struct h3_session *s, int64_t id,
                                      bool is_ours);
void h3_substream_remove(struct h3_session *s, struct h3_substream *sub);
/* Nobody looks at it any more once the session's task runs. */
void h3_substream_remove_later(struct h3_substream *sub);

/* Its owner knows it no longer. */
void h3_substream_leave_owner(struct h3_substream *sub);
void h3_substream_set_out(struct h3_substream *sub,
                          enum h3_substream_side side);
/* A side is over, without a word to the peer. */
void h3_substream_end_out(struct h3_substream *sub);
void h3_substream_end_in(struct h3_substream *sub);
/* A side is given up, and the peer told. */
void h3_substream_cut_out(struct h3_substream *sub, uint64_t wire);
void h3_substream_cut_in(struct h3_substream *sub, uint64_t wire);
/* Both are, and nobody hears of it any more. */
void h3_substream_give_up(struct h3_substream *sub, uint64_t wire);
/* The same of one that the peer has opened for nothing. */
void h3_substream_refuse(struct h3_substream *sub, uint64_t wire);
/* One gets nobody anywhere: too many of them are a flood. */
void h3_substream_count_useless(struct h3_session *s);
/* The owner has something coming in the session's task. */
void h3_substream_make_due(struct h3_substream *sub);

/* ---- h3_substreams_in.c ---- */

/* Hands over what is held, then the end, as far as the owner takes it. */
void h3_substream_deliver_held(struct h3_substream *sub);
/* The session is there, and hears of it. */
void h3_substream_open(struct h3_substream *sub, struct substreams *all);
#endif
