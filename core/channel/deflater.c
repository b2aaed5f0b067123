#include "channel/deflater.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/xalloc.h"
#include "channel/zlib_memory.h"

/* zlib has no raw DEFLATE for a window of 256 bytes.  What it writes for one of
 * 512 refers back by 250 at most, since it keeps 262 to look ahead, and can be
 * read with either. */
#define WINDOW_BITS_MIN 9

#define MEMORY_LEVEL 8 /* zlib's default */

struct deflater {
    z_stream z;
    struct span message; /* that zlib has not been told of yet */
    bool has_context;
};

struct deflater *deflater_new(int window_bits, bool has_context)
{
    if (window_bits < WINDOW_BITS_MIN)
        window_bits = WINDOW_BITS_MIN;
    struct deflater *d = XALLOC_NEW(struct deflater);
    *d = (struct deflater){
        .z = {.zalloc = zlib_memory_alloc, .zfree = zlib_memory_free},
        .has_context = has_context,
    };
    int result = deflateInit2(&d->z, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                              -window_bits, MEMORY_LEVEL, Z_DEFAULT_STRATEGY);
    assert(result == Z_OK);
    (void)result;
    return d;
}

void deflater_free(struct deflater *d)
{
    if (d == NULL)
        return;
    (void)deflateEnd(&d->z);
    free(d);
}

void deflater_begin(struct deflater *d, struct span message)
{
    assert(message.len > 0 && d->message.len == 0);
    d->message = message;
    if (!d->has_context)
        (void)deflateReset(&d->z);
}

/* zlib takes lengths as unsigned int. */
static void take_input(struct deflater *d)
{
    size_t n = d->message.len < UINT32_MAX ? d->message.len : UINT32_MAX;
    d->z.next_in = (uint8_t *)(uintptr_t)d->message.base;
    d->z.avail_in = (unsigned)n;
    d->message = span_of(d->message.base + n, d->message.len - n);
}

bool deflater_run(struct deflater *d, uint8_t *out, size_t cap, size_t *n)
{
    assert(cap >= DEFLATER_ROOM_MIN && cap <= UINT32_MAX);
    d->z.next_out = out;
    d->z.avail_out = (unsigned)cap;
    do {
        if (d->z.avail_in == 0 && d->message.len > 0)
            take_input(d);
        (void)deflate(&d->z, d->message.len > 0 ? Z_NO_FLUSH : Z_SYNC_FLUSH);
    } while (d->message.len > 0 && d->z.avail_out > 0);
    *n = cap - d->z.avail_out;
    return d->message.len == 0 && d->z.avail_out > 0;
}
