/*
 * client_counters -- what a client's transfers have done, in numbers, and the
 * events about them.
 *
 * Whoever ends or begins something of a transfer says so here; this module
 * counts it (plain increments, struct client_counters), puts each hop into the
 * counters of the pool that it went to, and tells it when somebody listens.
 */
#ifndef CORE_CLIENT_CLIENT_COUNTERS_H
#define CORE_CLIENT_CLIENT_COUNTERS_H

#include "client/flight.h"

/* The transfer runs: its URL is known. */
void client_counters_started(struct transfer *t);
/* The transfer ends: well (NULL) or not. */
void client_counters_ended(struct transfer *t, const struct fault *fault);
void client_counters_cancelled(struct transfer *t);

/* A hop is over or given up, its exchange is as it was left: adds it to the
 * sums of the transfer, the client and the pool, and remembers its connection
 * in flight.facts. */
void client_counters_hop(struct transfer *t);
/* Another exchange follows: the same request after `delay` ns (0: at once) for
 * this reason, or a redirect to this URL. */
void client_counters_retried(struct transfer *t, const char *reason,
                             uint64_t delay, const struct fault *why);
void client_counters_redirected(struct transfer *t, struct span url);
/* The transfer waits for its permit: because of a rate, a limit or a hold; for
 * `delay` ns if that is known, else 0. */
void client_counters_waiting(struct transfer *t, const char *reason,
                             uint64_t delay);

#endif
