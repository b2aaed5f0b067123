/*
 * variables_functions -- what {{name:function:function}} makes of a variable.
 */
#ifndef CLI_ARGS_VARIABLES_FUNCTIONS_H
#define CLI_ARGS_VARIABLES_FUNCTIONS_H

#include <stdbool.h>

#include "core/base/span.h"
#include "core/base/str.h"

/* ":trim:url", from left to right; empty: none.  False: *bad is no function. */
bool variables_apply(struct str *value, struct span functions,
                     struct span *bad);

#endif
