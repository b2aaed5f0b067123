/*
 * slowness -- notices a transfer that is too slow for too long (curl's
 * --speed-limit and --speed-time).
 *
 * Looks once a second at how many bytes have passed.  Embedded; zeroed at
 * first.
 */
#ifndef CORE_CLIENT_SLOWNESS_H
#define CORE_CLIENT_SLOWNESS_H

#include <stdint.h>

#include "io/loop.h"

struct slowness_rule {
    uint64_t limit; /* bytes a second; 0: 1 */
    uint64_t time;  /* ns that it may be slower; 0: 30 s */
};

struct slowness {
    struct loop *loop; /* NULL: not started */
    struct loop_timer timer;
    struct slowness_rule rule;
    uint64_t bytes; /* at the last look */
    uint64_t at;    /* of the last look */
    uint64_t slow_since;
    /* Bytes that have passed in all, in both directions. */
    uint64_t (*count)(struct slowness *s);
    /* Once; the rule's values are those that were missed. */
    void (*on_slow)(struct slowness *s);
};

/* Set count and on_slow before. */
void slowness_start(struct slowness *s, struct loop *loop,
                    const struct slowness_rule *rule);
/* Begins anew: what was no transfer (a pause by its caller) was not slow. */
void slowness_forgive(struct slowness *s);
void slowness_stop(struct slowness *s); /* started or not */

#endif
