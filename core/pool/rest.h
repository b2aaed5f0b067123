/*
 * rest -- how long to leave a server alone that wants nothing from us.
 *
 * Each rest is twice as long as the one before, with jitter, so that clients
 * that were refused together do not come back together; something that worked
 * makes the next one short again.
 */
#ifndef CORE_POOL_REST_H
#define CORE_POOL_REST_H

#include <stdbool.h>
#include <stdint.h>

struct rest {
    unsigned level; /* rests without a success between them */
    uint64_t until; /* loop clock, ns; 0: none yet */
};

/* Begins one, unless one is on. */
void rest_begin(struct rest *r, uint64_t now);
/* Something worked.  A rest that is on goes on. */
void rest_worked(struct rest *r);
bool rest_is_on(const struct rest *r, uint64_t now);

#endif
