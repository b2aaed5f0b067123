/*
 * body_digest -- what a server says that a body comes to (RFC 9530), and whether
 * it does.
 *
 * Content-Digest is of the bytes of one answer, Repr-Digest of the whole that it
 * may be a part of; content codings are not undone for either.  SHA-512 and
 * SHA-256 are looked at, the others are not safe or not known.
 */
#ifndef CORE_CLIENT_BODY_DIGEST_H
#define CORE_CLIENT_BODY_DIGEST_H

#include <stdbool.h>

#include "base/err.h"
#include "base/span.h"
#include "http/fields.h"
#include "quiver.h"

struct body_digest {
    const char *field;
    struct qv_digest is;
    uint8_t expected[QV_DIGEST_MAX];
    uint64_t added; /* bytes */
};

/* Of the head of an answer; NULL: the field says nothing. */
struct body_digest *body_digest_new(const struct fields *head,
                                    const char *field);
void body_digest_add(struct body_digest *d, struct span bytes);
/* False with *fault: the body is another. */
bool body_digest_is_right(struct body_digest *d, struct fault *fault);
void body_digest_free(struct body_digest *d);

#endif
