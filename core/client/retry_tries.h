/*
 * retry_tries -- the tries that came before, kept for the result.
 */
#ifndef CORE_CLIENT_RETRY_TRIES_H
#define CORE_CLIENT_RETRY_TRIES_H

#include "client/flight.h"

/* More than that are counted, not kept. */
#define RETRY_TRIES_MAX 16

/*
 * Adds the try that is ending to those of the transfer, and returns it.  why:
 * the fault that ended it, NULL for an answer; delay: ns until the next one
 * begins; reason: a word for it, static.
 */
struct qv_try retry_tries_add(struct transfer *t, const struct fault *why,
                              uint64_t delay, const char *reason);

#endif
