/*
 * quic_aead -- sealing and opening packets: what a connection spends most of
 * its CPU on.
 */
#ifndef CORE_CONN_QUIC_AEAD_H
#define CORE_CONN_QUIC_AEAD_H

#include <ngtcp2/ngtcp2.h>

/* encrypt, decrypt and hp_mask. */
void quic_aead_set_callbacks(ngtcp2_callbacks *callbacks);

#endif
