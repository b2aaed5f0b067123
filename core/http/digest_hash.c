#include "http/digest_hash.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>

/* options.h comes before everything else of wolfSSL's. */
/* clang-format off */
#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hash.h>
/* clang-format on */

#include "base/xalloc.h"

/* wolfCrypt takes lengths of 32 bits. */
#define PIECE_MAX ((size_t)1 << 30)

struct digest_sum {
    enum wc_HashType type;
    wc_HashAlg state;
};

static enum wc_HashType type_of(enum digest_hash hash)
{
    switch (hash) {
    case DIGEST_HASH_NONE:
    case DIGEST_HASH_MD5:
        break;
    case DIGEST_HASH_SHA256:
        return WC_HASH_TYPE_SHA256;
    case DIGEST_HASH_SHA512_256:
        return WC_HASH_TYPE_SHA512_256;
    }
    return WC_HASH_TYPE_MD5;
}

struct digest_sum *digest_hash_new(enum digest_hash hash)
{
    struct digest_sum *s = XALLOC_NEW(struct digest_sum);
    s->type = type_of(hash);
    int error = wc_HashInit(&s->state, s->type);
    assert(error == 0); /* wolfCrypt fails for bad arguments alone */
    (void)error;
    return s;
}

void digest_hash_add(struct digest_sum *s, const void *data, size_t len)
{
    const uint8_t *at = data;
    while (len) {
        size_t n = len < PIECE_MAX ? len : PIECE_MAX;
        int error = wc_HashUpdate(&s->state, s->type, at, (word32)n);
        assert(error == 0);
        (void)error;
        at += n;
        len -= n;
    }
}

static void to_hex(const uint8_t *bytes, size_t len, char *hex)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        *hex++ = digits[bytes[i] >> 4];
        *hex++ = digits[bytes[i] & 15];
    }
    *hex = '\0';
}

void digest_hash_hex(struct digest_sum *s, char hex[DIGEST_HEX_MAX])
{
    uint8_t sum[WC_MAX_DIGEST_SIZE];
    int error = wc_HashFinal(&s->state, s->type, sum);
    int len = wc_HashGetDigestSize(s->type);
    assert(error == 0 && len > 0 && 2 * len < DIGEST_HEX_MAX);
    (void)error;
    to_hex(sum, (size_t)len, hex);
}

void digest_hash_free(struct digest_sum *s)
{
    if (s == NULL)
        return;
    (void)wc_HashFree(&s->state, s->type);
    free(s);
}

void digest_hash_text(enum digest_hash hash, struct span text,
                      char hex[DIGEST_HEX_MAX])
{
    struct digest_sum *s = digest_hash_new(hash);
    digest_hash_add(s, text.base, text.len);
    digest_hash_hex(s, hex);
    digest_hash_free(s);
}
