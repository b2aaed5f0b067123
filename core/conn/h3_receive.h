/*
 * h3_receive -- what nghttp3 finds in the streams, and back-pressure on it.
 */
#ifndef CORE_CONN_H3_RECEIVE_H
#define CORE_CONN_H3_RECEIVE_H

#include "conn/h3_session_self.h"

struct nghttp3_callbacks;

void h3_receive_callbacks(struct nghttp3_callbacks *callbacks);
/* The connection's flow control gets len bytes back. */
void h3_receive_credit(struct h3_session *s, size_t len);
/* Gives a consumer that was resumed what waits for it. */
void h3_receive_deliver(struct h3_session *s, struct h3_stream *st);
/* What waits will not be taken: the connection gets its credit back. */
void h3_receive_drop(struct h3_session *s, struct h3_stream *st);
/* Did all bytes arrive that content-length promised? */
bool h3_receive_is_complete(const struct h3_stream *st);

#endif
