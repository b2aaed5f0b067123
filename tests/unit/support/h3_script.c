#include "support/h3_script.h"

#include <stdarg.h>
#include <string.h>

#include <nghttp3/nghttp3.h>

#define PAIRS_MAX 64

static void put(struct str *to, uint64_t value, int bytes)
{
    for (int i = bytes - 1; i >= 0; i--)
        str_add_char(to, (char)(value >> (8 * i)));
}

void h3_script_varint(struct str *to, uint64_t value)
{
    if (value < 1U << 6)
        put(to, value, 1);
    else if (value < 1U << 14)
        put(to, value | 1U << 14, 2);
    else if (value < 1U << 30)
        put(to, value | 2U << 30, 4);
    else
        put(to, value | (uint64_t)3 << 62, 8);
}

void h3_script_frame(struct str *to, uint64_t type, struct span payload)
{
    h3_script_varint(to, type);
    h3_script_varint(to, payload.len);
    str_add(to, payload);
}

void h3_script_headers_of(struct str *to, const struct span *pairs, size_t n)
{
    const nghttp3_mem *mem = nghttp3_mem_default();
    nghttp3_qpack_encoder *encoder;
    nghttp3_nv nv[PAIRS_MAX];
    for (size_t i = 0; i < n / 2; i++)
        nv[i] = (nghttp3_nv){pairs[2 * i].base, pairs[2 * i + 1].base,
                             pairs[2 * i].len, pairs[2 * i + 1].len, 0};
    nghttp3_buf prefix;
    nghttp3_buf section;
    nghttp3_buf dynamic;
    nghttp3_buf_init(&prefix);
    nghttp3_buf_init(&section);
    nghttp3_buf_init(&dynamic);
    uint8_t room[16];
    prefix.begin = prefix.pos = prefix.last = room;
    prefix.end = room + sizeof room;
    nghttp3_qpack_encoder_new(&encoder, 0, mem);
    nghttp3_qpack_encoder_encode(encoder, &prefix, &section, &dynamic, 0, nv,
                                 n / 2);
    struct str payload;
    str_init(&payload);
    str_add(&payload, span_of(prefix.pos, nghttp3_buf_len(&prefix)));
    str_add(&payload, span_of(section.pos, nghttp3_buf_len(&section)));
    h3_script_frame(to, 0x01, str_span(&payload));
    str_fini(&payload);
    nghttp3_buf_free(&section, mem);
    nghttp3_buf_free(&dynamic, mem);
    nghttp3_qpack_encoder_del(encoder);
}

void h3_script_headers(struct str *to, ...)
{
    struct span pairs[2 * PAIRS_MAX];
    size_t n = 0;
    va_list args;
    va_start(args, to);
    for (const char *text; (text = va_arg(args, const char *));)
        pairs[n++] = span_str(text);
    va_end(args);
    h3_script_headers_of(to, pairs, n);
}

void h3_script_data(struct str *to, const char *text)
{
    h3_script_frame(to, 0x00, span_str(text));
}

void h3_script_control(struct str *to, const uint64_t *settings, size_t n)
{
    struct str payload;
    str_init(&payload);
    for (size_t i = 0; i < n; i++)
        h3_script_varint(&payload, settings[i]);
    h3_script_varint(to, 0x00);
    h3_script_frame(to, 0x04, str_span(&payload));
    str_fini(&payload);
}
