/*
 * result -- what a finished transfer tells, in the public form.
 */
#ifndef CORE_CLIENT_RESULT_H
#define CORE_CLIENT_RESULT_H

#include "base/err.h"
#include "client/flight.h"

/* What *r points to belongs to the flight, its transfer or the connection, and
 * lives until the end of the turn.  fault: why the transfer failed; NULL:
 * success. */
void result_fill(struct qv_result *r, struct flight *f,
                 const struct fault *fault);
/* The fault in the public form; nothing is borrowed. */
void result_error(struct qv_error *e, const struct fault *fault);
/* The stages of the hop at hand. */
void result_stages(struct qv_stages *s, const struct flight *f);
/* But for its times. */
void result_attempt(struct qv_attempt *out, const struct attempt *a);
/* The fields as terminated strings, in the arena. */
const struct qv_field *result_fields(const struct fields *fields,
                                     struct arena *arena);

#endif
