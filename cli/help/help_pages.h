/*
 * help_pages -- the subjects of `quiver help` that are not about options, as
 * data that the man pages print as well.
 */
#ifndef CLI_HELP_HELP_PAGES_H
#define CLI_HELP_HELP_PAGES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct command;

/* False when there is no such subject. */
bool help_pages_render(struct str *out, const char *subject);

/* The subjects, one after the other; NULL behind the last one. */
const char *help_pages_subject(size_t i);
/* Is each line of the page a fact of its own? */
bool help_pages_is_list(const char *subject);

/* Appends the subjects that are no command's name, each behind `separator`. */
void help_pages_subjects(const struct command *table, const char *separator,
                         struct str *out);

/* How quiver differs from curl; NULL at the end. */
extern const char *const help_pages_differences[];

/* Environment variables that are read; name NULL at the end. */
struct help_variable {
    const char *name;
    const char *text;
};
extern const struct help_variable help_pages_environment[];

enum {
    HELP_PAGES_EXIT_MAX = 255
};

#endif
