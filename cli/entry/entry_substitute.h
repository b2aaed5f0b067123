/*
 * entry_substitute -- ${name} in an entry becomes what an earlier one captured.
 *
 * In its URL, headers, body and output: ${name} as it is, ${name:url} with
 * percent-encoding, $${ for ${ itself.  In a body that is JSON the value is
 * escaped to stand in a string there, and in a form it is encoded.
 */
#ifndef CLI_ENTRY_ENTRY_SUBSTITUTE_H
#define CLI_ENTRY_ENTRY_SUBSTITUTE_H

#include <stdbool.h>

#include "core/base/span.h"
#include "entry/entry.h"

struct entry_values {
    /* The value of a name; its base is NULL: there is none of that name. */
    struct span (*find)(const struct entry_values *v, struct span name);
};

/* Makes its request anew.  False: it is a bad entry now. */
bool entry_substitute(struct entry *e, const struct entry_values *values);

#endif
