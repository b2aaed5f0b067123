/*
 * h3_protocol -- what HTTP/3 is called in ALPN, and its error codes for the
 * ends of a connection that QUIC itself decides on (RFC 9114 3.1, 8.1).
 */
#ifndef CORE_CONN_H3_PROTOCOL_H
#define CORE_CONN_H3_PROTOCOL_H

#include "conn/quic_protocol.h"

extern const struct quic_protocol h3_protocol;

#endif
