/*
 * h3_session -- HTTP/3 over one QUIC connection, the same for both roles.
 *
 *      h3 (client)          h3_server
 *           \                  /
 *            h3_session_ops  (up: heads, bodies, ends)
 *                   |
 *      h3_session: life of the connection and of its streams
 *      h3_events:  what QUIC tells, h3_feed: what it delivers
 *      h3_receive: what nghttp3 finds in it, and back-pressure
 *      h3_datagram: datagrams, both ways
 *      h3_send:    what leaves, and memory for it until it is acknowledged
 *      h3_session_self: what these share, and how a stream is given up
 *                   |
 *            nghttp3, and struct quic_app_ops (down: QUIC)
 *
 * A role embeds the session and makes its decisions: what a head means, when
 * an exchange is over, what the peer's loss is to it.  The session calls it
 * from the connection's turn or from a task, never from within a function
 * that the role has called.
 */
#ifndef CORE_CONN_H3_SESSION_H
#define CORE_CONN_H3_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "conn/h3_fields.h"
#include "conn/h3_session_self.h"

/* The role has set nothing; q may be NULL until h3_session_attach(). */
void h3_session_init(struct h3_session *s, const struct h3_session_ops *ops,
                     struct loop *loop, const struct settings *settings,
                     bool is_server);
void h3_session_fini(struct h3_session *s);
void h3_session_attach(struct h3_session *s, struct quic *q);

/* Opens a stream with a request on it; NULL: not now.  Its head's strings
 * stay until the head was handed over. */
struct h3_stream *h3_session_request(struct h3_session *s,
                                     const struct h3_fields_out *head,
                                     bool has_body, void *owner,
                                     struct arena *arena);
/* PRIORITY_UPDATE, beside the field of the request (RFC 9218 7.2). */
void h3_session_prioritize(struct h3_session *s, const struct h3_stream *st,
                           struct span priority);
void h3_session_inform(struct h3_session *s, struct h3_stream *st,
                       const struct h3_fields_out *head);
void h3_session_respond(struct h3_session *s, struct h3_stream *st,
                        const struct h3_fields_out *head, bool has_body);
/* The source has bytes, the consumer takes them again, datagrams wait: ways is
 * of enum exchange_way. */
void h3_session_resume(struct h3_session *s, struct h3_stream *st,
                       unsigned ways);

/* Neither direction goes on: RESET_STREAM and STOP_SENDING as needed, and
 * the owner is forgotten. */
void h3_session_abandon(struct h3_session *s, struct h3_stream *st,
                        uint64_t code);
/* The owner is through with it; what is being sent goes on. */
void h3_session_forget(struct h3_session *s, struct h3_stream *st);
/* GOAWAY: no requests from the next one on. */
void h3_session_goaway(struct h3_session *s);
/* Orderly end; nothing is called any more. */
void h3_session_close(struct h3_session *s, uint64_t code);

#endif
