/*
 * dial -- from an origin to a connection that carries exchanges.
 *
 *   RESOLVING -> CONNECTING -> done
 *
 * Resolves the name (overrides first), tries addresses by Happy Eyeballs over
 * TCP, over QUIC, or both against each other, does TLS and hands over to the
 * protocol that was agreed on.  No probe connection: the first real one's
 * ALPN decides.
 */
#ifndef CORE_DIAL_DIAL_H
#define CORE_DIAL_DIAL_H

#include "conn/conn.h"
#include "dial/dialer.h"

struct dial;

struct dial_target {
    struct span host; /* A-label or address without brackets; copied */
    uint16_t port;
    bool is_secure;
    const struct settings *settings; /* outlives dial and connection */
    const char *origin;              /* its name in events; outlives both too */
};

struct dial_events {
    /* One of these, once, never before dial_start() returns.  The dial is
     * gone with it. */
    void (*on_connected)(struct dial *d, struct conn *c);
    /* *facts has the times and attempts. */
    void (*on_failed)(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts);
};

struct dial *dial_start(struct dialer *dialer, const struct dial_target *target,
                        const struct dial_events *events, void *owner);
void *dial_owner(const struct dial *d);
void dial_cancel(struct dial *d); /* silent */

#endif
