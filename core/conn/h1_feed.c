#include "conn/h1_feed.h"

#include <stdio.h>

#include "base/fault.h"
#include "base/str.h"
#include "http/message.h"

/* A chunk is what fits in one piece of the queue.  Its size line takes six
 * bytes at that size ("3ff8", CR, LF), its end two. */
#define SIZE_LINE  ((size_t)6)
#define CHUNK_END  ((size_t)2)
#define CHUNK_ROOM ((size_t)4096)
#define CHUNK_MAX  ((size_t)0xffff)

static void tell(struct h1_feed *f, struct span wire)
{
    if (f->tell)
        f->tell(f, wire);
}

static void add_trailers(struct str *to, const struct fields *trailers)
{
    for (size_t i = 0; trailers && i < trailers->len; i++) {
        const struct field *t = &trailers->items[i];
        if (!message_may_trail(t->name))
            continue;
        str_add(to, t->name);
        str_add_text(to, ": ");
        str_add(to, t->value);
        str_add_text(to, "\r\n");
    }
}

static void end_chunks(struct h1_feed *f, const struct fields *trailers,
                       struct buf *out)
{
    struct str end;
    str_init(&end);
    str_add_text(&end, "0\r\n");
    add_trailers(&end, trailers);
    str_add_text(&end, "\r\n");
    buf_add(out, str_span(&end));
    tell(f, str_span(&end));
    str_fini(&end);
}

static enum io read_source(struct h1_feed *f, uint8_t *to, size_t cap,
                           size_t *n)
{
    enum io io = f->source->read(f->source, to, cap, n);
    return f->source ? io : IO_AGAIN;
}

/* The source reads behind the place of the size line.  Only a small chunk has
 * a shorter line and is moved. */
static enum io fill_chunk(struct h1_feed *f, struct buf *out)
{
    size_t room = 0;
    size_t n = 0;
    uint8_t *to = buf_reserve(out, CHUNK_ROOM, &room);
    room -= SIZE_LINE + CHUNK_END;
    if (room > CHUNK_MAX)
        room = CHUNK_MAX;
    enum io io = read_source(f, to + SIZE_LINE, room, &n);
    if (io != IO_OK)
        return io;
    char line[SIZE_LINE + 1];
    int len = snprintf(line, sizeof line, "%zx\r\n", n);
    size_t line_len = (size_t)len;
    if (line_len < SIZE_LINE)
        memmove(to + line_len, to + SIZE_LINE, n);
    memcpy(to, line, line_len);
    memcpy(to + line_len + n, "\r\n", CHUNK_END);
    buf_commit(out, line_len + n + CHUNK_END);
    f->taken += n;
    tell(f, span_of(to, line_len + n + CHUNK_END));
    return IO_OK;
}

static enum io fill_plain(struct h1_feed *f, struct buf *out, uint64_t most)
{
    size_t room = 0;
    size_t n = 0;
    uint8_t *to = buf_reserve(out, 1, &room);
    if (room > most)
        room = (size_t)most;
    enum io io = read_source(f, to, room, &n);
    if (io == IO_OK) {
        buf_commit(out, n);
        f->taken += n;
    }
    return io;
}

static enum io fill_some(struct h1_feed *f, struct buf *out)
{
    switch (f->framing.kind) {
    case H1_FRAMING_NONE:
        return IO_EOF;
    case H1_FRAMING_LENGTH:
        if (f->taken == f->framing.len)
            return IO_EOF;
        return fill_plain(f, out, f->framing.len - f->taken);
    case H1_FRAMING_CHUNKED:
        return fill_chunk(f, out);
    case H1_FRAMING_CLOSE:
        return fill_plain(f, out, UINT64_MAX);
    }
    return IO_EOF;
}

enum io h1_feed_fill(struct h1_feed *f, const struct fields *trailers,
                     struct buf *out, struct fault *fault)
{
    enum io io = f->source ? IO_OK : IO_EOF;
    while (io == IO_OK && out->len < H1_FEED_HIGH)
        io = fill_some(f, out);
    if (io == IO_FAILED)
        *fault = f->source->fault;
    if (io != IO_EOF)
        return io;
    if (f->framing.kind == H1_FRAMING_LENGTH && f->taken < f->framing.len)
        return fault_set(
            fault, ERR_READ, 0, "the body ended after %llu of %llu bytes",
            (unsigned long long)f->taken, (unsigned long long)f->framing.len);
    if (f->framing.kind == H1_FRAMING_CHUNKED)
        end_chunks(f, trailers, out);
    return IO_EOF;
}
