#include "serve/byte_range.h"

/* A number too large for 64 bits is still a number: as far as one can say. */
static bool parse_position(struct span s, uint64_t *value)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.base[i] < '0' || s.base[i] > '9')
            return false;
    if (s.len == 0)
        return false;
    if (!span_to_u64(s, value))
        *value = UINT64_MAX;
    return true;
}

/* "-500": the last 500 bytes. */
static enum byte_range_result suffix_range(struct span digits, uint64_t size,
                                           uint64_t *first, uint64_t *len)
{
    uint64_t wanted;
    if (!parse_position(digits, &wanted))
        return BYTE_RANGE_NONE;
    if (wanted == 0 || size == 0)
        return BYTE_RANGE_UNSATISFIABLE;
    *len = wanted < size ? wanted : size;
    *first = size - *len;
    return BYTE_RANGE_PART;
}

enum byte_range_result byte_range_parse(struct span field, uint64_t size,
                                        uint64_t *first, uint64_t *len)
{
    struct span unit = SPAN_LIT("bytes=");
    if (!span_starts_nocase(field, unit))
        return BYTE_RANGE_NONE;
    struct span range =
        span_trim(span_of(field.base + unit.len, field.len - unit.len));
    const uint8_t *dash =
        range.len > 0 ? memchr(range.base, '-', range.len) : NULL;
    if (dash == NULL || memchr(range.base, ',', range.len) != NULL)
        return BYTE_RANGE_NONE;
    struct span before = span_of(range.base, (size_t)(dash - range.base));
    struct span after = span_of(dash + 1, range.len - before.len - 1);
    if (before.len == 0)
        return suffix_range(after, size, first, len);
    uint64_t last = UINT64_MAX;
    if (!parse_position(before, first) ||
        (after.len > 0 && !parse_position(after, &last)) || last < *first)
        return BYTE_RANGE_NONE;
    if (*first >= size)
        return BYTE_RANGE_UNSATISFIABLE;
    if (last >= size)
        last = size - 1;
    *len = last - *first + 1;
    return BYTE_RANGE_PART;
}
