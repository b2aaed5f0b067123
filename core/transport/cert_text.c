#include "transport/cert_text.h"

#include <stdint.h>
#include <stdio.h>

#include "base/base64.h"
#include "io/addr.h"
#include "transport/cert.h"
#include "transport/der.h"

/* Context-specific tags of TBSCertificate (RFC 5280 4.1). */
#define TAG_VERSION    0xa0
#define TAG_EXTENSIONS 0xa3
#define TAG_KEY_ID     0x80 /* of an AuthorityKeyIdentifier */
#define TAG_EMAIL      0x81 /* of a GeneralName */
#define TAG_URI        0x86

#define NAME_MAX_TEXT 1024
#define PEM_LINE      48 /* bytes, 64 digits */

struct oid_name {
    struct span oid;
    const char *name;
};

#define OID(bytes, text)                                                       \
    {                                                                          \
        {(const uint8_t *)(bytes), sizeof(bytes) - 1}, text                    \
    }

#define PKCS1 "\x2a\x86\x48\x86\xf7\x0d\x01\x01"
#define ECDSA "\x2a\x86\x48\xce\x3d\x04\x03"
#define ID_KP "\x2b\x06\x01\x05\x05\x07\x03"
#define ID_CE "\x55\x1d"

static const struct oid_name algorithms[] = {
    OID(PKCS1 "\x01", "rsaEncryption"),
    OID(PKCS1 "\x0a", "rsassaPss"),
    OID(PKCS1 "\x05", "sha1WithRSAEncryption"),
    OID(PKCS1 "\x0b", "sha256WithRSAEncryption"),
    OID(PKCS1 "\x0c", "sha384WithRSAEncryption"),
    OID(PKCS1 "\x0d", "sha512WithRSAEncryption"),
    OID("\x2a\x86\x48\xce\x3d\x02\x01", "id-ecPublicKey"),
    OID("\x2a\x86\x48\xce\x3d\x04\x01", "ecdsa-with-SHA1"),
    OID(ECDSA "\x02", "ecdsa-with-SHA256"),
    OID(ECDSA "\x03", "ecdsa-with-SHA384"),
    OID(ECDSA "\x04", "ecdsa-with-SHA512"),
    OID("\x2b\x65\x70", "ED25519"),
    OID("\x2b\x65\x71", "ED448"),
};

static const struct oid_name purposes[] = {
    OID(ID_KP "\x01", "TLS Web Server Authentication"),
    OID(ID_KP "\x02", "TLS Web Client Authentication"),
    OID(ID_KP "\x03", "Code Signing"),
    OID(ID_KP "\x04", "E-mail Protection"),
    OID(ID_KP "\x08", "Time Stamping"),
    OID(ID_KP "\x09", "OCSP Signing"),
    OID(ID_CE "\x25\x00", "Any Extended Key Usage"),
};

/* As numbers (X.690 8.19). */
static void add_numbers(struct str *to, struct span oid)
{
    uint64_t n = 0;
    bool is_first = true;
    for (size_t i = 0; i < oid.len; i++) {
        n = n << 7 | (oid.base[i] & 0x7f);
        if (oid.base[i] & 0x80)
            continue;
        if (is_first) {
            uint64_t arc = n < 80 ? n / 40 : 2;
            str_add_u64(to, arc);
            n -= arc * 40;
        }
        str_add_char(to, '.');
        str_add_u64(to, n);
        is_first = false;
        n = 0;
    }
}

static void add_oid(struct str *to, struct span oid,
                    const struct oid_name *names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (span_equal(names[i].oid, oid)) {
            str_add_text(to, names[i].name);
            return;
        }
    }
    add_numbers(to, oid);
}

static const char lower[] = "0123456789abcdef";
static const char upper[] = "0123456789ABCDEF";

static void add_hex(struct str *to, struct span bytes, const char *digits,
                    const char *between)
{
    for (size_t i = 0; i < bytes.len; i++) {
        str_add_text(to, i > 0 ? between : "");
        str_add_char(to, digits[bytes.base[i] >> 4]);
        str_add_char(to, digits[bytes.base[i] & 15]);
    }
}

/* What a certificate says is somebody else's text. */
static void add_safe(struct str *to, struct span bytes)
{
    for (size_t i = 0; i < bytes.len; i++) {
        uint8_t b = bytes.base[i];
        str_add_char(to, b >= 0x20 && b < 0x7f ? (char)b : '?');
    }
}

static struct span without_zeros(struct span s)
{
    while (s.len > 1 && s.base[0] == 0)
        s = span_of(s.base + 1, s.len - 1);
    return s;
}

/* An AlgorithmIdentifier. */
static void add_algorithm(struct str *to, const char *label, struct span value)
{
    struct der oid;
    str_add_text(to, label);
    if (der_expect(&value, DER_OID, &oid))
        add_oid(to, oid.value, algorithms,
                sizeof algorithms / sizeof *algorithms);
    str_add_char(to, '\n');
}

static void add_name(struct str *to, const char *label, struct span name)
{
    char text[NAME_MAX_TEXT];
    cert_format_name_as(name, " = ", text, sizeof text);
    str_printf(to, "%s%s\n", label, text);
}

/* "2026-11-28T23:42:35Z" as "Nov 28 23:42:35 2026 GMT". */
static void add_time(struct str *to, const char *label, struct span time)
{
    static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
    char t[21];
    cert_format_time(time, t);
    str_add_text(to, label);
    unsigned month = t[0] ? (unsigned)((t[5] - '0') * 10 + t[6] - '0') : 0;
    if (month >= 1 && month <= 12)
        str_printf(to, "%.3s %c%c %.8s %.4s GMT",
                   months + (size_t)3 * (month - 1), t[8] == '0' ? ' ' : t[8],
                   t[9], t + 11, t);
    str_add_char(to, '\n');
}

/* ---- extensions ---- */

static void add_alt_names(struct str *to, struct span value)
{
    struct der d;
    unsigned kind = 0;
    struct span name;
    const char *between = "";
    if (!der_expect(&value, DER_SEQUENCE, &d))
        return;
    while (cert_next_name(&d.value, &kind, &name)) {
        str_add_text(to, between);
        between = ", ";
        if (kind == CERT_NAME_DNS || kind == TAG_EMAIL || kind == TAG_URI) {
            str_add_text(to, kind == CERT_NAME_DNS ? "DNS:"
                             : kind == TAG_EMAIL   ? "email:"
                                                   : "URI:");
            add_safe(to, name);
        } else if (kind == CERT_NAME_IP && (name.len == 4 || name.len == 16)) {
            char address[ADDR_TEXT_MAX];
            struct addr a;
            addr_from_bytes(&a, name, 0);
            addr_format(&a, address);
            str_printf(to, "IP Address:%s", address);
        } else {
            str_add_text(to, "othername:<unsupported>");
        }
    }
}

static void add_constraints(struct str *to, struct span value)
{
    struct der d;
    if (!der_expect(&value, DER_SEQUENCE, &d))
        return;
    struct span inside = d.value;
    bool is_ca = der_optional(&inside, DER_BOOLEAN, &d) && d.value.len == 1 &&
                 d.value.base[0] != 0;
    str_add_text(to, is_ca ? "CA:TRUE" : "CA:FALSE");
    if (der_optional(&inside, DER_INTEGER, &d) && d.value.len == 1)
        str_printf(to, ", pathlen:%u", d.value.base[0]);
}

static void add_key_usage(struct str *to, struct span value)
{
    static const char *const usages[] = {
        "Digital Signature", "Non Repudiation", "Key Encipherment",
        "Data Encipherment", "Key Agreement",   "Certificate Sign",
        "CRL Sign",          "Encipher Only",
    };
    struct der d;
    const char *between = "";
    if (!der_expect(&value, DER_BIT_STRING, &d) || d.value.len < 2)
        return;
    for (unsigned i = 0; i < 8; i++) {
        if (d.value.base[1] & (0x80 >> i)) {
            str_printf(to, "%s%s", between, usages[i]);
            between = ", ";
        }
    }
}

static void add_purposes(struct str *to, struct span value)
{
    struct der d;
    struct der oid;
    const char *between = "";
    if (!der_expect(&value, DER_SEQUENCE, &d))
        return;
    while (der_expect(&d.value, DER_OID, &oid)) {
        str_add_text(to, between);
        add_oid(to, oid.value, purposes, sizeof purposes / sizeof *purposes);
        between = ", ";
    }
}

static void add_key_id(struct str *to, struct span value)
{
    struct der d;
    if (der_expect(&value, DER_OCTET_STRING, &d))
        add_hex(to, d.value, upper, ":");
}

static void add_issuer_key_id(struct str *to, struct span value)
{
    struct der d;
    struct der id;
    if (der_expect(&value, DER_SEQUENCE, &d) &&
        der_expect(&d.value, TAG_KEY_ID, &id))
        add_hex(to, id.value, upper, ":");
}

static const struct {
    struct span oid;
    const char *label;
    void (*add)(struct str *to, struct span value);
} extensions[] = {
    {{(const uint8_t *)ID_CE "\x13", 3}, "Basic Constraints", add_constraints},
    {{(const uint8_t *)ID_CE "\x0e", 3}, "Subject Key Identifier", add_key_id},
    {{(const uint8_t *)ID_CE "\x23", 3},
     "Authority Key Identifier",
     add_issuer_key_id},
    {{(const uint8_t *)ID_CE "\x11", 3},
     "Subject Alternative Name",
     add_alt_names},
    {{(const uint8_t *)ID_CE "\x0f", 3}, "Key Usage", add_key_usage},
    {{(const uint8_t *)ID_CE "\x25", 3}, "Extended Key Usage", add_purposes},
};

static void add_extension(struct str *to, struct span extension)
{
    struct der oid;
    struct der d;
    if (!der_expect(&extension, DER_OID, &oid))
        return;
    (void)der_optional(&extension, DER_BOOLEAN, &d);
    if (!der_expect(&extension, DER_OCTET_STRING, &d))
        return;
    for (size_t i = 0; i < sizeof extensions / sizeof *extensions; i++) {
        if (!span_equal(extensions[i].oid, oid.value))
            continue;
        str_printf(to, "X509v3 %s:", extensions[i].label);
        extensions[i].add(to, d.value);
        str_add_char(to, '\n');
    }
}

/* `tbs`: behind the key. */
static void add_extensions(struct str *to, struct span tbs)
{
    struct der d;
    struct der list;
    struct der one;
    while (der_next(&tbs, &d))
        if (d.tag == TAG_EXTENSIONS &&
            der_expect(&d.value, DER_SEQUENCE, &list))
            while (der_expect(&list.value, DER_SEQUENCE, &one))
                add_extension(to, one.value);
}

/* ---- the rest ---- */

static void add_rsa(struct str *to, const struct cert *c)
{
    struct span key_info = c->key_info;
    struct der d;
    struct der numbers;
    struct der n;
    struct der e;
    if (c->rsa_bits == 0 || !der_expect(&key_info, DER_SEQUENCE, &d) ||
        !der_expect(&d.value, DER_SEQUENCE, &n) ||
        !der_expect(&d.value, DER_BIT_STRING, &n) || n.value.len == 0)
        return;
    struct span key = span_of(n.value.base + 1, n.value.len - 1);
    if (!der_expect(&key, DER_SEQUENCE, &numbers) ||
        !der_expect(&numbers.value, DER_INTEGER, &n) ||
        !der_expect(&numbers.value, DER_INTEGER, &e))
        return;
    str_printf(to, "RSA Public Key:%zu\nrsa(n):", c->rsa_bits);
    add_hex(to, without_zeros(n.value), upper, "");
    str_add_text(to, "\nrsa(e):");
    struct span exponent = without_zeros(e.value);
    if (exponent.len > 0 && exponent.base[0] < 16) {
        str_add_char(to, upper[exponent.base[0]]);
        exponent = span_of(exponent.base + 1, exponent.len - 1);
    }
    add_hex(to, exponent, upper, "");
    str_add_char(to, '\n');
}

/* Version and serial number; *tbs is what follows. */
static void add_start(struct str *to, struct span *tbs)
{
    struct der d;
    struct der version;
    unsigned number = 0;
    if (der_optional(tbs, TAG_VERSION, &d) &&
        der_expect(&d.value, DER_INTEGER, &version) && version.value.len == 1)
        number = version.value.base[0];
    str_printf(to, "Version:%x\nSerial Number:", number);
    if (der_expect(tbs, DER_INTEGER, &d))
        add_hex(to, without_zeros(d.value), lower, "");
    str_add_char(to, '\n');
}

static void add_words(struct str *to, const struct cert *c, struct span inside)
{
    struct der tbs;
    struct der d;
    struct der key;
    if (!der_expect(&inside, DER_SEQUENCE, &tbs))
        return;
    add_name(to, "Subject:", c->subject);
    add_name(to, "Issuer:", c->issuer);
    add_start(to, &tbs.value);
    if (der_expect(&tbs.value, DER_SEQUENCE, &d))
        add_algorithm(to, "Signature Algorithm:", d.value);
    struct span key_info = c->key_info;
    if (der_expect(&key_info, DER_SEQUENCE, &d) &&
        der_expect(&d.value, DER_SEQUENCE, &key))
        add_algorithm(to, "Public Key Algorithm:", key.value);
    for (int skipped = 0; skipped < 4; skipped++) /* names, validity, key */
        (void)der_next(&tbs.value, &d);
    add_extensions(to, tbs.value);
    add_time(to, "Start date:", c->not_before);
    add_time(to, "Expire date:", c->not_after);
    add_rsa(to, c);
    (void)der_next(&inside, &d);
    if (!der_expect(&inside, DER_BIT_STRING, &d) || d.value.len == 0)
        return;
    str_add_text(to, "Signature:");
    add_hex(to, span_of(d.value.base + 1, d.value.len - 1), lower, ":");
    str_add_text(to, ":\n");
}

void cert_text_add(struct str *to, struct span der)
{
    struct cert c;
    struct der whole;
    struct span rest = der;
    if (cert_parse(&c, der) && der_expect(&rest, DER_SEQUENCE, &whole))
        add_words(to, &c, whole.value);
    str_add_text(to, "-----BEGIN CERTIFICATE-----\n");
    for (size_t i = 0; i < der.len; i += PEM_LINE) {
        size_t len = der.len - i < PEM_LINE ? der.len - i : PEM_LINE;
        base64_add(to, span_of(der.base + i, len));
        str_add_char(to, '\n');
    }
    str_add_text(to, "-----END CERTIFICATE-----\n");
}
