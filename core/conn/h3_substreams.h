/*
 * h3_substreams -- streams of a connection that carry no HTTP: those of
 * WebTransport sessions (draft-ietf-webtrans-http3 4).
 *
 * They begin with a number that says so and the id of the session's CONNECT
 * stream; what follows is the session's.  nghttp3 knows nothing of them: each
 * stream that the peer opens is looked at here first, and is given to nghttp3
 * from its first byte when it turns out to be HTTP's.
 */
#ifndef CORE_CONN_H3_SUBSTREAMS_H
#define CORE_CONN_H3_SUBSTREAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/slab.h"
#include "base/span.h"
#include "http/substreams.h"

struct h3_session;
struct h3_stream;
struct h3_substream;

#define H3_SUBSTREAMS_BUCKETS 64

struct h3_substreams {
    struct h3_substream *buckets[H3_SUBSTREAMS_BUCKETS];
    struct h3_substream *free;
    size_t n;            /* in the buckets */
    size_t nwaiting;     /* for their session's request */
    struct list waiting; /* them */
    struct list ready;   /* with something to send */
    struct list due;     /* with something for their owner */
    struct list gone;    /* to be freed by the session's task */
    bool has_turn;       /* before HTTP's own streams */
};

void h3_substreams_init(struct h3_session *s);
void h3_substreams_fini(struct h3_session *s);

/* The stream's owner has these, or none (NULL), from now on. */
void h3_substreams_attach(struct h3_session *s, struct h3_stream *st,
                          struct substreams *all);
/* The owner leaves the stream: its streams are reset.  Never calls back. */
void h3_substreams_detach(struct h3_session *s, struct h3_stream *st);

enum h3_substreams_whose {
    H3_SUBSTREAMS_OURS,  /* the bytes are taken, or wait */
    H3_SUBSTREAMS_HTTPS, /* they are for nghttp3, and *before came before them */
};

/* Bytes of a stream have come. */
enum h3_substreams_whose h3_substreams_feed(struct h3_session *s, int64_t id,
                                            struct span data, bool fin,
                                            struct span *before);

/* As in quic_app_ops; -1, or false: it is none of these. */
int h3_substreams_next(struct h3_session *s, int64_t *id, struct span *spans,
                       int cap, bool *fin);
bool h3_substreams_sent(struct h3_session *s, int64_t id, size_t len);
bool h3_substreams_blocked(struct h3_session *s, int64_t id);
bool h3_substreams_unblocked(struct h3_session *s, int64_t id);
bool h3_substreams_acked(struct h3_session *s, int64_t id, uint64_t len);
bool h3_substreams_reset(struct h3_session *s, int64_t id, uint64_t code);
bool h3_substreams_stopped(struct h3_session *s, int64_t id, uint64_t code);
bool h3_substreams_closed(struct h3_session *s, int64_t id);

/* In the session's task. */
void h3_substreams_settle(struct h3_session *s);

#endif
