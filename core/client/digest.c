/*
 * wolfCrypt uses the CPU's SHA instructions where it has them.  Its functions
 * fail for bad arguments and for hardware that is not there; with neither, an
 * error here is a mistake in the program.
 */
#include "client/digest.h"

#include <assert.h>

/* options.h comes before everything else of wolfSSL's. */
/* clang-format off */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/sha256.h>
/* clang-format on */

static_assert(sizeof(wc_Sha256) <= sizeof(struct qv_sha256),
              "qv_sha256 is too small");
static_assert(_Alignof(wc_Sha256) <= _Alignof(struct qv_sha256),
              "qv_sha256 is not aligned");

static wc_Sha256 *sha256(struct qv_sha256 *s)
{
    return (wc_Sha256 *)(void *)s->state;
}

void digest_init(struct qv_sha256 *s)
{
    int error = wc_InitSha256(sha256(s));

    assert(!error);
    (void)error;
}

void digest_add(struct qv_sha256 *s, const void *data, size_t len)
{
    const unsigned char *at = data;

    while (len) {
        word32 part = len < (1u << 30) ? (word32)len : 1u << 30;
        int error = wc_Sha256Update(sha256(s), at, part);

        assert(!error);
        (void)error;
        at += part;
        len -= part;
    }
}

void digest_hex(struct qv_sha256 *s, char hex[65])
{
    static const char digits[] = "0123456789abcdef";
    unsigned char sum[WC_SHA256_DIGEST_SIZE];
    int error = wc_Sha256Final(sha256(s), sum);

    assert(!error);
    (void)error;
    wc_Sha256Free(sha256(s));
    for (size_t i = 0; i < sizeof(sum); i++) {
        *hex++ = digits[sum[i] >> 4];
        *hex++ = digits[sum[i] & 15];
    }
    *hex = '\0';
}
