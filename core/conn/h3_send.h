/*
 * h3_send -- what leaves on the streams of an h3_session.
 */
#ifndef CORE_CONN_H3_SEND_H
#define CORE_CONN_H3_SEND_H

#include "conn/h3_session_self.h"

struct nghttp3_callbacks;
struct nghttp3_data_reader;

void h3_send_callbacks(struct nghttp3_callbacks *callbacks);
/* The reader that every body of ours is pulled with. */
extern const struct nghttp3_data_reader h3_send_reader;

int h3_send_next(struct h3_session *s, int64_t *id, struct span *spans, int cap,
                 bool *fin);
void h3_send_taken(struct h3_session *s, int64_t id, size_t len);
/* The source, or the peer, or memory lets the stream go on. */
void h3_send_resume(struct h3_session *s, struct h3_stream *st);

/* For h3_session_ops.pull: st->body, at most st->body_left bytes of it, whose
 * number the head has told.  A body that ends before is ERR_READ.  IO_FAILED as
 * well, without a fault, when the source has made an end of its exchange:
 * st->owner is NULL then. */
enum io h3_send_pull(struct h3_stream *st, uint8_t *buf, size_t cap, size_t *n,
                     struct fault *why);

#endif
