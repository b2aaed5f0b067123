/*
 * strings -- lists of strings, borrowed or owned.
 */
#ifndef CLI_BASE_STRINGS_H
#define CLI_BASE_STRINGS_H

#include <stddef.h>

/* Borrowed strings, with a NULL behind the last one; NULL while empty. */
struct strings {
    const char **at;
    size_t len;
    size_t cap;
};

void strings_add(struct strings *s, const char *string);
void strings_fini(struct strings *s);

/* malloc()ed strings that live as long as the list they were given to. */
struct strings_owned {
    char **at;
    size_t len;
    size_t cap;
};

/* Takes s over and gives it back. */
char *strings_own(struct strings_owned *o, char *s);
void strings_disown(struct strings_owned *o); /* frees them all */

#endif
