#include "pool/rest.h"

#include "base/random.h"

#define MS UINT64_C(1000000)

/* The first takes 25 ms, five in a row less than a second: somebody who
 * restarts is back by then, and a test of patience is over. */
#define SHORTEST  (25 * MS)
#define LEVEL_MAX 4

void rest_begin(struct rest *r, uint64_t now)
{
    if (rest_is_on(r, now))
        return;
    uint64_t delay = SHORTEST << (r->level < LEVEL_MAX ? r->level : LEVEL_MAX);
    /* Half of it to one and a half. */
    delay = delay / 2 + random_below((uint32_t)delay);
    r->level++;
    r->until = now + delay;
}

void rest_worked(struct rest *r)
{
    r->level = 0;
}

bool rest_is_on(const struct rest *r, uint64_t now)
{
    return now < r->until;
}
