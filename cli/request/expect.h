/*
 * expect -- what an answer must be and bring to count as good: the "expect" of a
 * batch's entry (entry/expect_json.h), and --expect (expect_words.h).
 */
#ifndef CLI_REQUEST_EXPECT_H
#define CLI_REQUEST_EXPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/span.h"
#include "core/base/str.h"
#include "core/quiver.h"

struct expect;

/* Of a field of the answer's head. */
enum expect_wish {
    EXPECT_PRESENT,
    EXPECT_ABSENT,
    EXPECT_EQUALS,
};

/* Nothing yet.  All strings that it is given are borrowed. */
struct expect *expect_new(void);
/* One of these, and of those that are added later; false: "200-299,304" is
 * how it looks. */
bool expect_add_statuses(struct expect *e, const char *list);
bool expect_add_status(struct expect *e, uint64_t status);
bool expect_has_status(const struct expect *e);
void expect_add_field(struct expect *e, struct span name, enum expect_wish wish,
                      const char *value);
void expect_set_max_time(struct expect *e, double seconds);
/* Somewhere in the body; len > 0. */
void expect_add_needle(struct expect *e, const char *text, size_t len);
/* False: these are not 64 hexadecimal digits. */
bool expect_set_sha256(struct expect *e, const char *hex);
void expect_free(struct expect *e);

bool expect_wants_sha256(const struct expect *e); /* e may be NULL */
/* Each piece of the body, decoded, in order. */
void expect_body(struct expect *e, const void *data, size_t len);
/* The body begins anew, with another try. */
void expect_restart(struct expect *e);
/* It begins anew behind what has come by now: expect_back(), as often as it
 * takes. */
void expect_mark(struct expect *e);
void expect_back(struct expect *e);
/* The names of what failed ("status", "header.etag", "sha256", "max_time",
 * "body_contains") are appended to *failed as JSON strings with commas; *told, which
 * is empty, is told what came and what was expected in its place.  True: all is as
 * expected.  sha256: 64 hex digits or NULL. */
bool expect_check(const struct expect *e, const struct qv_result *result,
                  const char *sha256, struct str *failed, struct str *told);

#endif
