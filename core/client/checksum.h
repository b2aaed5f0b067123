/*
 * checksum -- digests of any kind (quiver/digest.h).
 */
#ifndef CORE_CLIENT_CHECKSUM_H
#define CORE_CLIENT_CHECKSUM_H

#include "quiver.h"

size_t checksum_len(enum qv_digest_kind kind);
void checksum_init(struct qv_digest *d, enum qv_digest_kind kind);
void checksum_add(struct qv_digest *d, const void *data, size_t len);
void checksum_end(struct qv_digest *d, uint8_t sum[QV_DIGEST_MAX]);

#endif
