#include "transport/pem.h"

#include <string.h>

static const struct {
    const char *begin;
    const char *end;
} marks[] = {
    [PEM_CERTIFICATE] = {"-----BEGIN CERTIFICATE-----",
                         "-----END CERTIFICATE-----"},
    [PEM_PUBLIC_KEY] = {"-----BEGIN PUBLIC KEY-----",
                        "-----END PUBLIC KEY-----"},
    [PEM_CRL] = {"-----BEGIN X509 CRL-----", "-----END X509 CRL-----"},
};

/* Base64 has no '-', so that the search steps from mark to mark. */
static const uint8_t *find(struct span s, const char *what)
{
    size_t len = strlen(what);
    const uint8_t *end = s.base + s.len;
    const uint8_t *at = s.base;
    while (at && (size_t)(end - at) >= len) {
        at = memchr(at, '-', (size_t)(end - at) - len + 1);
        if (at && memcmp(at, what, len) == 0)
            return at;
        if (at)
            at++;
    }
    return NULL;
}

bool pem_next_of(struct span *rest, enum pem_kind kind, struct span *base64)
{
    const char *begin = marks[kind].begin;
    const char *last = marks[kind].end;
    if (rest->len == 0)
        return false;
    const uint8_t *end = rest->base + rest->len;
    const uint8_t *from = find(*rest, begin);
    if (from == NULL)
        return false;
    from += strlen(begin);
    const uint8_t *to = find(span_of(from, (size_t)(end - from)), last);
    if (to == NULL)
        return false;
    *base64 = span_of(from, (size_t)(to - from));
    to += strlen(last);
    *rest = span_of(to, (size_t)(end - to));
    return true;
}

bool pem_next(struct span *rest, struct span *base64)
{
    return pem_next_of(rest, PEM_CERTIFICATE, base64);
}

/* What a byte stands for: 0 to 63, or one of these. */
#define SKIP 64
#define STOP 65 /* padding: the end */
#define BAD  66

static uint8_t meaning(uint8_t c)
{
    if (c >= 'A' && c <= 'Z')
        return (uint8_t)(c - 'A');
    if (c >= 'a' && c <= 'z')
        return (uint8_t)(c - 'a' + 26);
    if (c >= '0' && c <= '9')
        return (uint8_t)(c - '0' + 52);
    switch (c) {
    case '+':
        return 62;
    case '/':
        return 63;
    case '=':
        return STOP;
    case '\r':
    case '\n':
    case ' ':
    case '\t':
        return SKIP;
    default:
        return BAD;
    }
}

/* A bundle has a few hundred thousand of these to look up. */
static const uint8_t *table(void)
{
    static uint8_t meanings[256];
    static bool is_made;
    if (!is_made)
        for (unsigned c = 0; c < 256; c++)
            meanings[c] = meaning((uint8_t)c);
    is_made = true;
    return meanings;
}

/* Groups of four as they stand within a line; how many bytes came of it. */
static size_t decode_groups(const uint8_t *meanings, struct span *base64,
                            uint8_t *to, size_t cap)
{
    const uint8_t *b = base64->base;
    size_t n = 0;
    while (base64->len - (size_t)(b - base64->base) >= 4 && n + 3 <= cap) {
        uint8_t m[] = {meanings[b[0]], meanings[b[1]], meanings[b[2]],
                       meanings[b[3]]};
        if ((m[0] | m[1] | m[2] | m[3]) >= SKIP)
            break;
        to[n++] = (uint8_t)(m[0] << 2 | m[1] >> 4);
        to[n++] = (uint8_t)(m[1] << 4 | m[2] >> 2);
        to[n++] = (uint8_t)(m[2] << 6 | m[3]);
        b += 4;
    }
    size_t used = (size_t)(b - base64->base);
    *base64 = span_of(b, base64->len - used);
    return n;
}

size_t pem_decode(struct span base64, uint8_t *to, size_t cap)
{
    const uint8_t *meanings = table();
    uint32_t bits = 0;
    unsigned nbits = 0;
    size_t n = 0;
    while (base64.len > 0 && n < cap) {
        if (nbits == 0)
            n += decode_groups(meanings, &base64, to + n, cap - n);
        if (base64.len == 0 || n == cap)
            break;
        uint8_t m = meanings[*base64.base];
        base64 = span_of(base64.base + 1, base64.len - 1);
        if (m == SKIP)
            continue;
        if (m == STOP)
            break;
        if (m == BAD)
            return 0;
        bits = bits << 6 | m;
        nbits += 6;
        if (nbits >= 8) {
            nbits -= 8;
            to[n++] = (uint8_t)(bits >> nbits);
        }
    }
    return n;
}
