/*
 * expect_json -- the "expect" of an entry, as its line has it.
 */
#ifndef CLI_ENTRY_EXPECT_JSON_H
#define CLI_ENTRY_EXPECT_JSON_H

#include <stddef.h>

#include "request/expect.h"

struct yyjson_val;

/* NULL with *message (of size message_size) when the value is none.  Its strings
 * are borrowed. */
struct expect *expect_json(struct yyjson_val *value, char *message,
                           size_t message_size);

#endif
