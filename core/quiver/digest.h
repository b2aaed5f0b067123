/*
 * quiver/digest -- SHA-256.
 */
#ifndef QUIVER_DIGEST_H
#define QUIVER_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* Of what is added piece by piece.  Holds no memory of its own. */
struct qv_sha256 {
    _Alignas(16) uint64_t state[20]; /* the engine's */
};
void qv_sha256_init(struct qv_sha256 *s);
void qv_sha256_add(struct qv_sha256 *s, const void *data, size_t len);
/* Lower case and a NUL; *s must be initialised again before it is used. */
void qv_sha256_hex(struct qv_sha256 *s, char hex[65]);

#endif
