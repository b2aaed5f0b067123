/*
 * attributes -- what a file system keeps about a file beside its bytes
 * (extended attributes).
 */
#ifndef CLI_FILES_ATTRIBUTES_H
#define CLI_FILES_ATTRIBUTES_H

#include <stdbool.h>

/* Where it came from (--xattr), by the names that desktops agree on; "" or NULL:
 * not known. */
struct attributes {
    const char *url; /* without a login */
    const char *referrer;
    const char *type;
};

/* False with errno: the file system has none, say. */
bool attributes_describe(int fd, const struct attributes *a);

/*
 * Of a file that is not complete: the validator of what it is a part of, so that
 * a later run can ask for the rest of just that (-C -).  Where there are no
 * attributes, nothing is kept and NULL is found.  set: NULL takes it away.
 */
void attributes_set_validator(const char *path, const char *validator);
char *attributes_validator(const char *path); /* free() it */

#endif
