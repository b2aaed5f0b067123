/*
 * tunnel_request -- how a proxy is asked for a way to host and port.
 *
 * CONNECT (RFC 9110 9.3.6) for a byte stream, connect-udp (RFC 9298) for
 * datagrams.  What stands in it is for the proxy alone: its credentials, the
 * user's --proxy-header, and what curl says beside.
 */
#ifndef CORE_POOL_TUNNEL_REQUEST_H
#define CORE_POOL_TUNNEL_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "http/message.h"
#include "settings/proxy.h"

struct tunnel_goal {
    struct span host; /* A-label or address without brackets */
    uint16_t port;
    bool is_udp;
};

/* Everything but the fields; all is the arena's, or the proxy's. */
void tunnel_request_begin(struct request *r, const struct tunnel_goal *goal,
                          const struct proxy *proxy, struct arena *arena);
/* The fields.  authorization: the value of Proxy-Authorization, base NULL: none.
 * False with *fault (ERR_USAGE): what the user gave is no field. */
bool tunnel_request_finish(struct request *r, const struct settings_proxy *s,
                           struct span authorization, struct fault *fault);

#endif
