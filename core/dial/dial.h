/*
 * dial -- from an origin to a connection that carries exchanges.
 *
 *   RESOLVING -> CONNECTING -> done
 *
 * Finds the ways there (route.h), resolves the names (overrides first), tries
 * addresses by Happy Eyeballs over TCP, over QUIC, or both against each other,
 * takes the steps of the route and hands over to the protocol that was agreed
 * on.  No probe connection: the first real one's ALPN decides.
 */
#ifndef CORE_DIAL_DIAL_H
#define CORE_DIAL_DIAL_H

#include "conn/conn.h"
#include "dial/dialer.h"
#include "dial/route.h"

struct dial;

struct dial_events {
    /* One of these two, once, never before dial_start() has returned.  The dial
     * is freed afterwards.  The connection is the receiver's. */
    void (*on_connected)(struct dial *d, struct conn *c);
    /* *facts, borrowed for the call, has times and attempts. */
    void (*on_failed)(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts);
};

/* dialer and events are borrowed until the dial has ended; of the target see
 * struct dial_target. */
struct dial *dial_start(struct dialer *dialer, const struct dial_target *target,
                        const struct dial_events *events, void *owner);
void *dial_owner(const struct dial *d);
/* What is known of it so far, as of on_failed(): good as long as the dial. */
const struct conn_facts *dial_facts(const struct dial *d);
/* During on_connected(): the way that won, borrowed for the call. */
const struct route_run *dial_run(const struct dial *d);
/* Ends the dial without an event, and frees it. */
void dial_cancel(struct dial *d);

#endif
