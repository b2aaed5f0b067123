/*
 * tally -- what a client's transfers have done, in numbers, and the events
 * about them.
 *
 * The client says what happens to a transfer; the tally counts it (plain
 * increments), puts each hop into the counters of the pool that it went to, and
 * tells it when somebody listens.
 */
#ifndef CORE_CLIENT_TALLY_H
#define CORE_CLIENT_TALLY_H

#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

struct transfer;

struct tally {
    uint64_t started; /* got their permit */
    uint64_t done;    /* ended well */
    uint64_t failed;
    uint64_t cancelled;
    uint64_t retried;    /* tries after the first */
    uint64_t redirected; /* redirects followed */
    uint64_t bytes_in;   /* heads and bodies of hops that are over */
    uint64_t bytes_out;
};

/* It runs: its URL is known. */
void tally_started(struct transfer *t);
/* It ends: well (NULL) or not. */
void tally_ended(struct transfer *t, const struct fault *fault);
void tally_cancelled(struct transfer *t);

/* A hop is over or given up; its exchange is as it was left. */
void tally_hop(struct transfer *t);
/* Another follows: after `delay` ns (0: at once) for this reason, or to this
 * URL. */
void tally_retried(struct transfer *t, const char *reason, uint64_t delay,
                   const struct fault *why);
void tally_redirected(struct transfer *t, struct span url);
/* It waits for its turn, because of a rate or a limit. */
void tally_waiting(struct transfer *t, const char *reason, uint64_t delay);

#endif
