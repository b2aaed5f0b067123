#include "telemetry/dump.h"

#include <string.h>

#define HEX_WIDTH   ((size_t)16)
#define ASCII_WIDTH ((size_t)64)

static void add_text(struct str *out, const uint8_t *at, size_t len)
{
    for (size_t i = 0; i < len; i++)
        str_add_char(out, at[i] >= ' ' && at[i] < 0x7f ? (char)at[i] : '.');
    str_add_char(out, '\n');
}

void dump_hex(struct str *out, struct span bytes)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t at = 0; at < bytes.len; at += HEX_WIDTH) {
        size_t left = bytes.len - at;
        size_t n = left < HEX_WIDTH ? left : HEX_WIDTH;
        char row[HEX_WIDTH * 3];
        memset(row, ' ', sizeof row);
        for (size_t i = 0; i < n; i++) {
            row[3 * i] = digits[bytes.base[at + i] >> 4];
            row[3 * i + 1] = digits[bytes.base[at + i] & 15];
        }
        str_printf(out, "%04zx: ", at);
        str_add(out, span_of(row, sizeof row));
        add_text(out, bytes.base + at, n);
    }
}

static bool is_line_end(struct span bytes, size_t at)
{
    return at + 1 < bytes.len && bytes.base[at] == '\r' &&
           bytes.base[at + 1] == '\n';
}

void dump_ascii(struct str *out, struct span bytes)
{
    size_t at = 0;
    while (at < bytes.len) {
        size_t n = 0;
        while (n < ASCII_WIDTH && at + n < bytes.len &&
               !is_line_end(bytes, at + n))
            n++;
        str_printf(out, "%04zx: ", at);
        add_text(out, bytes.base + at, n);
        at += n;
        if (is_line_end(bytes, at))
            at += 2;
    }
}
