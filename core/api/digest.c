#include "client/digest.h"

#include "client/checksum.h"
#include "quiver.h"

void qv_sha256_init(struct qv_sha256 *s)
{
    digest_init(s);
}

void qv_sha256_add(struct qv_sha256 *s, const void *data, size_t len)
{
    digest_add(s, data, len);
}

void qv_sha256_hex(struct qv_sha256 *s, char hex[65])
{
    digest_hex(s, hex);
}

size_t qv_digest_len(enum qv_digest_kind kind)
{
    return checksum_len(kind);
}

void qv_digest_init(struct qv_digest *d, enum qv_digest_kind kind)
{
    checksum_init(d, kind);
}

void qv_digest_add(struct qv_digest *d, const void *data, size_t len)
{
    checksum_add(d, data, len);
}

void qv_digest_end(struct qv_digest *d, uint8_t sum[QV_DIGEST_MAX])
{
    checksum_end(d, sum);
}
