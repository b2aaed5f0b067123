/*
 * aws_sigv4 -- requests that are signed for AWS and for services that do the
 * same under another name (AWS Signature Version 4).
 *
 * Pure: the time comes from the caller.  Which fields are signed is up to him as
 * well: Host, the date and what the service wants, and all that the user has
 * given, as curl does it.
 */
#ifndef CORE_HTTP_AWS_SIGV4_H
#define CORE_HTTP_AWS_SIGV4_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "base/str.h"
#include "http/fields.h"

#define AWS_SIGV4_UNSIGNED "UNSIGNED-PAYLOAD"
/* "20150830T123600Z" */
#define AWS_SIGV4_TIME_LEN 16

struct aws_sigv4 {
    struct span provider;       /* "aws": the algorithm, the scope, the key */
    struct span field_provider; /* "amz": X-Amz-Date */
    struct span region;
    struct span service;
};

/* "provider[:provider[:region[:service]]]"; "" is "aws:amz".  Service and region
 * that it lacks are the first two labels of the host.  Borrows both.  False with
 * *fault. */
bool aws_sigv4_read(struct aws_sigv4 *a, struct span text, struct span host,
                    struct fault *fault);

/* S3 wants the hash of the body in a field, and may do without it. */
bool aws_sigv4_is_s3(const struct aws_sigv4 *a);

/* "X-Amz-Date", "x-amz-content-sha256". */
struct span aws_sigv4_date_name(const struct aws_sigv4 *a, struct arena *arena);
struct span aws_sigv4_hash_name(const struct aws_sigv4 *a, struct arena *arena);

/* Lower-case hexadecimal SHA-256. */
void aws_sigv4_hash(struct span bytes, char hex[65]);

struct aws_sigv4_request {
    struct span user; /* the access key's ID */
    struct span password;
    struct span method;
    struct span path;            /* as it stands in the URL */
    struct span query;           /* the same; base NULL: none */
    const struct fields *fields; /* that are signed */
    struct span body;            /* its hash, or AWS_SIGV4_UNSIGNED */
    struct span time;            /* AWS_SIGV4_TIME_LEN bytes */
};

/* Appends "AWS4-HMAC-SHA256 Credential=...". */
void aws_sigv4_sign(const struct aws_sigv4 *a,
                    const struct aws_sigv4_request *r, struct str *value);

#endif
