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
    /* The transfer was too slow.  Comes once, from the timer; rule has the
     * limit and the time, defaults filled in. */
    void (*on_slow)(struct slowness *s);
};

/* Begins to look; count and on_slow are set before. */
void slowness_start(struct slowness *s, struct loop *loop,
                    const struct slowness_rule *rule);
/* Measures from now on: until now nothing could pass, since the caller had
 * paused. */
void slowness_forgive(struct slowness *s);
/* Looks no more; does nothing if it was not started. */
void slowness_stop(struct slowness *s);

#endif
