#include "pool/origin.h"

void origin_key(const struct origin *o, const struct settings *s,
                struct str *key)
{
    str_printf(key, "%s|%zu:", o->is_secure ? "https" : "http", o->host.len);
    str_add(key, o->host);
    str_printf(key, "|%u|", o->port);
    settings_key(s, key);
}

void origin_name(const struct origin *o, struct str *name)
{
    bool is_ipv6 = o->host.len > 0 && memchr(o->host.base, ':', o->host.len);
    str_printf(name, "%s://%s%.*s%s:%u", o->is_secure ? "https" : "http",
               is_ipv6 ? "[" : "", SPAN_ARG(o->host), is_ipv6 ? "]" : "",
               o->port);
}
