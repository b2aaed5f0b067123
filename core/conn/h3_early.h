/*
 * h3_early -- datagrams that have come before the request that they belong to:
 * the packet with its head is late, or lost and on its way again.
 *
 * RFC 9297 2.1 wants them dropped, or kept for about a round trip.
 */
#ifndef CORE_CONN_H3_EARLY_H
#define CORE_CONN_H3_EARLY_H

#include <stddef.h>
#include <stdint.h>

#include "base/list.h"
#include "base/span.h"

/* What a connection keeps at most; the oldest go. */
#define H3_EARLY_COUNT ((size_t)32)
#define H3_EARLY_BYTES ((size_t)16384)

struct h3_early {
    struct list kept;
    size_t n;
    size_t bytes;
};

struct h3_early_datagram {
    struct list link;
    int64_t id; /* of its stream */
    uint64_t came_at;
    size_t len;
    uint8_t bytes[];
};

void h3_early_init(struct h3_early *e);
void h3_early_fini(struct h3_early *e);

/* Copies (now: loop clock, ns); what came before `since` is forgotten. */
void h3_early_add(struct h3_early *e, int64_t id, struct span payload,
                  uint64_t now, uint64_t since);
/* The oldest of the stream that has not come before `since`; NULL: none.  The
 * caller frees it. */
struct h3_early_datagram *h3_early_take(struct h3_early *e, int64_t id,
                                        uint64_t since);

#endif
