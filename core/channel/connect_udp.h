/*
 * connect_udp -- proxying UDP in HTTP (RFC 9298), as data, for both roles: what
 * an HTTP datagram of such a stream is.
 *
 * It begins with the number of a context; 0 is a UDP packet's payload, and no
 * other has a meaning to us.
 */
#ifndef CORE_CHANNEL_CONNECT_UDP_H
#define CORE_CHANNEL_CONNECT_UDP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

/* The upgrade token. */
#define CONNECT_UDP_PROTOCOL "connect-udp"

/* Where a proxy answers unless it says otherwise (RFC 9298 2). */
#define CONNECT_UDP_PATH     "/.well-known/masque/udp/"
#define CONNECT_UDP_TEMPLATE CONNECT_UDP_PATH "{target_host}/{target_port}/"

/* What stands before a packet. */
#define CONNECT_UDP_HEAD     ((const uint8_t *)"\0")
#define CONNECT_UDP_HEAD_LEN ((size_t)1)

/* Of one packet, whatever carries it (RFC 9298 5). */
#define CONNECT_UDP_PACKET_MAX ((size_t)65527)

/* The packet in an HTTP datagram; false: it is one of another context, or of
 * none, which is to be dropped (RFC 9298 4). */
bool connect_udp_packet(struct span datagram, struct span *packet);

#endif
