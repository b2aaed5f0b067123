#include "transport/cert.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/wire.h"
#include "transport/der.h"

/* Context-specific tags of TBSCertificate (RFC 5280 4.1). */
#define TAG_VERSION    0xa0
#define TAG_ISSUER_ID  0x81
#define TAG_SUBJECT_ID 0x82
#define TAG_EXTENSIONS 0xa3
/* Of RSASSA-PSS-params (RFC 8017 A.2.3). */
#define TAG_PSS_HASH 0xa0

/* The TLS extension that must-staple asks for (RFC 6066 8). */
#define STATUS_REQUEST 5

static const struct span oid_alt_name = {(const uint8_t *)"\x55\x1d\x11", 3};
static const struct span oid_key_usage = {(const uint8_t *)"\x55\x1d\x0f", 3};
static const struct span oid_basic_constraints = {
    (const uint8_t *)"\x55\x1d\x13", 3};
static const struct span oid_purposes = {(const uint8_t *)"\x55\x1d\x25", 3};
static const struct span oid_any_purpose = {(const uint8_t *)"\x55\x1d\x25\x00",
                                            4};
static const struct span oid_server_auth = {
    (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x03\x01", 8};
static const struct span oid_tls_feature = {
    (const uint8_t *)"\x2b\x06\x01\x05\x05\x07\x01\x18", 8};

/* PKCS #1, RFC 8017 A.2: one byte follows. */
static const struct span oid_rsa = {
    (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x01\x01", 8};
#define RSA_MD2  2
#define RSA_SHA1 5 /* MD4 and MD5 are between them */
#define RSA_PSS  10
#define RSA_KEY  1
/* From the days before PKCS: OIW, two arcs of it. */
static const struct span oid_oiw = {(const uint8_t *)"\x2b\x0e\x03\x02", 4};
static const struct span oid_oiw_sha1 = {
    (const uint8_t *)"\x2b\x0e\x03\x02\x1a", 5};
static const struct span oid_dsa_sha1 = {
    (const uint8_t *)"\x2a\x86\x48\xce\x38\x04\x03", 7};
static const struct span oid_ecdsa_sha1 = {
    (const uint8_t *)"\x2a\x86\x48\xce\x3d\x04\x01", 7};
/* RFC 1319 to 1321; the last byte tells them apart. */
static const struct span oid_md = {
    (const uint8_t *)"\x2a\x86\x48\x86\xf7\x0d\x02", 7};
#define MD5 5

static bool small_integer(const struct der *d, size_t *value)
{
    struct span bytes = d->value;
    uint64_t number;
    if (d->tag != DER_INTEGER || bytes.len == 0 || bytes.len > 4 ||
        !wire_take_number(&bytes, bytes.len, &number))
        return false;
    *value = (size_t)number;
    return true;
}

static void read_basic_constraints(struct cert *c, struct span value)
{
    struct der d;
    if (!der_expect(&value, DER_SEQUENCE, &d))
        return;
    struct span inside = d.value;
    c->is_ca = der_optional(&inside, DER_BOOLEAN, &d) && d.value.len == 1 &&
               d.value.base[0] != 0;
    c->has_path_len = der_optional(&inside, DER_INTEGER, &d) &&
                      small_integer(&d, &c->path_len);
}

/* RFC 5280 4.2.1.3: bit 5, behind the byte that counts unused bits. */
static void read_key_usage(struct cert *c, struct span value)
{
    struct der d;
    bool may_sign = der_expect(&value, DER_BIT_STRING, &d) && d.value.len > 1 &&
                    (d.value.base[1] & 0x04) != 0;
    c->may_not_sign = !may_sign;
}

static void read_tls_feature(struct cert *c, struct span value)
{
    struct der d;
    size_t feature = 0;
    if (!der_expect(&value, DER_SEQUENCE, &d))
        return;
    struct span inside = d.value;
    while (der_next(&inside, &d))
        if (small_integer(&d, &feature) && feature == STATUS_REQUEST)
            c->must_staple = true;
}

static void read_purposes(struct cert *c, struct span value)
{
    struct der d;
    c->has_purposes = true;
    if (!der_expect(&value, DER_SEQUENCE, &d))
        return;
    struct span inside = d.value;
    while (der_expect(&inside, DER_OID, &d))
        if (span_equal(d.value, oid_server_auth) ||
            span_equal(d.value, oid_any_purpose))
            c->is_for_servers = true;
}

static bool read_extension(struct cert *c, struct span extension)
{
    struct der oid;
    if (!der_expect(&extension, DER_OID, &oid))
        return false;
    struct der d;
    (void)der_optional(&extension, DER_BOOLEAN, &d);
    struct der value;
    if (!der_expect(&extension, DER_OCTET_STRING, &value))
        return false;
    if (span_equal(oid.value, oid_alt_name)) {
        struct span inside = value.value;
        if (!der_expect(&inside, DER_SEQUENCE, &d))
            return false;
        c->names = d.value;
    } else if (span_equal(oid.value, oid_basic_constraints)) {
        read_basic_constraints(c, value.value);
    } else if (span_equal(oid.value, oid_key_usage)) {
        read_key_usage(c, value.value);
    } else if (span_equal(oid.value, oid_purposes)) {
        read_purposes(c, value.value);
    } else if (span_equal(oid.value, oid_tls_feature)) {
        read_tls_feature(c, value.value);
    }
    return true;
}

static bool read_extensions(struct cert *c, struct span tbs)
{
    struct der d;
    (void)der_optional(&tbs, TAG_ISSUER_ID, &d);
    (void)der_optional(&tbs, TAG_SUBJECT_ID, &d);
    if (!der_optional(&tbs, TAG_EXTENSIONS, &d))
        return true;
    struct span list = d.value;
    if (!der_expect(&list, DER_SEQUENCE, &d))
        return false;
    list = d.value;
    while (list.len > 0)
        if (!der_expect(&list, DER_SEQUENCE, &d) || !read_extension(c, d.value))
            return false;
    return true;
}

/* Up to and with the subject; *tbs is what follows. */
static bool read_start(struct cert *c, struct span *tbs)
{
    struct der d;
    (void)der_optional(tbs, TAG_VERSION, &d);
    if (!der_expect(tbs, DER_INTEGER, &d) || /* serial number */
        !der_expect(tbs, DER_SEQUENCE, &d))  /* signature algorithm */
        return false;
    if (!der_expect(tbs, DER_SEQUENCE, &d))
        return false;
    c->issuer = d.whole;
    if (!der_expect(tbs, DER_SEQUENCE, &d))
        return false;
    struct span validity = d.value;
    struct der from;
    struct der to;
    if (!der_next(&validity, &from) || !der_next(&validity, &to))
        return false;
    c->not_before = from.whole;
    c->not_after = to.whole;
    if (!der_expect(tbs, DER_SEQUENCE, &d))
        return false;
    c->subject = d.whole;
    return true;
}

static bool starts_with(struct span s, struct span prefix)
{
    return s.len > prefix.len &&
           span_equal(span_of(s.base, prefix.len), prefix);
}

static uint8_t last_of(struct span s)
{
    return s.base[s.len - 1];
}

/* RFC 8017 A.2.3: without a word it is SHA-1. */
static bool is_weak_pss(struct span parameters)
{
    struct der d;
    if (!der_expect(&parameters, DER_SEQUENCE, &d))
        return true;
    struct span inside = d.value;
    if (!der_optional(&inside, TAG_PSS_HASH, &d))
        return true;
    inside = d.value;
    if (!der_expect(&inside, DER_SEQUENCE, &d))
        return true;
    inside = d.value;
    struct der oid;
    return !der_expect(&inside, DER_OID, &oid) ||
           span_equal(oid.value, oid_oiw_sha1) ||
           (starts_with(oid.value, oid_md) && last_of(oid.value) <= MD5);
}

/* The AlgorithmIdentifier of a signature. */
static bool is_weak(struct span algorithm)
{
    struct der oid;
    if (!der_expect(&algorithm, DER_OID, &oid))
        return true;
    if (starts_with(oid.value, oid_rsa) && oid.value.len == oid_rsa.len + 1) {
        uint8_t kind = last_of(oid.value);
        return (kind >= RSA_MD2 && kind <= RSA_SHA1) ||
               (kind == RSA_PSS && is_weak_pss(algorithm));
    }
    return span_equal(oid.value, oid_dsa_sha1) ||
           span_equal(oid.value, oid_ecdsa_sha1) ||
           starts_with(oid.value, oid_oiw);
}

/* A SubjectPublicKeyInfo with an RSAPublicKey in it (RFC 8017 A.1.1). */
static size_t count_rsa_bits(struct span key_info)
{
    struct der algorithm;
    struct der d;
    if (!der_expect(&key_info, DER_SEQUENCE, &algorithm) ||
        !der_expect(&algorithm.value, DER_OID, &d) ||
        !starts_with(d.value, oid_rsa) || d.value.len != oid_rsa.len + 1 ||
        (last_of(d.value) != RSA_KEY && last_of(d.value) != RSA_PSS) ||
        !der_expect(&key_info, DER_BIT_STRING, &d) || d.value.len == 0)
        return 0;
    /* Its first byte counts the bits that are unused: none. */
    struct span key = span_of(d.value.base + 1, d.value.len - 1);
    struct der numbers;
    if (!der_expect(&key, DER_SEQUENCE, &numbers) ||
        !der_expect(&numbers.value, DER_INTEGER, &d))
        return 0;
    struct span modulus = d.value;
    while (modulus.len > 0 && modulus.base[0] == 0)
        modulus = span_of(modulus.base + 1, modulus.len - 1);
    size_t bits = modulus.len * 8;
    for (unsigned bit = 0x80; modulus.len > 0 && !(modulus.base[0] & bit);
         bit >>= 1)
        bits--;
    return bits;
}

bool cert_parse(struct cert *c, struct span der)
{
    struct der d;
    *c = (struct cert){.issuer.len = 0};
    if (!der_expect(&der, DER_SEQUENCE, &d))
        return false;
    struct span inside = d.value;
    if (!der_expect(&inside, DER_SEQUENCE, &d))
        return false;
    struct span tbs = d.value;
    struct der algorithm;
    if (!der_expect(&inside, DER_SEQUENCE, &algorithm))
        return false;
    c->is_weakly_signed = is_weak(algorithm.value);
    if (!read_start(c, &tbs) || !der_expect(&tbs, DER_SEQUENCE, &d))
        return false;
    c->key_info = d.whole;
    c->rsa_bits = count_rsa_bits(d.value);
    return read_extensions(c, tbs);
}

/* Enters a sequence of which the end may be missing. */
static bool enter(struct span *s)
{
    if (s->len < 4 || s->base[0] != DER_SEQUENCE)
        return false;
    size_t head = 2;
    if (s->base[1] & 0x80)
        head += s->base[1] & 0x7f;
    if (head > s->len)
        return false;
    *s = span_of(s->base + head, s->len - head);
    return true;
}

bool cert_parse_start(struct cert *c, struct span der)
{
    *c = (struct cert){.issuer.len = 0};
    bool is_sequence = enter(&der);
    return is_sequence && enter(&der) && read_start(c, &der);
}

bool cert_next_name(struct span *names, unsigned *kind, struct span *value)
{
    struct der d;
    if (!der_next(names, &d))
        return false;
    *kind = d.tag;
    *value = d.value;
    return true;
}

/* The attributes of RFC 4514 3 and what else is common; id-at is 2.5.4. */
static const char *attribute_name(struct span oid)
{
    static const struct {
        uint8_t last;
        const char *name;
    } known[] = {
        {3, "CN"}, {5, "serialNumber"}, {6, "C"},  {7, "L"},
        {8, "ST"}, {9, "STREET"},       {10, "O"}, {11, "OU"},
    };
    if (oid.len != 3 || oid.base[0] != 0x55 || oid.base[1] != 0x04)
        return "?";
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (known[i].last == oid.base[2])
            return known[i].name;
    return "?";
}

static size_t append(char *text, size_t cap, size_t len, struct span bytes)
{
    for (size_t i = 0; i < bytes.len && len + 1 < cap; i++) {
        uint8_t b = bytes.base[i];
        text[len++] = b >= 0x20 && b < 0x7f ? (char)b : '?';
    }
    text[len] = '\0';
    return len;
}

void cert_format_name(struct span name, char *text, size_t cap)
{
    cert_format_name_as(name, "=", text, cap);
}

void cert_format_name_as(struct span name, const char *equals, char *text,
                         size_t cap)
{
    struct der d;
    struct der oid;
    struct der value;
    size_t len = 0;
    text[0] = '\0';
    if (!der_expect(&name, DER_SEQUENCE, &d))
        return;
    struct span rdns = d.value;
    struct der attribute;
    while (der_expect(&rdns, DER_SET, &d)) {
        struct span set = d.value;
        while (der_expect(&set, DER_SEQUENCE, &attribute)) {
            struct span inside = attribute.value;
            if (!der_expect(&inside, DER_OID, &oid) ||
                !der_next(&inside, &value))
                return;
            if (len > 0)
                len = append(text, cap, len, SPAN_LIT(", "));
            len = append(text, cap, len, span_str(attribute_name(oid.value)));
            len = append(text, cap, len, span_str(equals));
            len = append(text, cap, len, value.value);
        }
    }
}

void cert_format_time(struct span time, char *text)
{
    struct der d;
    text[0] = '\0';
    if (!der_next(&time, &d))
        return;
    bool is_short = d.tag == DER_UTC_TIME;
    size_t len = is_short ? 13 : 15;
    const char *t = (const char *)d.value.base;
    if (d.value.len != len || t[len - 1] != 'Z')
        return;
    for (size_t i = 0; i < len - 1; i++)
        if (t[i] < '0' || t[i] > '9')
            return;
    /* RFC 5280 4.1.2.5.1: two digits from 50 on are of the last century. */
    const char *century = t[0] >= '5' ? "19" : "20";
    if (!is_short) {
        century = t;
        t += 2;
    }
    (void)snprintf(text, 21, "%.2s%.2s-%.2s-%.2sT%.2s:%.2s:%.2sZ", century, t,
                   t + 2, t + 4, t + 6, t + 8, t + 10);
}
