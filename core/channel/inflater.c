/*
 * A payload is a run of DEFLATE blocks without the last four bytes, which are
 * always the same: they are put back here.  A sender may also have ended its
 * blocks for good (BFINAL, RFC 7692 7.2.3.4).  What follows such an end, in
 * this message or the next, is a stream of its own for zlib, but may refer to
 * what was before: the window is carried over.
 */
#include "channel/inflater.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/xalloc.h"
#include "channel/zlib_memory.h"

/* What zlib says in data_type when a block has ended, and no other begun
 * (zlib.h, inflate). */
#define AT_BLOCK_END 128

struct inflater {
    z_stream z;
    bool has_context;
    bool is_at_end;   /* of a stream of blocks: BFINAL */
    struct span tail; /* what is left of it, while a message is ended */
};

static const struct span whole_tail = {(const uint8_t *)"\0\0\xff\xff", 4};

struct inflater *inflater_new(int window_bits, bool has_context)
{
    struct inflater *f = XALLOC_NEW(struct inflater);
    *f = (struct inflater){
        .z = {.zalloc = zlib_memory_alloc, .zfree = zlib_memory_free},
        .has_context = has_context,
        .tail = whole_tail,
    };
    int result = inflateInit2(&f->z, -window_bits);
    assert(result == Z_OK);
    (void)result;
    return f;
}

void inflater_free(struct inflater *f)
{
    if (f == NULL)
        return;
    (void)inflateEnd(&f->z);
    free(f);
}

/* Begins a stream, with the window of the one before. */
static void begin_again(struct inflater *f)
{
    uint8_t window[1 << MAX_WBITS];
    unsigned len = sizeof window;
    (void)inflateGetDictionary(&f->z, window, &len);
    (void)inflateReset(&f->z);
    (void)inflateSetDictionary(&f->z, window, len);
    f->is_at_end = false;
}

enum inflater_result inflater_run(struct inflater *f, struct span *in,
                                  uint8_t *out, size_t cap, size_t *n)
{
    int result = Z_OK;
    f->z.next_out = out;
    f->z.avail_out = cap > UINT32_MAX ? UINT32_MAX : (unsigned)cap;
    do {
        if (f->is_at_end && in->len > 0)
            begin_again(f);
        if (f->is_at_end)
            break;
        f->z.next_in = (uint8_t *)(uintptr_t)in->base;
        f->z.avail_in = in->len > UINT32_MAX ? UINT32_MAX : (unsigned)in->len;
        result = inflate(&f->z, Z_NO_FLUSH);
        size_t used = (size_t)(f->z.next_in - in->base);
        *in = span_of(in->base + used, in->len - used);
        f->is_at_end = result == Z_STREAM_END;
    } while (in->len > 0 && f->z.avail_out > 0 && result != Z_DATA_ERROR);
    *n = (size_t)(f->z.next_out - out);
    if (result == Z_DATA_ERROR)
        return INFLATER_BROKEN;
    return f->z.avail_out == 0 ? INFLATER_FULL : INFLATER_MORE;
}

/* Otherwise the payload has ended within a block, which took the tail for a part
 * of it. */
static bool is_between_blocks(const struct inflater *f)
{
    return f->z.data_type & AT_BLOCK_END;
}

enum inflater_result inflater_end(struct inflater *f, uint8_t *out, size_t cap,
                                  size_t *n)
{
    enum inflater_result result = INFLATER_MORE;
    *n = 0;
    if (!f->is_at_end || f->tail.len < whole_tail.len) {
        result = inflater_run(f, &f->tail, out, cap, n);
        if (result != INFLATER_MORE)
            return result;
        if (!f->is_at_end && !is_between_blocks(f))
            result = INFLATER_BROKEN;
    }
    f->tail = whole_tail;
    if (!f->has_context) {
        (void)inflateReset(&f->z);
        f->is_at_end = false;
    }
    return result;
}
