/*
 * h1_qlog -- the trace of an HTTP/1.1 connection (base/qlog.h): its heads, and its
 * bodies in the pieces in which they passed, in the form that the frames of
 * HTTP/2 have.
 *
 * HTTP/1.1 has no frames, and no standard says how: the events are
 * http1:frame_created and http1:frame_parsed, of frame types headers and data;
 * stream_id counts the requests of the connection, from 0.  For -vv there is
 * nothing of it: -v shows the heads themselves.
 */
#ifndef CORE_CONN_H1_QLOG_H
#define CORE_CONN_H1_QLOG_H

#include "base/qlog.h"
#include "conn/h1_self.h"

/* Makes h->qlog, or leaves it NULL when the loop wants no files. */
void h1_qlog_open(struct h1 *h);
/* With the last event: h->why says how the connection ended. */
void h1_qlog_close(struct h1 *h);

/* The rest is called with h->qlog alone. */

/* The head of a request, as it is written. */
void h1_qlog_request(struct h1 *h, struct span head);
void h1_qlog_response(struct h1 *h, const struct response_head *head);
/* So many bytes of a body, without what frames them. */
void h1_qlog_data(struct h1 *h, uint64_t len, enum qlog_owner owner);

#endif
