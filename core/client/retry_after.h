/*
 * retry_after -- how long a server asks its clients to wait.
 */
#ifndef CORE_CLIENT_RETRY_AFTER_H
#define CORE_CLIENT_RETRY_AFTER_H

#include <stdint.h>

#include "http/fields.h"

/* Retry-After (RFC 9110 10.2.3), seconds or a date; ns from `now` (seconds
 * since 1970) on, 0 when there is none or it has passed, at most 6 hours. */
uint64_t retry_after_field(const struct fields *fields, int64_t now);

/*
 * RateLimit (draft-ietf-httpapi-ratelimit-headers-11): ns until a quota that is
 * used up is given anew; 0 when something is left.  The field is a list of
 * items such as  "default";r=0;t=5 ; the longest wait counts.
 */
uint64_t retry_after_quota(const struct fields *fields);

#endif
