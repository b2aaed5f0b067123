/*
 * quota -- how many requests a server still answers, by its own words:
 * RateLimit and RateLimit-Policy (draft-ietf-httpapi-ratelimit-headers-11).
 *
 *     RateLimit-Policy: "burst";q=100;w=60, "day";q=1000;w=86400
 *     RateLimit: "burst";r=3;t=12, "day";r=900;t=4000
 *
 * 3 more in the next 12 seconds, and 100 in each 60 after that.  Of several the
 * one with the fewest left counts.  Quotas of other units than requests are
 * nobody's here.
 *
 * Requests that were under way when an answer was written may not be counted in
 * it, so they are taken off: a server is asked less rather than more.
 */
#ifndef CORE_CLIENT_QUOTA_H
#define CORE_CLIENT_QUOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/fields.h"

/* Zeroed: nothing is known. */
struct quota {
    uint64_t left;   /* until then */
    uint64_t until;  /* loop clock; 0: nothing is known */
    uint64_t each;   /* in each window behind it; 0: not known */
    uint64_t window; /* ns */
    /* The window was begun here, and nothing was heard in it: the server's begins
     * when the first request comes there.  An answer tells that it has. */
    bool is_guessed;
};

/* Is there anything in these fields?  Asked of every answer, so it is cheap. */
bool quota_is_told(const struct fields *fields);
/* What an answer says, while `others` are under way. */
void quota_heard(struct quota *q, const struct fields *fields, size_t others,
                 uint64_t now);
/* One starts. */
void quota_take(struct quota *q, uint64_t now);
/* When the next may start; 0: at once. */
static inline uint64_t quota_due(const struct quota *q)
{
    return q->left == 0 ? q->until : 0;
}

#endif
