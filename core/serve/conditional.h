/*
 * conditional -- requests that depend on what the client has already
 * (RFC 9110 13).
 */
#ifndef CORE_SERVE_CONDITIONAL_H
#define CORE_SERVE_CONDITIONAL_H

#include <stdbool.h>
#include <stdint.h>

#include "http/message.h"

/* What the selected representation is known by. */
struct validators {
    struct span etag; /* strong, with its quotes */
    int64_t modified; /* seconds; INT64_MIN: not known */
};

enum conditional_result {
    CONDITIONAL_PROCEED,
    CONDITIONAL_NOT_MODIFIED,        /* 304 */
    CONDITIONAL_PRECONDITION_FAILED, /* 412 */
};

/* In the order of RFC 9110 13.2.2.  now: wall clock, seconds. */
enum conditional_result conditional_check(const struct request *r,
                                          const struct validators *v,
                                          int64_t now);

/* Step 5 of it: may the request's Range be honoured? */
bool conditional_range_holds(const struct request *r,
                             const struct validators *v, int64_t now);

#endif
