/*
 * foreign -- options of curl that quiver does not have, and why.
 *
 * A curl user who types one shall read the reason, not "unknown option".
 */
#ifndef CLI_ARGS_FOREIGN_H
#define CLI_ARGS_FOREIGN_H

#include <stddef.h>

enum foreign {
    FOREIGN_UNKNOWN,  /* not curl's either */
    FOREIGN_NOT_HTTP, /* belongs to a protocol that quiver does not speak */
    FOREIGN_NOT_YET,  /* HTTP's, but not in this version */
    FOREIGN_NOT_SAFE, /* switches on what quiver refuses to do */
};

enum foreign foreign_find(const char *name, size_t len);
/* *name is set to the long name. */
enum foreign foreign_find_letter(char letter, const char **name);
const char *foreign_text(enum foreign f);

#endif
