#include "transport/tls_name.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "io/addr.h"

/* Names that a message lists before it counts the rest. */
#define LISTED_MAX 4

static struct span without_dot(struct span name)
{
    if (name.len > 0 && name.base[name.len - 1] == '.')
        name.len--;
    return name;
}

/* Letters, digits, '-', '_' and dots between labels that are not empty: a NUL
 * or a control byte in a certificate's name matches nothing. */
static bool is_name(struct span s)
{
    bool was_dot = true;
    for (size_t i = 0; i < s.len; i++) {
        uint8_t b = s.base[i];
        bool is_dot = b == '.';
        bool is_label = (b >= 'a' && b <= 'z') || (b >= 'A' && b <= 'Z') ||
                        (b >= '0' && b <= '9') || b == '-' || b == '_';
        if ((is_dot && was_dot) || !(is_dot || is_label))
            return false;
        was_dot = is_dot;
    }
    return !was_dot;
}

bool tls_name_matches_dns(struct span pattern, struct span host)
{
    host = without_dot(host);
    pattern = without_dot(pattern);
    if (!is_name(host))
        return false;
    if (pattern.len < 2 || pattern.base[0] != '*')
        return is_name(pattern) && span_equal_nocase(pattern, host);
    /* RFC 9525 6.3: "*." and then at least two labels. */
    if (pattern.base[1] != '.')
        return false;
    struct span suffix = span_of(pattern.base + 2, pattern.len - 2);
    if (!is_name(suffix) || !memchr(suffix.base, '.', suffix.len))
        return false;
    const uint8_t *dot = memchr(host.base, '.', host.len);
    if (dot == NULL)
        return false;
    size_t first = (size_t)(dot - host.base);
    return span_equal_nocase(suffix, span_of(dot + 1, host.len - first - 1));
}

/* The bytes of an address, 4 or 16; 0: it is a name. */
static size_t address_bytes(struct span host, uint8_t bytes[16])
{
    struct addr a;
    if (!addr_parse(&a, host, 0))
        return 0;
    if (addr_family(&a) == AF_INET) {
        memcpy(bytes, &((struct sockaddr_in *)(void *)&a.sa)->sin_addr, 4);
        return 4;
    }
    memcpy(bytes, &((struct sockaddr_in6 *)(void *)&a.sa)->sin6_addr, 16);
    return 16;
}

bool tls_name_matches(const struct cert *c, struct span host)
{
    uint8_t bytes[16];
    size_t len = address_bytes(host, bytes);
    struct span names = c->names;
    struct span value;
    unsigned kind = 0;
    while (cert_next_name(&names, &kind, &value)) {
        if (len > 0 && kind == CERT_NAME_IP &&
            span_equal(value, span_of(bytes, len)))
            return true;
        if (len == 0 && kind == CERT_NAME_DNS &&
            tls_name_matches_dns(value, host))
            return true;
    }
    return false;
}

static void format_entry(unsigned kind, struct span value, char *text,
                         size_t cap)
{
    text[0] = '\0';
    if (kind == CERT_NAME_DNS)
        (void)snprintf(text, cap, "%.*s", SPAN_ARG(value));
    else if (kind == CERT_NAME_IP && (value.len == 4 || value.len == 16))
        (void)inet_ntop(value.len == 4 ? AF_INET : AF_INET6, value.base, text,
                        (socklen_t)cap);
}

void tls_name_list(const struct cert *c, char *text, size_t cap)
{
    char entry[72];
    size_t len = 0;
    unsigned listed = 0;
    unsigned others = 0;
    unsigned kind = 0;
    struct span names = c->names;
    struct span value;
    (void)snprintf(text, cap, "no names");
    while (cert_next_name(&names, &kind, &value)) {
        format_entry(kind, value, entry, sizeof entry);
        if (entry[0] == '\0')
            continue;
        if (listed == LISTED_MAX || len + strlen(entry) + 24 > cap) {
            others++;
            continue;
        }
        len += (size_t)snprintf(text + len, cap - len, "%s%s",
                                listed ? ", " : "", entry);
        listed++;
    }
    if (others > 0 && listed > 0)
        (void)snprintf(text + len, cap - len, " and %u more", others);
}
