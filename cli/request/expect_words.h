/*
 * expect_words -- what --expect says of the answer, KEY=VAL each.
 *
 *     status=200-299,304      one of these
 *     header.NAME             the field is there
 *     header.NAME=VALUE       and is this, or has it as one of its lines
 *     no-header.NAME          it is not there
 *     sha256=HEX              of the body
 *     max-time=SECONDS        from start to end
 *     body-contains=TEXT
 *
 * Names may have _ for -, as in an entry of a batch.
 */
#ifndef CLI_REQUEST_EXPECT_WORDS_H
#define CLI_REQUEST_EXPECT_WORDS_H

#include <stdbool.h>

#include "base/strings.h"
#include "core/base/str.h"
#include "request/expect.h"

/* The word is borrowed.  False with the reason in *message. */
bool expect_words_add(struct expect *e, const char *word, struct str *message);
/* Of words that are good, which are borrowed; NULL: there are none. */
struct expect *expect_words_make(const struct strings *words);

#endif
