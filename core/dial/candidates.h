/*
 * candidates -- the addresses of one dial, in the order to try them.
 *
 * IPv6 first, then the families take turns (RFC 8305 4); addresses that
 * arrive later join behind those already handed out.
 */
#ifndef CORE_DIAL_CANDIDATES_H
#define CORE_DIAL_CANDIDATES_H

#include <stdbool.h>
#include <stddef.h>

#include "io/addr.h"

/* Per family; a name with more has the rest ignored. */
#define CANDIDATES_MAX 16

struct candidates {
    struct addr v6[CANDIDATES_MAX];
    struct addr v4[CANDIDATES_MAX]; /* and AF_UNIX */
    size_t nv6;
    size_t nv4;
};

/* A reader's place: TCP and QUIC go through the same list on their own. */
struct candidates_cursor {
    size_t v6;
    size_t v4;
    bool was_v6; /* the last one handed out */
};

/* Copies n addresses; those beyond CANDIDATES_MAX of a family are dropped. */
void candidates_add(struct candidates *c, const struct addr *addrs, size_t n);
/* The next address for this reader, borrowed from *c; NULL when all that are
 * known were handed out. */
const struct addr *candidates_next(const struct candidates *c,
                                   struct candidates_cursor *at);

#endif
