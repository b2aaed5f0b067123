/*
 * h3_receive -- what arrives on the streams of an h3_session.
 */
#ifndef CORE_CONN_H3_RECEIVE_H
#define CORE_CONN_H3_RECEIVE_H

#include "conn/h3_session.h"

struct nghttp3_callbacks;

void h3_receive_callbacks(struct nghttp3_callbacks *callbacks);
/* False: the connection was failed. */
bool h3_receive_data(struct h3_session *s, int64_t id, struct span data,
                     bool fin);
/* Gives a consumer that was resumed what waits for it. */
void h3_receive_deliver(struct h3_session *s, struct h3_stream *st);
/* What waits will not be taken: the connection gets its credit back. */
void h3_receive_drop(struct h3_session *s, struct h3_stream *st);
/* Did all bytes arrive that content-length promised? */
bool h3_receive_is_complete(const struct h3_stream *st);

#endif
