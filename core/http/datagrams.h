/*
 * datagrams -- the HTTP datagrams of one exchange, both ways (RFC 9297 2).
 *
 * Whoever has an exchange owns one of these and gives it along; a connection
 * that carries datagrams works on it directly.  Outgoing ones wait in a ring:
 * the owner pushes, the connection peeks when it can send and pops what is in a
 * packet.  A datagram that waits for long is worth nothing: the ring has a
 * limit on how many there are and how old they may be, and it is always the
 * oldest that are dropped, and counted.  Nothing is allocated for each.
 *
 * A connection that has datagrams sends none after the end of our body (RFC 9297
 * 2.1), and ends that only when the ring is empty.
 *
 *   owner       datagrams_push(), then resume(EXCHANGE_DATAGRAM) when it says so
 *   connection  datagrams_peek(), datagrams_pop(); on_datagram() for what comes
 */
#ifndef CORE_HTTP_DATAGRAMS_H
#define CORE_HTTP_DATAGRAMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"

struct datagrams;

struct datagrams_counters {
    uint64_t sent;          /* popped: in a packet, or in a capsule */
    uint64_t acked;         /* of them, known to have arrived */
    uint64_t lost;          /* of them, held for lost by the transport; one
                               that was only late is counted as acked, too */
    uint64_t dropped_full;  /* of those pushed: the limit was reached */
    uint64_t dropped_old;   /* waited for too long */
    uint64_t dropped_large; /* the path had become smaller */
    uint64_t received;
};

struct datagrams_limits {
    size_t count; /* that wait; 0: DATAGRAMS_COUNT */
    uint64_t age; /* ns; 0: any */
};

#define DATAGRAMS_COUNT ((size_t)1024)

struct datagrams {
    /* One has come; the bytes are the connection's, for this call.  Before the
     * head of the response too. */
    void (*on_datagram)(struct datagrams *d, struct span payload);
    /* Half of the ring is free again after datagrams_push() had filled the last
     * of it, or `max` is another; from datagrams_settle() alone.  NULL: the
     * owner need not know. */
    void (*on_drain)(struct datagrams *d);
    /* The largest payload that the connection carries now; 0: it has no
     * datagrams, or there is no connection.  Kept by the connection
     * (datagrams_set_max()). */
    size_t max;
    struct datagrams_counters counters;
    /* private: */
    struct datagrams_limits limits;
    uint8_t *ring;
    size_t cap;
    size_t head; /* where the oldest begins */
    size_t len;  /* bytes in use, from head on and around the end */
    size_t n;    /* that wait */
    bool was_full;
    bool has_news; /* `max` is another */
};

/* The callbacks are set. */
void datagrams_init(struct datagrams *d, const struct datagrams_limits *limits);
void datagrams_fini(struct datagrams *d);

/* Copies (now: loop clock, ns), and drops the oldest when there are too many.
 * True: the ring was empty, so the connection has to be told. */
bool datagrams_push(struct datagrams *d, struct span payload, uint64_t now);
/* The same for one in two pieces. */
bool datagrams_push_behind(struct datagrams *d, struct span head,
                           struct span payload, uint64_t now);
/* Would the next push drop one? */
bool datagrams_is_full(const struct datagrams *d);

/* ---- for connections ---- */

/* The oldest that is not too old; valid until the next call here.  False: none
 * waits. */
bool datagrams_peek(struct datagrams *d, uint64_t now, struct span *payload);
/* The one that was peeked at is in a packet. */
void datagrams_pop(struct datagrams *d);
/* The one that was peeked at fits no packet any more: it is dropped. */
void datagrams_drop_large(struct datagrams *d);
void datagrams_set_max(struct datagrams *d, size_t max);
/* Is on_drain() due? */
bool datagrams_has_news(const struct datagrams *d);
/* Calls on_drain() if that is due; the caller looks at nothing of the owner's
 * after it.  None of the others calls back. */
void datagrams_settle(struct datagrams *d);

#endif
