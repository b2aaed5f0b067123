#include "channel/zlib_memory.h"

#include <stdlib.h>

#include "base/xalloc.h"

void *zlib_memory_alloc(void *opaque, unsigned n, unsigned size)
{
    (void)opaque;
    return xalloc_zeroed(n, size);
}

void zlib_memory_free(void *opaque, void *p)
{
    (void)opaque;
    free(p);
}
