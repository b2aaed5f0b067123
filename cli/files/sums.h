/*
 * sums -- the checksums that a file must have (--checksum).
 */
#ifndef CLI_FILES_SUMS_H
#define CLI_FILES_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strings.h"
#include "core/base/str.h"
#include "core/quiver.h"

struct sums {
    const struct strings *wanted; /* "sha256:HEX" */
    struct qv_digest *each;       /* of what came; NULL: none is wanted */
    struct qv_digest *marked;     /* as they were at sums_mark() */
};

/* Is it "ALGORITHM:HEX", the algorithm one of md5, sha1, sha256, sha512, and as
 * long as it has to be? */
bool sums_is_good(const char *text);

/* *s is zeroed or of an earlier body; `wanted` are good and outlive it. */
void sums_begin(struct sums *s, const struct strings *wanted);
void sums_add(struct sums *s, const void *data, size_t len);
/* Back to where they are now leads sums_back(), as often as it takes. */
void sums_mark(struct sums *s);
void sums_back(struct sums *s);
/* At the end.  False: one is not as it has to be; the message tells of the first. */
bool sums_check(struct sums *s, struct str *message);
void sums_fini(struct sums *s);

#endif
