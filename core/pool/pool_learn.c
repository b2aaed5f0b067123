/*
 * What an origin says of its other places (RFC 7838), in a field or a frame.
 *
 * It is believed only of a connection on which the origin has shown a
 * certificate that was checked (2.1 there), and only when we came there by
 * ourselves: what is said through a proxy is of a way that we do not go.
 */
#include "base/trace.h"
#include "http/fields.h"
#include "pool/alternatives.h"
#include "pool/pool_self.h"
#include "pool/pool_story.h"

static bool is_believed(const struct pool *p, const struct conn *c)
{
    return p->config.alternatives && p->config.origin.is_secure &&
           c->facts.is_tls && c->facts.tls.verified &&
           c->facts.proxy.url[0] == '\0';
}

static void take(struct pool *p, struct span value)
{
    struct alternatives *a = p->config.alternatives;
    alt_svc_take(&a->alt_svc, p->config.origin.host, p->config.origin.port,
                 value, a->now());
}

static bool is_alone(const struct fields *fields, const struct field *first)
{
    size_t i = (size_t)(first - fields->items);
    while (++i < fields->len)
        if (span_equal_nocase(fields->items[i].name, first->name))
            return false;
    return true;
}

/* Several fields of a name are one list (RFC 9110 5.3). */
static void take_all(struct pool *p, const struct fields *fields,
                     struct span name)
{
    struct str all;
    str_init(&all);
    for (size_t i = 0; i < fields->len; i++) {
        const struct field *f = &fields->items[i];
        if (!span_equal_nocase(f->name, name))
            continue;
        if (all.len > 0)
            str_add_text(&all, ", ");
        str_add(&all, f->value);
    }
    take(p, str_span(&all));
    str_fini(&all);
}

void pool_learn(struct exchange *ex, const struct fields *fields)
{
    struct span name = SPAN_LIT("alt-svc");
    if (ex->state != EXCHANGE_ACTIVE || fields == NULL)
        return;
    const struct field *first = fields_find(fields, name);
    if (first == NULL || !is_believed(ex->pool, ex->conn))
        return;
    pool_story_learned(ex, first->value);
    if (is_alone(fields, first))
        take(ex->pool, first->value);
    else
        take_all(ex->pool, fields, name);
}

/* "https://host" or "https://host:port" of this pool's origin: what others are
 * said to have is theirs to say (RFC 7838 4). */
static bool is_own(const struct pool *p, struct span origin)
{
    struct span own = str_span(&p->name);
    size_t without = own.len;
    while (without > 0 && own.base[without - 1] != ':')
        without--;
    return span_equal_nocase(origin, own) ||
           (p->config.origin.port == 443 && without > 0 &&
            span_equal_nocase(origin, span_of(own.base, without - 1)));
}

void pool_learn_misdirected(struct conn *c)
{
    struct pool *p = pool_self_member(c)->pool;
    if (p->config.alternatives && c->facts.alt_used[0])
        take(p, SPAN_LIT("clear"));
}

/* The same as a race that was lost, seen later: the next dial goes over TCP, and
 * asks again after a while.  What has moved says nothing about the network where
 * it is now. */
void pool_learn_dead_path(struct pool_member *member)
{
    struct pool *p = member->pool;
    struct alternatives *a = p->config.alternatives;
    if (a == NULL || member->quic_host == NULL || member->has_moved)
        return;
    const struct dial_target target = {.host = p->config.origin.host,
                                       .port = p->config.origin.port};
    const struct route_run run = {
        .carrier = ROUTE_QUIC,
        .at = {span_str(member->quic_host), member->quic_port},
    };
    struct loop *loop = pool_self_loop(p);
    uint64_t ns = a->marks.failed(&a->marks, &target, &run);
    (void)story_tell(
        member->conn->facts.story,
        &(struct story_decision){.at = loop_now(loop),
                                 .topic = STORY_BROKEN,
                                 .of = p->counters.origin,
                                 .chosen = "left alone from now on"},
        "HTTP/3 at %s:%u has gone silent; for %llu s", member->quic_host,
        member->quic_port, (unsigned long long)(ns / LOOP_S));
    trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop),
                 member->conn->facts.id,
                 "HTTP/3 at %s:%u is taken to be broken for %llu s: its path "
                 "has died",
                 member->quic_host, member->quic_port,
                 (unsigned long long)(ns / LOOP_S));
}

void pool_learn_frame(struct conn *c, struct span origin, struct span value)
{
    struct pool *p = pool_self_member(c)->pool;
    if (is_believed(p, c) && (origin.len == 0 || is_own(p, origin)))
        take(p, value);
}
