/*
 * doh -- questions to a name server in HTTP (RFC 8484).
 *
 * Each is a POST on a connection of the server's own pool, whose name the
 * system's resolver knows.  Trust in it is the user's in general, but for
 * doh_insecure, and none of what is for an origin alone goes there.
 */
#ifndef CORE_POOL_DOH_H
#define CORE_POOL_DOH_H

#include "base/map.h"
#include "io/dns.h"
#include "io/loop.h"
#include "pool/origin.h"
#include "pool/pool.h"
#include "settings/settings.h"

/* Whose pools carry the questions. */
struct doh_host {
    struct loop *loop;
    struct map servers; /* what is asked, and how -> struct doh */
    struct pool *(*pool)(struct doh_host *h, const struct origin *o,
                         const struct settings *s);
};

/* The server at s->addresses.doh_url, made at its first use; it lives as long as
 * *h.  NULL with *fault: that is no https URL (ERR_BAD_URL). */
struct dns_server *doh_server(struct doh_host *h, const struct settings *s,
                              struct fault *fault);
/* No question runs any more. */
void doh_free_all(struct doh_host *h);

#endif
