/*
 * name_servers -- who is asked for names, for all dials of a client.
 *
 * Addresses come from the system's own resolver (io/resolver.h), unless the
 * settings name servers or a URL to ask.  HTTPS records, which that resolver
 * has no words for, are asked of those, or of the servers that the system
 * names.  Nothing is made before its first use.
 */
#ifndef CORE_DIAL_NAME_SERVERS_H
#define CORE_DIAL_NAME_SERVERS_H

#include <stdbool.h>

#include "base/err.h"
#include "base/map.h"
#include "io/loop.h"
#include "settings/settings.h"

struct dns_server;
struct name_servers;

/* Questions in HTTP (RFC 8484), which are exchanges in a pool: its layer sets
 * this. */
struct name_servers_over_https {
    /* The server at s->addresses.doh_url; it lives as long as *n.  NULL with
     * *fault. */
    struct dns_server *(*server)(struct name_servers *n,
                                 const struct settings *s, struct fault *fault);
};

struct name_servers {
    struct loop *loop;
    struct map channels; /* what is asked, from where -> struct channel */
    const struct name_servers_over_https *over_https; /* NULL: nobody has */
    unsigned nlate; /* HTTPS records in a row that did not come in time */
};

void name_servers_init(struct name_servers *n, struct loop *loop);
/* No question runs any more. */
void name_servers_fini(struct name_servers *n);

/* For addresses.  *server NULL: the system's own resolver.  False with *fault:
 * what the settings say cannot be used. */
bool name_servers_for_addresses(struct name_servers *n,
                                const struct settings *s,
                                struct dns_server **server,
                                struct fault *fault);
/* For HTTPS records; NULL: nobody can be asked. */
struct dns_server *name_servers_for_records(struct name_servers *n,
                                            const struct settings *s);

#endif
