/*
 * quic_aead -- sealing and opening packets: what a connection spends most of
 * its CPU on.
 */
#ifndef CORE_CONN_QUIC_AEAD_H
#define CORE_CONN_QUIC_AEAD_H

#include <ngtcp2/ngtcp2.h>

struct quic_numbers;

/* encrypt, decrypt and hp_mask. */
void quic_aead_set_callbacks(ngtcp2_callbacks *callbacks);

/* From now on the numbers of packets that are opened are noted there; NULL: not
 * at all.  ngtcp2's callback does not say whose packet it is: who calls
 * ngtcp2_conn_read_pkt() does, just around that. */
void quic_aead_note(struct quic_numbers *numbers);

#endif
