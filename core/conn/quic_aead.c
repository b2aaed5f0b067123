/*
 * ngtcp2's own callbacks go through wolfSSL's EVP, which gathers the input of
 * an AEAD in a buffer that it allocates for each packet, and copies: a quarter
 * of a download's CPU.  The keys that ngtcp2 installs are EVP contexts with a
 * ready wolfCrypt key inside, so for AES-GCM that key is used at once, from
 * ngtcp2's buffer into ngtcp2's buffer.  Other ciphers take the old way.
 *
 * An engine that is faster than wolfCrypt takes its place here.
 */
#include "conn/quic_aead.h"

/* options.h comes before everything else of wolfSSL's. */
/* clang-format off */
#include <wolfssl/options.h>
#include <wolfssl/openssl/evp.h>
#include <wolfssl/wolfcrypt/aes.h>
/* clang-format on */

#include <stdbool.h>

#include <ngtcp2/ngtcp2_crypto.h>

#include "conn/quic_numbers.h"

#define TAG_LEN 16

/* Of the connection whose packet is being read. */
static struct quic_numbers *noted;

void quic_aead_note(struct quic_numbers *numbers)
{
    noted = numbers;
}

static struct quic_aead_tap *tap;

void quic_aead_listen(struct quic_aead_tap *to)
{
    tap = to;
}

static Aes *gcm_key(const ngtcp2_crypto_aead_ctx *context)
{
    WOLFSSL_EVP_CIPHER_CTX *evp = context->native_handle;
    bool is_gcm = evp->cipherType == WC_AES_128_GCM_TYPE ||
                  evp->cipherType == WC_AES_256_GCM_TYPE;
    return is_gcm ? &evp->cipher.aes : NULL;
}

static int on_encrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead,
                      const ngtcp2_crypto_aead_ctx *context,
                      const uint8_t *plain, size_t len, const uint8_t *nonce,
                      size_t nonce_len, const uint8_t *aad, size_t aad_len)
{
    Aes *key = gcm_key(context);
    if (tap)
        tap->on_sealed(tap, span_of(aad, aad_len));
    if (key == NULL)
        return ngtcp2_crypto_encrypt_cb(dest, aead, context, plain, len, nonce,
                                        nonce_len, aad, aad_len);
    int error = wc_AesGcmEncrypt(key, dest, plain, (word32)len, nonce,
                                 (word32)nonce_len, dest + len, TAG_LEN, aad,
                                 (word32)aad_len);
    return error ? NGTCP2_ERR_CALLBACK_FAILURE : 0;
}

static int open_packet(uint8_t *dest, const ngtcp2_crypto_aead *aead,
                       const ngtcp2_crypto_aead_ctx *context,
                       const uint8_t *sealed, size_t len, const uint8_t *nonce,
                       size_t nonce_len, const uint8_t *aad, size_t aad_len)
{
    Aes *key = gcm_key(context);
    if (key == NULL)
        return ngtcp2_crypto_decrypt_cb(dest, aead, context, sealed, len, nonce,
                                        nonce_len, aad, aad_len);
    if (len < TAG_LEN)
        return NGTCP2_ERR_DECRYPT;
    size_t plain_len = len - TAG_LEN;
    int error = wc_AesGcmDecrypt(key, dest, sealed, (word32)plain_len, nonce,
                                 (word32)nonce_len, sealed + plain_len, TAG_LEN,
                                 aad, (word32)aad_len);
    return error ? NGTCP2_ERR_DECRYPT : 0;
}

static int on_decrypt(uint8_t *dest, const ngtcp2_crypto_aead *aead,
                      const ngtcp2_crypto_aead_ctx *context,
                      const uint8_t *sealed, size_t len, const uint8_t *nonce,
                      size_t nonce_len, const uint8_t *aad, size_t aad_len)
{
    int error = open_packet(dest, aead, context, sealed, len, nonce, nonce_len,
                            aad, aad_len);
    if (noted && error == 0)
        quic_numbers_note(noted, aad, aad_len);
    if (tap && error == 0)
        tap->on_opened(tap, span_of(aad, aad_len),
                       span_of(dest, len - TAG_LEN));
    return error;
}

void quic_aead_set_callbacks(ngtcp2_callbacks *callbacks)
{
    callbacks->encrypt = on_encrypt;
    callbacks->decrypt = on_decrypt;
    callbacks->hp_mask = ngtcp2_crypto_hp_mask_cb;
}
