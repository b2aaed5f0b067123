#include "channel/connect_udp.h"

#include "base/varint.h"

bool connect_udp_packet(struct span datagram, struct span *packet)
{
    uint64_t context = 0;
    if (!varint_take(&datagram, &context) || context != 0)
        return false;
    *packet = datagram;
    return packet->len <= CONNECT_UDP_PACKET_MAX;
}
