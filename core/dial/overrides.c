#include "dial/overrides.h"

#include "base/fault.h"

/* Cuts "host" or "[v6]" and the ':' after it off *rest. */
static bool take_host(struct span *rest, struct span *host)
{
    if (rest->len > 0 && rest->base[0] == '[') {
        const uint8_t *end = memchr(rest->base, ']', rest->len);
        if (end == NULL)
            return false;
        *host = span_of(rest->base + 1, (size_t)(end - rest->base) - 1);
        size_t used = host->len + 2;
        *rest = span_of(rest->base + used, rest->len - used);
        if (rest->len == 0)
            return true;
        if (rest->base[0] != ':')
            return false;
        *rest = span_of(rest->base + 1, rest->len - 1);
        return true;
    }
    return span_next(rest, ':', host);
}

/* Cuts a port off *rest; an empty one is 0. */
static bool take_port(struct span *rest, uint16_t *port)
{
    struct span text;
    uint64_t value = 0;
    if (!span_next(rest, ':', &text))
        text = span_of(NULL, 0);
    if (text.len > 0 && (!span_to_u64(text, &value) || value > UINT16_MAX))
        return false;
    *port = (uint16_t)value;
    return true;
}

static bool is_host(struct span pattern, struct span host)
{
    return pattern.len == 0 || span_equal_nocase(pattern, host);
}

static bool malformed(const char *option, const char *entry,
                      struct fault *fault)
{
    fault_set(fault, ERR_USAGE, 0, "%s: cannot understand '%s'", option, entry);
    return false;
}

bool overrides_connect_to(const struct settings_addresses *a, struct span *host,
                          uint16_t *port, struct fault *fault)
{
    for (const char *const *e = a->connect_to; e && *e; e++) {
        struct span rest = span_str(*e);
        struct span from = {0};
        struct span to = {0};
        uint16_t from_port = 0;
        uint16_t to_port = 0;
        if (!take_host(&rest, &from) || !take_port(&rest, &from_port) ||
            rest.base == NULL || !take_host(&rest, &to) ||
            !take_port(&rest, &to_port) || rest.len > 0)
            return malformed("--connect-to", *e, fault);
        if (!is_host(from, *host) || (from_port != 0 && from_port != *port))
            continue;
        if (to.len > 0)
            *host = to;
        if (to_port != 0)
            *port = to_port;
        return true;
    }
    return true;
}

static bool take_addresses(struct span list, uint16_t port, struct addr *addrs,
                           size_t cap, size_t *n)
{
    struct span text;
    *n = 0;
    while (span_next(&list, ',', &text)) {
        text = span_trim(text);
        if (text.len > 1 && text.base[0] == '[' &&
            text.base[text.len - 1] == ']')
            text = span_of(text.base + 1, text.len - 2);
        struct addr parsed;
        if (!addr_parse(&parsed, text, port))
            return false;
        if (*n < cap)
            addrs[(*n)++] = parsed;
    }
    return *n > 0;
}

bool overrides_resolve(const struct settings_addresses *a, struct span host,
                       uint16_t port, struct addr *addrs, size_t cap, size_t *n,
                       struct fault *fault)
{
    *n = 0;
    for (const char *const *e = a->resolve; e && *e; e++) {
        struct span rest = span_str(*e);
        bool is_removal = rest.len > 0 && rest.base[0] == '-';
        if (rest.len > 0 && (is_removal || rest.base[0] == '+'))
            rest = span_of(rest.base + 1, rest.len - 1);
        struct span name = {0};
        struct span port_text = {0};
        uint64_t entry_port = 0;
        if (!take_host(&rest, &name) || name.len == 0 ||
            !span_next(&rest, ':', &port_text) ||
            !span_to_u64(port_text, &entry_port) || entry_port > UINT16_MAX)
            return malformed("--resolve", *e, fault);
        bool matches = entry_port == port && (span_equal(name, SPAN_LIT("*")) ||
                                              span_equal_nocase(name, host));
        if (is_removal) {
            if (matches)
                *n = 0;
            continue;
        }
        struct addr scratch[8];
        size_t found = 0;
        if (!take_addresses(rest, port, matches ? addrs : scratch,
                            matches ? cap : 8, matches ? n : &found))
            return malformed("--resolve", *e, fault);
    }
    return true;
}
