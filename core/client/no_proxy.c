/*
 * As curl does it, oddities included, since lists are written for it: a blank
 * that no comma follows ends the list, "*" counts only when it is all there is,
 * and "/0" is no block but the address itself.
 */
#include "client/no_proxy.h"

#include <string.h>

#include "http/ipv6.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct span without_end_dot(struct span s)
{
    if (s.len > 0 && s.base[s.len - 1] == '.')
        s.len--;
    return s;
}

static bool matches_name(struct span token, struct span name)
{
    token = without_end_dot(token);
    name = without_end_dot(name);
    if (token.len > 0 && token.base[0] == '.')
        token = span_of(token.base + 1, token.len - 1);
    if (token.len > name.len)
        return false;
    size_t at = name.len - token.len;
    return span_equal_nocase(span_of(name.base + at, token.len), token) &&
           (at == 0 || name.base[at - 1] == '.');
}

/* Dotted decimal with four numbers, as inet_pton(3) takes it. */
static bool parse_ipv4(uint8_t address[4], struct span text)
{
    struct span part;
    size_t n = 0;
    while (span_next(&text, '.', &part)) {
        uint64_t value = 0;
        bool is_padded = part.len > 1 && part.base[0] == '0';
        if (n == 4 || is_padded || !span_to_u64(part, &value) || value > 255)
            return false;
        address[n++] = (uint8_t)value;
    }
    return n == 4;
}

static bool same_bits(const uint8_t *a, const uint8_t *b, size_t bits)
{
    size_t bytes = bits / 8;
    size_t rest = bits % 8;
    if (memcmp(a, b, bytes) != 0)
        return false;
    return rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0;
}

static bool matches_address(struct span token, const struct url_host *host)
{
    bool is_v6 = host->kind == URL_HOST_IPV6;
    size_t all = is_v6 ? 128 : 32;
    uint64_t bits = 0;
    struct span text;
    (void)span_next(&token, '/', &text);
    if (token.base && (!span_to_u64(token, &bits) || bits > all))
        return false;
    if (bits == 0)
        bits = all;
    uint8_t block[16];
    uint8_t address[16];
    bool are_sound =
        is_v6 ? ipv6_parse(block, text) && ipv6_parse(address, host->text)
              : parse_ipv4(block, text) && parse_ipv4(address, host->text);
    return are_sound && same_bits(block, address, bits);
}

bool no_proxy_matches(const char *list, const struct url_host *host)
{
    if (list == NULL)
        return false;
    if (strcmp(list, "*") == 0)
        return true;
    const char *p = list;
    while (*p) {
        p += strspn(p, " \t");
        struct span token = span_of(p, strcspn(p, " \t,"));
        p += token.len;
        if (token.len > 0 &&
            (host->kind == URL_HOST_NAME ? matches_name(token, host->text)
                                         : matches_address(token, host)))
            return true;
        while (is_blank(*p))
            p++;
        if (*p != ',')
            return false;
        p += strspn(p, ",");
    }
    return false;
}
