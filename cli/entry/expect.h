/*
 * expect -- what an entry of a batch must bring to count as ok.
 */
#ifndef CLI_ENTRY_EXPECT_H
#define CLI_ENTRY_EXPECT_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/quiver.h"

struct expect;
struct yyjson_val;

/* From the value of an entry's "expect"; NULL with *message (of size
 * message_size) when it is none.  The strings of the value are borrowed. */
struct expect *expect_new(struct yyjson_val *value, char *message,
                          size_t message_size);
/* The field "sha256" beside "expect"; makes *e when it is NULL. */
bool expect_add_sha256(struct expect **e, const char *hex);
void expect_free(struct expect *e);

bool expect_wants_sha256(const struct expect *e); /* e may be NULL */
/* Each piece of the body, decoded, in order. */
void expect_body(struct expect *e, const void *data, size_t len);
/* The body begins anew, with another try. */
void expect_restart(struct expect *e);
/* The names of what failed ("status", "header.etag", "sha256", "max_time",
 * "body_contains") are appended to *failed as JSON strings with commas.  True:
 * all is as expected.  sha256: 64 hex digits or NULL. */
bool expect_check(const struct expect *e, const struct qv_result *result,
                  const char *sha256, struct str *failed);

#endif
