#include "http/body.h"

#include "base/list.h"

static enum io bytes_read(struct body_source *src, uint8_t *buf, size_t cap,
                          size_t *n)
{
    struct body_bytes *b = container_of(src, struct body_bytes, source);
    size_t left = b->bytes.len - b->pos;
    *n = left < cap ? left : cap;
    if (*n == 0)
        return left == 0 ? IO_EOF : IO_AGAIN;
    memcpy(buf, b->bytes.base + b->pos, *n);
    b->pos += *n;
    return IO_OK;
}

static bool bytes_rewind(struct body_source *src)
{
    container_of(src, struct body_bytes, source)->pos = 0;
    return true;
}

void body_bytes_init(struct body_bytes *b, struct span bytes)
{
    *b = (struct body_bytes){
        .source = {.read = bytes_read, .rewind = bytes_rewind},
        .bytes = bytes,
    };
}
