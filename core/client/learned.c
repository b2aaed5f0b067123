/*
 * A Host of the user's own says whom the request is for, and so whose cookies: that
 * is how a server behind another address is tried out (curl does so too).  HSTS is
 * about connections, and looks at the URL.
 */
#include "client/learned.h"

#include <stdlib.h>

#include "base/trace.h"
#include "base/xalloc.h"
#include "client/request_build.h"
#include "io/network.h"

void learned_init(struct learned *l, struct loop *loop,
                  const struct qv_client_options *o)
{
    uint64_t seed = (uint64_t)(uintptr_t)l ^ loop_now(loop);
    *l = (struct learned){.loop = loop, .now = network_time};
    str_init(&l->scratch);
    if (o->cookies) {
        l->cookies = XALLOC_NEW(struct cookie_jar);
        cookie_jar_init(l->cookies, seed);
        l->cookies->drops_sessions = o->junk_session_cookies;
    }
    if (o->hsts) {
        l->hsts = XALLOC_NEW(struct hsts_hosts);
        hsts_hosts_init(l->hsts, seed);
    }
}

void learned_fini(struct learned *l)
{
    if (l->cookies)
        cookie_jar_fini(l->cookies);
    free(l->cookies);
    if (l->hsts)
        hsts_hosts_fini(l->hsts);
    free(l->hsts);
    str_fini(&l->scratch);
}

/* ---- whom ---- */

/* "example.com:8080" without its port. */
static struct span host_of(struct span authority)
{
    size_t colon = authority.len;
    while (colon > 0 && authority.base[colon - 1] != ':' &&
           authority.base[colon - 1] != ']')
        colon--;
    if (colon > 0 && authority.base[colon - 1] == ':')
        authority.len = colon - 1;
    return authority;
}

/* Nobody else answers there (as browsers see it). */
static bool is_this_machine(const struct url_host *h)
{
    switch (h->kind) {
    case URL_HOST_NAME:
        return url_host_is_localhost(h->text);
    case URL_HOST_IPV4:
        return span_starts_nocase(h->text, SPAN_LIT("127."));
    case URL_HOST_IPV6:
        return span_equal(h->text, SPAN_LIT("::1"));
    }
    return false;
}

static struct cookie_place place_of(const struct learned_peer *p,
                                    struct arena *arena)
{
    struct url_host own;
    const struct url_host *host = &p->url->host;
    struct span said = request_build_host(p->ask, p->is_foreign);
    struct fault fault;
    if (said.len > 0 && url_host_parse(&own, host_of(said), arena, &fault))
        host = &own;
    return (struct cookie_place){
        .host = host->text,
        .is_address = host->kind != URL_HOST_NAME,
        .is_secure =
            p->url->scheme->is_secure || is_this_machine(&p->url->host),
        .path = p->url->path,
    };
}

/* ---- cookies ---- */

static void tell(struct learned *l, const struct conn_facts *facts,
                 const char *what, struct span name, const char *why)
{
    struct trace *trace = loop_trace(l->loop);
    if (trace_wanted(trace))
        trace_printf(trace, TRACE_LEARNED, loop_now(l->loop),
                     facts ? facts->id : 0, "%s \"%.*s\"%s%s", what,
                     SPAN_ARG(name), why ? ": " : "", why ? why : "");
}

struct span learned_cookies(struct learned *l, const struct learned_peer *to,
                            struct arena *arena)
{
    if (l->cookies == NULL || to->ask->no_jar)
        return (struct span){NULL, 0};
    struct cookie_place place = place_of(to, arena);
    str_clear(&l->scratch);
    if (!cookie_jar_gather(l->cookies, &place, l->now(), &l->scratch))
        tell(l, NULL, "More cookies than one request has, for", place.host,
             NULL);
    return l->scratch.len > 0 ? arena_copy(arena, str_span(&l->scratch))
                              : (struct span){NULL, 0};
}

static void take_cookie(struct learned *l, struct span field,
                        const struct cookie_place *place,
                        const struct conn_facts *facts)
{
    struct cookie c;
    int64_t now = l->now();
    const char *why = cookie_jar_take(l->cookies, field, place, now, &c);
    bool is_gone = c.expires != COOKIE_SESSION && c.expires <= now;
    if (why)
        tell(l, facts, "Cookie ignored", c.name, why);
    else
        tell(l, facts, is_gone ? "Cookie removed" : "Cookie kept", c.name,
             NULL);
}

static void take_cookies(struct learned *l, const struct learned_peer *from,
                         const struct conn_facts *facts,
                         const struct fields *fields)
{
    struct arena arena;
    unsigned n = 0;
    arena_init(&arena);
    struct cookie_place place = place_of(from, &arena);
    for (size_t i = 0; i < fields->len && n < COOKIE_JAR_TAKEN_MAX; i++) {
        const struct field *f = &fields->items[i];
        if (!span_equal_nocase(f->name, SPAN_LIT("set-cookie")))
            continue;
        take_cookie(l, f->value, &place, facts);
        n++;
    }
    arena_fini(&arena);
}

/* ---- TLS alone ---- */

/* Whoever has shown no good certificate could say it of anybody (RFC 6797 8.1). */
static void take_hsts(struct learned *l, const struct learned_peer *from,
                      const struct conn_facts *facts, struct span field)
{
    struct hsts_word word;
    if (facts == NULL || !facts->is_tls || !facts->tls.verified ||
        !from->url->scheme->is_secure)
        return;
    if (hsts_parse(&word, field))
        hsts_hosts_take(l->hsts, &from->url->host, &word, l->now());
    else
        tell(l, facts, "Strict-Transport-Security ignored", field, NULL);
}

void learned_take(struct learned *l, const struct learned_peer *from,
                  const struct conn_facts *facts, const struct fields *fields)
{
    const struct field *hsts =
        l->hsts ? fields_find(fields, SPAN_LIT("strict-transport-security"))
                : NULL;
    if (hsts)
        take_hsts(l, from, facts, hsts->value);
    if (l->cookies && !from->ask->no_jar &&
        fields_find(fields, SPAN_LIT("set-cookie")))
        take_cookies(l, from, facts, fields);
}

void learned_upgrade(struct learned *l, struct url *u)
{
    if (l->hsts == NULL || u->scheme->is_secure)
        return;
    struct span who = hsts_hosts_find(l->hsts, &u->host, l->now());
    if (who.base == NULL)
        return;
    url_make_secure(u);
    tell(l, NULL, "http is https here (HSTS), by the word of", who, NULL);
}
