/*
 * mem -- memory that is there or the program ends.
 *
 * A command line cannot do anything useful without memory, so nobody checks:
 * these end the program with exit status 27, as curl does.
 */
#ifndef CLI_BASE_MEM_H
#define CLI_BASE_MEM_H

#include <stddef.h>

void *mem_new(size_t n, size_t size); /* zeroed */
void *mem_resize(void *p, size_t n, size_t size);
char *mem_string(const char *s);
char *mem_bytes(const char *s, size_t len); /* a NUL follows them */

/* Makes room for one more in an array of *cap items that has len of them. */
void *mem_room(void *p, size_t len, size_t *cap, size_t size);

#endif
