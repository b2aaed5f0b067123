/*
 * quic_close -- how a connection ends.
 *
 * That it shall is said elsewhere (quic_ending.h); here it is done.
 */
#ifndef CORE_CONN_QUIC_CLOSE_H
#define CORE_CONN_QUIC_CLOSE_H

#include "conn/quic_self.h"
#include "transport/udp.h"

/* Does what was asked for, if anything was; true when the connection is (or
 * was already) over.  The object lives until the reap phase. */
bool quic_close_settle(struct quic *q);

/* Writes the CONNECTION_CLOSE, sends it, and keeps it if a server. */
void quic_close_say_goodbye(struct quic *q);

/* Over already, a server's: the peer sends still. */
void quic_close_answer(struct quic *q, const struct udp_packet *p);
/* The closing or draining period has passed. */
void quic_close_finish(struct quic *q);
/* The task that tells the application. */
void quic_close_report(struct loop_task *task);

#endif
