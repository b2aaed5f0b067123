/*
 * credentials -- what a request says of its user: the Authorization field.
 *
 * Whose credentials: the options' (-u, --oauth2-bearer) where they belong, else
 * what on_origin has given for this very origin (a netrc), else those in the URL.
 * How they are shown is `auth` of the options: at once (Basic, Bearer, a
 * signature), or as the server asks for it, which is remembered for the origin
 * and the user.
 */
#ifndef CORE_CLIENT_CREDENTIALS_H
#define CORE_CLIENT_CREDENTIALS_H

#include <stdbool.h>

#include "client/request_state.h"

/* Adds what is to be sent; the rest of the head is there but for the user's
 * fields and the defaults.  False with *fault. */
bool credentials_add(struct request *r, const struct qv_request *ask,
                     struct request_build_state *state, struct fault *fault);

/*
 * A final head has come to a request that was sent `tries` times after a 401
 * already.  True: it is a 401, and the request is worth sending once more.
 */
bool credentials_on_head(const struct request *r, const struct qv_request *ask,
                         const struct request_build_state *state,
                         const struct response_head *head, unsigned tries);

#endif
