#include "pool/alternatives.h"

#include "io/network.h"

static struct alternatives *of_marks(struct dial_marks *m)
{
    return container_of(m, struct alternatives, marks);
}

/* A word without blanks (broken.h): the protocol and the place, whose they are,
 * and where we are. */
static struct span key_of(struct alternatives *a, const struct dial_target *t,
                          const struct route_run *run)
{
    str_clear(&a->key);
    str_printf(&a->key, "%s=%.*s|%u;%.*s|%u;",
               run->carrier == ROUTE_QUIC ? "h3" : "tcp",
               SPAN_ARG(run->at.host), run->at.port, SPAN_ARG(t->host),
               t->port);
    a->network(&a->key);
    return str_span(&a->key);
}

static uint64_t broken_ns(struct dial_marks *m, const struct dial_target *t,
                          const struct route_run *run)
{
    struct alternatives *a = of_marks(m);
    if (a->broken.len == 0)
        return 0;
    return (uint64_t)broken_for(&a->broken, key_of(a, t, run), a->now()) *
           LOOP_S;
}

static uint64_t failed(struct dial_marks *m, const struct dial_target *t,
                       const struct route_run *run)
{
    struct alternatives *a = of_marks(m);
    a->nfailed++;
    return (uint64_t)broken_failed(&a->broken, key_of(a, t, run), a->now()) *
           LOOP_S;
}

static void worked(struct dial_marks *m, const struct dial_target *t,
                   const struct route_run *run)
{
    struct alternatives *a = of_marks(m);
    if (a->broken.len > 0)
        broken_worked(&a->broken, key_of(a, t, run));
}

void alternatives_init(struct alternatives *a, uint64_t seed)
{
    *a = (struct alternatives){
        .marks = {.broken_for = broken_ns, .failed = failed, .worked = worked},
        .now = network_time,
        .network = network_name,
    };
    alt_svc_init(&a->alt_svc, seed);
    broken_init(&a->broken, seed);
    str_init(&a->key);
}

void alternatives_fini(struct alternatives *a)
{
    alt_svc_fini(&a->alt_svc);
    broken_fini(&a->broken);
    str_fini(&a->key);
}

/* TLS with an HTTP/1.1 or HTTP/2 place is TLS all the same: ALPN decides. */
static enum route_carrier carrier_of(enum alt_svc_protocol protocol)
{
    return protocol == ALT_SVC_H3 ? ROUTE_QUIC : ROUTE_TCP;
}

size_t alternatives_find(struct alternatives *a, const struct dial_target *t,
                         struct route_run *runs, size_t cap)
{
    struct alt_svc_place places[ALT_SVC_PLACES_MAX];
    if (!t->is_secure || a->alt_svc.len == 0)
        return 0;
    size_t n = alt_svc_find(&a->alt_svc, t->host, t->port, a->now(), places,
                            ALT_SVC_PLACES_MAX);
    for (size_t i = 0; i < n && i < cap; i++)
        runs[i] = (struct route_run){
            .carrier = carrier_of(places[i].protocol),
            .at = {places[i].host, places[i].port},
            .source = ROUTE_FROM_ALT_SVC,
        };
    return n < cap ? n : cap;
}
