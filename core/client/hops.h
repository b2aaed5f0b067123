/*
 * hops -- the exchanges of one try, one after the other.
 *
 * What follows the end of a hop: the same request once more (as retry.h says),
 * the next hop (a redirect), another try, or the result.
 */
#ifndef CORE_CLIENT_HOPS_H
#define CORE_CLIENT_HOPS_H

#include <stdbool.h>

#include "client/flight.h"

/* Sends the request of this hop; the transfer holds its permit. */
void hops_start(struct flight *f);
/* For transfer.events: what is done when a hop is over, or the try is to be
 * stopped. */
extern const struct flight_events hops_events;

#endif
