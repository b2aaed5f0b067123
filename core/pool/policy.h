/*
 * policy -- what differs per protocol in how a pool is run, as numbers.
 */
#ifndef CORE_POOL_POLICY_H
#define CORE_POOL_POLICY_H

#include <stddef.h>

#include "http/message.h"

/* Which connection with room gets the next exchange. */
enum policy_order {
    POLICY_LAST_USED, /* the others age, and are closed */
    POLICY_MOST_FREE, /* by the streams that are free now */
};

struct policy {
    size_t max_connections; /* unless the settings say */
    size_t max_dials;       /* handshakes at once */
    /* Exchanges that a handshake under way will carry, as long as no
     * connection has told its limit.  So many may wait for it before another
     * one is begun. */
    size_t assumed;
    enum policy_order order;
};

/* HTTP_VERSION_NONE: not known before the first connection. */
const struct policy *policy_of(enum http_version version);

#endif
