/*
 * result -- what a finished transfer tells, in the public form.
 */
#ifndef CORE_CLIENT_RESULT_H
#define CORE_CLIENT_RESULT_H

#include "base/err.h"
#include "client/flight.h"

/* Everything it points to lives in the flight, its transfer, or the connection
 * until the end of the turn.  fault: NULL for success. */
void result_fill(struct qv_result *r, struct flight *f,
                 const struct fault *fault);
void result_error(struct qv_error *e, const struct fault *fault);
/* Fields as terminated strings, in the arena. */
const struct qv_field *result_fields(const struct fields *fields,
                                     struct arena *arena);

#endif
