/*
 * request_build -- from what the user asks to the request that is sent.
 *
 * Defaults first (User-Agent, Accept, Accept-Encoding, Authorization,
 * Referer, Cookie), then the user's own headers, which replace or take away a default
 * of their name, as in curl.
 */
#ifndef CORE_CLIENT_REQUEST_BUILD_H
#define CORE_CLIENT_REQUEST_BUILD_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"
#include "http/message.h"
#include "http/url.h"
#include "quiver.h"

struct request_build_state {
    struct span method;
    const struct url *url;
    /* The options of this hop; NULL: those of the request. */
    const struct qv_options *options;
    bool has_body;
    int64_t body_len;
    /* After a redirect to another origin: -u, Authorization and Cookie of the
     * user stay behind unless the user trusts the target; Host always, and so
     * does what was meant for the first origin alone. */
    bool is_foreign;
    bool no_expect;       /* a server refused to give 100 Continue */
    uint64_t from;        /* the bytes from this one on; 0: all */
    const char *if_range; /* if they are still of this; NULL */
    struct span referer;  /* base NULL: none */
    struct span cookies;  /* those that the client keeps; base NULL: none */
};

/* The user's Host of this hop, which says whom it is for; base NULL: there is
 * none. */
struct span request_build_host(const struct qv_request *ask, bool is_foreign);

/* Fills *r, whose strings are the arena's or borrowed from *ask, and checks it
 * (http/request_check.h).  False with *fault. */
bool request_build(struct request *r, const struct qv_request *ask,
                   const struct request_build_state *state, struct arena *arena,
                   struct fault *fault);

#endif
