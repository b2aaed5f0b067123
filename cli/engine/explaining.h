/*
 * explaining -- what --explain, and the last line of -vv, tell of a transfer or
 * channel that is over.
 */
#ifndef CLI_ENGINE_EXPLAINING_H
#define CLI_ENGINE_EXPLAINING_H

#include "core/base/str.h"
#include "engine/engine.h"
#include "record/facts.h"
#include "request/telemetry_options.h"

/* Appends the explanation.  effective: the operation of its origin, NULL when it
 * never had one; form: not EXPLAIN_NOTHING. */
void explaining_add(struct str *out, struct engine *e,
                    const struct operation *effective,
                    const struct writeout_facts *facts, enum explain_form form);
/* On standard error, what the options ask for. */
void explaining_tell(struct engine *e, const struct operation *effective,
                     const struct writeout_facts *facts);

#endif
