/*
 * alternatives -- what a client has learned of other ways to its origins: which
 * there are, by Alt-Svc, and which did not work.
 *
 * One for all pools: they come and go.  Neither clock nor network is asked
 * before there is something to remember.
 */
#ifndef CORE_POOL_ALTERNATIVES_H
#define CORE_POOL_ALTERNATIVES_H

#include "dial/route.h"
#include "io/loop.h"
#include "pool/alt_svc.h"
#include "pool/broken.h"

struct alternatives {
    struct alt_svc alt_svc;
    struct broken broken;
    uint64_t nfailed;        /* times that one was marked as broken */
    struct dial_marks marks; /* for dials: writes and reads `broken` */
    struct str key;          /* of the look-up at hand */
    int64_t (*now)(void);    /* seconds since 1970 */
    void (*network)(struct str *name);
};

void alternatives_init(struct alternatives *a, uint64_t seed);
void alternatives_fini(struct alternatives *a);

/* Alternatives of this target, the best first, which need not be usable with its
 * settings; their hosts are good until the origin says another thing. */
size_t alternatives_find(struct alternatives *a, const struct dial_target *t,
                         struct route_run *runs, size_t cap);

#endif
