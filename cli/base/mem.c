#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    EXIT_NO_MEMORY = 27
};

static void *checked(void *p)
{
    static const char text[] = "quiver: (27) out of memory\n";
    if (!p) {
        if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
            _exit(EXIT_NO_MEMORY);
        _exit(EXIT_NO_MEMORY);
    }
    return p;
}

void *mem_new(size_t n, size_t size)
{
    return checked(calloc(n ? n : 1, size ? size : 1));
}

void *mem_resize(void *p, size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        return checked(NULL);
    return checked(realloc(p, n && size ? n * size : 1));
}

char *mem_bytes(const char *s, size_t len)
{
    char *copy = mem_new(len + 1, 1);
    if (len)
        memcpy(copy, s, len);
    return copy;
}

char *mem_string(const char *s)
{
    return mem_bytes(s, strlen(s));
}

void *mem_room(void *p, size_t len, size_t *cap, size_t size)
{
    if (len < *cap)
        return p;
    *cap = *cap ? *cap * 2 : 8;
    return mem_resize(p, *cap, size);
}
