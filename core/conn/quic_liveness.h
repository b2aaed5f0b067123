/*
 * quic_liveness -- is the peer still there?
 *
 * A path can die without a word, and whoever only receives has nothing in flight
 * whose loss would tell.  While the application expects something
 * (quic_expect()), a peer that has been silent for a while is asked by a PING,
 * and the connection is over if that is not answered.
 */
#ifndef CORE_CONN_QUIC_LIVENESS_H
#define CORE_CONN_QUIC_LIVENESS_H

#include <stdbool.h>
#include <stdint.h>

#include "io/loop.h"

struct quic;

struct quic_liveness {
    struct loop_timer timer;
    uint64_t nheard;     /* packets of the peer's */
    uint64_t heard_at;   /* the last of them */
    uint64_t flushed_at; /* ours, likewise */
    uint64_t asked_at;   /* 0: nothing is owed */
    uint64_t patience;   /* silence until the next question */
    bool is_expected;
    bool wants_ping; /* as soon as one can be written */
    bool is_pinging; /* ngtcp2 has been told to */
};

void quic_liveness_init(struct quic *q);
/* No more events: the connection ends. */
void quic_liveness_stop(struct quic *q);
/* Datagrams were read; not from within ngtcp2, and the last thing that is done
 * with the connection: the application may close it. */
void quic_liveness_received(struct quic *q);

/* Around the sending of a flush: the PING that is owed is part of it. */
void quic_liveness_before_send(struct quic *q);
void quic_liveness_after_send(struct quic *q);

#endif
