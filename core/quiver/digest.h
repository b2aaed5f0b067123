/*
 * quiver/digest -- digests of bytes that come in pieces.
 */
#ifndef QUIVER_DIGEST_H
#define QUIVER_DIGEST_H

#include <stddef.h>
#include <stdint.h>

/* SHA-256.  Holds no memory of its own. */
struct qv_sha256 {
    _Alignas(16) uint64_t state[20]; /* the engine's */
};
void qv_sha256_init(struct qv_sha256 *s); /* there is no fini */
void qv_sha256_add(struct qv_sha256 *s, const void *data, size_t len);
/* Lower case and a NUL; *s must be initialised again before it is used. */
void qv_sha256_hex(struct qv_sha256 *s, char hex[65]);

enum qv_digest_kind {
    QV_DIGEST_MD5,
    QV_DIGEST_SHA1,
    QV_DIGEST_SHA256,
    QV_DIGEST_SHA512,
};

enum {
    QV_DIGEST_MAX = 64 /* bytes */
};

/* The same of any kind, without memory of its own either. */
struct qv_digest {
    enum qv_digest_kind kind;
    _Alignas(16) uint64_t state[40]; /* the engine's */
};
size_t qv_digest_len(enum qv_digest_kind kind); /* bytes */
void qv_digest_init(struct qv_digest *d, enum qv_digest_kind kind);
void qv_digest_add(struct qv_digest *d, const void *data, size_t len);
/* qv_digest_len() bytes; *d must be initialised again before it is used. */
void qv_digest_end(struct qv_digest *d, uint8_t sum[QV_DIGEST_MAX]);

#endif
