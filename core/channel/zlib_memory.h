/*
 * zlib_memory -- where zlib takes its memory from, for a z_stream that is about to
 * begin: out of memory ends the program here as well.
 */
#ifndef CORE_CHANNEL_ZLIB_MEMORY_H
#define CORE_CHANNEL_ZLIB_MEMORY_H

#include <stdlib.h>

#include "base/xalloc.h"

static inline void *zlib_memory_alloc(void *opaque, unsigned n, unsigned size)
{
    (void)opaque;
    return xalloc_zeroed(n, size);
}

static inline void zlib_memory_free(void *opaque, void *p)
{
    (void)opaque;
    free(p);
}

#endif
