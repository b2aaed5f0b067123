/*
 * request_build -- from what the user asks to the request that is sent.
 *
 * Defaults first (User-Agent, Accept, Accept-Encoding, Authorization,
 * Referer, Cookie), then the user's own headers, which replace or take away a default
 * of their name, as in curl.
 */
#ifndef CORE_CLIENT_REQUEST_BUILD_H
#define CORE_CLIENT_REQUEST_BUILD_H

#include "client/request_state.h"

/* The user's Host of this hop, which says whom it is for; base NULL: there is
 * none. */
struct span request_build_host(const struct qv_request *ask, bool is_foreign);

/* Fills *r, whose strings are the arena's or borrowed from *ask, and checks it
 * (http/request_check.h).  False with *fault. */
bool request_build(struct request *r, const struct qv_request *ask,
                   struct request_build_state *state, struct arena *arena,
                   struct fault *fault);

#endif
