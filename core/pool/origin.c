#include "pool/origin.h"

#include "dial/candidates.h"
#include "dial/overrides.h"

/* Made for each request: bytes, not text. */
void origin_host_key(const struct origin *o, struct str *key)
{
    uint8_t len[] = {(uint8_t)(o->host.len >> 8), (uint8_t)o->host.len};
    uint8_t port[] = {(uint8_t)(o->port >> 8), (uint8_t)o->port};
    str_add_char(key, o->is_secure ? 's' : 'p');
    str_add(key, span_of(len, sizeof len));
    str_add(key, o->host);
    str_add(key, span_of(port, sizeof port));
}

static char lower(uint8_t c)
{
    return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static void add_place(struct str *key, struct span host, uint16_t port)
{
    uint8_t bytes[] = {(uint8_t)(port >> 8), (uint8_t)port};
    str_add_char(key, '>');
    for (size_t i = 0; i < host.len; i++)
        str_add_char(key, lower(host.base[i]));
    str_add_char(key, '\0');
    str_add(key, span_of(bytes, sizeof bytes));
}

static void add_addresses(struct str *key, const struct addr *addrs, size_t n)
{
    char text[ADDR_TEXT_MAX];
    for (size_t i = 0; i < n; i++) {
        addr_format(&addrs[i], text);
        str_printf(key, "=%s", text);
    }
}

/* What the lists make of this origin, not their text: entries for others do
 * not matter, and neither do two ways to say the same. */
static void add_detour(const struct origin *o,
                       const struct settings_addresses *a, struct str *key)
{
    struct span host = o->host;
    uint16_t port = o->port;
    size_t n = 0;
    if (a->connect_to == NULL && a->resolve == NULL)
        return;
    struct addr given[CANDIDATES_MAX];
    struct fault fault;
    if (!overrides_connect_to(a, &host, &port, &fault) ||
        !overrides_resolve(a, host, port, given, CANDIDATES_MAX, &n, &fault)) {
        /* The dial will say so, of this entry and no other. */
        str_printf(key, "!%s", fault.detail);
        return;
    }
    if (port != o->port || !span_equal_nocase(host, o->host))
        add_place(key, host, port);
    add_addresses(key, given, n);
}

void origin_key(const struct origin *o, const struct settings *s,
                struct span reuse, struct str *key)
{
    origin_host_key(o, key);
    str_add(key, reuse);
    add_detour(o, &s->addresses, key);
}

bool origin_is_elsewhere(const struct origin *o, const struct settings *s)
{
    struct span host = o->host;
    uint16_t port = o->port;
    struct fault ignored; /* the dial tells */
    return s->addresses.connect_to &&
           (!overrides_connect_to(&s->addresses, &host, &port, &ignored) ||
            port != o->port || !span_equal_nocase(host, o->host));
}

void origin_name(const struct origin *o, struct str *name)
{
    bool is_ipv6 = o->host.len > 0 && memchr(o->host.base, ':', o->host.len);
    str_printf(name, "%s://%s%.*s%s:%u", o->is_secure ? "https" : "http",
               is_ipv6 ? "[" : "", SPAN_ARG(o->host), is_ipv6 ? "]" : "",
               o->port);
}
