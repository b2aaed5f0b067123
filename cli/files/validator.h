/*
 * validator -- by what a body that has broken off can be recognised when its
 * rest is asked for (If-Range, RFC 9110 13.1.5).
 */
#ifndef CLI_FILES_VALIDATOR_H
#define CLI_FILES_VALIDATOR_H

#include "core/quiver.h"

/*
 * The strong validator of a final head, 200 or 206: its entity tag, or the date
 * of its last change if that is a strong one (RFC 9110 8.8.2.2).  NULL: there is
 * none, or the server does without ranges.  free() it.
 */
char *validator_of(const struct qv_head *head);

/* The first field of that name; NULL: there is none. */
const char *validator_field(const struct qv_field *fields, size_t n,
                            const char *name);

#endif
