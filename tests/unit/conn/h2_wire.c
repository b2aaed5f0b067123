#include "conn/h2_wire.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "support/pipe_transport.h"

#define MAGIC_LEN  24
#define FIELDS_MAX 64

void h2_wire_init(struct h2_wire *w, struct transport *t)
{
    *w = (struct h2_wire){.t = t};
    str_init(&w->in);
    (void)nghttp2_hd_deflate_new(&w->deflater, 4096);
    (void)nghttp2_hd_inflate_new(&w->inflater);
}

void h2_wire_fini(struct h2_wire *w)
{
    if (w->t)
        transport_close(w->t);
    nghttp2_hd_deflate_del(w->deflater);
    nghttp2_hd_inflate_del(w->inflater);
    str_fini(&w->in);
}

static void put_u32(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 24);
    at[1] = (uint8_t)(value >> 16);
    at[2] = (uint8_t)(value >> 8);
    at[3] = (uint8_t)value;
}

static uint32_t get_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 |
           (uint32_t)at[2] << 8 | at[3];
}

void h2_wire_frame(struct h2_wire *w, uint8_t type, uint8_t flags, int32_t id,
                   struct span payload)
{
    uint8_t head[9];
    put_u32(head, (uint32_t)payload.len << 8 | type);
    head[4] = flags;
    put_u32(head + 5, (uint32_t)id);
    pipe_transport_send(w->t, span_of(head, sizeof head));
    pipe_transport_send(w->t, payload);
}

void h2_wire_u32(struct h2_wire *w, uint8_t type, uint8_t flags, int32_t id,
                 uint32_t value)
{
    uint8_t payload[4];
    put_u32(payload, value);
    h2_wire_frame(w, type, flags, id, span_of(payload, sizeof payload));
}

void h2_wire_goaway_text(struct h2_wire *w, int32_t last, uint32_t code,
                         const char *text)
{
    uint8_t payload[64];
    size_t len = strlen(text);
    assert(len <= sizeof payload - 8);
    put_u32(payload, (uint32_t)last);
    put_u32(payload + 4, code);
    memcpy(payload + 8, text, len);
    h2_wire_frame(w, NGHTTP2_GOAWAY, 0, 0, span_of(payload, 8 + len));
}

void h2_wire_goaway(struct h2_wire *w, int32_t last, uint32_t code)
{
    h2_wire_goaway_text(w, last, code, "");
}

void h2_wire_setting(struct h2_wire *w, uint16_t id, uint32_t value)
{
    uint8_t payload[6] = {(uint8_t)(id >> 8), (uint8_t)id};
    put_u32(payload + 2, value);
    h2_wire_frame(w, NGHTTP2_SETTINGS, 0, 0, span_of(payload, sizeof payload));
}

void h2_wire_hello(struct h2_wire *w)
{
    h2_wire_frame(w, NGHTTP2_SETTINGS, 0, 0, span_str(""));
    h2_wire_frame(w, NGHTTP2_SETTINGS, NGHTTP2_FLAG_ACK, 0, span_str(""));
}

struct span h2_wire_block(struct h2_wire *w, struct str *block,
                          const nghttp2_nv *nva, size_t n)
{
    size_t cap = nghttp2_hd_deflate_bound(w->deflater, nva, n);
    str_clear(block);
    uint8_t *to = (uint8_t *)str_reserve(block, cap);
    nghttp2_ssize len = nghttp2_hd_deflate_hd2(w->deflater, to, cap, nva, n);
    assert(len >= 0);
    str_commit(block, (size_t)len);
    return str_span(block);
}

void h2_wire_head(struct h2_wire *w, int32_t id, int flags, ...)
{
    nghttp2_nv nva[FIELDS_MAX];
    size_t n = 0;
    va_list args;
    va_start(args, flags);
    const char *name = va_arg(args, const char *);
    while (name) {
        const char *value = va_arg(args, const char *);
        nva[n++] = (nghttp2_nv){
            .name = (uint8_t *)(uintptr_t)name,
            .value = (uint8_t *)(uintptr_t)value,
            .namelen = strlen(name),
            .valuelen = strlen(value),
        };
        name = va_arg(args, const char *);
    }
    va_end(args);
    struct str block;
    str_init(&block);
    h2_wire_frame(w, NGHTTP2_HEADERS,
                  (uint8_t)(flags | NGHTTP2_FLAG_END_HEADERS), id,
                  h2_wire_block(w, &block, nva, n));
    str_fini(&block);
}

void h2_wire_data(struct h2_wire *w, int32_t id, uint8_t flags,
                  const char *text)
{
    h2_wire_frame(w, NGHTTP2_DATA, flags, id, span_str(text));
}

void h2_wire_answer(struct h2_wire *w, int32_t id, const char *body)
{
    char length[24];
    (void)snprintf(length, sizeof length, "%zu", strlen(body));
    h2_wire_head(w, id, 0, ":status", "200", "content-length", length, NULL);
    h2_wire_data(w, id, NGHTTP2_FLAG_END_STREAM, body);
}

bool h2_wire_next(struct h2_wire *w, struct h2_wire_frame *f)
{
    (void)pipe_transport_receive(w->t, &w->in);
    if (!w->is_started) {
        if (w->in.len < MAGIC_LEN)
            return false;
        if (memcmp(w->in.base, NGHTTP2_CLIENT_MAGIC, MAGIC_LEN) == 0)
            w->pos = MAGIC_LEN;
        w->is_started = true;
    }
    const uint8_t *at = (const uint8_t *)w->in.base + w->pos;
    size_t left = w->in.len - w->pos;
    if (left < 9)
        return false;
    size_t len = get_u32(at) >> 8;
    if (left < 9 + len)
        return false;
    *f = (struct h2_wire_frame){
        .type = at[3],
        .flags = at[4],
        .id = (int32_t)get_u32(at + 5),
        .payload = span_of(at + 9, len),
    };
    w->pos += 9 + len;
    return true;
}

bool h2_wire_find(struct h2_wire *w, uint8_t type, struct h2_wire_frame *f)
{
    while (h2_wire_next(w, f))
        if (f->type == type)
            return true;
    return false;
}

uint32_t h2_wire_code(const struct h2_wire_frame *f)
{
    size_t at = f->type == NGHTTP2_GOAWAY ? 4 : 0;
    assert(f->payload.len >= at + 4);
    return get_u32(f->payload.base + at);
}

void h2_wire_fields(struct h2_wire *w, const struct h2_wire_frame *f,
                    struct str *text)
{
    const uint8_t *at = f->payload.base;
    size_t left = f->payload.len;
    for (;;) {
        nghttp2_nv nv;
        int flags = 0;
        nghttp2_ssize n =
            nghttp2_hd_inflate_hd3(w->inflater, &nv, &flags, at, left, 1);
        assert(n >= 0);
        at += n;
        left -= (size_t)n;
        if (flags & NGHTTP2_HD_INFLATE_EMIT)
            str_printf(text, "%.*s: %.*s\n", (int)nv.namelen, nv.name,
                       (int)nv.valuelen, nv.value);
        if (flags & NGHTTP2_HD_INFLATE_FINAL)
            break;
        if ((flags & NGHTTP2_HD_INFLATE_EMIT) == 0 && left == 0)
            break;
    }
    (void)nghttp2_hd_inflate_end_headers(w->inflater);
}
