/*
 * policy -- what differs per protocol in how a pool is run, as numbers.
 */
#ifndef CORE_POOL_POLICY_H
#define CORE_POOL_POLICY_H

#include <stdbool.h>
#include <stddef.h>

#include "http/message.h"

struct policy {
    size_t max_connections; /* unless the settings say */
    size_t max_dials;       /* handshakes at once */
    /* Exchanges that a handshake under way will carry, as long as no
     * connection has told its limit.  So many may wait for it before another
     * one is begun. */
    size_t assumed;
    /* One of many exchanges can be given up alone, and a connection that takes
     * no more goes on with those it has: HTTP/1's does neither. */
    bool multiplexes;
};

/* HTTP_VERSION_NONE: not known before the first connection. */
const struct policy *policy_of(enum http_version version);

#endif
