/*
 * udp_relay -- CONNECT-UDP (RFC 9298): a stream becomes a UDP socket that is
 * connected to a target which --allow-udp names.
 */
#ifndef CORE_SERVE_UDP_RELAY_H
#define CORE_SERVE_UDP_RELAY_H

#include "base/span.h"

struct stream;

/* A route of the router that may switch; argument: "{host}/{port}/". */
void udp_relay_start(struct stream *s, struct span argument);

#endif
