/*
 * request_message -- how a request travels, whatever it says: its target, what
 * frames its body and stands behind it, what its answer's framing may be.
 */
#ifndef CORE_CLIENT_REQUEST_MESSAGE_H
#define CORE_CLIENT_REQUEST_MESSAGE_H

#include <stdbool.h>

#include "base/err.h"
#include "client/request_state.h"
#include "http/message.h"
#include "quiver.h"

/* Completes *r, which has its fields and whose arena is theirs.  False with
 * *fault (ERR_USAGE): a trailer that is none, or has no body before it. */
bool request_message(struct request *r, const struct qv_request *ask,
                     const struct request_build_state *state,
                     struct fault *fault);

#endif
