/*
 * back_off -- how long a pool leaves a server alone that wants nothing from it.
 *
 * Each back-off is twice as long as the one before, with jitter, so that
 * clients that were refused together do not come back together; something that
 * worked makes the next one short again.  (Between two tries of one transfer,
 * see client/retry_back_off.h.)
 */
#ifndef CORE_POOL_BACK_OFF_H
#define CORE_POOL_BACK_OFF_H

#include <stdbool.h>
#include <stdint.h>

struct back_off {
    unsigned level; /* back-offs without a success between them */
    uint64_t until; /* loop clock, ns; 0: none yet */
};

/* Begins a back-off, unless one is on. */
void back_off_begin(struct back_off *r, uint64_t now);
/* Something worked.  A back-off that is on goes on. */
void back_off_worked(struct back_off *r);
bool back_off_is_on(const struct back_off *r, uint64_t now);

#endif
