#include "pool/back_off.h"

#include "base/random.h"

#define MS UINT64_C(1000000)

/* The first takes 25 ms, five in a row less than a second: somebody who
 * restarts is back by then, and a test of patience is over. */
#define SHORTEST  (25 * MS)
#define LEVEL_MAX 4

void back_off_begin(struct back_off *r, uint64_t now)
{
    if (back_off_is_on(r, now))
        return;
    uint64_t delay = SHORTEST << (r->level < LEVEL_MAX ? r->level : LEVEL_MAX);
    /* Half of it to one and a half. */
    delay = delay / 2 + random_below((uint32_t)delay);
    r->level++;
    r->until = now + delay;
}

void back_off_worked(struct back_off *r)
{
    r->level = 0;
}

bool back_off_is_on(const struct back_off *r, uint64_t now)
{
    return now < r->until;
}
