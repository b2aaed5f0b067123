/*
 * quic_keys -- when a connection changes the keys of its packets (RFC 9001 6).
 *
 * ngtcp2 does so by itself before a cipher's limit is reached (RFC 9001 6.6),
 * and follows the peer.  The setting quic.key_update asks for more: in either
 * role, after so many packets.
 */
#ifndef CORE_CONN_QUIC_KEYS_H
#define CORE_CONN_QUIC_KEYS_H

#include <ngtcp2/ngtcp2.h>

struct quic;

/* Before packets are written, and not from within ngtcp2: begins a change that
 * is due.  One that RFC 9001 6.1 does not allow yet is put off. */
void quic_keys_settle(struct quic *q);

/* The part of the callbacks that concerns it. */
void quic_keys_set_callbacks(ngtcp2_callbacks *callbacks);

#endif
