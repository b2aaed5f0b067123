/*
 * tunnel_datagrams -- datagrams through an HTTP proxy, by CONNECT-UDP
 * (RFC 9298): what QUIC goes over where there is no way for UDP of our own.
 *
 * A datagram_path like any other.  Until the proxy has said yes nothing is
 * taken; what it refuses is the fault of receive() and send().
 */
#ifndef CORE_POOL_TUNNEL_DATAGRAMS_H
#define CORE_POOL_TUNNEL_DATAGRAMS_H

#include "http/facts.h"
#include "settings/settings.h"
#include "transport/datagram_path.h"

struct tunnel_host;

/* To host and port, by the proxy of the settings, which outlive it. */
struct datagram_path *tunnel_datagrams_open(struct tunnel_host *h,
                                            const struct settings *s,
                                            struct span host, uint16_t port);
/* The proxy's addresses, and facts->proxy; of one that is open. */
void tunnel_datagrams_facts(const struct datagram_path *p,
                            struct conn_facts *facts);

#endif
