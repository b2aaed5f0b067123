/*
 * quic_aead -- sealing and opening packets: what a connection spends most of
 * its CPU on.
 */
#ifndef CORE_CONN_QUIC_AEAD_H
#define CORE_CONN_QUIC_AEAD_H

#include <ngtcp2/ngtcp2.h>

#include "base/span.h"

struct quic_numbers;

/* encrypt, decrypt and hp_mask. */
void quic_aead_set_callbacks(ngtcp2_callbacks *callbacks);

/* From now on the numbers of packets that are opened are noted there; NULL: not
 * at all.  ngtcp2's callback does not say whose packet it is: who calls
 * ngtcp2_conn_read_pkt() does, just around that. */
void quic_aead_note(struct quic_numbers *numbers);

/* Hears of packets: of their headers, not yet or not any more protected, and of
 * what was opened.  The spans hold for the call, in which ngtcp2 is at work. */
struct quic_aead_tap {
    void (*on_sealed)(struct quic_aead_tap *t, struct span header);
    void (*on_opened)(struct quic_aead_tap *t, struct span header,
                      struct span plain);
};

/* The tap hears of all packets from now on; NULL: nobody does. */
void quic_aead_listen(struct quic_aead_tap *to);

#endif
