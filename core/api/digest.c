#include "client/digest.h"

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
