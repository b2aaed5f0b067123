/*
 * body_checks -- what the body of a transfer has to be: its checksums (--checksum),
 * and what else is expected of the answer (--expect).
 *
 *     body_checks_begin(c, op)          again, when the body begins anew
 *     body_checks_add(c, ...) ...       of what was there before (-C)
 *     body_checks_mark(c)
 *     body_checks_add(c, ...) ...
 *     body_checks_back(c)               when the rest begins anew
 *     body_checks_sums(c, ...)          once it is here
 *     body_checks_answer(c, ...)
 */
#ifndef CLI_FETCH_BODY_CHECKS_H
#define CLI_FETCH_BODY_CHECKS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/quiver.h"
#include "files/sums.h"
#include "request/expect.h"

struct operation;

/* Zeroed at first. */
struct body_checks {
    struct sums sums;
    struct expect *expect; /* NULL: nothing is expected */
    struct qv_digest sha256;
    struct qv_digest marked; /* the same at body_checks_mark() */
};

/* The operation outlives it. */
void body_checks_begin(struct body_checks *c, const struct operation *op);
void body_checks_add(struct body_checks *c, const void *data, size_t len);
/* Does anything look at the bytes? */
bool body_checks_look(const struct body_checks *c);
/* Here the rest begins; and it begins here once more. */
void body_checks_mark(struct body_checks *c);
void body_checks_back(struct body_checks *c);
/* Each at the end, once; false: *message is told why. */
bool body_checks_sums(struct body_checks *c, struct str *message);
bool body_checks_answer(struct body_checks *c, const struct qv_result *result,
                        struct str *message);
void body_checks_fini(struct body_checks *c);

#endif
