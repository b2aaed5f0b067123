#include "conn/quic_ack.h"

#include "base/varint.h"

/* What lies behind the type of a frame (RFC 9000 19, RFC 9221 4): so many
 * integers, then as many bytes as the last of them says, and so many more. */
struct layout {
    unsigned char integers;
    bool has_data;
    unsigned char bytes;
};

enum {
    FRAME_ACK = 0x02,
    FRAME_ACK_ECN = 0x03,
    FRAME_STREAM = 0x08, /* to 0x0f */
    FRAME_NEW_CID = 0x18,
    FRAME_DATAGRAM = 0x30, /* without a length: the rest of the packet */
    FRAME_DATAGRAM_LEN = 0x31,
};

enum {
    STREAM_HAS_LEN = 0x02,
    STREAM_HAS_OFFSET = 0x04,
};

static const struct layout layouts[] = {
    [0x00] = {.integers = 0},                   /* PADDING */
    [0x01] = {.integers = 0},                   /* PING */
    [0x04] = {.integers = 3},                   /* RESET_STREAM */
    [0x05] = {.integers = 2},                   /* STOP_SENDING */
    [0x06] = {.integers = 2, .has_data = true}, /* CRYPTO */
    [0x07] = {.integers = 1, .has_data = true}, /* NEW_TOKEN */
    [0x10] = {.integers = 1},                   /* MAX_DATA */
    [0x11] = {.integers = 2},                   /* MAX_STREAM_DATA */
    [0x12] = {.integers = 1},                   /* MAX_STREAMS */
    [0x13] = {.integers = 1},
    [0x14] = {.integers = 1}, /* DATA_BLOCKED */
    [0x15] = {.integers = 2}, /* STREAM_DATA_BLOCKED */
    [0x16] = {.integers = 1}, /* STREAMS_BLOCKED */
    [0x17] = {.integers = 1},
    [0x19] = {.integers = 1},                   /* RETIRE_CONNECTION_ID */
    [0x1a] = {.bytes = 8},                      /* PATH_CHALLENGE */
    [0x1b] = {.bytes = 8},                      /* PATH_RESPONSE */
    [0x1c] = {.integers = 3, .has_data = true}, /* CONNECTION_CLOSE */
    [0x1d] = {.integers = 2, .has_data = true},
    [0x1e] = {.integers = 0}, /* HANDSHAKE_DONE */
};

static bool take_bytes(struct span *from, uint64_t n)
{
    if (n > from->len)
        return false;
    from->base += n;
    from->len -= (size_t)n;
    return true;
}

static bool skip(struct span *from, const struct layout *l)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < l->integers; i++)
        if (!varint_take(from, &value))
            return false;
    return (!l->has_data || take_bytes(from, value)) &&
           take_bytes(from, l->bytes);
}

static bool skip_stream(struct span *from, uint64_t type)
{
    struct layout l = {.integers = 1};
    if (type & STREAM_HAS_OFFSET)
        l.integers++;
    if ((type & STREAM_HAS_LEN) == 0)
        return false; /* it is the last frame */
    l.integers++;
    l.has_data = true;
    return skip(from, &l);
}

/* Sequence number, the one before which others retire; an ID with a length of
 * one byte, and a reset token. */
static bool skip_new_cid(struct span *from)
{
    const struct layout numbers = {.integers = 2};
    const size_t token = 16;
    if (!skip(from, &numbers) || from->len == 0)
        return false;
    return take_bytes(from, 1 + token + (uint64_t)from->base[0]);
}

static bool skip_frame(struct span *from, uint64_t type)
{
    const struct layout datagram = {.integers = 1, .has_data = true};
    if (type >= FRAME_STREAM && type < FRAME_STREAM + 8)
        return skip_stream(from, type);
    if (type == FRAME_NEW_CID)
        return skip_new_cid(from);
    if (type == FRAME_DATAGRAM_LEN)
        return skip(from, &datagram);
    return type < sizeof layouts / sizeof layouts[0] &&
           skip(from, &layouts[type]);
}

static bool read_ack(struct span from, struct quic_ack *ack)
{
    if (!varint_take(&from, &ack->largest) ||
        !varint_take(&from, &ack->delay) ||
        !varint_take(&from, &ack->nranges) || !varint_take(&from, &ack->first))
        return false;
    ack->ranges = from;
    return ack->first <= ack->largest;
}

bool quic_ack_find(struct span frames, struct quic_ack *ack)
{
    uint64_t type;
    while (varint_take(&frames, &type)) {
        if (type == FRAME_ACK || type == FRAME_ACK_ECN)
            return read_ack(frames, ack);
        if (!skip_frame(&frames, type))
            return false;
    }
    return false;
}

bool quic_ack_has(const struct quic_ack *ack, uint64_t packet)
{
    struct span ranges = ack->ranges;
    uint64_t high = ack->largest;
    uint64_t low = high - ack->first;
    uint64_t gap;
    uint64_t len;
    for (uint64_t i = 0; packet < low; i++) {
        if (i == ack->nranges || !varint_take(&ranges, &gap) ||
            !varint_take(&ranges, &len) || gap + 2 > low || len > low - gap - 2)
            return false;
        high = low - gap - 2;
        low = high - len;
    }
    return packet <= high;
}
