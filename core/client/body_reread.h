/*
 * body_reread -- looking at all of an upload before it is sent, for what is made
 * from its bytes: a signature, a hash of Digest's auth-int.
 */
#ifndef CORE_CLIENT_BODY_REREAD_H
#define CORE_CLIENT_BODY_REREAD_H

#include <stdbool.h>
#include <stddef.h>

#include "client/request_state.h"

struct digest_sum;

/* Can it be read, and then once more, without waiting for anybody?  So can what is
 * in memory, a form and a file; a pipe cannot. */
bool body_reread_is_possible(const struct qv_request *ask,
                             const struct request_build_state *state);

/* Gives it to `take` in pieces, and goes back to its beginning.  False with *fault:
 * it could not be read, or is gone now. */
bool body_reread(const struct qv_request *ask,
                 const struct request_build_state *state,
                 void (*take)(void *user, const void *data, size_t len),
                 void *user, struct fault *fault);

/* For auth_request.hash_body (http/auth.h): `user` is one of these. */
struct body_reread_hash {
    const struct qv_request *ask;
    const struct request_build_state *state;
    struct fault *fault;
    bool has_failed; /* it could be looked at, and is gone now: *fault */
};
bool body_reread_hash(void *user, struct digest_sum *sum);

#endif
