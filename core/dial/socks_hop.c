#include "dial/socks_hop.h"

#include "dial/socks_step.h"

bool socks_hop_init(struct socks_hop *h, const struct settings *s,
                    struct fault *fault)
{
    *h = (struct socks_hop){.proxy = {.kind = PROXY_NONE}};
    if (s->proxy.url == NULL)
        return false;
    arena_init(&h->arena);
    if (!proxy_of(&h->proxy, s, &h->arena, fault) ||
        !proxy_is_socks(&h->proxy)) {
        arena_fini(&h->arena);
        return false;
    }
    proxy_settings(&h->settings, s);
    if (h->proxy.unix_socket.base)
        h->settings.addresses.unix_socket =
            (const char *)arena_copy(&h->arena, h->proxy.unix_socket).base;
    h->hop = (struct route_hop){.host = h->proxy.host,
                                .at = {h->proxy.host, h->proxy.port},
                                .settings = &h->settings,
                                .proxy = &h->proxy,
                                .onward = &socks_step};
    return true;
}

void socks_hop_fini(struct socks_hop *h)
{
    arena_fini(&h->arena);
}
