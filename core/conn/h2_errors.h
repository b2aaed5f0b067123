/*
 * h2_errors -- HTTP/2 error codes (RFC 9113 7) as faults.
 */
#ifndef CORE_CONN_H2_ERRORS_H
#define CORE_CONN_H2_ERRORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * The peer reset a stream.  Once a final head was seen the body is what is
 * missing (ERR_PARTIAL), whatever the code, NO_ERROR included; before that it
 * is ERR_H2_STREAM, with the remedy that the code implies.  HTTP_1_1_REQUIRED
 * is ERR_H2_STREAM always.
 */
void h2_errors_reset(struct fault *f, uint32_t code, bool has_head);

/* The peer's GOAWAY; `debug` is its opaque data.  ERR_NONE for NO_ERROR. */
void h2_errors_goaway(struct fault *f, uint32_t code, struct span debug);

/* A violation that we saw and answered with this code. */
void h2_errors_violation(struct fault *f, uint32_t code, struct span reason);

/* nghttp2 gave up with this fatal error; returns the code to leave with. */
uint32_t h2_errors_library(struct fault *f, int error);

#endif
