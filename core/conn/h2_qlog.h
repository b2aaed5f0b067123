/*
 * h2_qlog -- the trace of an HTTP/2 connection (base/qlog.h): its frames, in the
 * form that qlog has for those of HTTP/3 and qvis for HTTP/2's.
 *
 * No standard says how: the events are http2:frame_created and
 * http2:frame_parsed.  A TCP connection has no ID that both sides know, so the
 * file's name is a random one.
 */
#ifndef CORE_CONN_H2_QLOG_H
#define CORE_CONN_H2_QLOG_H

#include <stdbool.h>

#include "base/qlog.h"
#include "conn/h2_session_self.h"
#include "http/facts.h"

/* Makes s->qlog, or leaves it NULL when the loop wants no traces. */
void h2_qlog_open(struct h2_session *s);
void h2_qlog_close(struct h2_session *s);

/* The rest is called with s->qlog alone. */

/* A client's: between which addresses. */
void h2_qlog_started(struct h2_session *s, const struct conn_facts *facts);
/* One has left (QLOG_LOCAL), or came and was decoded. */
void h2_qlog_frame(struct h2_session *s, const nghttp2_frame *frame,
                   enum qlog_owner owner);
/* For those who read and write capsules on the stream; as long as its arena and
 * the session. */
const struct qlog_stream *h2_qlog_stream(const struct h2_stream *st);
/* The session's end is known. */
void h2_qlog_ended(struct h2_session *s);

#endif
