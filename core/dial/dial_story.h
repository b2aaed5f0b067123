/*
 * dial_story -- what a dial tells of itself, if somebody wants to know why
 * (http/story.h).  Of a dial without a story every function does nothing.
 */
#ifndef CORE_DIAL_DIAL_STORY_H
#define CORE_DIAL_DIAL_STORY_H

#include <stddef.h>

#include "dial/dial_self.h"
#include "http/story.h"

/* One decision, now, about `of` (NULL: the origin). */
void dial_story_tell(const struct dial *d, enum story_topic topic,
                     const char *of, const char *chosen, const char *because,
                     ...) __attribute__((format(printf, 5, 6)));

/* An alternative that was known before the dial began. */
void dial_story_alternative(const struct dial *d, const struct route_run *run);
/* The runs are settled: what is tried, in which order, and why nothing else. */
void dial_story_race(const struct dial *d);
/* A run that is not the first gets its turn. */
void dial_story_turn(const struct dial *d, const struct runner *r);
void dial_story_won(const struct dial *d, const struct runner *winner,
                    const struct conn *c);
/* HTTPS records: why they are not asked for; and what came of them. */
void dial_story_unasked(const struct dial *d);
void dial_story_records(const struct dial *d);

#endif
