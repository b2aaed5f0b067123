/*
 * tunnels -- the ways through an HTTP proxy, as a dial asks for them
 * (dial/dialer.h): on connections that the manager's pools keep.
 */
#ifndef CORE_POOL_TUNNELS_H
#define CORE_POOL_TUNNELS_H

#include "dial/dialer.h"

/* Of a dialer that has a tunnel_host. */
extern const struct dialer_tunnels tunnels_ops;

#endif
