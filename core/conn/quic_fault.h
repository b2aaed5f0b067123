/*
 * quic_fault -- why a QUIC connection ended, in words and codes.
 */
#ifndef CORE_CONN_QUIC_FAULT_H
#define CORE_CONN_QUIC_FAULT_H

#include <ngtcp2/ngtcp2.h>

#include "base/err.h"
#include "conn/quic_protocol.h"

/* The peer sent CONNECTION_CLOSE: *error as ngtcp2 received it; the protocol
 * tells what a code of the application means.  Code ERR_NONE when it is a
 * goodbye without an error. */
void quic_fault_peer(struct fault *f, const struct quic_protocol *protocol,
                     const ngtcp2_ccerr *error);
/* We end it because the peer broke the protocol; `result` is ngtcp2's. */
void quic_fault_library(struct fault *f, int result);

/* The name of a transport error as RFC 9000 20.1 writes it; NULL when there is
 * none. */
const char *quic_fault_transport_name(uint64_t code);

#endif
