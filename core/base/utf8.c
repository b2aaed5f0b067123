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

/* A continuation with which it is not overlong, a surrogate, or beyond
 * Unicode. */
static bool is_second(uint8_t first, uint8_t second)
{
    if ((first == 0xe0 && second < 0xa0) || (first == 0xed && second >= 0xa0) ||
        (first == 0xf0 && second < 0x90) || (first == 0xf4 && second >= 0x90))
        return false;
    return utf8_is_continuation(second);
}

size_t utf8_sequence(struct span s)
{
    size_t n = s.len > 0 ? utf8_promised(s.base[0]) : 0;
    if (n > s.len || (n > 1 && !is_second(s.base[0], s.base[1])))
        return 0;
    for (size_t i = 2; i < n; i++)
        if (!utf8_is_continuation(s.base[i]))
            return 0;
    return n;
}

size_t utf8_valid_len(struct span s)
{
    size_t at = 0;
    size_t n;
    while (at < s.len &&
           (n = utf8_sequence(span_of(s.base + at, s.len - at))) > 0)
        at += n;
    return at;
}

static size_t ascii_len(struct span s)
{
    size_t at = 0;
    for (uint64_t word; at + sizeof word <= s.len; at += sizeof word) {
        memcpy(&word, s.base + at, sizeof word);
        if (word & UINT64_C(0x8080808080808080))
            break;
    }
    while (at < s.len && s.base[at] < 0x80)
        at++;
    return at;
}

static bool check_byte(struct utf8_check *c, uint8_t byte)
{
    if (c->left == 0) {
        size_t promised = utf8_promised(byte);
        if (promised == 0)
            return false;
        *c = (struct utf8_check){byte, (uint8_t)(promised - 1)};
        return true;
    }
    bool is_next_second = c->left + 1U == utf8_promised(c->first);
    c->left--;
    return is_next_second ? is_second(c->first, byte)
                          : utf8_is_continuation(byte);
}

/* What the piece has whole sequences of is passed over fast; one that its
 * beginning or its end cuts goes byte by byte. */
bool utf8_check_add(struct utf8_check *c, struct span piece)
{
    size_t at = 0;
    while (at < piece.len) {
        struct span rest = span_of(piece.base + at, piece.len - at);
        size_t n = 0;
        if (c->left == 0 && (n = ascii_len(rest)) == 0)
            n = utf8_sequence(rest);
        if (n == 0 && !check_byte(c, rest.base[n++]))
            return false;
        at += n;
    }
    return true;
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
