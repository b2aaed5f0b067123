/*
 * quic_close -- how a connection ends.
 *
 * Anybody may say that it shall end, from anywhere, once: the first reason
 * counts.  It takes effect in quic_close_settle(), which runs when no call
 * into ngtcp2 is under way.
 */
#ifndef CORE_CONN_QUIC_CLOSE_H
#define CORE_CONN_QUIC_CLOSE_H

#include "conn/quic.h"
#include "transport/udp.h"

/* ngtcp2 returned an error from reading, writing or a timer. */
void quic_close_by_library(struct quic *q, int result);
/* No path is left: nobody is told. */
void quic_close_by_path(struct quic *q, const struct fault *why);
/* TLS is complete, but with the wrong peer. */
void quic_close_by_tls(struct quic *q, uint8_t alert);
/* The peer's Version Negotiation packet. */
void quic_close_by_versions(struct quic *q, const uint32_t *versions, size_t n);

/* Does what was asked for, if anything was; true when the connection is (or
 * was already) over.  The object lives until the reap phase. */
bool quic_close_settle(struct quic *q);

/* Over already, a server's: the peer sends still. */
void quic_close_answer(struct quic *q, const struct udp_packet *p);
/* The closing or draining period has passed. */
void quic_close_finish(struct quic *q);
/* The task that tells the application. */
void quic_close_report(struct loop_task *task);

#endif
