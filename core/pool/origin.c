#include "pool/origin.h"

void origin_key(const struct origin *o, const struct settings *s,
                struct str *key)
{
    str_printf(key, "%s|%zu:", o->is_secure ? "https" : "http", o->host.len);
    str_add(key, o->host);
    str_printf(key, "|%u|", o->port);
    settings_key(s, key);
}
