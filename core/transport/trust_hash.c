/*
 * The hash is of a canonical form (OpenSSL, x509_name_canon): the RDNs without
 * the outer SEQUENCE, every string as UTF8String in lower case ASCII with
 * spaces at its ends removed and runs of them made one, then SHA-1, of which
 * the first four bytes count, little-endian.
 */
#include "transport/trust_hash.h"

#include <wolfssl/options.h>
#include <wolfssl/wolfcrypt/hash.h>

#include "base/str.h"
#include "transport/der.h"

enum string_tag {
    UTF8_STRING = 0x0c,
    PRINTABLE_STRING = 0x13,
    T61_STRING = 0x14,
    IA5_STRING = 0x16,
    VISIBLE_STRING = 0x1a,
    UNIVERSAL_STRING = 0x1c,
    BMP_STRING = 0x1e,
};

static void add_header(struct str *s, uint8_t tag, size_t len)
{
    str_add_char(s, (char)tag);
    if (len >= 0x100) {
        str_add_char(s, (char)0x82);
        str_add_char(s, (char)(len >> 8));
    } else if (len >= 0x80) {
        str_add_char(s, (char)0x81);
    }
    str_add_char(s, (char)(len & 0xff));
}

static bool is_space(uint8_t b)
{
    return b == ' ' || (b >= '\t' && b <= '\r');
}

static void add_folded(struct str *s, struct span text)
{
    bool is_gap = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t b = text.base[i];
        if (is_space(b)) {
            is_gap = s->len > 0;
            continue;
        }
        if (is_gap)
            str_add_char(s, ' ');
        is_gap = false;
        str_add_char(s, (char)(b >= 'A' && b <= 'Z' ? b + ('a' - 'A') : b));
    }
}

/* One attribute value in its canonical form. */
static bool add_value(struct str *s, const struct der *value)
{
    struct str text;
    switch (value->tag) {
    case T61_STRING:
    case UNIVERSAL_STRING:
    case BMP_STRING:
        return false;
    case UTF8_STRING:
    case PRINTABLE_STRING:
    case IA5_STRING:
    case VISIBLE_STRING:
        str_init(&text);
        add_folded(&text, value->value);
        add_header(s, UTF8_STRING, text.len);
        str_add(s, str_span(&text));
        str_fini(&text);
        return true;
    default:
        str_add(s, value->whole);
        return true;
    }
}

/* A SET of attributes (nearly always one); *scratch is for its inside. */
static bool add_rdn(struct str *s, struct str *scratch, struct span set)
{
    struct str one;
    bool ok = true;
    str_clear(scratch);
    str_init(&one);
    struct der attribute;
    struct der oid;
    struct der value;
    while (ok && set.len > 0) {
        ok = der_expect(&set, DER_SEQUENCE, &attribute) &&
             der_expect(&attribute.value, DER_OID, &oid) &&
             der_next(&attribute.value, &value);
        str_clear(&one);
        if (ok)
            str_add(&one, oid.whole);
        ok = ok && add_value(&one, &value);
        if (ok) {
            add_header(scratch, DER_SEQUENCE, one.len);
            str_add(scratch, str_span(&one));
        }
    }
    str_fini(&one);
    add_header(s, DER_SET, scratch->len);
    str_add(s, str_span(scratch));
    return ok;
}

static bool canonical(struct span name, struct str *s)
{
    struct der d;
    struct der set;
    struct str scratch;
    bool ok = der_expect(&name, DER_SEQUENCE, &d);
    struct span rdns = d.value;
    str_init(&scratch);
    while (ok && rdns.len > 0)
        ok =
            der_expect(&rdns, DER_SET, &set) && add_rdn(s, &scratch, set.value);
    str_fini(&scratch);
    return ok;
}

bool trust_hash_name(struct span name, uint32_t *hash)
{
    struct str s;
    uint8_t digest[WC_SHA_DIGEST_SIZE];
    str_init(&s);
    bool ok = canonical(name, &s) && wc_ShaHash((const byte *)str_text(&s),
                                                (word32)s.len, digest) == 0;
    str_fini(&s);
    if (ok)
        *hash = (uint32_t)digest[0] | (uint32_t)digest[1] << 8 |
                (uint32_t)digest[2] << 16 | (uint32_t)digest[3] << 24;
    return ok;
}
