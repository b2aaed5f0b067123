/*
 * batch_past -- entries that a run which has ended left a record of, found by the
 * records alone: there is no journal any more.
 */
#ifndef CLI_BATCH_BATCH_PAST_H
#define CLI_BATCH_BATCH_PAST_H

#include <stdbool.h>

#include "batch/batch_options.h"
#include "core/base/str.h"
#include "entry/entry.h"
#include "results/results.h"

bool batch_past_has(struct results *r, const struct entry *e,
                    bool show_secrets);
/* Of an entry without one: of another input, or of a run that kept no journal
 * and was stopped.  What was sent then is not known. */
void batch_past_explain(struct str *text, const struct batch_options *o,
                        const struct entry *e);

#endif
