#include "base/random.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>

void random_bytes(void *to, size_t len)
{
    uint8_t *at = to;
    while (len > 0) {
        ssize_t n = getrandom(at, len, 0);
        if (n > 0) {
            at += n;
            len -= (size_t)n;
        } else if (errno != EINTR) {
            (void)fprintf(stderr, "quiver: no random bytes\n");
            abort();
        }
    }
}

uint32_t random_below(uint32_t limit)
{
    uint32_t any;
    random_bytes(&any, sizeof any);
    return (uint32_t)((uint64_t)any * limit >> 32);
}
