/*
 * retry_back_off -- a transfer between two tries.
 *
 * It has neither flight nor permit meanwhile, so that a hundred thousand may
 * wait like that; its timer begins the next try.
 */
#ifndef CORE_CLIENT_RETRY_BACK_OFF_H
#define CORE_CLIENT_RETRY_BACK_OFF_H

#include "client/flight.h"

/*
 * The try of this transfer is over, and another one begins after plan->delay.
 * why: the fault that ended it, NULL for an answer that asked for patience.
 * The caller of the transfer is told (on_retry) and may cancel it.
 */
void retry_back_off(struct transfer *t, const struct fault *why,
                    const struct retry_plan *plan);

#endif
