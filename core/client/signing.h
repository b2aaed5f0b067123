/*
 * signing -- a request that is signed instead of showing credentials:
 * --aws-sigv4.
 */
#ifndef CORE_CLIENT_SIGNING_H
#define CORE_CLIENT_SIGNING_H

#include <stdbool.h>

#include "client/request_state.h"
#include "http/auth.h"

/* Adds Authorization and what it is made from; see credentials_add().  False with
 * *fault. */
bool signing_add(struct request *r, const struct qv_request *ask,
                 const struct request_build_state *state,
                 const struct auth_login *login, struct fault *fault);

#endif
