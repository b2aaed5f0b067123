/*
 * xalloc -- memory that is there or the program ends.
 *
 * Running out of memory is not an error that a request can handle: these
 * print one line and exit with curl's code for it (27).  Everything whose
 * size a peer decides is bounded by settings before it gets here.
 */
#ifndef CORE_BASE_XALLOC_H
#define CORE_BASE_XALLOC_H

#include <stddef.h>

void *xalloc_bytes(size_t size);            /* not initialised */
void *xalloc_zeroed(size_t n, size_t size); /* n * size, overflow checked */
void *xalloc_resize(void *p, size_t size);  /* realloc */
/* The same for an array of n elements of `size` bytes; overflow checked. */
void *xalloc_array(void *p, size_t n, size_t size);
/* The array p of *cap elements, len of them in use, with room for one more:
 * *cap grows by doubling. */
void *xalloc_room(void *p, size_t len, size_t *cap, size_t size);
char *xalloc_string(const char *text);        /* strdup */
char *xalloc_copy(const void *p, size_t len); /* len bytes and a NUL */

#define XALLOC_NEW(type) ((type *)xalloc_zeroed(1, sizeof(type)))

#endif
