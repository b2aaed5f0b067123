#include "pool/tunnels.h"

#include "pool/tunnel.h"
#include "pool/tunnel_datagrams.h"
#include "pool/tunnel_stream.h"

static struct transport *open_stream(struct dialer *d, const struct settings *s,
                                     struct span host, uint16_t port)
{
    return tunnel_stream_open(d->tunnel_host, s, host, port);
}

static struct datagram_path *open_datagrams(struct dialer *d,
                                            const struct settings *s,
                                            struct span host, uint16_t port)
{
    return tunnel_datagrams_open(d->tunnel_host, s, host, port);
}

static bool lacks_udp(const struct dialer *d, const struct proxy *p)
{
    return tunnel_lacks_has(&d->tunnel_host->lacks, p, loop_now(d->loop));
}

const struct dialer_tunnels tunnels_ops = {
    .connect = open_stream,
    .connect_udp = open_datagrams,
    .lacks_udp = lacks_udp,
    .stream_facts = tunnel_stream_facts,
    .path_facts = tunnel_datagrams_facts,
};
