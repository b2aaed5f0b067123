/*
 * The coordinator of one origin.
 *
 * Connections are in one of three lists: ready (they have room), full, and
 * leaving (draining; what runs on them finishes).  An exchange goes to the
 * ready connection with the fewest exchanges; among idle HTTP/1 ones, to the
 * one used last, so that the others can age.  While the queue is not empty
 * and no connection is ready, new ones are dialled, as many at once as the
 * protocol's policy allows.
 *
 * A dial that fails, fails the queue only if nothing else could serve it:
 * no open connection and no other dial.
 *
 * An exchange that a connection gives back goes to the front of the queue,
 * at no cost to anybody's retry budget, but only RETURNS_MAX times: a server
 * that refuses everything must not be asked for ever.
 */
#include "pool/pool.h"

#include <stdlib.h>

#include "base/trace.h"
#include "base/xalloc.h"
#include "dial/dial.h"
#include "pool/ledger.h"
#include "pool/policy.h"
#include "pool/queue.h"

#define RETURNS_MAX 5

struct pool {
    struct dialer *dialer;
    struct arena arena; /* host, settings */
    struct origin origin;
    struct settings settings;
    enum http_version learned; /* from the last connection */
    struct queue queue;
    struct list ready;
    struct list full;
    struct list leaving;
    size_t nconns; /* in all three */
    struct list dials;
    size_t ndials;
    size_t nopened;
    struct ledger ledger;
    struct loop_timer eviction; /* of idle connections */
    struct loop_task reap_task;
};

/* The pool's side of a connection. */
struct slot {
    struct pool *pool;
    struct conn *conn;
    uint64_t idle_since; /* 0: not idle */
    uint64_t nserved;    /* exchanges ever */
    bool is_draining;
};

struct pending {
    struct pool *pool;
    struct dial *dial;
    struct list link;
};

static void dispatch(struct pool *p);

static struct loop *loop_of(const struct pool *p)
{
    return p->dialer->loop;
}

static struct slot *slot_of(struct conn *c)
{
    return c->owner;
}

/* Connections. */

static void trace_reuse(struct pool *p, const struct conn *c)
{
    trace_printf(loop_trace(loop_of(p)), TRACE_CHOICE, loop_now(loop_of(p)),
                 c->facts.id, "Re-using connection #%llu with %.*s",
                 (unsigned long long)c->facts.id, SPAN_ARG(p->origin.host));
}

static void assign(struct pool *p, struct conn *c, struct exchange *ex)
{
    struct slot *slot = slot_of(c);
    ex->is_first = slot->nserved == 0;
    if (slot->nserved > 0)
        trace_reuse(p, c);
    slot->nserved++;
    slot->idle_since = 0;
    ex->state = EXCHANGE_ACTIVE;
    ex->conn = c;
    ex->facts = &c->facts;
    c->ops->submit(c, ex);
    ledger_assigned(&p->ledger, c, ex, p->queue.len);
    if (c->ops->room(c) == 0) {
        list_remove(&c->link);
        list_append(&p->full, &c->link);
    }
}

static struct conn *pick(struct pool *p)
{
    struct conn *best = NULL;
    list_each_safe (pos, &p->ready) {
        struct conn *c = container_of(pos, struct conn, link);
        if (c->ops->room(c) == 0) { /* it changed its mind */
            list_remove(pos);
            list_append(&p->full, pos);
            continue;
        }
        if (best == NULL || c->active < best->active)
            best = c;
        if (best->active == 0)
            break;
    }
    return best;
}

static void arm_eviction(struct pool *p, uint64_t idle_since)
{
    if (!heap_has(&p->eviction.node))
        loop_arm(loop_of(p), &p->eviction, idle_since + p->settings.pool.idle);
}

static void on_eviction(struct loop_timer *t, uint64_t now)
{
    struct pool *p = container_of(t, struct pool, eviction);
    uint64_t oldest = 0;
    list_each_safe (pos, &p->ready) {
        struct conn *c = container_of(pos, struct conn, link);
        struct slot *slot = slot_of(c);
        if (slot->idle_since == 0)
            continue;
        if (slot->idle_since + p->settings.pool.idle <= now) {
            list_remove(pos);
            p->nconns--;
            ledger_closed(&p->ledger, c, LEDGER_CLOSE_IDLE, NULL,
                          slot->nserved);
            c->ops->close(c);
            free(slot);
        } else if (oldest == 0 || slot->idle_since < oldest) {
            oldest = slot->idle_since;
        }
    }
    if (oldest)
        arm_eviction(p, oldest);
}

static void on_room(struct conn *c)
{
    struct slot *slot = slot_of(c);
    struct pool *p = slot->pool;
    if (c->ops->room(c) > 0) {
        list_remove(&c->link);
        list_prepend(&p->ready, &c->link);
    }
    if (c->active == 0 && slot->idle_since == 0) {
        slot->idle_since = loop_now(loop_of(p));
        arm_eviction(p, slot->idle_since);
    }
    dispatch(p);
}

static void on_returned(struct conn *c, struct exchange *ex,
                        const struct fault *why)
{
    struct pool *p = slot_of(c)->pool;
    ex->conn = NULL;
    ex->stream = NULL;
    /* A body that was read and cannot be read again stays unsent. */
    bool can_repeat = ex->body == NULL || ex->body->rewind(ex->body);
    if (++ex->returned > RETURNS_MAX || !can_repeat) {
        queue_fail_one(ex, why);
        return;
    }
    ledger_returned(&p->ledger, c, ex, why);
    trace_printf(loop_trace(loop_of(p)), TRACE_RETRY, loop_now(loop_of(p)),
                 c->facts.id, "Not processed, sending it again: %s",
                 why->detail);
    queue_prepend(&p->queue, ex);
    dispatch(p);
}

static void on_draining(struct conn *c, const struct fault *why)
{
    struct pool *p = slot_of(c)->pool;
    trace_printf(loop_trace(loop_of(p)), TRACE_CONN_DRAIN, loop_now(loop_of(p)),
                 c->facts.id, "Connection #%llu takes no more requests: %s",
                 (unsigned long long)c->facts.id, why ? why->detail : "");
    ledger_draining(&p->ledger, c, why);
    slot_of(c)->is_draining = true;
    list_remove(&c->link);
    list_append(&p->leaving, &c->link);
    dispatch(p);
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct slot *slot = slot_of(c);
    struct pool *p = slot->pool;
    trace_printf(loop_trace(loop_of(p)), TRACE_CONN_CLOSE, loop_now(loop_of(p)),
                 c->facts.id, "Connection #%llu closed%s%s",
                 (unsigned long long)c->facts.id, why ? ": " : "",
                 why ? why->detail : "");
    ledger_closed(&p->ledger, c,
                  slot->is_draining ? LEDGER_CLOSE_GOAWAY : LEDGER_CLOSE_PEER,
                  why, slot->nserved);
    list_remove(&c->link);
    p->nconns--;
    free(slot);
    dispatch(p);
}

static const struct conn_events conn_events = {
    .on_room = on_room,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

/* Dials. */

static void forget_dial(struct pending *pd)
{
    list_remove(&pd->link);
    pd->pool->ndials--;
    free(pd);
}

static void on_connected(struct dial *d, struct conn *c)
{
    struct pending *pd = dial_owner(d);
    struct pool *p = pd->pool;
    forget_dial(pd);
    struct slot *slot = XALLOC_NEW(struct slot);
    *slot = (struct slot){.pool = p, .conn = c};
    c->owner = slot;
    c->events = &conn_events;
    list_init(&c->link);
    list_prepend(&p->ready, &c->link);
    p->nconns++;
    p->nopened++;
    ledger_opened(&p->ledger, c);
    p->learned = c->facts.version;
    on_room(c);
}

static void on_dial_failed(struct dial *d, const struct fault *fault,
                           const struct conn_facts *facts)
{
    struct pending *pd = dial_owner(d);
    struct pool *p = pd->pool;
    forget_dial(pd);
    ledger_dial_failed(&p->ledger, fault, facts);
    bool is_hopeless =
        p->ndials == 0 && list_is_empty(&p->ready) && list_is_empty(&p->full);
    if (is_hopeless)
        queue_fail_all(&p->queue, fault, facts);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_dial_failed,
};

static void dial_one(struct pool *p)
{
    struct dial_target target = {
        .host = p->origin.host,
        .port = p->origin.port,
        .is_secure = p->origin.is_secure,
        .settings = &p->settings,
        .origin = p->ledger.origin,
    };
    struct pending *pd = XALLOC_NEW(struct pending);
    pd->pool = p;
    list_append(&p->dials, &pd->link);
    p->ndials++;
    ledger_dial_started(&p->ledger);
    pd->dial = dial_start(p->dialer, &target, &dial_events, pd);
}

/* Plain HTTP/1 is known without asking. */
static enum http_version expected(const struct pool *p)
{
    if (p->learned != HTTP_VERSION_NONE)
        return p->learned;
    switch (p->settings.http) {
    case SETTINGS_HTTP_1_0:
    case SETTINGS_HTTP_1_1:
        return HTTP_VERSION_1_1;
    case SETTINGS_HTTP_2_PRIOR:
        return HTTP_VERSION_2;
    case SETTINGS_HTTP_3_ONLY:
        return HTTP_VERSION_3;
    case SETTINGS_HTTP_AUTO:
    case SETTINGS_HTTP_2:
    case SETTINGS_HTTP_3:
        break;
    }
    return p->origin.is_secure ? HTTP_VERSION_NONE : HTTP_VERSION_1_1;
}

static void dial_for_queue(struct pool *p)
{
    size_t limit = policy_of(expected(p))->max_dials;
    if (limit > p->queue.len)
        limit = p->queue.len;
    while (p->ndials < limit &&
           p->nconns + p->ndials < p->settings.pool.max_connections)
        dial_one(p);
}

static void dispatch(struct pool *p)
{
    struct conn *c;
    while (p->queue.len > 0 && (c = pick(p)) != NULL)
        assign(p, c, queue_take(&p->queue));
    dial_for_queue(p);
}

/* The public face. */

static void reap(struct loop_task *task)
{
    struct pool *p = container_of(task, struct pool, reap_task);
    arena_fini(&p->arena);
    free(p);
}

struct pool *pool_new(struct dialer *dialer, const struct origin *o,
                      const struct settings *s)
{
    struct pool *p = XALLOC_NEW(struct pool);
    p->dialer = dialer;
    arena_init(&p->arena);
    p->origin = *o;
    p->origin.host = arena_copy(&p->arena, o->host);
    ledger_init(&p->ledger, dialer->loop, o, &p->arena);
    settings_copy(&p->settings, s, &p->arena);
    queue_init(&p->queue, dialer->loop, p->settings.pool.checkout);
    list_init(&p->ready);
    list_init(&p->full);
    list_init(&p->leaving);
    list_init(&p->dials);
    p->eviction.on_expired = on_eviction;
    p->reap_task.run = reap;
    return p;
}

static void close_all(struct list *conns)
{
    list_each_safe (pos, conns) {
        struct conn *c = container_of(pos, struct conn, link);
        list_remove(pos);
        ledger_closed(&slot_of(c)->pool->ledger, c, LEDGER_CLOSE_END, NULL,
                      slot_of(c)->nserved);
        free(slot_of(c));
        c->ops->close(c);
    }
}

void pool_free(struct pool *p)
{
    if (p == NULL)
        return;
    queue_fini(&p->queue);
    list_each_safe (pos, &p->dials) {
        struct pending *pd = container_of(pos, struct pending, link);
        dial_cancel(pd->dial);
        forget_dial(pd);
    }
    close_all(&p->ready);
    close_all(&p->full);
    close_all(&p->leaving);
    loop_disarm(loop_of(p), &p->eviction);
    /* Connections that say goodbye in a task still read the settings. */
    loop_reap(loop_of(p), &p->reap_task);
}

void pool_submit(struct pool *p, struct exchange *ex)
{
    ex->pool = p;
    ex->conn = NULL;
    ex->stream = NULL;
    ex->facts = NULL;
    ex->queued_at = loop_now(loop_of(p));
    queue_append(&p->queue, ex);
    dispatch(p);
    if (ex->state == EXCHANGE_QUEUED)
        ledger_queued(&p->ledger, ex, p->queue.len - 1);
}

void pool_cancel(struct exchange *ex)
{
    switch (ex->state) {
    case EXCHANGE_QUEUED:
        queue_remove(&ex->pool->queue, ex);
        break;
    case EXCHANGE_ACTIVE:
        ex->conn->ops->cancel(ex->conn, ex);
        break;
    case EXCHANGE_DONE:
        break;
    }
    ex->state = EXCHANGE_DONE;
    ex->conn = NULL;
}

void pool_resume(struct exchange *ex)
{
    if (ex->state == EXCHANGE_ACTIVE)
        ex->conn->ops->resume(ex->conn, ex);
}

uint64_t pool_rtt(const struct exchange *ex)
{
    return ex->state == EXCHANGE_ACTIVE ? ex->conn->ops->rtt(ex->conn) : 0;
}

struct ledger *pool_ledger(struct pool *p)
{
    return &p->ledger;
}

void pool_get_stats(const struct pool *p, struct pool_stats *stats)
{
    const struct list *const lists[] = {&p->ready, &p->full, &p->leaving};
    *stats = (struct pool_stats){.queued = p->queue.len,
                                 .connections = p->nconns,
                                 .dials = p->ndials,
                                 .opened = p->nopened};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        list_each (pos, lists[i]) {
            const struct conn *c = container_of(pos, struct conn, link);
            stats->active += c->active;
            stats->idle += c->active == 0;
        }
}

void pool_each(const struct pool *p,
               void (*each)(void *user, const struct pool_conn *c), void *user)
{
    const struct list *const lists[] = {&p->ready, &p->full, &p->leaving};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        list_each (pos, lists[i]) {
            struct conn *c = container_of(pos, struct conn, link);
            struct pool_conn shown = {.conn = c,
                                      .nserved = slot_of(c)->nserved,
                                      .is_draining = slot_of(c)->is_draining};
            each(user, &shown);
        }
}
