/*
 * datagram -- HTTP datagrams, capsules and bytes, sent back: /datagram.
 */
#ifndef CORE_SERVE_DATAGRAM_H
#define CORE_SERVE_DATAGRAM_H

#include "serve/stream.h"

/*
 * Accepts any protocol (extended CONNECT, Upgrade).  Each HTTP datagram in a
 * QUIC datagram comes back in one, as long as the client takes them; the oldest
 * are dropped when it does not.  The stream is one of capsules (RFC 9297 3.2)
 * and comes back as it is, those that hold datagrams among them; with ?raw it is
 * one of any bytes.  The client's end is answered with ours, behind everything
 * that came before it; one within a capsule resets the stream (RFC 9297 3.3).
 */
void datagram_start(struct stream *s, struct span argument);

#endif
