#include "probe/version_packet.h"

#include <string.h>

#include "base/random.h"

#define LONG_HEADER 0x80U
#define FIXED_BIT   0x40U

#define ID_LEN 8

/* First byte, version, and two IDs with their lengths. */
#define HEAD_LEN (1 + 4 + 2 * (1 + ID_LEN))

static uint8_t *put(uint8_t *to, uint64_t value, size_t len)
{
    for (size_t i = len; i-- > 0; value >>= 8)
        to[i] = (uint8_t)value;
    return to + len;
}

static uint64_t take(struct span *from, size_t len)
{
    uint64_t value = 0;
    for (size_t i = 0; i < len; i++)
        value = value << 8 | from->base[i];
    from->base += len;
    from->len -= len;
    return value;
}

static uint8_t *put_id(uint8_t *to, uint64_t id)
{
    *to = ID_LEN;
    return put(to + 1, id, ID_LEN);
}

/* What follows the head looks like the protected rest of an Initial: random. */
void version_packet_ask(uint8_t packet[VERSION_PACKET_LEN],
                        const struct version_packet_secret *secret,
                        uint64_t seq)
{
    random_bytes(packet, VERSION_PACKET_LEN);
    uint8_t *at = packet;
    uint32_t version = 0;
    memcpy(&version, packet + 1, sizeof version);
    *at = (uint8_t)(LONG_HEADER | FIXED_BIT | (*at & 0x0fU));
    at = put(at + 1, (version & 0xf0f0f0f0U) | 0x0a0a0a0aU, 4);
    at = put_id(at, secret->ids[0] ^ seq);
    (void)put_id(at, secret->ids[1] ^ seq);
}

bool version_packet_read(struct span packet,
                         const struct version_packet_secret *secret,
                         struct version_packet_answer *a)
{
    if (packet.len < HEAD_LEN || (take(&packet, 1) & LONG_HEADER) == 0 ||
        take(&packet, 4) != 0 || take(&packet, 1) != ID_LEN)
        return false;
    a->seq = take(&packet, ID_LEN) ^ secret->ids[1];
    if (take(&packet, 1) != ID_LEN ||
        (take(&packet, ID_LEN) ^ secret->ids[0]) != a->seq)
        return false;
    a->nversions = 0;
    while (packet.len >= 4 && a->nversions < VERSION_PACKET_VERSIONS_MAX)
        a->versions[a->nversions++] = (uint32_t)take(&packet, 4);
    return a->nversions > 0;
}
