#include "base/varint.h"

#include <assert.h>

bool varint_add(struct varint *v, uint8_t byte)
{
    if (v->wanted == 0) {
        v->wanted = (1U << (byte >> 6)) - 1;
        v->value = byte & 0x3f;
    } else {
        v->wanted--;
        v->value = v->value << 8 | byte;
    }
    return v->wanted == 0;
}

bool varint_take(struct span *from, uint64_t *value)
{
    if (from->len == 0)
        return false;
    size_t len = (size_t)1 << (from->base[0] >> 6);
    if (from->len < len)
        return false;
    uint64_t v = from->base[0] & 0x3f;
    for (size_t i = 1; i < len; i++)
        v = v << 8 | from->base[i];
    *value = v;
    from->base += len;
    from->len -= len;
    return true;
}

size_t varint_len(uint64_t value)
{
    assert(value < VARINT_MAX);
    if (value < UINT64_C(1) << 6)
        return 1;
    if (value < UINT64_C(1) << 14)
        return 2;
    return value < UINT64_C(1) << 30 ? 4 : 8;
}

size_t varint_put(uint8_t *to, uint64_t value)
{
    size_t len = varint_len(value);
    for (size_t i = len; i-- > 0; value >>= 8)
        to[i] = (uint8_t)value;
    /* 1, 2, 4 and 8 bytes are 0, 1, 2 and 3 in the first two bits. */
    to[0] |= (uint8_t)((len >= 4 ? 2U + (len == 8) : len - 1) << 6);
    return len;
}
