/*
 * hops -- the exchanges of one try, one after the other.
 *
 * A hop's end decides: the same once more (silently), the next one (a
 * redirect), another try, or the result.
 */
#ifndef CORE_CLIENT_HOPS_H
#define CORE_CLIENT_HOPS_H

#include <stdbool.h>

#include "client/flight.h"

/* Sends the request of this hop; its place is there. */
void hops_start(struct flight *f);
/* The flight's resend_task: the same, again. */
void hops_on_resend(struct loop_task *task);

/* For inflow: the exchange has ended; that is to be noted at once, and what
 * follows from it when its body is delivered. */
void hops_account(struct flight *f);
void hops_over(struct flight *f);

/* Back to the first byte of the body; false with *fault if it cannot. */
bool hops_rewind(struct flight *f, struct fault *fault);

/* The word that is sent. */
struct span hops_method(const struct flight *f);

#endif
