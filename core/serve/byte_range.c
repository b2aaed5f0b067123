#include "serve/byte_range.h"

/* One range as it is asked for.  A number too large for 64 bits is as far as
 * one can say. */
struct asked {
    bool is_suffix; /* "-500": the last 500 bytes */
    uint64_t first; /* of a suffix: how many */
    uint64_t last;
};

/* False for whatever RFC 9110 14.1.1 does not let stand behind "bytes=", a
 * list of several ranges, and a range that ends before it begins (14.1.2:
 * such a set is invalid). */
static bool read_range(struct span range, struct asked *asked)
{
    const uint8_t *dash =
        range.len > 0 ? memchr(range.base, '-', range.len) : NULL;
    if (dash == NULL)
        return false;
    struct span before = span_of(range.base, (size_t)(dash - range.base));
    struct span after = span_of(dash + 1, range.len - before.len - 1);
    *asked = (struct asked){.is_suffix = before.len == 0, .last = UINT64_MAX};
    if (asked->is_suffix)
        return span_to_u64_capped(after, &asked->first);
    return span_to_u64_capped(before, &asked->first) &&
           (after.len == 0 || span_to_u64_capped(after, &asked->last)) &&
           asked->first <= asked->last;
}

enum byte_range_result byte_range_parse(struct span field, uint64_t size,
                                        uint64_t *first, uint64_t *len)
{
    struct span unit = SPAN_LIT("bytes=");
    struct asked asked;
    if (!span_starts_nocase(field, unit) ||
        !read_range(
            span_trim(span_of(field.base + unit.len, field.len - unit.len)),
            &asked))
        return BYTE_RANGE_NONE;
    if (asked.is_suffix) {
        if (asked.first == 0 || size == 0)
            return BYTE_RANGE_UNSATISFIABLE;
        *len = asked.first < size ? asked.first : size;
        *first = size - *len;
        return BYTE_RANGE_PART;
    }
    if (asked.first >= size)
        return BYTE_RANGE_UNSATISFIABLE;
    *first = asked.first;
    *len = (asked.last < size ? asked.last : size - 1) - asked.first + 1;
    return BYTE_RANGE_PART;
}
