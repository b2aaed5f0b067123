/*
 * udp_relay -- a bad path: UDP between one client and one server, with a test
 * deciding the fate of each datagram.
 */
#ifndef TESTS_UDP_RELAY_H
#define TESTS_UDP_RELAY_H

#include "transport/udp.h"

enum udp_relay_fate {
    UDP_RELAY_PASS,
    UDP_RELAY_DROP,
    UDP_RELAY_CORRUPT, /* one bit flipped in the middle */
    UDP_RELAY_TWICE,
};

struct udp_relay {
    struct loop *loop;
    struct udp *front; /* where the client sends to */
    struct udp *back;
    struct udp_events front_events;
    struct udp_events back_events;
    struct udp_reader up;
    struct udp_reader down;
    struct addr at; /* of the front */
    struct addr server;
    struct addr client; /* learnt from its first datagram */
    size_t nup;
    size_t ndown;
    size_t largest_up;
    size_t nmarked_up; /* with ECT(0); the relay forwards no mark */
    /* number: of the datagram in its direction, from 1; NULL passes all. */
    enum udp_relay_fate (*judge)(struct udp_relay *r, bool is_up, size_t number,
                                 struct span data);
    void *test;
};

void udp_relay_open(struct udp_relay *r, struct loop *loop,
                    const struct addr *server);
void udp_relay_close(struct udp_relay *r);
/* To the server from a new port, as after a NAT's rebinding. */
void udp_relay_rebind(struct udp_relay *r);
/* A datagram of the test's own, towards the client or the server. */
void udp_relay_inject(struct udp_relay *r, bool is_up, struct span data);

#endif
