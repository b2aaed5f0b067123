#include "report/report_packed.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "core/base/base64.h"
#include "core/base/xalloc.h"

enum {
    ROOM = 3 * 8192 /* whole groups of base64, which then has no padding */
};

struct report_packed {
    z_stream z;
    unsigned char ready[ROOM];
    size_t nready;
};

static void *zlib_alloc(void *opaque, unsigned n, unsigned size)
{
    (void)opaque;
    return xalloc_zeroed(n, size);
}

static void zlib_free(void *opaque, void *p)
{
    (void)opaque;
    free(p);
}

struct report_packed *report_packed_new(void)
{
    struct report_packed *p = XALLOC_NEW(struct report_packed);
    p->z.zalloc = zlib_alloc;
    p->z.zfree = zlib_free;
    if (deflateInit(&p->z, Z_BEST_COMPRESSION) != Z_OK)
        abort(); /* for want of memory alone, which xalloc never lacks */
    return p;
}

static void emit(struct report_packed *p, size_t len, struct str *out)
{
    base64_add(out, span_of(p->ready, len));
    memmove(p->ready, p->ready + len, p->nready - len);
    p->nready -= len;
}

/* Until zlib has taken all that it has, and with Z_FINISH has said all. */
static void run(struct report_packed *p, int flush, struct str *out)
{
    int status = Z_OK;
    while (status == Z_OK && (p->z.avail_in || flush == Z_FINISH)) {
        p->z.next_out = p->ready + p->nready;
        p->z.avail_out = (uInt)(ROOM - p->nready);
        status = deflate(&p->z, flush);
        p->nready = ROOM - p->z.avail_out;
        if (p->nready == ROOM)
            emit(p, ROOM, out);
    }
}

void report_packed_add(struct report_packed *p, struct span text,
                       struct str *out)
{
    p->z.next_in = (unsigned char *)text.base;
    p->z.avail_in = (uInt)text.len;
    run(p, Z_NO_FLUSH, out);
}

void report_packed_end(struct report_packed *p, struct str *out)
{
    run(p, Z_FINISH, out);
    emit(p, p->nready, out);
    (void)deflateEnd(&p->z);
    free(p);
}
