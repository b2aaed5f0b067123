/*
 * Everything is written in units that are decided at once: a group of digits
 * with the line end before it, or a character of quoted-printable.  A unit
 * waits in the encoder when the reader has no room for all of it.
 *
 * A unit of quoted-printable depends on what follows: a blank before a line end
 * is escaped, and a character may take the last column of a line only where the
 * line ends anyway.  So it is decided when LOOKAHEAD bytes are there, or all.
 */
#include "http/mime_encoder.h"

#include <string.h>

#include "base/fault.h"

#define LINE_MAX_LEN 76U /* RFC 2045 6.7 rule 5, 6.8 */
#define GROUP        ((size_t)3)
#define LOOKAHEAD    ((size_t)4)

void mime_encoder_init(struct mime_encoder *e, enum mime_encoding encoding)
{
    e->encoding = encoding;
    e->column = 0;
    e->has_ended = false;
    e->in_at = e->in_len = 0;
    e->unit_at = e->unit_len = 0;
}

uint8_t *mime_encoder_room(struct mime_encoder *e, size_t *cap)
{
    memmove(e->in, e->in + e->in_at, e->in_len - e->in_at);
    e->in_len -= e->in_at;
    e->in_at = 0;
    *cap = sizeof e->in - e->in_len;
    return e->in + e->in_len;
}

void mime_encoder_commit(struct mime_encoder *e, size_t n)
{
    e->in_len += n;
}

void mime_encoder_end(struct mime_encoder *e)
{
    e->has_ended = true;
}

static size_t left(const struct mime_encoder *e)
{
    return e->in_len - e->in_at;
}

static void put(struct mime_encoder *e, uint8_t c)
{
    e->unit[e->unit_len++] = c;
}

static void end_line(struct mime_encoder *e)
{
    put(e, '\r');
    put(e, '\n');
    e->column = 0;
}

/* ---- base64 ---- */

static bool base64_is_ready(const struct mime_encoder *e)
{
    return left(e) >= GROUP || (e->has_ended && left(e) > 0);
}

static void base64_unit(struct mime_encoder *e)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                 "abcdefghijklmnopqrstuvwxyz0123456789+/";
    size_t n = left(e) < GROUP ? left(e) : GROUP;
    unsigned bits = 0;
    for (size_t i = 0; i < GROUP; i++)
        bits = bits << 8 | (i < n ? e->in[e->in_at + i] : 0U);
    e->in_at += n;
    if (e->column == LINE_MAX_LEN)
        end_line(e);
    for (size_t i = 0; i <= GROUP; i++) {
        unsigned digit = bits >> (18 - 6 * i) & 63;
        put(e, (uint8_t)(i <= n ? digits[digit] : '='));
    }
    e->column += 4;
}

/* ---- quoted-printable ---- */

static bool quoted_is_ready(const struct mime_encoder *e)
{
    return left(e) >= LOOKAHEAD || (e->has_ended && left(e) > 0);
}

static bool is_line_end(const struct mime_encoder *e, size_t after)
{
    const uint8_t *at = e->in + e->in_at + after;
    return left(e) >= after + 2 && at[0] == '\r' && at[1] == '\n';
}

/* Does the line end behind so many bytes? */
static bool ends_line(const struct mime_encoder *e, size_t after)
{
    return left(e) <= after || is_line_end(e, after);
}

static bool is_plain(const struct mime_encoder *e, uint8_t c)
{
    if (c == ' ' || c == '\t')
        return !ends_line(e, 1);
    return c > ' ' && c <= '~' && c != '=';
}

static void quoted_unit(struct mime_encoder *e)
{
    static const char digits[] = "0123456789ABCDEF";
    uint8_t c = e->in[e->in_at];
    if (is_line_end(e, 0)) {
        e->in_at += 2;
        end_line(e);
        return;
    }
    bool is_short = is_plain(e, c);
    unsigned end = e->column + (is_short ? 1 : 3);
    if (end > LINE_MAX_LEN || (end == LINE_MAX_LEN && !ends_line(e, 1))) {
        put(e, '=');
        end_line(e);
        return;
    }
    e->in_at++;
    e->column = end;
    if (is_short) {
        put(e, c);
        return;
    }
    put(e, '=');
    put(e, (uint8_t)digits[c >> 4]);
    put(e, (uint8_t)digits[c & 15]);
}

/* ---- both ---- */

static bool is_ready(const struct mime_encoder *e)
{
    switch (e->encoding) {
    case MIME_ENCODING_NONE:
    case MIME_ENCODING_7BIT:
        return left(e) > 0;
    case MIME_ENCODING_BASE64:
        return base64_is_ready(e);
    case MIME_ENCODING_QUOTED_PRINTABLE:
        return quoted_is_ready(e);
    }
    return false;
}

static void next_unit(struct mime_encoder *e)
{
    e->unit_at = e->unit_len = 0;
    switch (e->encoding) {
    case MIME_ENCODING_NONE:
    case MIME_ENCODING_7BIT:
        put(e, e->in[e->in_at++]);
        break;
    case MIME_ENCODING_BASE64:
        base64_unit(e);
        break;
    case MIME_ENCODING_QUOTED_PRINTABLE:
        quoted_unit(e);
        break;
    }
}

/* What is read of the unit at hand. */
static size_t drain(struct mime_encoder *e, uint8_t *to, size_t cap)
{
    size_t n = e->unit_len - e->unit_at;
    n = n < cap ? n : cap;
    memcpy(to, e->unit + e->unit_at, n);
    e->unit_at += n;
    return n;
}

enum io mime_encoder_read(struct mime_encoder *e, uint8_t *to, size_t cap,
                          size_t *n, struct fault *fault)
{
    *n = drain(e, to, cap);
    while (*n < cap && is_ready(e)) {
        next_unit(e);
        if (e->encoding == MIME_ENCODING_7BIT && e->unit[0] > 127)
            return fault_set(fault, ERR_READ, 0,
                             "a byte over 127 cannot be sent as 7bit");
        *n += drain(e, to + *n, cap - *n);
    }
    if (*n > 0 || cap == 0)
        return IO_OK;
    return e->has_ended ? IO_EOF : IO_AGAIN;
}

static int64_t base64_len(int64_t len)
{
    int64_t groups = len / 3 + (len % 3 != 0);
    int64_t digits = 0;
    int64_t all = 0;
    if (len == 0)
        return 0;
    if (__builtin_mul_overflow(groups, 4, &digits) ||
        __builtin_add_overflow(digits, (digits - 1) / LINE_MAX_LEN * 2, &all))
        return -1;
    return all;
}

int64_t mime_encoder_len(enum mime_encoding encoding, int64_t len)
{
    if (len <= 0)
        return len;
    switch (encoding) {
    case MIME_ENCODING_NONE:
    case MIME_ENCODING_7BIT:
        return len;
    case MIME_ENCODING_BASE64:
        return base64_len(len);
    case MIME_ENCODING_QUOTED_PRINTABLE:
        return -1;
    }
    return -1;
}
