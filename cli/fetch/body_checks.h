/*
 * body_checks -- what the body of a transfer has to be: its checksums (--checksum),
 * and what else is expected of the answer (--expect).
 *
 *     body_checks_begin(c, op)          again, when the body begins anew
 *     body_checks_add_file(c, ...)      of what was there before (-C)
 *     body_checks_add(c, ...) ...
 *     body_checks_sums(c, ...)          once it is here
 *     body_checks_answer(c, ...)
 */
#ifndef CLI_FETCH_BODY_CHECKS_H
#define CLI_FETCH_BODY_CHECKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
};

/* The operation outlives it. */
void body_checks_begin(struct body_checks *c, const struct operation *op);
void body_checks_add(struct body_checks *c, const void *data, size_t len);
/* The first `len` bytes of a file.  False with errno: it cannot be read, or is
 * shorter (0). */
bool body_checks_add_file(struct body_checks *c, const char *path,
                          uint64_t len);
/* Each at the end, once; false: *message is told why. */
bool body_checks_sums(struct body_checks *c, struct str *message);
bool body_checks_answer(struct body_checks *c, const struct qv_result *result,
                        struct str *message);
void body_checks_fini(struct body_checks *c);

#endif
