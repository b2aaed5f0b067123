#include "transport/tls_pins.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hash.h>

#include "base/base64.h"
#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "transport/der.h"
#include "transport/pem.h"
#include "transport/tls_file.h"

_Static_assert(TLS_PINS_HASH == WC_SHA256_DIGEST_SIZE, "a pin is a SHA-256");

/* As curl; the longest keys have a few KiB. */
#define FILE_MAX ((size_t)1 << 20)

/* Base64 of a hash, and a little more. */
#define DIGITS_MAX 64

static const char prefix[] = "sha256//";

static bool hash(struct span key_info, uint8_t to[TLS_PINS_HASH])
{
    return wc_Sha256Hash(key_info.base, (word32)key_info.len, to) == 0;
}

static uint8_t *add(struct tls_pins *p)
{
    p->hashes = xalloc_array(p->hashes, p->n + 1, sizeof *p->hashes);
    return p->hashes[p->n++];
}

static bool add_hash(struct tls_pins *p, struct span text, struct fault *fault)
{
    uint8_t bytes[DIGITS_MAX];
    size_t n = 0;
    bool is_hash = span_starts_nocase(text, span_str(prefix));
    size_t skip = sizeof prefix - 1;
    if (is_hash)
        is_hash = base64_room(text.len - skip) <= sizeof bytes &&
                  base64_decode(bytes, &n, (const char *)text.base + skip,
                                text.len - skip) &&
                  n == TLS_PINS_HASH;
    if (is_hash)
        memcpy(add(p), bytes, TLS_PINS_HASH);
    else
        (void)fault_set(fault, ERR_TLS_PIN, 0,
                        "'%.*s' is no pin: sha256// and the base64 of 32 bytes",
                        text.len < 60 ? (int)text.len : 60,
                        (const char *)text.base);
    return is_hash;
}

static bool add_hashes(struct tls_pins *p, struct span text,
                       struct fault *fault)
{
    struct span one;
    while (span_next(&text, ';', &one))
        if (one.len > 0 && !add_hash(p, one, fault))
            return false;
    return true;
}

/* A SubjectPublicKeyInfo and nothing behind it. */
static bool is_key_info(struct span der)
{
    struct der whole;
    struct der d;
    return der_expect(&der, DER_SEQUENCE, &whole) && der.len == 0 &&
           der_expect(&whole.value, DER_SEQUENCE, &d) &&
           der_expect(&whole.value, DER_BIT_STRING, &d);
}

static bool add_key(struct tls_pins *p, struct span file)
{
    struct span rest = file;
    struct span base64;
    struct str decoded;
    struct span der = file;
    str_init(&decoded);
    if (pem_next_of(&rest, PEM_PUBLIC_KEY, &base64)) {
        uint8_t *to = (uint8_t *)str_reserve(&decoded, base64.len);
        der = span_of(to, pem_decode(base64, to, base64.len));
    }
    bool is_key = is_key_info(der) && hash(der, add(p));
    str_fini(&decoded);
    return is_key;
}

static bool add_file(struct tls_pins *p, const char *path, struct fault *fault)
{
    struct str file;
    str_init(&file);
    bool is_read = tls_file_read(&file, path, FILE_MAX);
    bool is_good = false;
    if (!is_read)
        (void)fault_set_errno(fault, ERR_TLS_PIN, errno,
                              "the pinned key's file %.100s", path);
    else
        is_good = add_key(p, str_span(&file));
    if (is_read && !is_good)
        (void)fault_set(fault, ERR_TLS_PIN, 0,
                        "no public key in %.100s, neither PEM nor DER", path);
    str_fini(&file);
    return is_good;
}

bool tls_pins_init(struct tls_pins *p, const char *text, struct fault *fault)
{
    *p = (struct tls_pins){.n = 0};
    if (text == NULL)
        return true;
    return span_starts_nocase(span_str(text), span_str(prefix))
               ? add_hashes(p, span_str(text), fault)
               : add_file(p, text, fault);
}

void tls_pins_fini(struct tls_pins *p)
{
    free(p->hashes);
    *p = (struct tls_pins){.n = 0};
}

bool tls_pins_match(const struct tls_pins *p, struct span key_info,
                    struct fault *fault)
{
    uint8_t mine[TLS_PINS_HASH];
    struct str text;
    if (p->n == 0)
        return true;
    if (!hash(key_info, mine)) {
        (void)fault_set(fault, ERR_TLS_PIN, 0, "no hash of the public key");
        return false;
    }
    for (size_t i = 0; i < p->n; i++)
        if (memcmp(p->hashes[i], mine, sizeof mine) == 0)
            return true;
    str_init(&text);
    base64_add(&text, span_of(mine, sizeof mine));
    (void)fault_set(fault, ERR_TLS_PIN, 0,
                    "the public key is not the pinned one: it is %s%s", prefix,
                    str_text(&text));
    str_fini(&text);
    return false;
}
