/*
 * udp_gather -- datagrams of one flow, gathered over a turn of the loop, so that
 * as many as are of one size leave in one system call.
 *
 * The bytes lie in a buffer that many flows share: one uses it at a time, and
 * what another has there leaves when this one adds.  Nothing is allocated for a
 * datagram, and their order within a flow stays.
 */
#ifndef CORE_TRANSPORT_UDP_GATHER_H
#define CORE_TRANSPORT_UDP_GATHER_H

#include <stdbool.h>

#include "transport/udp.h"

#define UDP_GATHER_BYTES ((size_t)65536)

struct udp_gather;

struct udp_gather_buffer {
    struct udp_gather *user; /* NULL: it is empty */
    size_t len;
    size_t segment;
    unsigned n;
    uint8_t bytes[UDP_GATHER_BYTES];
};

struct udp_gather {
    /* The network's word on what was sent (ICMP); udp_gather_fini() may be
     * called in it.  NULL: nobody wants to know. */
    void (*on_fault)(struct udp_gather *g, const struct fault *fault);
    uint64_t sent;
    uint64_t dropped; /* the kernel had no room for them */
    /* its own */
    struct loop *loop;
    struct udp_gather_buffer *buffer;
    struct udp *udp;
    struct addr to; /* len 0: the socket is connected */
    struct loop_task flush;
};

/* Zeroed with on_fault set; all are borrowed.  to: NULL when udp is
 * connected. */
void udp_gather_init(struct udp_gather *g, struct loop *loop,
                     struct udp_gather_buffer *buffer, struct udp *udp,
                     const struct addr *to);
/* What is gathered leaves, as far as it goes. */
void udp_gather_fini(struct udp_gather *g);

/* Copies; no more than 65,535 bytes.  on_fault may come in it. */
void udp_gather_add(struct udp_gather *g, struct span datagram);

#endif
