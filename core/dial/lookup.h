/*
 * lookup -- the addresses of one endpoint: given (a Unix socket, --resolve) or
 * asked of the system's resolver, or of the name servers that the settings
 * name.
 *
 *   IDLE -> ASKING -> DONE;  cancel at any time, silently
 *
 * IPv4 addresses that come first wait RESOLUTION_DELAY for IPv6 ones before
 * anything is said of them (RFC 8305 3).
 */
#ifndef CORE_DIAL_LOOKUP_H
#define CORE_DIAL_LOOKUP_H

#include "dial/candidates.h"
#include "dial/name_servers.h"
#include "dial/route.h"
#include "io/dns.h"
#include "io/resolver.h"

struct story;
struct story_lookup;

struct lookup {
    struct loop *loop;
    struct name_servers *names;
    const struct settings *settings;
    struct route_endpoint at;
    bool
        is_tunnelled; /* the proxy does it: one address of no family is given */
    struct story *story; /* http/story.h; NULL: nobody wants to know */
    void *owner;
    /* There are more candidates than before; or no more will come, if is_asking
     * is false now. */
    void (*on_news)(struct lookup *l);
    /* The name has no address, or could not be resolved.  The last event; so is
     * an on_news() with is_asking false. */
    void (*on_failed)(struct lookup *l, const struct fault *why);

    struct candidates candidates;
    uint64_t resolved_at; /* of the first address, loop clock; 0: none */
    bool is_asking;
    bool has_failed;
    struct fault fault; /* why it has */
    struct resolver_query query;
    struct dns_query families[2]; /* of a name server: AAAA, A */
    struct loop_timer delay;      /* waiting for AAAA */
    size_t ntold;                 /* candidates that a note has named, */
    size_t ntold_v6;
    struct story_lookup *told[2]; /* of families; of the query the first */
};

/*
 * The members above the blank line are set by the caller.  Given addresses are
 * there when this returns, without an event; otherwise it is_asking.  False
 * with *fault (ERR_USAGE): what is given cannot be understood.
 */
bool lookup_start(struct lookup *l, struct fault *fault);
void lookup_cancel(struct lookup *l);
/* Addresses that are good for connecting until the name's own come; not an
 * event. */
void lookup_hint(struct lookup *l, const struct svcb *hints);
/* Before lookup_start(), which asks only if this is false: `other` is of the same name and has asked.  False:
 * it has no addresses, or an option gives those of this endpoint. */
bool lookup_share(struct lookup *l, const struct lookup *other);

static inline bool lookup_has_any(const struct lookup *l)
{
    return l->candidates.nv4 + l->candidates.nv6 > 0;
}

#endif
