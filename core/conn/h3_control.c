#include "conn/h3_control.h"

#include <string.h>

#include "base/varint.h"

/* RFC 9114 6.2.1, 7.2.4 */
#define STREAM_CONTROL 0x00
#define FRAME_SETTINGS 0x04

/* WebTransport's, of each of its drafts (h3_settings.c), and the number that
 * H3_DATAGRAM had when the first of them was written: a peer looks for the one
 * that it knows. */
static const struct {
    uint64_t id;
    uint64_t value;
} more[] = {
    {0xffd277, 1},   /* H3_DATAGRAM, draft-ietf-masque-h3-datagram-04 */
    {0x2b603742, 1}, /* ENABLE_WEBTRANSPORT */
    {0xc671706a, 1}, /* WEBTRANSPORT_MAX_SESSIONS */
    {0x14e9cd29, 1}, /* WT_MAX_SESSIONS */
    {0x2c7cf000, 1}, /* WT_ENABLED */
};

void h3_control_init(struct h3_control *c)
{
    *c = (struct h3_control){.id = -1};
}

static size_t gather(const struct span *spans, int n, uint8_t *to, size_t cap)
{
    size_t len = 0;
    for (int i = 0; i < n && len < cap; i++) {
        size_t part = spans[i].len < cap - len ? spans[i].len : cap - len;
        memcpy(to + len, spans[i].base, part);
        len += part;
    }
    return len;
}

/* The payload of the frame that the stream begins with; false: it is not all
 * there, or no SETTINGS. */
static bool find_payload(struct span all, struct span *payload)
{
    struct span rest = all;
    uint64_t number = 0;
    if (!varint_take(&rest, &number) || number != STREAM_CONTROL ||
        !varint_take(&rest, &number) || number != FRAME_SETTINGS ||
        !varint_take(&rest, &number) || number > rest.len)
        return false;
    *payload = span_of(rest.base, (size_t)number);
    return true;
}

static size_t put_more(uint8_t *to)
{
    size_t len = 0;
    for (size_t i = 0; i < sizeof more / sizeof *more; i++) {
        len += varint_put(to + len, more[i].id);
        len += varint_put(to + len, more[i].value);
    }
    return len;
}

static void make(struct h3_control *c, const struct span *spans, int n)
{
    uint8_t own[H3_CONTROL_MAX / 2];
    uint8_t added[sizeof more / sizeof *more * 2 * VARINT_LEN_MAX];
    struct span payload;
    struct span all = span_of(own, gather(spans, n, own, sizeof own));
    if (!find_payload(all, &payload))
        return;
    size_t nadded = put_more(added);
    uint8_t *to = c->bytes;
    to += varint_put(to, STREAM_CONTROL);
    to += varint_put(to, FRAME_SETTINGS);
    to += varint_put(to, payload.len + nadded);
    memcpy(to, payload.base, payload.len);
    memcpy(to + payload.len, added, nadded);
    c->len = (size_t)(to - c->bytes) + payload.len + nadded;
    c->replaced = (size_t)(payload.base - own) + payload.len;
}

/* The spans from the byte `skip` on; returns how many. */
static int cut_front(const struct span *spans, int n, size_t skip,
                     struct span *to, int cap)
{
    int count = 0;
    for (int i = 0; i < n && count < cap; i++) {
        size_t part = spans[i].len < skip ? spans[i].len : skip;
        skip -= part;
        if (spans[i].len > part)
            to[count++] = span_of(spans[i].base + part, spans[i].len - part);
    }
    return count;
}

int h3_control_replace(struct h3_control *c, struct span *spans, int n, int cap)
{
    struct span rest[H3_CONTROL_SPANS];
    if (n == 0 || n > H3_CONTROL_SPANS)
        return n;
    if (!c->has_begun)
        make(c, spans, n);
    c->has_begun = true;
    if (c->sent == c->len)
        return n; /* all of ours is sent, or there is none */
    int nrest =
        cut_front(spans, n, c->replaced, rest,
                  cap - 1 < H3_CONTROL_SPANS ? cap - 1 : H3_CONTROL_SPANS);
    spans[0] = span_of(c->bytes + c->sent, c->len - c->sent);
    memcpy(spans + 1, rest, (size_t)nrest * sizeof *rest);
    return 1 + nrest;
}

/* What goes beyond ours is nghttp3's; its own first bytes count when all of
 * ours have. */
static size_t translate(const struct h3_control *c, size_t *done, size_t len)
{
    size_t left = c->len - *done;
    if (left == 0)
        return len;
    if (len < left) {
        *done += len;
        return 0;
    }
    *done = c->len;
    return c->replaced + (len - left);
}

size_t h3_control_sent(struct h3_control *c, size_t len)
{
    return translate(c, &c->sent, len);
}

uint64_t h3_control_acked(struct h3_control *c, uint64_t len)
{
    return translate(c, &c->acked, (size_t)len);
}
