/*
 * datagram_path -- datagrams between two addresses, in batches.
 *
 * Implementations: udp_path (a socket of the kernel), and in the tests a pair
 * joined in memory.  Nothing is promised of a datagram but that it arrives
 * whole or not at all; one that is longer than max_payload, or longer than what
 * lies between can carry, counts as sent and is lost.
 *
 * Whoever is on top sets events and owner, before it asks for anything.
 */
#ifndef CORE_TRANSPORT_DATAGRAM_PATH_H
#define CORE_TRANSPORT_DATAGRAM_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "io/addr.h"

struct datagram_path;

/* Datagrams of `segment` bytes one behind the other, the last may be shorter,
 * with the same ECN mark (the two bits of RFC 3168). */
struct datagram_run {
    struct span data;
    size_t segment;
    uint8_t ecn;
};

struct datagram_path_ops {
    const char *name;
    /*
     * Hands what has arrived to on_datagram; budget bounds the work.  IO_OK:
     * there may be more; IO_AGAIN: there is not; IO_FAILED: *fault, as for
     * send.  on_datagram may close the path.
     */
    enum io (*receive)(struct datagram_path *p, size_t budget,
                       struct fault *fault);
    /*
     * IO_OK: all of it; IO_AGAIN: *sent bytes went (whole datagrams), the rest
     * when it is writable; IO_FAILED: *fault.  ERR_CONNECT with an errno is the
     * network's word and may pass (ICMP); any other says that this path will
     * carry nothing any more.
     */
    enum io (*send)(struct datagram_path *p, const struct datagram_run *run,
                    size_t *sent, struct fault *fault);
    void (*want_write)(struct datagram_path *p, bool wanted);
    /* Another path of the same kind, from wherever the network has us send
     * now, to `to` (NULL: where this one goes); NULL with *fault.  The op is
     * NULL where that is not the path's to say. */
    struct datagram_path *(*again)(const struct datagram_path *p,
                                   const struct addr *to, struct fault *fault);
    /* No event comes after it; freed in the reap phase. */
    void (*close)(struct datagram_path *p);
};

struct datagram_path_events {
    void (*on_readable)(struct datagram_path *p); /* call receive */
    void (*on_datagram)(struct datagram_path *p, struct span data, uint8_t ecn);
    void (*on_writable)(struct datagram_path *p); /* if wanted */
};

struct datagram_path {
    const struct datagram_path_ops *ops;
    const struct datagram_path_events *events;
    void *owner; /* of whoever set events: its own */
    /* Where datagrams come from and go to, as long as the path lives. */
    struct addr local;
    struct addr remote;
    size_t max_payload;
};

#endif
