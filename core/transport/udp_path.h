/*
 * udp_path -- a datagram_path that is a connected UDP socket.
 */
#ifndef CORE_TRANSPORT_UDP_PATH_H
#define CORE_TRANSPORT_UDP_PATH_H

#include "io/loop.h"
#include "settings/settings.h"
#include "transport/datagram_path.h"

/* NULL with *fault.  s: see udp_connect(); borrowed for the path's life. */
struct datagram_path *udp_path_connect(struct loop *loop, const struct addr *to,
                                       const struct settings *s,
                                       struct fault *fault);

#endif
