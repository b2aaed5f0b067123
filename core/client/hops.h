/*
 * hops -- the exchanges of one try, one after the other.
 *
 * What follows the end of a hop: the same request once more (as retry.h says,
 * or without Expect), the next hop (a redirect), another try, or the result.
 */
#ifndef CORE_CLIENT_HOPS_H
#define CORE_CLIENT_HOPS_H

#include <stdbool.h>

#include "client/flight.h"

/* Sends the request of this hop; the transfer holds its permit. */
void hops_start(struct flight *f);
/* The flight's resend_task: sends the request of this hop once more. */
void hops_on_resend(struct loop_task *task);

/* For response: the exchange has ended; that is to be noted at once, and what
 * follows from it when its body is delivered. */
void hops_account(struct flight *f);
void hops_over(struct flight *f);

/* The word that is sent. */
struct span hops_method(const struct flight *f);

#endif
