/*
 * Which proxy a dial goes through, or to, as the settings say: a SOCKS proxy is a
 * hop of the dial's own route, an HTTP proxy opens a tunnel in another pool
 * (dialer.h), and a request that is sent to one as if it were the origin makes the
 * proxy the end of the dial.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "dial/dial_self.h"
#include "dial/dial_story.h"
#include "settings/proxy.h"

/* Does the origin lie behind an HTTP proxy?  False with d->early: what is said
 * of the proxy cannot be understood. */
static bool find_tunnel(struct dial *d)
{
    struct dialer *dialer = d->goal.dialer;
    struct dial_target *target = &d->target;
    struct arena arena;
    struct proxy proxy = {.kind = PROXY_NONE};
    if (target->settings->proxy.url == NULL || dialer->tunnels == NULL)
        return true;
    arena_init(&arena);
    bool is_sound = proxy_of(&proxy, target->settings, &arena, &d->early);
    target->is_tunnelled = is_sound && proxy_is_http(&proxy);
    target->lacks_udp =
        target->is_tunnelled && dialer->tunnels->lacks_udp(dialer, &proxy);
    arena_fini(&arena);
    return is_sound;
}

/* Through a SOCKS proxy the dial goes itself. */
static void add_socks(struct dial *d)
{
    struct socks_hop *h = XALLOC_NEW(struct socks_hop);
    if (socks_hop_init(h, d->target.settings, &d->early)) {
        d->socks = h;
        d->target.proxy = &h->hop;
    } else {
        free(h);
    }
}

/* What is known before: which proxy the connection goes through, or to.  The
 * way to one may lead through another, which nobody asks about. */
static void note(struct dial *d)
{
    const struct settings *s = d->target.settings;
    struct proxy_facts *facts = &d->facts.proxy;
    const char *url = s->proxy.of_url ? s->proxy.of_url : s->proxy.url;
    struct arena arena;
    struct proxy proxy;
    struct fault ignored;
    struct str name;
    if (url == NULL)
        return;
    arena_init(&arena);
    str_init(&name);
    facts->is_end = s->proxy.of_url != NULL;
    if (proxy_parse(&proxy, url, &arena, &ignored))
        proxy_name(&proxy, &name);
    (void)snprintf(facts->url, sizeof facts->url, "%s", str_text(&name));
    (void)snprintf(facts->why, sizeof facts->why, "%s",
                   s->proxy.why ? s->proxy.why : "-x");
    trace_printf(loop_trace(dial_self_loop(d)), TRACE_CHOICE,
                 loop_now(dial_self_loop(d)), 0, "%s the proxy %s (%s)",
                 facts->is_end ? "Connecting to" : "Going through", facts->url,
                 facts->why);
    dial_story_tell(d, STORY_PROXY, NULL, facts->url, "%s says so", facts->why);
    str_fini(&name);
    arena_fini(&arena);
}

void dial_proxy_find(struct dial *d)
{
    if (find_tunnel(d) && !d->target.is_tunnelled &&
        d->target.settings->proxy.url)
        add_socks(d);
    note(d);
}

/* The answer of a proxy that has opened no way; no errno is as large. */
static int refusal_of(const struct dial *d, const struct fault *why)
{
    bool is_known = why->code == ERR_TUNNEL || why->code == ERR_CONNECT;
    return d->route.is_tunnelled && is_known && why->wire >= 200
               ? (int)why->wire
               : 0;
}

void dial_proxy_failed(struct dial *d, struct fault *why)
{
    d->facts.proxy.status = refusal_of(d, why);
    if (d->socks && why->code == ERR_CONNECT)
        fault_prefix(why, "proxy: ");
}

void dial_proxy_fini(struct dial *d)
{
    if (d->socks)
        socks_hop_fini(d->socks);
    free(d->socks);
}
