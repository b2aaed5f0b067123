/*
 * h3_qlog -- what HTTP/3 tells to the trace of its connection: settings, what
 * streams are for, frames with their lengths and fields, datagrams
 * (draft-ietf-quic-qlog-h3-events-02).
 *
 * Frames of ours are found in the bytes that leave: nghttp3 makes them and does
 * not say when.  Those of the peer are told where the session finds them.  A
 * head is told when it is known: ours by whoever submits it, theirs when it is
 * decoded, and what came behind it waits for that.
 *
 * Everywhere: h3_session_qlog() first, which is NULL when nobody wants a trace.
 */
#ifndef CORE_CONN_H3_QLOG_H
#define CORE_CONN_H3_QLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/qlog.h"
#include "base/span.h"

struct h3_fields_in;
struct h3_fields_out;
struct h3_qlog;

/* On the trace of a QUIC connection; NULL, if that is. */
struct h3_qlog *h3_qlog_new(struct qlog *log);
void h3_qlog_free(struct h3_qlog *l);
/* Nothing of what was begun will go on: early data was rejected. */
void h3_qlog_renew(struct h3_qlog *l);

/* A stream is opened for this: "control", "data" (a request), ... */
void h3_qlog_opened(struct h3_qlog *l, int64_t id, enum qlog_owner owner,
                    const char *what);
/* Nothing more of it is sent or comes. */
void h3_qlog_closed(struct h3_qlog *l, int64_t id);

/* A head or trailers of ours will be sent on the stream. */
void h3_qlog_submitted(struct h3_qlog *l, int64_t id,
                       const struct h3_fields_out *section);
/* What QUIC was offered, and how much of it has left. */
void h3_qlog_offered(struct h3_qlog *l, const struct span *spans, int n);
void h3_qlog_sent(struct h3_qlog *l, int64_t id, size_t len);

/* The connection is over: nothing is told any more. */
void h3_qlog_end(struct h3_qlog *l);

/* For those who read and write capsules on the stream; as long as the arena and
 * the session. */
const struct qlog_stream *h3_qlog_stream(struct h3_qlog *l, int64_t id,
                                         struct arena *arena);

/* Bytes of a unidirectional stream of the peer. */
void h3_qlog_uni(struct h3_qlog *l, int64_t id, struct span data);
/* A frame begins on a request stream. */
void h3_qlog_frame(struct h3_qlog *l, int64_t id, uint64_t type, uint64_t len);
/* The section of the next HEADERS that has come is decoded. */
void h3_qlog_section(struct h3_qlog *l, int64_t id,
                     const struct h3_fields_in *in);
/* All that came on the stream was read. */
void h3_qlog_settle(struct h3_qlog *l, int64_t id);

/* One of so many bytes, without the number in front. */
void h3_qlog_datagram(struct h3_qlog *l, uint64_t quarter, size_t len,
                      enum qlog_owner owner);

#endif
