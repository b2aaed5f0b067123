/*
 * policy -- what differs per protocol in how a pool is run, as numbers.
 */
#ifndef CORE_POOL_POLICY_H
#define CORE_POOL_POLICY_H

#include <stddef.h>

#include "http/message.h"

struct policy {
    /* Dials that may run at once while exchanges wait.  HTTP/1 needs a
     * connection for each; a first HTTP/2 or HTTP/3 handshake is given the
     * chance to carry the whole queue. */
    size_t max_dials;
};

/* HTTP_VERSION_NONE: not known before the first connection. */
const struct policy *policy_of(enum http_version version);

#endif
