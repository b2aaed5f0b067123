/*
 * transfer_story -- what a transfer decides itself, told in its story: where it
 * goes, by which proxy, when, and what follows an answer (request_story.h).
 */
#ifndef CORE_CLIENT_TRANSFER_STORY_H
#define CORE_CLIENT_TRANSFER_STORY_H

#include "client/flight.h"
#include "http/story.h"

void transfer_story_tell(const struct transfer *t, enum story_topic topic,
                         const char *of, const char *chosen,
                         const char *because, ...)
    __attribute__((format(printf, 5, 6)));

/* The URL was looked up in what is known; was_secure: before that. */
void transfer_story_url(const struct flight *f, bool was_secure);
/* The options of this hop, with which proxy was chosen; asked: as they were
 * before that. */
void transfer_story_proxy(const struct flight *f,
                          const struct qv_options *chosen,
                          const struct qv_options *asked);
/* The transfer waits for a permit: "rate", "hold", "limit", for ns (0: unknown). */
void transfer_story_waits(const struct transfer *t, const char *kind,
                          uint64_t ns);
/* Early data is allowed, but not for this request. */
void transfer_story_not_early(const struct flight *f);

#endif
