/*
 * tunnel_target -- where a client wants a tunnel to, as it says in its request:
 * "host:port" of CONNECT (RFC 9110 9.3.6), or the end of the path of CONNECT-UDP
 * (RFC 9298 3).
 *
 * The host is in the one form of http/url_host, so that what is compared with
 * the list of allowed targets is what is looked up or connected to.
 */
#ifndef CORE_SERVE_TUNNEL_TARGET_H
#define CORE_SERVE_TUNNEL_TARGET_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/span.h"
#include "http/url_host.h"

struct tunnel_target {
    enum url_host_kind kind;
    struct span host; /* in the arena; without brackets */
    uint16_t port;    /* never 0 */
};

/* False for what is no host and port.  A zone has no meaning to anybody but its
 * own machine, and is refused. */
bool tunnel_target_of_authority(struct tunnel_target *t, struct span authority,
                                struct arena *arena);

/* "{host}/{port}/" of a path, percent-encoded: "192.0.2.1/53/",
 * "2001%3Adb8%3A%3A1/53/".  The slash at the end may be missing. */
bool tunnel_target_of_path(struct tunnel_target *t, struct span path,
                           struct arena *arena);

#endif
