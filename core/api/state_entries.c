/*
 * What a client has learned, entry by entry: for people who want to see it, and to
 * have it forgotten.
 */
#include <inttypes.h>

#include "api/client_self.h"
#include "pool/alternatives.h"
#include "transport/tickets.h"

typedef void visit_entry(void *user, const struct qv_state_entry *e);

struct visitor {
    visit_entry *visit;
    void *user;
    struct str host;
    struct str text;
    struct str secret;
};

static void show(struct visitor *v, struct qv_state_entry e)
{
    e.host = v->host.len > 0 ? str_text(&v->host) : NULL;
    e.text = str_text(&v->text);
    v->visit(v->user, &e);
    str_clear(&v->host);
    str_clear(&v->text);
    str_clear(&v->secret);
}

/* ---- other ways to origins ---- */

static struct alternatives *alternatives_of(struct qv_client *c)
{
    return manager_alternatives(c->client.manager);
}

static void visit_place(void *user, struct span host, uint16_t port,
                        const struct alt_svc_place *place)
{
    struct visitor *v = user;
    str_add(&v->host, host);
    str_printf(&v->text, "%s at %.*s:%u%s",
               alt_svc_protocol_name(place->protocol), SPAN_ARG(place->host),
               place->port,
               place->is_persistent ? ", in other networks too" : "");
    show(v, (struct qv_state_entry){.port = port, .expires = place->until});
}

static void each_alt_svc(struct qv_client *c, struct visitor *v)
{
    struct alternatives *a = alternatives_of(c);
    alt_svc_each(&a->alt_svc, a->now(), visit_place, v);
}

static size_t forget_alt_svc(struct qv_client *c, struct span host,
                             unsigned port)
{
    return alt_svc_forget(&alternatives_of(c)->alt_svc, host, (uint16_t)port);
}

/* "h3=PLACE|443;HOST|443;NETWORK": the key of pool/alternatives.c. */
static bool split_key(struct span key, struct span *place, struct span *host,
                      uint64_t *port)
{
    struct span origin;
    return span_next(&key, ';', place) && span_next(&key, ';', &origin) &&
           span_next(&origin, '|', host) && span_to_u64(origin, port);
}

static void visit_broken(void *user, struct span key, int64_t until)
{
    struct visitor *v = user;
    struct span place = key;
    struct span host = {NULL, 0};
    uint64_t port = 0;
    (void)split_key(key, &place, &host, &port);
    str_add(&v->host, host);
    for (size_t i = 0; i < place.len; i++)
        if (place.base[i] == '=')
            str_add_text(&v->text, " at ");
        else
            str_add_char(&v->text,
                         place.base[i] == '|' ? ':' : (char)place.base[i]);
    str_add_text(&v->text, " did not work");
    show(v, (struct qv_state_entry){.port = (unsigned)port, .expires = until});
}

static void each_broken(struct qv_client *c, struct visitor *v)
{
    struct alternatives *a = alternatives_of(c);
    broken_each(&a->broken, a->now(), visit_broken, v);
}

struct origin_asked {
    struct span host; /* base NULL: any */
    unsigned port;
};

static bool is_broken_of(const void *user, struct span key)
{
    const struct origin_asked *o = user;
    struct span place;
    struct span host;
    uint64_t port;
    return o->host.base == NULL || (split_key(key, &place, &host, &port) &&
                                    span_equal_nocase(host, o->host) &&
                                    (o->port == 0 || o->port == port));
}

static size_t forget_broken(struct qv_client *c, struct span host,
                            unsigned port)
{
    return broken_prune(&alternatives_of(c)->broken, is_broken_of,
                        &(struct origin_asked){host, port});
}

/* ---- tickets ---- */

static struct tickets *tickets_of(struct qv_client *c)
{
    return manager_tickets(c->client.manager);
}

static void each_ticket(struct qv_client *c, struct visitor *v)
{
    static const char *const kinds[] = {
        [TICKET_TLS] = "TLS", [TICKET_QUIC] = "QUIC", [TICKET_TOKEN] = "token"};
    list_each (pos, &tickets_of(c)->all) {
        const struct ticket *t = container_of(pos, struct ticket, of_store);
        const struct ticket_data *d = &t->data;
        if (d->expires <= tickets_now())
            continue;
        str_add_text(&v->text, kinds[tickets_kind_of(t)]);
        if (d->parts[TICKET_ALPN].len > 0)
            str_printf(&v->text, " %.*s", SPAN_ARG(d->parts[TICKET_ALPN]));
        if (d->parts[TICKET_SUBJECT].len > 0)
            str_printf(&v->text, ", certificate of %.*s",
                       SPAN_ARG(d->parts[TICKET_SUBJECT]));
        if (d->allows_early)
            str_add_text(&v->text, ", early data");
        show(v, (struct qv_state_entry){.expires = (int64_t)d->expires});
    }
}

static size_t forget_tickets(struct qv_client *c, struct span host,
                             unsigned port)
{
    (void)host;
    (void)port;
    return tickets_clear(tickets_of(c));
}

/* ---- what answers tell ---- */

static void each_cookie(struct qv_client *c, struct visitor *v)
{
    struct learned *l = &c->client.learned;
    if (l->cookies == NULL)
        return;
    int64_t now = l->now();
    list_each (pos, &l->cookies->order) {
        const struct cookie_entry *e =
            container_of(pos, struct cookie_entry, in_order);
        const struct cookie *k = &e->cookie;
        if (e->is_tombstone ||
            (k->expires != COOKIE_SESSION && k->expires <= now))
            continue;
        str_printf(&v->host, "%s%.*s", k->is_host_only ? "" : ".",
                   SPAN_ARG(k->domain));
        str_printf(&v->text, "%.*s for %.*s%s%s", SPAN_ARG(k->name),
                   SPAN_ARG(k->path), k->is_secure ? ", Secure" : "",
                   k->is_http_only ? ", HttpOnly" : "");
        str_add(&v->secret, k->value);
        show(v, (struct qv_state_entry){.secret = str_text(&v->secret),
                                        .expires = k->expires});
    }
}

static bool is_any(const struct cookie_entry *e, const void *user)
{
    (void)e;
    (void)user;
    return true;
}

static size_t forget_cookies(struct qv_client *c, struct span host,
                             unsigned port)
{
    struct cookie_jar *jar = c->client.learned.cookies;
    (void)port;
    if (jar == NULL)
        return 0;
    if (host.base)
        return cookie_jar_forget(jar, host);
    size_t n = cookie_jar_prune(jar, is_any, NULL);
    jar->is_changed |= n > 0;
    return n;
}

static void each_hsts(struct qv_client *c, struct visitor *v)
{
    struct learned *l = &c->client.learned;
    if (l->hsts == NULL)
        return;
    int64_t now = l->now();
    list_each (pos, &l->hsts->order) {
        const struct hsts_entry *e = container_of(pos, struct hsts_entry, link);
        if (e->is_tombstone || e->until <= now)
            continue;
        str_add(&v->host, e->host);
        str_add_text(&v->text,
                     e->has_subdomains ? "https, below it too" : "https");
        show(v, (struct qv_state_entry){.expires = e->until});
    }
}

static size_t forget_hsts(struct qv_client *c, struct span host, unsigned port)
{
    struct hsts_hosts *h = c->client.learned.hsts;
    (void)port;
    return h ? hsts_hosts_forget(h, host) : 0;
}

/* ---- all of them ---- */

static const struct kind {
    void (*each)(struct qv_client *c, struct visitor *v);
    size_t (*forget)(struct qv_client *c, struct span host, unsigned port);
} kinds[QV_STATE_COUNT] = {
    [QV_STATE_ALT_SVC] = {each_alt_svc, forget_alt_svc},
    [QV_STATE_BROKEN] = {each_broken, forget_broken},
    [QV_STATE_TICKETS] = {each_ticket, forget_tickets},
    [QV_STATE_COOKIES] = {each_cookie, forget_cookies},
    [QV_STATE_HSTS] = {each_hsts, forget_hsts},
};

void qv_state_each(struct qv_client *c, enum qv_state_kind kind,
                   visit_entry *visit, void *user)
{
    struct visitor v = {.visit = visit, .user = user};
    str_init(&v.host);
    str_init(&v.text);
    str_init(&v.secret);
    kinds[kind].each(c, &v);
    str_fini(&v.host);
    str_fini(&v.text);
    str_fini(&v.secret);
}

size_t qv_state_forget(struct qv_client *c, enum qv_state_kind kind,
                       const char *host, unsigned port)
{
    return kinds[kind].forget(c, span_str(host), port);
}
