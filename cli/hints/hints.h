/*
 * hints -- lines "hint: ..." behind an error, for a person at a terminal.
 *
 * A hint is never needed to understand the error; it says what to try.  Each is
 * said once in a run, however many transfers fail alike.
 */
#ifndef CLI_HINTS_HINTS_H
#define CLI_HINTS_HINTS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct hint;
struct hint_facts;

enum hints_when {
    HINTS_AUTO, /* when standard error is a terminal */
    HINTS_ALWAYS,
    HINTS_NEVER,
};

/* --hints, for the whole run. */
void hints_set(enum hints_when wanted);
/* The names of the commands, NULL at the end; borrowed for the whole run. */
void hints_know_commands(const char *const *names);
/* Would one be said?  What costs time to find out is not asked otherwise. */
bool hints_are_wanted(void);

/* The hint that fits best, if there is one and it was not said before. */
void hints_tell(const struct hint_facts *f);
/* The same text without printing it; its id, or NULL. */
const char *hints_find(const struct hint_facts *f, struct str *out);

/* In their order; NULL behind the last one. */
const struct hint *hints_row(size_t i);
/* All of them, one a line: `quiver help hints`. */
void hints_render(struct str *out);

#endif
