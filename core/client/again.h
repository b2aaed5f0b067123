/*
 * again -- whether and when a transfer is tried again, as --retry or the answer
 * asks.
 */
#ifndef CORE_CLIENT_AGAIN_H
#define CORE_CLIENT_AGAIN_H

#include <stdbool.h>

#include "client/flight.h"

/*
 * A final head has come.  Takes note of what it says about patience, and
 * decides: true when the transfer is tried again, so that nobody wants the
 * head and what follows it; when that has ended, again_after_head() is due, or
 * for hop.is_misdirected the same request at once.
 */
bool again_head(struct flight *f, const struct response_head *head);
void again_after_head(struct flight *f);

/* The hop has failed.  True: its transfer rests now; false: the failure
 * stands. */
bool again_after_fault(struct flight *f, const struct fault *fault);

#endif
