/*
 * response -- the way of a response through a transfer: head, content decoding,
 * limits, and out to the caller.
 */
#ifndef CORE_CLIENT_RESPONSE_H
#define CORE_CLIENT_RESPONSE_H

#include "client/flight.h"

/* The sink of every exchange of a transfer; tells the end of the hop with the
 * flight's on_over. */
extern const struct exchange_sink response_sink;

/* The flight's over_task: the exchange is done, and so is the hop. */
void response_on_over(struct loop_task *task);

/* The flight's resume_task: delivers what was set aside while the caller had
 * paused, then resumes the connection or tells the end of the hop. */
void response_on_resume(struct loop_task *task);

#endif
