/*
 * inflow -- the way of a response through a transfer: head, content decoding,
 * limits, and out to the caller.
 */
#ifndef CORE_CLIENT_INFLOW_H
#define CORE_CLIENT_INFLOW_H

#include "client/flight.h"

/* The sink of every exchange of a transfer. */
extern const struct exchange_sink inflow_sink;

/* Before each hop; and when the transfer is over. */
void inflow_reset(struct flight *f);
void inflow_fini(struct flight *f);

/* The flight's resume_task: goes on with what was put aside. */
void inflow_on_resume(struct loop_task *task);

#endif
