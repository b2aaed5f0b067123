#include "probe/version_packet.h"

#include <string.h>

#include "base/random.h"
#include "base/wire.h"

#define LONG_HEADER 0x80U
#define FIXED_BIT   0x40U

#define ID_LEN 8

static uint8_t *put(uint8_t *to, uint64_t value, size_t len)
{
    for (size_t i = len; i-- > 0; value >>= 8)
        to[i] = (uint8_t)value;
    return to + len;
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

/* A version and two IDs, of our length. */
static bool read_head(struct span *packet, uint64_t *version, uint64_t ids[2])
{
    uint64_t first;
    struct span id[2];
    return wire_take_number(packet, 1, &first) && (first & LONG_HEADER) != 0 &&
           wire_take_number(packet, 4, version) &&
           wire_take_vector(packet, 1, &id[0]) && id[0].len == ID_LEN &&
           wire_take_vector(packet, 1, &id[1]) && id[1].len == ID_LEN &&
           wire_take_number(&id[0], ID_LEN, &ids[0]) &&
           wire_take_number(&id[1], ID_LEN, &ids[1]);
}

bool version_packet_read(struct span packet,
                         const struct version_packet_secret *secret,
                         struct version_packet_answer *a)
{
    uint64_t version;
    uint64_t ids[2];
    if (!read_head(&packet, &version, ids) || version != 0)
        return false;
    a->seq = ids[0] ^ secret->ids[1];
    if ((ids[1] ^ secret->ids[0]) != a->seq)
        return false;
    a->nversions = 0;
    while (a->nversions < VERSION_PACKET_VERSIONS_MAX &&
           wire_take_number(&packet, 4, &version))
        a->versions[a->nversions++] = (uint32_t)version;
    return a->nversions > 0;
}
