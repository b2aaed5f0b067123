#include "base/span.h"

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
}

/* Each of eight bytes: letters from 'A' on get 0x20 added, and are ASCII. */
static uint64_t lower_word(uint64_t word)
{
    const uint64_t ones = 0x0101010101010101;
    uint64_t low = word & 0x7f * ones;
    uint64_t is_from_a = low + (0x80 - 'A') * ones;
    uint64_t is_behind_z = low + (0x7f - 'Z') * ones;
    uint64_t is_letter = is_from_a & ~is_behind_z & ~word & 0x80 * ones;
    return word | is_letter >> 2;
}

static uint64_t load_word(const uint8_t *at)
{
    uint64_t word;
    memcpy(&word, at, sizeof word);
    return word;
}

/* Most names that are the same are so to the letter. */
bool span_starts_nocase(struct span s, struct span prefix)
{
    size_t i = 0;
    if (s.len < prefix.len)
        return false;
    for (; prefix.len - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
        uint64_t a = load_word(s.base + i);
        uint64_t b = load_word(prefix.base + i);
        if (a != b && lower_word(a) != lower_word(b))
            return false;
    }
    for (; i < prefix.len; i++) {
        uint8_t a = s.base[i];
        uint8_t b = prefix.base[i];
        if (a != b && lower(a) != lower(b))
            return false;
    }
    return true;
}

struct span span_trim(struct span s)
{
    while (s.len > 0 && (s.base[0] == ' ' || s.base[0] == '\t')) {
        s.base++;
        s.len--;
    }
    while (s.len > 0 && (s.base[s.len - 1] == ' ' || s.base[s.len - 1] == '\t'))
        s.len--;
    return s;
}

bool span_next(struct span *rest, char separator, struct span *element)
{
    if (rest->base == NULL)
        return false;
    const uint8_t *end =
        rest->len ? memchr(rest->base, separator, rest->len) : NULL;
    if (end == NULL) {
        *element = *rest;
        *rest = (struct span){NULL, 0};
        return true;
    }
    size_t len = (size_t)(end - rest->base);
    *element = span_of(rest->base, len);
    *rest = span_of(end + 1, rest->len - len - 1);
    return true;
}

/* False when s is no number at all. */
static bool read_number(struct span s, uint64_t *value, bool *is_over)
{
    uint64_t v = 0;
    *is_over = false;
    if (s.len == 0)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        if (s.base[i] < '0' || s.base[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(s.base[i] - '0');
        *is_over = *is_over || v > (UINT64_MAX - digit) / 10;
        v = *is_over ? UINT64_MAX : v * 10 + digit;
    }
    *value = v;
    return true;
}

bool span_to_u64(struct span s, uint64_t *value)
{
    uint64_t v;
    bool is_over;
    if (!read_number(s, &v, &is_over) || is_over)
        return false;
    *value = v;
    return true;
}

bool span_to_u64_capped(struct span s, uint64_t *value)
{
    bool is_over;
    return read_number(s, value, &is_over);
}
