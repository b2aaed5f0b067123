/*
 * udp_socket -- what the three files of udp share: the socket itself.
 *
 * Private to udp.c, udp_read.c and udp_write.c (and to their test, which
 * wants udp_force_plain()).
 */
#ifndef CORE_TRANSPORT_UDP_SOCKET_H
#define CORE_TRANSPORT_UDP_SOCKET_H

#include "transport/udp.h"

/* The largest payload that every address family carries (65,535 less the
 * headers of IPv6 with room for an extension). */
#define UDP_PAYLOAD_MAX ((size_t)65000)
/* Segments of one GSO send: the limit of the oldest kernels that have it. */
#define UDP_SEGMENTS_MAX ((size_t)64)

struct udp {
    struct loop *loop;
    struct loop_fd handle;
    struct loop_task reap;
    struct udp_events *events;
    struct addr local;
    struct addr remote; /* len 0 when bound */
    uint8_t tos;        /* of its packets, but for the two bits of ECN */
    bool is_closed;
    bool is_plain;      /* neither recvmmsg nor GRO nor GSO */
    bool has_gso;       /* until the kernel or the device refuses */
    bool has_gro;       /* messages may hold several datagrams */
    bool has_coalesced; /* the last batch did: fewer, larger messages */
};

static inline bool udp_is_connected(const struct udp *u)
{
    return u->remote.len != 0;
}

/* Sockets opened from now on do without everything that a kernel may lack,
 * so that a test walks that path on a kernel that has it all. */
void udp_force_plain(bool plain);

#endif
