#include "serve/tunnel_target.h"

#include "base/err.h"
#include "http/percent.h"

static bool take_port(struct tunnel_target *t, struct span text)
{
    uint64_t port = 0;
    if (!span_to_u64(text, &port) || port == 0 || port > UINT16_MAX)
        return false;
    t->port = (uint16_t)port;
    return true;
}

static bool take_host(struct tunnel_target *t, struct span raw,
                      struct arena *arena)
{
    struct url_host host;
    struct fault fault;
    if (!url_host_parse(&host, raw, arena, &fault) || host.zone.base)
        return false;
    t->kind = host.kind;
    t->host = host.text;
    return true;
}

/* Where the colon before the port is; len: there is none. */
static size_t find_colon(struct span s)
{
    size_t at = s.len;
    while (at > 0 && s.base[at - 1] != ':' && s.base[at - 1] != ']')
        at--;
    return at > 0 && s.base[at - 1] == ':' ? at - 1 : s.len;
}

bool tunnel_target_of_authority(struct tunnel_target *t, struct span authority,
                                struct arena *arena)
{
    size_t colon = find_colon(authority);
    if (colon == authority.len)
        return false;
    struct span port =
        span_of(authority.base + colon + 1, authority.len - colon - 1);
    return take_port(t, port) &&
           take_host(t, span_of(authority.base, colon), arena);
}

/* The colons of an IPv6 address stand in a path as %3A, without brackets
 * (RFC 9298 3). */
static struct span in_brackets(struct span encoded, struct arena *arena)
{
    struct span address = percent_decode(encoded, arena);
    if (address.len == 0 || !memchr(address.base, ':', address.len))
        return encoded;
    uint8_t *text = arena_alloc(arena, address.len + 2);
    text[0] = '[';
    memcpy(text + 1, address.base, address.len);
    text[address.len + 1] = ']';
    return span_of(text, address.len + 2);
}

bool tunnel_target_of_path(struct tunnel_target *t, struct span path,
                           struct arena *arena)
{
    struct span host;
    struct span port;
    if (path.len > 0 && path.base[path.len - 1] == '/')
        path.len--;
    return span_next(&path, '/', &host) && span_next(&path, '/', &port) &&
           path.base == NULL && host.len > 0 && host.base[0] != '[' &&
           take_port(t, port) && take_host(t, in_brackets(host, arena), arena);
}
