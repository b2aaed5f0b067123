/*
 * The slots lie on a grid: a timer that wakes late must not move all later
 * slots, or the rate would be missed by the sum of all delays.  So a slot that
 * is used a little late is followed by the next one of the grid; only one that
 * is late by more than LATE_MAX begins a new grid.  That is the difference
 * between a busy machine, which may catch up, and a pause, which may not.
 */
#include "client/pace.h"

#define NS_PER_S ((uint64_t)1000000000)
/* Longer than a turn of a busy loop takes. */
#define LATE_MAX (20 * NS_PER_S / 1000)
/* What a rate of next to nothing comes down to: once in a year. */
#define INTERVAL_MAX (NS_PER_S * 365 * 86400)

void pace_set(struct pace *p, double per_second)
{
    if (!(per_second > 0)) {
        p->interval = 0;
        return;
    }
    double interval = (double)NS_PER_S / per_second;
    if (interval >= (double)INTERVAL_MAX)
        p->interval = INTERVAL_MAX;
    else
        p->interval = interval < 1 ? 1 : (uint64_t)interval;
}

void pace_take(struct pace *p, uint64_t now)
{
    if (p->interval == 0)
        return;
    uint64_t slot = p->next;
    if (slot > now || now - slot > LATE_MAX)
        slot = now;
    p->next = slot + p->interval;
}
