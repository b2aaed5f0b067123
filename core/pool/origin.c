#include "pool/origin.h"

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

void origin_key(const struct origin *o, const struct settings *s,
                struct str *key)
{
    origin_host_key(o, key);
    settings_key(s, key);
}

void origin_name(const struct origin *o, struct str *name)
{
    bool is_ipv6 = o->host.len > 0 && memchr(o->host.base, ':', o->host.len);
    str_printf(name, "%s://%s%.*s%s:%u", o->is_secure ? "https" : "http",
               is_ipv6 ? "[" : "", SPAN_ARG(o->host), is_ipv6 ? "]" : "",
               o->port);
}
