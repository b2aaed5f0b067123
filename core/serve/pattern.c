#include "serve/pattern.h"

#include <string.h>

/* The eight bytes at 8 * index, little-endian: splitmix64, a counter that is
 * mixed well enough to look random and costs a nanosecond. */
static uint64_t word(uint64_t index)
{
    uint64_t z = (index + 1) * UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    z = __builtin_bswap64(z);
#endif
    return z;
}

/* At most len bytes of the word that pos lies in; returns how many. */
static size_t fill_part(uint8_t *to, uint64_t pos, size_t len)
{
    uint64_t w = word(pos / 8);
    size_t skip = pos % 8;
    size_t n = 8 - skip < len ? 8 - skip : len;
    memcpy(to, (const uint8_t *)&w + skip, n);
    return n;
}

void pattern_fill(uint8_t *to, uint64_t pos, size_t len)
{
    size_t at = len > 0 ? fill_part(to, pos, len) : 0;
    for (; len - at >= 8; at += 8) {
        uint64_t w = word((pos + at) / 8);
        memcpy(to + at, &w, 8);
    }
    if (at < len)
        (void)fill_part(to + at, pos + at, len - at);
}
