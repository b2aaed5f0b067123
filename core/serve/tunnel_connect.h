/*
 * tunnel_connect -- a TCP connection to a tunnel's target: its name is looked up,
 * then its addresses are tried one after the other, each with its share of the
 * time that is left.
 */
#ifndef CORE_SERVE_TUNNEL_CONNECT_H
#define CORE_SERVE_TUNNEL_CONNECT_H

#include "serve/tunnel_lookup.h"
#include "settings/settings.h"
#include "transport/transport.h"

struct tunnel_connect {
    /* Once, not before the start has returned: the connection, which the owner
     * has from now on, or NULL and why not (the last address's reason). */
    void (*on_end)(struct tunnel_connect *c, struct transport *t,
                   const struct fault *fault);
    /* its own */
    struct loop *loop;
    const struct settings *settings;
    struct tunnel_lookup lookup;
    size_t next;
    struct transport *transport; /* that is being tried */
    struct loop_timer timer;
    uint64_t deadline;
};

/* Zeroed with on_end set; limit in ns, for all of it: half of it at most for
 * the name. */
void tunnel_connect_start(struct tunnel_connect *c, struct loop *loop,
                          const struct settings *settings,
                          const struct tunnel_target *t, uint64_t limit);
void tunnel_connect_cancel(struct tunnel_connect *c); /* running or not */

#endif
