/*
 * quic_echo -- PINGs whose answers somebody waits for (RFC 9000 19.2, 19.3).
 *
 * Any packet that has a PING in it is acknowledged, so the acknowledgement of
 * the packet is the answer.  A lost one is not sent again.
 *
 * Made by the first quic_measure(), and NULL in every other connection.
 */
#ifndef CORE_CONN_QUIC_ECHO_H
#define CORE_CONN_QUIC_ECHO_H

#include <stdbool.h>
#include <stdint.h>

#include "conn/meter.h"

struct quic;

/* Sends a PING of this number in the next flush; the meter, the same one each
 * time, hears of its answer.  False: it cannot be sent now, since the connection
 * is not open or the one before has not left yet. */
bool quic_measure(struct quic *q, struct meter *m, uint64_t seq);

/* ---- for the turn ---- */

/* Around a flush, and around the reading of a packet. */
void quic_echo_before_send(struct quic *q);
void quic_echo_after_send(struct quic *q);
void quic_echo_before_read(struct quic *q);
void quic_echo_after_read(void);
/* Tells the meter of answers that were read: not from within ngtcp2. */
void quic_echo_tell(struct quic *q);
/* The connection ends: the meter hears no more.  On one without an echo this
 * does nothing, as does quic_echo_free(). */
void quic_echo_stop(struct quic *q);
void quic_echo_free(struct quic *q);

#endif
