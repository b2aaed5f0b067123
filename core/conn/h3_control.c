#include "conn/h3_control.h"

#include <string.h>

#include "base/varint.h"
#include "conn/h3_settings.h"

/* The number that H3_DATAGRAM had when WebTransport's first draft was written
 * (draft-ietf-masque-h3-datagram-04); peers of that look for it. */
#define H3_DATAGRAM_04 0xffd277

#define ADDED_MAX (VARINT_LEN_MAX * 2 * (1 + H3_SETTINGS_WEBTRANSPORT))

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
    if (!varint_take(&rest, &number) || number != H3_SETTINGS_STREAM ||
        !varint_take(&rest, &number) || number != H3_SETTINGS_FRAME ||
        !varint_take(&rest, &number) || number > rest.len)
        return false;
    *payload = span_of(rest.base, (size_t)number);
    return true;
}

static size_t put_yes(uint8_t *to, uint64_t id)
{
    size_t len = varint_put(to, id);
    return len + varint_put(to + len, 1);
}

/* A peer looks for the one that it knows. */
static size_t put_more(uint8_t *to)
{
    size_t len = put_yes(to, H3_DATAGRAM_04);
    for (size_t i = 0; i < H3_SETTINGS_WEBTRANSPORT; i++)
        len += put_yes(to + len, h3_settings_webtransport[i]);
    return len;
}

static void make(struct h3_control *c, const struct span *spans, int n)
{
    uint8_t own[H3_CONTROL_MAX / 2];
    uint8_t added[ADDED_MAX];
    struct span payload;
    struct span all = span_of(own, gather(spans, n, own, sizeof own));
    if (!find_payload(all, &payload))
        return;
    size_t nadded = put_more(added);
    uint8_t *to = c->bytes;
    to += varint_put(to, H3_SETTINGS_STREAM);
    to += varint_put(to, H3_SETTINGS_FRAME);
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
