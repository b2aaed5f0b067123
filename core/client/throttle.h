/*
 * throttle -- so many bytes a second in one direction, evenly (--limit-rate).
 *
 * Pure arithmetic on a clock that the caller passes in (ns).
 */
#ifndef CORE_CLIENT_THROTTLE_H
#define CORE_CLIENT_THROTTLE_H

#include <stddef.h>
#include <stdint.h>

struct throttle {
    uint64_t rate; /* bytes a second; 0: any */
    uint64_t next; /* from when on more may pass */
};

/* How many of `want` bytes may pass now; 0: none before t->next. */
size_t throttle_room(const struct throttle *t, uint64_t now, size_t want);
/* So many have passed, which throttle_room() had allowed. */
void throttle_take(struct throttle *t, uint64_t now, size_t n);

#endif
