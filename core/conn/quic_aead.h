/*
 * quic_aead -- sealing and opening packets: what a connection spends most of
 * its CPU on.
 */
#ifndef CORE_CONN_QUIC_AEAD_H
#define CORE_CONN_QUIC_AEAD_H

#include <ngtcp2/ngtcp2.h>

#include "base/span.h"

/* encrypt, decrypt and hp_mask. */
void quic_aead_set_callbacks(ngtcp2_callbacks *callbacks);

/* Hears of packets: of their headers, not yet or not any more protected, and of
 * what was opened.  The spans hold for the call, in which ngtcp2 is at work. */
struct quic_aead_tap {
    void (*on_sealed)(struct quic_aead_tap *t, struct span header);
    void (*on_opened)(struct quic_aead_tap *t, struct span header,
                      struct span plain);
};

/* It hears of all packets from now on; NULL: nobody does. */
void quic_aead_listen(struct quic_aead_tap *tap);

#endif
