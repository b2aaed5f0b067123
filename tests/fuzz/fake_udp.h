/*
 * fake_udp -- transport/udp.h in memory: a program gives datagrams to the
 * newest socket and hears of those that leave.
 */
#ifndef TESTS_FUZZ_FAKE_UDP_H
#define TESTS_FUZZ_FAKE_UDP_H

#include "base/str.h"
#include "transport/udp.h"

struct fake_udp_net {
    struct udp *socket; /* the newest; NULL: none, or closed */
    bool is_full;       /* the socket takes nothing */
    /* A datagram that leaves. */
    void (*on_sent)(struct fake_udp_net *net, struct span datagram);
};

/* The one that there is. */
extern struct fake_udp_net fake_udp_net;

/* A datagram from `port` of the peer's; it is read in the next turn. */
void fake_udp_receive(uint16_t port, uint8_t ecn, struct span datagram);
/* ICMP: the next read fails with it. */
void fake_udp_fail(int error);
/* The socket takes datagrams again. */
void fake_udp_unblock(void);

#endif
