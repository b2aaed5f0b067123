/*
 * h3_datagram -- HTTP datagrams on an h3_session (RFC 9297 2.1): each belongs to
 * a request stream, by the quarter of that stream's id in front of it.
 *
 * What is to be sent waits in the ring of its exchange (http/datagrams.h) and
 * nowhere else; the streams that have some take turns, one datagram each.  What
 * comes goes to its exchange as it lies in the packet.
 */
#ifndef CORE_CONN_H3_DATAGRAM_H
#define CORE_CONN_H3_DATAGRAM_H

#include <stdbool.h>
#include <stdint.h>

#include "conn/h3_session_self.h"
#include "http/datagrams.h"

void h3_datagram_init(struct h3_session *s);
void h3_datagram_fini(struct h3_session *s);

/* The stream's owner has these, or none (NULL), from now on: the head of the
 * request is known.  Datagrams that came before are delivered; if there is
 * nobody to take them the request is refused. */
void h3_datagram_attach(struct h3_session *s, struct h3_stream *st,
                        struct datagrams *d);
/* The owner leaves the stream.  Never calls back. */
void h3_datagram_detach(struct h3_stream *st);
/* Some wait that did not. */
void h3_datagram_resume(struct h3_session *s, struct h3_stream *st);
/* Do some wait that can be sent?  Then the stream is not ended before. */
bool h3_datagram_waits(const struct h3_stream *st);
/* The path, or the peer's SETTINGS, may have changed how long they can be. */
void h3_datagram_update(struct h3_session *s);
/* Owners hear of room and of another size; from the session's task. */
void h3_datagram_settle(struct h3_session *s);

/* One has come; false: nobody wants it. */
bool h3_datagram_receive(struct h3_session *s, struct span data);
/* As in quic_app_ops; their id is the quarter of the stream's. */
bool h3_datagram_next(struct h3_session *s, struct quic_datagram *d);
void h3_datagram_sent(struct h3_session *s, uint64_t quarter);
void h3_datagram_too_large(struct h3_session *s, uint64_t quarter);
void h3_datagram_acked(struct h3_session *s, uint64_t quarter);
void h3_datagram_lost(struct h3_session *s, uint64_t quarter);

#endif
