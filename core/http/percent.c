#include "http/percent.h"

bool percent_is_unreserved(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
           c == '~';
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

struct span percent_decode(struct span s, struct arena *arena)
{
    if (s.len == 0 || !memchr(s.base, '%', s.len))
        return arena_copy(arena, s);
    uint8_t *out = arena_alloc(arena, s.len + 1);
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t c = s.base[i];
        int high = c == '%' && i + 2 < s.len ? hex_digit(s.base[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(s.base[i + 2]) : -1;
        if (low >= 0) {
            c = (uint8_t)(high * 16 + low);
            i += 2;
        }
        out[n++] = c;
    }
    out[n] = '\0';
    return span_of(out, n);
}

void percent_encode(struct str *to, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (percent_is_unreserved(s.base[i]))
            str_add_char(to, (char)s.base[i]);
        else
            str_printf(to, "%%%02X", s.base[i]);
    }
}
