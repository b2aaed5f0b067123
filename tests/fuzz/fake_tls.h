/*
 * fake_tls -- conn/quic_tls.h without cryptography.
 *
 * Packets are sealed by sixteen zero bytes and header protection changes
 * nothing, so that the bytes of an input are frames as they stand; a packet
 * whose last byte is 0xff does not open.  A handshake is four messages:
 *
 *   client, Initial:    'C', length (2 bytes), transport parameters
 *   server, Initial:    'S'
 *   server, Handshake:  'P', length (2 bytes), transport parameters
 *   client, Handshake:  'F'
 *
 * Random numbers are a sequence that fake_tls_rewind() begins again, so that
 * connection IDs are the same in every run.
 */
#ifndef TESTS_FUZZ_FAKE_TLS_H
#define TESTS_FUZZ_FAKE_TLS_H

#include <stddef.h>
#include <stdint.h>

#include <ngtcp2/ngtcp2.h>

#include "base/span.h"
#include "base/str.h"

#define FAKE_TLS_TAG 16

void fake_tls_rewind(void);

/* 'C' or 'P' with these parameters. */
void fake_tls_message(struct str *to, char kind,
                      const ngtcp2_transport_params *params);

#endif
