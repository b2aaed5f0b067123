#include "base/xalloc.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"

static void *checked(void *p)
{
    if (p == NULL) {
        int status = err_exit_status(ERR_NO_MEMORY);
        fprintf(stderr, "quiver: (%d) %s\n", status, err_text(ERR_NO_MEMORY));
        exit(status);
    }
    return p;
}

void *xalloc_bytes(size_t size)
{
    return checked(malloc(size ? size : 1));
}

void *xalloc_zeroed(size_t n, size_t size)
{
    return checked(calloc(n ? n : 1, size ? size : 1));
}

void *xalloc_resize(void *p, size_t size)
{
    return checked(realloc(p, size ? size : 1));
}

void *xalloc_array(void *p, size_t n, size_t size)
{
    if (size > 0 && n > SIZE_MAX / size)
        return checked(NULL);
    return xalloc_resize(p, n * size);
}

void *xalloc_room(void *p, size_t len, size_t *cap, size_t size)
{
    if (len < *cap)
        return p;
    *cap = *cap > 0 ? *cap * 2 : 8;
    return xalloc_array(p, *cap, size);
}

char *xalloc_string(const char *text)
{
    return xalloc_copy(text, strlen(text));
}

char *xalloc_copy(const void *p, size_t len)
{
    if (len == SIZE_MAX)
        return checked(NULL);
    char *copy = xalloc_bytes(len + 1);
    if (len > 0)
        memcpy(copy, p, len);
    copy[len] = '\0';
    return copy;
}
