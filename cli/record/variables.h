/*
 * variables -- the variables of -w: what there is, and their values.
 *
 * The table of all that is told of a transfer is variables.def; record.h is its
 * other reader.
 */
#ifndef CLI_RECORD_VARIABLES_H
#define CLI_RECORD_VARIABLES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "record/facts.h"

/* For help, man pages and completions. */
struct variable_name {
    const char *name;
    const char *brief;
};

/* All that are to be shown, by name, and how many; the caller frees the array.
 * Those that only direct the output (onerror, stderr, stdout) are among them. */
struct variable_name *variables_names(size_t *n);

/* Appends the value of one; false when there is none of that name. */
bool variables_print(const char *name, size_t len,
                     const struct writeout_facts *f, struct str *out);

#endif
