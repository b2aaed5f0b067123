/*
 * quic_close -- how a connection ends.
 *
 * That a connection shall end is noted by quic_ending.h, from anywhere; here it
 * is done.
 */
#ifndef CORE_CONN_QUIC_CLOSE_H
#define CORE_CONN_QUIC_CLOSE_H

#include "conn/quic_self.h"
#include "transport/udp.h"

/* Ends the connection, if that was noted; true when it is over, now or before.
 * The object lives until the reap phase. */
bool quic_close_settle(struct quic *q);

/* Writes the CONNECTION_CLOSE and sends it; a server's connection keeps it to
 * answer packets that come later. */
void quic_close_say_goodbye(struct quic *q);

/* A packet for a server's connection that is over already: answers with the
 * goodbye, less and less often. */
void quic_close_answer(struct quic *q, const struct udp_packet *p);
/* The closing or draining period has passed. */
void quic_close_finish(struct quic *q);
/* The task that tells the application. */
void quic_close_report(struct loop_task *task);

#endif
