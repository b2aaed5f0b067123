/*
 * wolfCrypt has a union of all its digests as well (wc_HashAlg), which would
 * link those that nobody asks for.
 */
#include "client/checksum.h"

#include <assert.h>

/* options.h comes before everything else of wolfSSL's. */
/* clang-format off */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/md5.h>
#include <wolfssl/wolfcrypt/sha.h>
#include <wolfssl/wolfcrypt/sha256.h>
#include <wolfssl/wolfcrypt/sha512.h>
/* clang-format on */

union state {
    wc_Md5 md5;
    wc_Sha sha1;
    wc_Sha256 sha256;
    wc_Sha512 sha512;
};

#define ROOM sizeof(((struct qv_digest *)0)->state)

static_assert(sizeof(union state) <= ROOM, "qv_digest is too small");
static_assert(_Alignof(union state) <= _Alignof(struct qv_digest),
              "qv_digest is not aligned");

/* Its functions fail for bad arguments and for hardware that is not there. */
static void must(int error)
{
    assert(!error);
    (void)error;
}

static union state *state_of(struct qv_digest *d)
{
    return (union state *)(void *)d->state;
}

size_t checksum_len(enum qv_digest_kind kind)
{
    switch (kind) {
    case QV_DIGEST_MD5:
        return WC_MD5_DIGEST_SIZE;
    case QV_DIGEST_SHA1:
        return WC_SHA_DIGEST_SIZE;
    case QV_DIGEST_SHA256:
        return WC_SHA256_DIGEST_SIZE;
    case QV_DIGEST_SHA512:
        return WC_SHA512_DIGEST_SIZE;
    }
    return 0;
}

void checksum_init(struct qv_digest *d, enum qv_digest_kind kind)
{
    union state *s = state_of(d);
    d->kind = kind;
    switch (kind) {
    case QV_DIGEST_MD5:
        must(wc_InitMd5(&s->md5));
        break;
    case QV_DIGEST_SHA1:
        must(wc_InitSha(&s->sha1));
        break;
    case QV_DIGEST_SHA256:
        must(wc_InitSha256(&s->sha256));
        break;
    case QV_DIGEST_SHA512:
        must(wc_InitSha512(&s->sha512));
        break;
    }
}

static void add(struct qv_digest *d, const unsigned char *at, word32 len)
{
    union state *s = state_of(d);
    switch (d->kind) {
    case QV_DIGEST_MD5:
        must(wc_Md5Update(&s->md5, at, len));
        break;
    case QV_DIGEST_SHA1:
        must(wc_ShaUpdate(&s->sha1, at, len));
        break;
    case QV_DIGEST_SHA256:
        must(wc_Sha256Update(&s->sha256, at, len));
        break;
    case QV_DIGEST_SHA512:
        must(wc_Sha512Update(&s->sha512, at, len));
        break;
    }
}

void checksum_add(struct qv_digest *d, const void *data, size_t len)
{
    const unsigned char *at = data;
    while (len > 0) {
        word32 part = len < (1u << 30) ? (word32)len : 1u << 30;
        add(d, at, part);
        at += part;
        len -= part;
    }
}

void checksum_end(struct qv_digest *d, uint8_t sum[QV_DIGEST_MAX])
{
    union state *s = state_of(d);
    switch (d->kind) {
    case QV_DIGEST_MD5:
        must(wc_Md5Final(&s->md5, sum));
        wc_Md5Free(&s->md5);
        break;
    case QV_DIGEST_SHA1:
        must(wc_ShaFinal(&s->sha1, sum));
        wc_ShaFree(&s->sha1);
        break;
    case QV_DIGEST_SHA256:
        must(wc_Sha256Final(&s->sha256, sum));
        wc_Sha256Free(&s->sha256);
        break;
    case QV_DIGEST_SHA512:
        must(wc_Sha512Final(&s->sha512, sum));
        wc_Sha512Free(&s->sha512);
        break;
    }
}
