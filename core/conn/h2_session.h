/*
 * h2_session -- an HTTP/2 connection of either role: nghttp2's session, the
 * transport below it, and the turn in which everything is written.
 *
 *   OPEN -> ENDED (no wire any more) -> GONE
 *     '------> CLOSING (the owner asked) --'
 *
 * Reading happens when the transport is ready, a bounded batch at a time;
 * what it causes is called directly.  Everything else happens in the turn, a
 * task at the end of the loop's round: paused readers go on, the role opens
 * streams, frames are gathered and written once, and if the connection is
 * over, its end is told.
 *
 * The client's role is conn/h2, the server's serve/h2_server.  A stream that
 * CONNECT has switched (RFC 9113 8.5, RFC 8441) is a body in each direction,
 * without an end that a length tells.
 */
#ifndef CORE_CONN_H2_SESSION_H
#define CORE_CONN_H2_SESSION_H

#include <stdint.h>

#include "conn/h2_fields.h"
#include "conn/h2_session_self.h"
#include "conn/h2_stream.h"

/* Takes the transport, which is connected; settings and role are borrowed.
 * max_streams: how many the peer may open at once (a server's). */
void h2_session_init(struct h2_session *s, struct loop *loop,
                     struct transport *t, const struct settings *settings,
                     const struct h2_role *role, uint32_t max_streams);
/* Frees what the session owns; for on_reap() alone. */
void h2_session_fini(struct h2_session *s);

/* Opens a stream with a request; st->body set: it has a body. */
void h2_session_request(struct h2_session *s, struct h2_stream *st,
                        const struct h2_fields_out *head);
/* PRIORITY_UPDATE, beside the field of the request (RFC 9218 7.1); nothing to a
 * server that goes by other rules. */
void h2_session_prioritize(const struct h2_stream *st, struct span priority);
/* An interim head, or the final one; then the body, if st->body is set. */
void h2_session_inform(struct h2_stream *st, const struct h2_fields_out *head);
void h2_session_respond(struct h2_stream *st, const struct h2_fields_out *head);

/* By the owner: streams are dropped, no event but on_reap() follows. */
void h2_session_close(struct h2_session *s);

#endif
