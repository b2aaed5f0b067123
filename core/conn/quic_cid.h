/*
 * quic_cid -- connection IDs of our own, and random bytes.
 */
#ifndef CORE_CONN_QUIC_CID_H
#define CORE_CONN_QUIC_CID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <ngtcp2/ngtcp2.h>

/* Ends the program when there is no randomness to be had. */
void quic_cid_random(uint8_t *bytes, size_t len);
void quic_cid_make(ngtcp2_cid *cid, size_t len);
/* The token that a stateless reset for this ID carries (RFC 9000 10.3.2). */
bool quic_cid_reset_token(const uint8_t *secret, const ngtcp2_cid *cid,
                          uint8_t *token);

/* Issues IDs on demand, and keeps a server's listener informed. */
void quic_cid_set_callbacks(ngtcp2_callbacks *callbacks);

#endif
