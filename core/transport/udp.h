/*
 * udp -- datagrams to and from the network, in batches.
 *
 * A socket is connected (a client's: one per path, so that ICMP errors
 * arrive) or bound (a server's).  GSO, GRO, ECN and recvmmsg are used where
 * the kernel has them, found out at run time; without them the same calls
 * work one packet at a time.
 */
#ifndef CORE_TRANSPORT_UDP_H
#define CORE_TRANSPORT_UDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "io/addr.h"
#include "io/loop.h"
#include "settings/settings.h"

struct udp;

/* One received datagram (GRO already split). */
struct udp_packet {
    struct span data;
    struct addr remote;
    struct addr local; /* the address it was sent to, with our port */
    uint8_t ecn;       /* the two bits (RFC 3168) */
};

struct udp_events {
    void (*on_readable)(struct udp_events *e);
    void (*on_writable)(struct udp_events *e);
};

/* NULL with *fault.  s: where it comes from and what its packets are marked
 * with; NULL: from anywhere.  The socket does not fragment (IP_MTU_DISCOVER
 * probe). */
struct udp *udp_connect(struct loop *loop, const struct addr *to,
                        const struct settings *s, struct udp_events *events,
                        struct fault *fault);
struct udp *udp_bind(struct loop *loop, const struct addr *at,
                     struct udp_events *events, struct fault *fault);
void udp_close(struct udp *u); /* closes now; frees in the reap phase */

void udp_local(const struct udp *u, struct addr *local);

/*
 * Receives one batch and calls on_packet for each datagram.  At most `budget`
 * messages, empty ones included (a flood of empty datagrams must not hold the
 * loop); one that the kernel coalesced counts once and holds up to 64
 * datagrams.  IO_OK: there may be more; IO_AGAIN: drained; IO_FAILED: *fault
 * has the errno (ICMP: connection refused and the like).  on_packet may close
 * the socket; its packet's bytes are valid during the call.
 */
struct udp_reader {
    void (*on_packet)(struct udp_reader *r, const struct udp_packet *p);
};
enum io udp_read(struct udp *u, struct udp_reader *r, size_t budget,
                 struct fault *fault);

/*
 * Sends data as datagrams of `segment` bytes (the last may be shorter; no data
 * is one empty datagram) to
 * `to` (NULL when connected) with that ECN mark, from `from` when a bound
 * socket answers (NULL: any).  IO_OK: all of it; IO_AGAIN: *sent bytes went
 * (whole datagrams), ask udp_want_write(); IO_FAILED: *fault; a datagram too
 * big for the path (EMSGSIZE) is dropped silently, as a lost one.
 */
enum io udp_write(struct udp *u, const struct addr *to, const struct addr *from,
                  uint8_t ecn, struct span data, size_t segment, size_t *sent,
                  struct fault *fault);
void udp_want_write(struct udp *u, bool wanted);

#endif
