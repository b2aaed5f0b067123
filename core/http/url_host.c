/*
 * The order matters.  Percent-decoding comes first, then IDNA mapping, and
 * only the result is checked and tried as an address: "%2f", a full-width
 * slash or full-width digits must not slip past a check that looked at the
 * text before it was decoded (CVE-2016-8624, CVE-2022-27780).
 *
 * What stays of a name is an allow list.  curl refuses a list of bad bytes
 * instead; no host name that resolves anywhere needs the difference.
 */
#include "http/url_host.h"

#include <stdio.h>

#include "base/fault.h"
#include "http/idna.h"
#include "http/ipv6.h"
#include "http/percent.h"

/* DNS allows 253; SOCKS and TLS count names in one byte. */
#define NAME_MAX_LEN 255

/* Before decoding: every byte of UTF-8 may be percent-encoded, and IDNA makes
 * names shorter at times. */
#define RAW_MAX_LEN 4096

/* Linux interface names have at most 15 bytes. */
#define ZONE_MAX_LEN 15

static bool refuse(struct fault *fault, const char *what, struct span host)
{
    fault_set(fault, ERR_BAD_URL, 0, "%s in host \"%.*s\"", what,
              (int)(host.len < 80 ? host.len : 80), (const char *)host.base);
    return false;
}

/* RFC 6874 writes "%25" before the zone; people write "%". */
static struct span zone_text(struct span zone)
{
    if (zone.len > 2 && zone.base[0] == '2' && zone.base[1] == '5')
        return span_of(zone.base + 2, zone.len - 2);
    return zone;
}

static bool parse_ipv6(struct url_host *h, struct span raw, struct arena *arena,
                       struct fault *fault)
{
    if (raw.base[raw.len - 1] != ']')
        return refuse(fault, "no closing bracket", raw);
    struct span inside = span_of(raw.base + 1, raw.len - 2);
    struct span address;
    span_next(&inside, '%', &address);
    if (inside.base != NULL) {
        struct span zone = zone_text(inside);
        if (zone.len == 0 || zone.len > ZONE_MAX_LEN)
            return refuse(fault, "bad zone", raw);
        for (size_t i = 0; i < zone.len; i++)
            if (!percent_is_unreserved(zone.base[i]))
                return refuse(fault, "bad zone", raw);
        h->zone = arena_copy(arena, zone);
    }
    uint8_t bytes[16];
    if (!ipv6_parse(bytes, address))
        return refuse(fault, "bad IPv6 address", raw);
    char text[IPV6_TEXT_MAX];
    ipv6_format(bytes, text);
    h->kind = URL_HOST_IPV6;
    h->text = arena_copy(arena, span_str(text));
    return true;
}

/* A decimal, octal ("017") or hexadecimal ("0x1f") number below 2^32, or one
 * too large for that: *value is then 2^32. */
static bool take_number(struct span part, uint64_t *value)
{
    unsigned base = 10;
    if (part.len >= 2 && part.base[0] == '0') {
        bool is_hex = (part.base[1] | 0x20) == 'x';
        base = is_hex ? 16 : 8;
        size_t skip = is_hex ? 2 : 1;
        part = span_of(part.base + skip, part.len - skip);
        if (is_hex && part.len == 0)
            return false;
    }
    if (part.len == 0)
        return false;
    uint64_t v = 0;
    for (size_t i = 0; i < part.len; i++) {
        uint8_t c = (uint8_t)(part.base[i] | 0x20);
        unsigned digit = 99;
        if (part.base[i] >= '0' && part.base[i] <= '9')
            digit = (unsigned)(part.base[i] - '0');
        else if (c >= 'a' && c <= 'f')
            digit = (unsigned)(c - 'a') + 10;
        if (digit >= base)
            return false;
        v = v * base + digit;
        if (v > UINT32_MAX)
            v = (uint64_t)UINT32_MAX + 1;
    }
    *value = v;
    return true;
}

enum ipv4_result {
    IPV4_IS_NAME,
    IPV4_BAD,
    IPV4_GOOD,
};

/* inet_aton(3): up to four numbers, the last fills the bytes that are left. */
static enum ipv4_result parse_ipv4(struct span text, uint32_t *address)
{
    uint64_t parts[4] = {0};
    size_t n = 0;
    if (text.len > 1 && text.base[text.len - 1] == '.')
        text.len--;
    struct span part;
    while (span_next(&text, '.', &part)) {
        uint64_t value = 0;
        if (!take_number(part, &value))
            return IPV4_IS_NAME;
        if (n < 4)
            parts[n] = value;
        n++;
    }
    if (n > 4)
        return IPV4_BAD;
    uint64_t sum = parts[n - 1];
    if (sum >> (8 * (5 - n)) != 0)
        return IPV4_BAD;
    for (size_t i = 0; i + 1 < n; i++) {
        if (parts[i] > 255)
            return IPV4_BAD;
        sum |= parts[i] << (8 * (3 - i));
    }
    *address = (uint32_t)sum;
    return IPV4_GOOD;
}

/* Lower-case A-labels; the name may be UTF-8. */
static bool to_ascii(struct span *name, struct span raw, struct arena *arena,
                     struct fault *fault)
{
    bool is_ascii = true;
    uint8_t *lower = arena_alloc(arena, name->len + 1);
    for (size_t i = 0; i < name->len; i++) {
        uint8_t c = name->base[i];
        is_ascii = is_ascii && c < 0x80;
        lower[i] = c >= 'A' && c <= 'Z' ? (uint8_t)(c | 0x20) : c;
    }
    lower[name->len] = '\0';
    *name = span_of(lower, name->len);
    if (is_ascii)
        return true;
    const char *problem = idna_to_ascii(name, arena);
    return problem == NULL || refuse(fault, problem, raw);
}

static bool check_name(struct span name, struct span raw, struct fault *fault)
{
    if (name.len > NAME_MAX_LEN) {
        fault_set(fault, ERR_BAD_URL, 0, "host name of %zu bytes", name.len);
        return false;
    }
    for (size_t i = 0; i < name.len; i++) {
        uint8_t c = name.base[i];
        if (c == '\\')
            return refuse(fault, "backslash", raw);
        if (!percent_is_unreserved(c)) {
            char what[32];
            (void)snprintf(what, sizeof what, "byte 0x%02x", c);
            return refuse(fault, what, raw);
        }
        if (c == '.' && (i == 0 || name.base[i - 1] == '.'))
            return refuse(fault, "empty label", raw);
    }
    return true;
}

static struct span ipv4_text(uint32_t address, struct arena *arena)
{
    char text[sizeof "255.255.255.255"];
    size_t len = 0;
    for (int shift = 24; shift >= 0; shift -= 8) {
        unsigned n = address >> shift & 255;
        if (n >= 100)
            text[len++] = (char)('0' + n / 100);
        if (n >= 10)
            text[len++] = (char)('0' + n / 10 % 10);
        text[len++] = (char)('0' + n % 10);
        text[len++] = '.';
    }
    return arena_copy(arena, span_of(text, len - 1));
}

bool url_host_parse(struct url_host *h, struct span raw, struct arena *arena,
                    struct fault *fault)
{
    *h = (struct url_host){.kind = URL_HOST_NAME};
    if (raw.len > RAW_MAX_LEN) {
        fault_set(fault, ERR_BAD_URL, 0, "host name of %zu bytes", raw.len);
        return false;
    }
    if (raw.len > 0 && raw.base[0] == '[')
        return parse_ipv6(h, raw, arena, fault);
    struct span name = percent_decode(raw, arena);
    if (name.len > 0 && memchr(name.base, '\0', name.len))
        return refuse(fault, "byte 0x00", raw);
    if (!to_ascii(&name, raw, arena, fault))
        return false;
    if (name.len == 0) {
        fault_set(fault, ERR_BAD_URL, 0, "no host in URL");
        return false;
    }
    if (!check_name(name, raw, fault))
        return false;
    uint32_t v4 = 0;
    switch (parse_ipv4(name, &v4)) {
    case IPV4_IS_NAME:
        h->text = name;
        return true;
    case IPV4_BAD:
        return refuse(fault, "bad IPv4 address", raw);
    case IPV4_GOOD:
        break;
    }
    h->kind = URL_HOST_IPV4;
    h->text = ipv4_text(v4, arena);
    return true;
}

bool url_host_is_localhost(struct span name)
{
    struct span suffix = SPAN_LIT("localhost");
    if (name.len > 0 && name.base[name.len - 1] == '.')
        name.len--;
    if (name.len < suffix.len)
        return false;
    size_t at = name.len - suffix.len;
    return span_equal_nocase(span_of(name.base + at, suffix.len), suffix) &&
           (at == 0 || name.base[at - 1] == '.');
}
