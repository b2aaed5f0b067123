#include "channel/websocket_frame.h"

/* The second byte: the mask's bit, and a length or the word for a longer
 * form. */
#define BIT_FINAL   0x80
#define BITS_RSV    0x70
#define BITS_OPCODE 0x0f
#define BIT_MASK    0x80
#define BITS_LEN    0x7f
#define LEN_IS_16   126
#define LEN_IS_64   127
#define LEN_SHORT   125
#define LEN_MAX     ((uint64_t)INT64_MAX)

/* Bytes of the length behind the second byte. */
static size_t extended_len(uint8_t second)
{
    unsigned len = second & BITS_LEN;
    if (len == LEN_IS_16)
        return 2;
    return len == LEN_IS_64 ? 8 : 0;
}

size_t websocket_frame_head_len(const uint8_t start[WEBSOCKET_FRAME_START])
{
    size_t mask_len = start[1] & BIT_MASK ? WEBSOCKET_FRAME_MASK_LEN : 0;
    return WEBSOCKET_FRAME_START + extended_len(start[1]) + mask_len;
}

static uint64_t read_number(const uint8_t *at, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | at[i];
    return value;
}

static bool is_shortest(uint64_t value, size_t extended)
{
    if (extended == 2)
        return value > LEN_SHORT;
    return extended == 0 || (value > UINT16_MAX && value <= LEN_MAX);
}

bool websocket_frame_read(struct websocket_frame *f, const uint8_t *head)
{
    size_t extended = extended_len(head[1]);
    *f = (struct websocket_frame){
        .is_final = head[0] & BIT_FINAL,
        .reserved = head[0] & BITS_RSV,
        .opcode = head[0] & BITS_OPCODE,
        .is_masked = head[1] & BIT_MASK,
        .len = head[1] & BITS_LEN,
    };
    head += WEBSOCKET_FRAME_START;
    if (extended > 0)
        f->len = read_number(head, extended);
    if (f->is_masked)
        memcpy(f->mask, head + extended, sizeof f->mask);
    return is_shortest(f->len, extended);
}

size_t websocket_frame_write(const struct websocket_frame *f, uint8_t *head)
{
    uint8_t form = f->len <= UINT16_MAX ? LEN_IS_16 : LEN_IS_64;
    if (f->len <= LEN_SHORT)
        form = (uint8_t)f->len;
    head[0] =
        (uint8_t)((f->is_final ? BIT_FINAL : 0) | f->reserved | f->opcode);
    head[1] = (uint8_t)((f->is_masked ? BIT_MASK : 0) | form);
    size_t n = WEBSOCKET_FRAME_START;
    for (size_t left = extended_len(form); left > 0; left--)
        head[n++] = (uint8_t)(f->len >> 8 * (left - 1));
    if (f->is_masked) {
        memcpy(head + n, f->mask, sizeof f->mask);
        n += sizeof f->mask;
    }
    return n;
}

void websocket_frame_mask(uint8_t *to, struct span from,
                          const uint8_t mask[WEBSOCKET_FRAME_MASK_LEN],
                          uint64_t at)
{
    uint8_t turned[sizeof(uint64_t)];
    for (size_t i = 0; i < sizeof turned; i++)
        turned[i] = mask[(at + i) % WEBSOCKET_FRAME_MASK_LEN];
    uint64_t key;
    memcpy(&key, turned, sizeof key);
    size_t i = 0;
    for (uint64_t word; i + sizeof word <= from.len; i += sizeof word) {
        memcpy(&word, from.base + i, sizeof word);
        word ^= key;
        memcpy(to + i, &word, sizeof word);
    }
    for (; i < from.len; i++)
        to[i] = from.base[i] ^ turned[i % sizeof turned];
}
