/*
 * h3_feed -- what QUIC delivers, judged and given to nghttp3.
 *
 * The guard sees the bytes of a request stream first; what nghttp3 makes of
 * them comes back through h3_receive, and its errors are turned into the end
 * of a stream or of the connection here.
 */
#ifndef CORE_CONN_H3_FEED_H
#define CORE_CONN_H3_FEED_H

#include "conn/h3_session_self.h"

/* False: the connection was failed. */
bool h3_feed_data(struct h3_session *s, int64_t id, struct span data, bool fin);

#endif
