/*
 * result -- what a finished transfer tells, in the public form.
 */
#ifndef CORE_CLIENT_RESULT_H
#define CORE_CLIENT_RESULT_H

#include "base/err.h"
#include "client/transfer.h"

/* Everything it points to lives in the transfer. fault: NULL for success. */
void result_fill(struct qv_result *r, struct transfer *t,
                 const struct fault *fault);
void result_error(struct qv_error *e, const struct fault *fault);
/* Fields as terminated strings, in the arena. */
const struct qv_field *result_fields(const struct fields *fields,
                                     struct arena *arena);

#endif
