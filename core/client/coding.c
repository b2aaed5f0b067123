#include "client/coding.h"

#include <brotli/decode.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "base/list.h"
#include "base/xalloc.h"

/* RFC 9659: no more than 8 MiB of window in HTTP. */
#define ZSTD_WINDOW_LOG_MAX 23

/* zlib takes and gives lengths as unsigned int. */
static unsigned bounded(size_t n)
{
    return n > 1U << 30 ? 1U << 30 : (unsigned)n;
}

/* gzip and deflate. */

struct zlib_coding {
    struct coding coding;
    z_stream z;
    bool is_gzip;
    bool is_started; /* some input was seen */
    bool is_at_end;  /* of a member; more may follow (RFC 1952 2.2) */
};

static void zlib_free(struct coding *c)
{
    struct zlib_coding *zc = container_of(c, struct zlib_coding, coding);
    (void)inflateEnd(&zc->z);
    free(zc);
}

/* "deflate" is zlib's format, but some servers send the bare one: told apart
 * by the header's check (RFC 1950 2.2), as far as one byte goes. */
static void choose_format(struct zlib_coding *zc, struct span in)
{
    zc->is_started = true;
    bool is_zlib = (in.base[0] & 0x0f) == Z_DEFLATED && in.base[0] >> 4 <= 7;
    if (!zc->is_gzip && !is_zlib)
        (void)inflateReset2(&zc->z, -MAX_WBITS);
}

static bool next_member(struct zlib_coding *zc, struct span in)
{
    if (!zc->is_gzip || in.len == 0 || in.base[0] != 0x1f)
        return false;
    zc->is_at_end = false;
    return inflateReset(&zc->z) == Z_OK;
}

static enum coding_result zlib_run(struct coding *c, struct span *in,
                                   uint8_t *out, size_t cap, size_t *n)
{
    struct zlib_coding *zc = container_of(c, struct zlib_coding, coding);
    *n = 0;
    if (in->len > 0 && !zc->is_started)
        choose_format(zc, *in);
    if (zc->is_at_end && !next_member(zc, *in))
        return CODING_ENDED;
    zc->z.next_in = (uint8_t *)(uintptr_t)in->base;
    zc->z.avail_in = bounded(in->len);
    zc->z.next_out = out;
    zc->z.avail_out = bounded(cap);
    int result = inflate(&zc->z, Z_NO_FLUSH);
    size_t used = (size_t)(zc->z.next_in - in->base);
    *n = (size_t)(zc->z.next_out - out);
    *in = span_of(in->base + used, in->len - used);
    if (result == Z_STREAM_END) {
        zc->is_at_end = true;
        return CODING_ENDED;
    }
    if (result == Z_OK || result == Z_BUF_ERROR)
        return CODING_MORE;
    return CODING_BROKEN;
}

static const struct coding_ops gzip_ops = {"gzip", zlib_run, zlib_free};
static const struct coding_ops deflate_ops = {"deflate", zlib_run, zlib_free};

static struct coding *zlib_new(const struct coding_ops *ops, int window_bits)
{
    struct zlib_coding *zc = XALLOC_NEW(struct zlib_coding);
    zc->coding.ops = ops;
    zc->is_gzip = ops == &gzip_ops;
    if (inflateInit2(&zc->z, window_bits) != Z_OK) {
        free(zc);
        return NULL;
    }
    return &zc->coding;
}

static struct coding *gzip_new(void)
{
    return zlib_new(&gzip_ops, 16 + MAX_WBITS);
}

static struct coding *deflate_new(void)
{
    return zlib_new(&deflate_ops, MAX_WBITS);
}

/* br (RFC 7932). */

struct brotli_coding {
    struct coding coding;
    BrotliDecoderState *state;
};

static enum coding_result brotli_run(struct coding *c, struct span *in,
                                     uint8_t *out, size_t cap, size_t *n)
{
    struct brotli_coding *bc = container_of(c, struct brotli_coding, coding);
    size_t room = cap;
    BrotliDecoderResult result = BrotliDecoderDecompressStream(
        bc->state, &in->len, &in->base, &room, &out, NULL);
    *n = cap - room;
    switch (result) {
    case BROTLI_DECODER_RESULT_SUCCESS:
        return CODING_ENDED;
    case BROTLI_DECODER_RESULT_NEEDS_MORE_INPUT:
    case BROTLI_DECODER_RESULT_NEEDS_MORE_OUTPUT:
        return CODING_MORE;
    case BROTLI_DECODER_RESULT_ERROR:
        break;
    }
    return CODING_BROKEN;
}

static void brotli_free(struct coding *c)
{
    struct brotli_coding *bc = container_of(c, struct brotli_coding, coding);
    BrotliDecoderDestroyInstance(bc->state);
    free(bc);
}

static const struct coding_ops brotli_ops = {"br", brotli_run, brotli_free};

static struct coding *brotli_new(void)
{
    BrotliDecoderState *state = BrotliDecoderCreateInstance(NULL, NULL, NULL);
    if (state == NULL)
        return NULL;
    struct brotli_coding *bc = XALLOC_NEW(struct brotli_coding);
    *bc = (struct brotli_coding){.coding = {&brotli_ops}, .state = state};
    return &bc->coding;
}

/* zstd (RFC 8878). */

struct zstd_coding {
    struct coding coding;
    ZSTD_DStream *stream;
};

static enum coding_result zstd_run(struct coding *c, struct span *in,
                                   uint8_t *out, size_t cap, size_t *n)
{
    struct zstd_coding *zc = container_of(c, struct zstd_coding, coding);
    ZSTD_inBuffer from = {in->base, in->len, 0};
    ZSTD_outBuffer to = {out, cap, 0};
    size_t result = ZSTD_decompressStream(zc->stream, &to, &from);
    *n = to.pos;
    *in = span_of(in->base + from.pos, in->len - from.pos);
    if (ZSTD_isError(result))
        return CODING_BROKEN;
    /* At the end of a frame; more frames may follow (RFC 8878 3). */
    return result == 0 && in->len == 0 ? CODING_ENDED : CODING_MORE;
}

static void zstd_free(struct coding *c)
{
    struct zstd_coding *zc = container_of(c, struct zstd_coding, coding);
    (void)ZSTD_freeDStream(zc->stream);
    free(zc);
}

static const struct coding_ops zstd_ops = {"zstd", zstd_run, zstd_free};

static struct coding *zstd_new(void)
{
    ZSTD_DStream *stream = ZSTD_createDStream();
    if (stream == NULL)
        return NULL;
    (void)ZSTD_DCtx_setParameter(stream, ZSTD_d_windowLogMax,
                                 ZSTD_WINDOW_LOG_MAX);
    struct zstd_coding *zc = XALLOC_NEW(struct zstd_coding);
    *zc = (struct zstd_coding){.coding = {&zstd_ops}, .stream = stream};
    return &zc->coding;
}

static const struct {
    const char *name;
    struct coding *(*create)(void);
} codings[] = {
    {"gzip", gzip_new},       {"x-gzip", gzip_new}, {"br", brotli_new},
    {"deflate", deflate_new}, {"zstd", zstd_new},
};

struct coding *coding_new(struct span name)
{
    for (size_t i = 0; i < sizeof codings / sizeof codings[0]; i++)
        if (span_equal_nocase(name, span_str(codings[i].name)))
            return codings[i].create();
    return NULL;
}
