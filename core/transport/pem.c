#include "transport/pem.h"

#include <string.h>

#define BEGIN "-----BEGIN CERTIFICATE-----"
#define END   "-----END CERTIFICATE-----"

static const uint8_t *find(struct span s, const char *what)
{
    return memmem(s.base, s.len, what, strlen(what));
}

bool pem_next(struct span *rest, struct span *base64)
{
    if (rest->len == 0)
        return false;
    const uint8_t *end = rest->base + rest->len;
    const uint8_t *from = find(*rest, BEGIN);
    if (from == NULL)
        return false;
    from += sizeof BEGIN - 1;
    const uint8_t *to = find(span_of(from, (size_t)(end - from)), END);
    if (to == NULL)
        return false;
    *base64 = span_of(from, (size_t)(to - from));
    to += sizeof END - 1;
    *rest = span_of(to, (size_t)(end - to));
    return true;
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

size_t pem_decode(struct span base64, uint8_t *to, size_t cap)
{
    const uint8_t *meanings = table();
    uint32_t bits = 0;
    unsigned nbits = 0;
    size_t n = 0;
    for (size_t i = 0; i < base64.len && n < cap; i++) {
        uint8_t m = meanings[base64.base[i]];
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
