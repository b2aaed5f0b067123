/*
 * task_body -- what an entry and the options say of a body: where it goes, and
 * what it has to be.
 */
#ifndef CLI_BATCH_TASK_BODY_H
#define CLI_BATCH_TASK_BODY_H

#include <stdbool.h>

#include "batch/batch_body.h"
#include "batch/batch_options.h"
#include "core/base/str.h"
#include "entry/entry.h"

/* is_void: nobody is to have it.  False: *why is told. */
bool task_body_begin(struct batch_body *b, const struct batch_options *o,
                     const struct entry *e, bool is_void, struct str *why);
/* A body with another checksum is not kept: false, and *why is told. */
bool task_body_has_sums(struct batch_body *b, struct str *why);

#endif
