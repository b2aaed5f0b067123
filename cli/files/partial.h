/*
 * partial -- a file that a transfer is to go on with (-C): how much of it is
 * there, and of what.
 */
#ifndef CLI_FILES_PARTIAL_H
#define CLI_FILES_PARTIAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct partial {
    uint64_t had;  /* bytes that are there */
    uint64_t from; /* what comes begins here */
    char
        *validator; /* what they are a part of; NULL: nobody knows; free() it */
};

/* `at` is -C's: "-" goes on behind what is there, and a number says where.  path
 * may be NULL: there is no file. */
void partial_look(struct partial *p, const char *path, const char *at);

#endif
