#include "dial/name_servers.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/str.h"
#include "base/xalloc.h"
#include "io/dns.h"

/* c-ares with one configuration.  One that could not be made is kept as well:
 * what was wrong still is. */
struct channel {
    struct str key;
    struct dns_server *server;
    struct fault fault;
};

void name_servers_init(struct name_servers *n, struct loop *loop)
{
    *n = (struct name_servers){.loop = loop};
}

void name_servers_fini(struct name_servers *n)
{
    size_t at = 0;
    struct channel *c;
    while ((c = map_next(&n->channels, &at)) != NULL) {
        dns_free(c->server);
        str_fini(&c->key);
        free(c);
    }
    map_fini(&n->channels);
}

static void add_text(struct str *key, const char *text)
{
    str_add_text(key, text ? text : "");
    str_add_char(key, '\0');
}

static struct channel *channel_for(struct name_servers *n,
                                   const struct settings *s)
{
    const struct settings_addresses *a = &s->addresses;
    const struct dns_config config = {
        .servers = a->dns_servers,
        .interface = a->dns_interface,
        .ipv4 = a->dns_ipv4,
        .ipv6 = a->dns_ipv6,
    };
    struct str key;
    str_init(&key);
    add_text(&key, config.servers);
    add_text(&key, config.interface);
    add_text(&key, config.ipv4);
    add_text(&key, config.ipv6);
    struct channel *c = map_find(&n->channels, str_span(&key));
    if (c) {
        str_fini(&key);
        return c;
    }
    c = XALLOC_NEW(struct channel);
    c->key = key;
    c->server = dns_new(n->loop, &config, &c->fault);
    map_put(&n->channels, str_span(&c->key), c);
    return c;
}

static bool is_chosen(const struct settings_addresses *a)
{
    return a->dns_servers || a->dns_interface || a->dns_ipv4 || a->dns_ipv6;
}

static bool is_over_https(const struct settings *s)
{
    return s->addresses.doh_url && *s->addresses.doh_url;
}

static struct dns_server *over_https(struct name_servers *n,
                                     const struct settings *s,
                                     struct fault *fault)
{
    if (n->over_https)
        return n->over_https->server(n, s, fault);
    (void)fault_set(fault, ERR_NOT_BUILT_IN, 0,
                    "--doh-url: nobody asks over HTTPS here");
    return NULL;
}

bool name_servers_for_addresses(struct name_servers *n,
                                const struct settings *s,
                                struct dns_server **server, struct fault *fault)
{
    *server = NULL;
    if (is_over_https(s)) {
        *server = over_https(n, s, fault);
        return *server != NULL;
    }
    if (!is_chosen(&s->addresses))
        return true;
    const struct channel *c = channel_for(n, s);
    *server = c->server;
    if (c->server == NULL)
        *fault = c->fault;
    return c->server != NULL;
}

struct dns_server *name_servers_for_records(struct name_servers *n,
                                            const struct settings *s)
{
    struct fault fault;
    return is_over_https(s) ? over_https(n, s, &fault)
                            : channel_for(n, s)->server;
}
