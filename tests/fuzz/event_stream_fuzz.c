/*
 * Event streams: however the bytes are cut, the same events come out, and no more
 * is kept than was allowed.
 */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/event_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

#define MAX ((size_t)200)

static void note(struct str *out, const struct event_stream_event *e)
{
    assert(e->data.len <= 2 * MAX + 2 && e->id.len <= MAX && e->type.len > 0);
    assert(e->id.len == 0 || !memchr(e->id.base, '\0', e->id.len));
    assert(!memchr(e->type.base, '\n', e->type.len));
    assert(!memchr(e->type.base, '\r', e->type.len));
    str_add(out, e->type);
    str_add_char(out, '\1');
    str_add(out, e->data);
    str_add_char(out, '\1');
    str_add(out, e->id);
    str_add_char(out, '\1');
    if (e->has_retry)
        str_printf(out, "%llu", (unsigned long long)e->retry);
    str_add_char(out, '\2');
}

/* False: it was too large. */
static bool read_all(struct event_stream *s, struct str *out,
                     const uint8_t *data, size_t len, size_t piece)
{
    for (size_t at = 0; at < len; at += piece) {
        size_t n = len - at < piece ? len - at : piece;
        struct event_stream_event event;
        enum event_stream_next next;
        event_stream_feed(s, data + at, n);
        while ((next = event_stream_next(s, &event)) == EVENT_STREAM_EVENT)
            note(out, &event);
        if (next == EVENT_STREAM_TOO_LARGE)
            return false;
        assert(s->line.len <= MAX);
    }
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    size_t piece = len > 0 ? data[0] % 16 + 1 : 1;
    struct event_stream whole;
    struct event_stream cut;
    struct str a = {0};
    struct str b = {0};
    event_stream_init(&whole, MAX);
    event_stream_init(&cut, MAX);
    if (len > 0) {
        bool is_good = read_all(&whole, &a, data + 1, len - 1, len);
        bool is_same = read_all(&cut, &b, data + 1, len - 1, piece);
        assert(is_good == is_same);
        assert(a.len == b.len &&
               (a.len == 0 || memcmp(a.base, b.base, a.len) == 0));
        event_stream_again(&cut);
        assert(cut.id.len <= MAX);
    }
    str_fini(&a);
    str_fini(&b);
    event_stream_fini(&whole);
    event_stream_fini(&cut);
    return 0;
}
