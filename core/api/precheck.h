/*
 * precheck -- what is wrong with a request that no network is needed to see.
 *
 * All of it would be found when the request is sent; here it is found while a
 * configuration is read, for requests that may never be sent.
 */
#ifndef CORE_API_PRECHECK_H
#define CORE_API_PRECHECK_H

#include <stdbool.h>

#include "base/err.h"
#include "quiver.h"

/* Contradictions, header fields, ciphers, groups, address overrides; no file
 * is opened, and the URL may be missing.  False with the first fault. */
bool precheck_request(const struct qv_request *ask, struct fault *fault);

#endif
