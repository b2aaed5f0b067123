#include "journal/journal_line.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

enum {
    CHECKSUM = 9 /* a space and eight digits */
};

static uint32_t checksum(const char *body, size_t len)
{
    return (uint32_t)crc32(0, (const unsigned char *)body, (unsigned)len);
}

static char *put_checksum(char *at, uint32_t sum)
{
    *at++ = ' ';
    for (int shift = 28; shift >= 0; shift -= 4)
        *at++ = "0123456789abcdef"[sum >> shift & 15];
    return at;
}

void journal_line_add(struct str *out, const char *body, size_t len)
{
    char end[CHECKSUM + 1];
    *put_checksum(end, checksum(body, len)) = '\n';
    str_add(out, span_of(body, len));
    str_add(out, span_of(end, sizeof end));
}

static char *put_number(char *at, uint64_t n)
{
    char digits[20];
    size_t len = 0;
    do {
        digits[len++] = (char)('0' + n % 10);
        n /= 10;
    } while (n);
    while (len)
        *at++ = digits[--len];
    return at;
}

size_t journal_line_format(char *out, char kind, const uint64_t *numbers,
                           size_t count)
{
    char *at = out;
    *at++ = kind;
    for (size_t i = 0; i < count; i++) {
        *at++ = ' ';
        at = put_number(at, numbers[i]);
    }
    at = put_checksum(at, checksum(out, (size_t)(at - out)));
    *at++ = '\n';
    return (size_t)(at - out);
}

bool journal_line_check(const char *line, size_t len, size_t *body_len)
{
    char expected[CHECKSUM];
    if (len <= CHECKSUM)
        return false;
    put_checksum(expected, checksum(line, len - CHECKSUM));
    *body_len = len - CHECKSUM;
    return memcmp(line + len - CHECKSUM, expected, CHECKSUM) == 0;
}

/* The number at `at`, which a space or the end follows; NULL: there is none. */
static const char *parse_number(const char *at, const char *end, uint64_t *n)
{
    const char *first = at;
    for (*n = 0; at < end && *at >= '0' && *at <= '9'; at++) {
        uint64_t digit = (uint64_t)(*at - '0');
        if (*n > (UINT64_MAX - digit) / 10)
            return NULL;
        *n = *n * 10 + digit;
    }
    return at > first && (at == end || *at == ' ') ? at : NULL;
}

bool journal_line_parse(const char *body, size_t len, uint64_t *numbers,
                        size_t count)
{
    const char *end = body + len;
    const char *at = body + 1;
    for (size_t i = 0; i < count; i++) {
        if (at >= end || *at != ' ')
            return false;
        at = parse_number(at + 1, end, &numbers[i]);
        if (!at)
            return false;
    }
    return at == end;
}

void journal_line_add_text(struct str *out, char kind, uint64_t number,
                           const char *text, size_t len)
{
    size_t start = out->len;
    char end[CHECKSUM + 1];
    str_printf(out, "%c %" PRIu64 " ", kind, number);
    str_add(out, span_of(text, len));
    *put_checksum(end, checksum(out->base + start, out->len - start)) = '\n';
    str_add(out, span_of(end, sizeof end));
}

const char *journal_line_text(const char *body, size_t len, uint64_t *number,
                              size_t *text_len)
{
    const char *space = len > 2 ? memchr(body + 2, ' ', len - 2) : NULL;
    if (!space || !journal_line_parse(body, (size_t)(space - body), number, 1))
        return NULL;
    *text_len = len - (size_t)(space + 1 - body);
    return space + 1;
}

const char *journal_line_next(struct line_reader *l, size_t *len)
{
    bool is_whole;
    const char *line = line_reader_next(l, len, &is_whole);
    if (!line || !is_whole || !journal_line_check(line, *len, len))
        return NULL;
    return line;
}
