/*
 * Each piece is paid for by the time that it takes at the rate, before the next
 * one passes; so the time of the whole is exact, its last piece included, and
 * nothing has to be averaged.  A piece is what passes in TICK, so that a slow rate
 * trickles and a fast one does not wake up for each byte.  What a late timer, or a
 * peer that had nothing to send, has cost is made up for as far as CREDIT: a busy
 * machine keeps to the rate, and a long silence is not followed by a flood.
 */
#include "client/throttle.h"

#define NS_PER_S ((uint64_t)1000000000)
#define TICK     (NS_PER_S / 20)
#define CREDIT   (NS_PER_S / 5)

static size_t piece_of(const struct throttle *t)
{
    uint64_t n = t->rate / (NS_PER_S / TICK);
    return n == 0 ? 1 : n > SIZE_MAX ? SIZE_MAX : (size_t)n;
}

size_t throttle_room(const struct throttle *t, uint64_t now, size_t want)
{
    if (t->rate == 0)
        return want;
    if (now < t->next)
        return 0;
    size_t piece = piece_of(t);
    return want < piece ? want : piece;
}

void throttle_take(struct throttle *t, uint64_t now, size_t n)
{
    if (t->rate == 0)
        return;
    uint64_t from = t->next;
    if (now > from && now - from > CREDIT)
        from = now > CREDIT && t->next ? now - CREDIT : now;
    t->next = from + (uint64_t)((double)n * (double)NS_PER_S / (double)t->rate);
}
