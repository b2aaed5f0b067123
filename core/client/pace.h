/*
 * pace -- so many a second, evenly spaced.
 *
 * Pure arithmetic on a clock that the caller passes in (ns).  A pause earns
 * nothing: after it one may go at once, and the next one interval later.
 */
#ifndef CORE_CLIENT_PACE_H
#define CORE_CLIENT_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
    uint64_t interval; /* ns; 0: no limit */
    uint64_t next;     /* from when on one may go */
};

/* per_second: 0 or less for no limit. */
void pace_set(struct pace *p, double per_second);

static inline bool pace_allows(const struct pace *p, uint64_t now)
{
    return p->interval == 0 || now >= p->next;
}

/* Notes that one goes now, which pace_allows() has said. */
void pace_take(struct pace *p, uint64_t now);

#endif
