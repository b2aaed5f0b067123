#include "pool/policy.h"

#include <stdint.h>

/* ALPN decides: one handshake is to tell. */
static const struct policy unknown = {
    .max_connections = 64,
    .max_dials = 1,
    .assumed = SIZE_MAX,
};

/* A connection for each exchange that waits.  A server's usual backlog takes
 * this many at once. */
static const struct policy h1 = {
    .max_connections = 64,
    .max_dials = 64,
    .assumed = 1,
};

/* A hundred streams are usual: eight connections carry more than most servers
 * like from one client.  A handshake costs the server a signature. */
static const struct policy multiplexed = {
    .max_connections = 8,
    .max_dials = 4,
    .assumed = SIZE_MAX,
    .multiplexes = true,
};

const struct policy *policy_of(enum http_version version)
{
    switch (version) {
    case HTTP_VERSION_NONE:
        return &unknown;
    case HTTP_VERSION_1_0:
    case HTTP_VERSION_1_1:
        return &h1;
    case HTTP_VERSION_2:
    case HTTP_VERSION_3:
        return &multiplexed;
    }
    return NULL;
}
