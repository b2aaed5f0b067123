#include "base/utf8.h"

#include <assert.h>

size_t utf8_promised(uint8_t first)
{
    if (first < 0x80)
        return 1;
    if (first >= 0xc2 && first < 0xe0)
        return 2;
    if (first >= 0xe0 && first < 0xf0)
        return 3;
    if (first >= 0xf0 && first < 0xf5)
        return 4;
    return 0;
}

size_t utf8_sequence(struct span s)
{
    size_t n = s.len > 0 ? utf8_promised(s.base[0]) : 0;
    if (n > s.len)
        return 0;
    for (size_t i = 1; i < n; i++)
        if (!utf8_is_continuation(s.base[i]))
            return 0;
    if (n < 3)
        return n;
    uint8_t first = s.base[0];
    uint8_t second = s.base[1];
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90))
        return 0; /* overlong, a surrogate, or beyond Unicode */
    return n;
}

size_t utf8_valid_len(struct span s)
{
    size_t at = 0;
    size_t n;
    while ((n = utf8_sequence(span_of(s.base + at, s.len - at))) > 0)
        at += n;
    return at;
}

size_t utf8_whole_len(struct span s)
{
    size_t back = 1;
    while (back < UTF8_SEQUENCE_MAX && back < s.len &&
           utf8_is_continuation(s.base[s.len - back]))
        back++;
    if (back <= s.len && utf8_promised(s.base[s.len - back]) > back)
        return s.len - back;
    return s.len;
}

size_t utf8_cut(struct span s, size_t max)
{
    assert(s.len > max);
    size_t len = max;
    while (len > 0 && utf8_is_continuation(s.base[len]))
        len--;
    return len;
}

unsigned utf8_control(const uint8_t *s, size_t n)
{
    if (n == 2 && s[0] == 0xc2 && s[1] < 0xa0)
        return s[1];
    if (n != 3 || s[0] != 0xe2)
        return 0;
    if (s[1] == 0x80 && s[2] >= 0xaa && s[2] <= 0xae)
        return 0x2000U + (s[2] & 0x3fU);
    if (s[1] == 0x81 && s[2] >= 0xa6 && s[2] <= 0xa9)
        return 0x2040U + (s[2] & 0x3fU);
    return 0;
}
