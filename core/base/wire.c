#include "base/wire.h"

bool wire_take(struct span *from, size_t len, struct span *to)
{
    if (from->len < len)
        return false;
    *to = span_of(from->base, len);
    *from = span_of(len > 0 ? from->base + len : from->base, from->len - len);
    return true;
}

bool wire_take_number(struct span *from, size_t len, uint64_t *value)
{
    struct span bytes;
    if (!wire_take(from, len, &bytes))
        return false;
    *value = 0;
    for (size_t i = 0; i < len; i++)
        *value = *value << 8 | bytes.base[i];
    return true;
}

bool wire_take_vector(struct span *from, size_t len, struct span *to)
{
    uint64_t n;
    return wire_take_number(from, len, &n) && n <= from->len &&
           wire_take(from, (size_t)n, to);
}
