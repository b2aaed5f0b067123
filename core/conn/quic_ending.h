/*
 * quic_ending -- that a connection shall end, and why.
 *
 * These functions may be called from anywhere, callbacks of ngtcp2 included;
 * only the first reason counts.  The end takes effect in quic_close_settle(),
 * which runs when no call into ngtcp2 is under way.  An application ends its
 * connection by quic_fail().
 */
#ifndef CORE_CONN_QUIC_ENDING_H
#define CORE_CONN_QUIC_ENDING_H

#include "conn/quic_self.h"

/* ngtcp2 returned an error from reading, writing or a timer. */
void quic_ending_by_library(struct quic *q, int result);
/* No path is left, because of *why: the peer cannot be told. */
void quic_ending_by_path(struct quic *q, const struct fault *why);
/* TLS is complete, but with the wrong peer. */
void quic_ending_by_tls(struct quic *q, uint8_t alert);
/* The peer's Version Negotiation packet. */
void quic_ending_by_versions(struct quic *q, const uint32_t *versions,
                             size_t n);
/* The owner closes the connection in good order, with this code.  False:
 * another reason to end it was there before. */
bool quic_ending_by_owner(struct quic *q, uint64_t app_error);

#endif
