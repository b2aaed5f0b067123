#include "conn/quic_numbers.h"

#define LONG_HEADER 0x80
#define NUMBER_LEN  0x03

/* RFC 9000 A.3 */
static uint64_t expand(uint64_t largest, uint64_t truncated, unsigned bits)
{
    uint64_t expected = largest + 1;
    uint64_t window = UINT64_C(1) << bits;
    uint64_t candidate = (expected & ~(window - 1)) | truncated;
    if (candidate + window / 2 <= expected)
        return candidate + window;
    if (candidate > expected + window / 2 && candidate >= window)
        return candidate - window;
    return candidate;
}

void quic_numbers_note(struct quic_numbers *q, const uint8_t *header,
                       size_t len)
{
    size_t bytes = (size_t)(header[0] & NUMBER_LEN) + 1;
    uint64_t truncated = 0;
    if ((header[0] & LONG_HEADER) || len < 1 + bytes)
        return;
    for (size_t i = len - bytes; i < len; i++)
        truncated = truncated << 8 | header[i];
    if (q->n++ == 0) {
        q->first = q->largest = truncated;
        return;
    }
    uint64_t number = expand(q->largest, truncated, (unsigned)(8 * bytes));
    if (number > q->largest)
        q->largest = number;
    if (number < q->first)
        q->first = number;
}

uint64_t quic_numbers_missed(const struct quic_numbers *q)
{
    uint64_t all = q->n ? q->largest - q->first + 1 : 0;
    return all > q->n ? all - q->n : 0;
}
