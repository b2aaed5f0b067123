/*
 * tunnel_stream -- a byte stream through an HTTP proxy, by CONNECT
 * (RFC 9110 9.3.6).
 *
 * A transport like any other: on_connected when the proxy has said yes, else
 * on_failed.  Behind a proxy that speaks HTTP/1.1 the peer's end is that of
 * both (conn/h1.c).
 */
#ifndef CORE_POOL_TUNNEL_STREAM_H
#define CORE_POOL_TUNNEL_STREAM_H

#include "http/facts.h"
#include "settings/settings.h"
#include "transport/transport.h"

struct tunnel_host;

/* To host and port, by the proxy of the settings, which outlive it. */
struct transport *tunnel_stream_open(struct tunnel_host *h,
                                     const struct settings *s, struct span host,
                                     uint16_t port);
/* The proxy's addresses, and facts->proxy; of one that is connected. */
void tunnel_stream_facts(const struct transport *t, struct conn_facts *facts);

#endif
