/*
 * h3_gaps -- requests that have not come although later ones have: QUIC orders
 * no streams, so a lost packet lets the others overtake.
 *
 * It tells a stream that may yet come from one that is over, of which nothing
 * else is kept.
 */
#ifndef CORE_CONN_H3_GAPS_H
#define CORE_CONN_H3_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* So many are known; of more, the oldest count as over. */
#define H3_GAPS_MAX 32

/* All zero is the start. */
struct h3_gaps {
    int64_t next; /* one above the last that has come */
    int64_t ids[H3_GAPS_MAX];
    size_t n;
};

/* Something of the stream, one that a client has opened in both directions (RFC
 * 9000 2.1), is here. */
void h3_gaps_seen(struct h3_gaps *g, int64_t id);
/* Nothing of it was here yet. */
bool h3_gaps_may_come(const struct h3_gaps *g, int64_t id);

#endif
