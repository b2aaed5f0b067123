/*
 * How many connections to make.
 *
 * So many that what open connections and handshakes under way will carry is no
 * less than the queue, within the pool's size and its host's slots; and no
 * less than those who need a feature, as far as connections have it.  For
 * HTTP/1 a handshake carries one exchange, so that is a connection for each.
 * For HTTP/2 and 3 it carries what the last connection was allowed; before any
 * has told, it may carry everything, and no second one is begun: a first
 * handshake is allowed to show its limit.
 *
 * A dial that fails, fails those in the queue whom nothing else could serve: no
 * open connection and no other dial.  Otherwise the next one waits a little,
 * longer each time.  It waits as well when the process has no descriptor left
 * while connections of any pool are open: they give theirs back.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "pool/alternatives.h"
#include "pool/pool_self.h"

struct pending {
    struct pool *pool;
    struct dial *dial;
    struct list link;
};

static void forget(struct pending *pd)
{
    list_remove(&pd->link);
    pd->pool->ndials--;
    pool_self_count(pd->pool, -1);
    free(pd);
}

static void on_connected(struct dial *d, struct conn *c)
{
    struct pending *pd = dial_owner(d);
    struct pool *p = pd->pool;
    forget(pd);
    if (p->nfruitless == 0)
        back_off_worked(&p->failures);
    pool_members_add(p, c, dial_run(d));
}

/* There was no descriptor, and there will be one: an idle connection gives its
 * own up, or something that is open will end. */
static bool is_shortage(const struct pool *p, const struct fault *fault)
{
    return fault_is_shortage(fault) &&
           (idle_evict(p->config.idle) ||
            (p->config.nopen ? *p->config.nopen : p->nconns + p->ndials) > 0);
}

/* Nothing else could serve the queue. */
static bool is_alone(const struct pool *p)
{
    return p->ndials == 0 && p->nopen == 0;
}

static void on_failed(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts)
{
    struct pending *pd = dial_owner(d);
    struct pool *p = pd->pool;
    forget(pd);
    pool_counters_dial_failed(&p->counters, fault, facts);
    host_limit_give(&p->guest);
    if (is_shortage(p, fault)) {
        back_off_begin(&p->failures, loop_now(pool_self_loop(p)));
        pool_dispatch(p);
    } else if (is_alone(p)) {
        /* Who comes next asks anew: a back-off would only put off their
         * failure, and they would pile up in front of other origins. */
        p->failures = (struct back_off){.level = 0};
        queue_fail_all(&p->queue, fault, facts);
    } else {
        back_off_begin(&p->failures, loop_now(pool_self_loop(p)));
        queue_settle(&p->queue);
        pool_needs_fail_unserved(p, fault, facts);
        pool_dispatch(p);
    }
    pool_note_vacancy(p);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_failed,
};

/* Where else the origin is, and what has not worked. */
static void add_alternatives(const struct pool *p, struct dial_target *target,
                             struct route_run *runs)
{
    struct alternatives *a = p->config.alternatives;
    if (a == NULL)
        return;
    target->marks = &a->marks;
    target->alternatives = runs;
    target->nalternatives =
        alternatives_find(a, target, runs, ROUTE_ALTERNATIVES_MAX);
}

static void dial_one(struct pool *p)
{
    struct route_run runs[ROUTE_ALTERNATIVES_MAX];
    struct dial_target target = {
        .host = p->config.origin.host,
        .port = p->config.origin.port,
        .is_secure = p->config.origin.is_secure,
        .settings = p->config.settings,
        .origin = p->counters.origin,
    };
    add_alternatives(p, &target, runs);
    struct pending *pd = XALLOC_NEW(struct pending);
    pd->pool = p;
    list_append(&p->dials, &pd->link);
    p->ndials++;
    pool_self_count(p, 1);
    pool_counters_dial_started(&p->counters);
    pd->dial = dial_start(p->config.dialer, &target, &dial_events, pd);
}

static size_t size_of(const struct pool *p, const struct policy *policy)
{
    unsigned asked = p->config.settings->pool.max_connections;
    return asked ? asked : policy->max_connections;
}

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static size_t beyond(size_t wanted, size_t carried)
{
    return wanted - min(wanted, carried);
}

/* Exchanges that what is open will not carry: of all, or of one row that has
 * needs of its own, whichever are more.  What is open carries none of those
 * that need a fresh connection. */
static size_t uncarried(const struct pool *p)
{
    size_t all = 0;
    size_t fresh = 0;
    size_t choosy = 0;
    list_each (pos, &p->queue.rows) {
        const struct queue_row *row = container_of(pos, struct queue_row, link);
        if (row->len == 0 || pool_needs_are_hopeless(p, row))
            continue;
        if (row->is_fresh) {
            fresh += row->len;
            continue;
        }
        all += row->len;
        size_t own = row->needs == 0
                         ? 0
                         : beyond(row->len, pool_groups_carry(p, row->needs));
        choosy = own > choosy ? own : choosy;
    }
    size_t due = beyond(all, pool_groups_carry(p, 0));
    return fresh + (due > choosy ? due : choosy);
}

/* Dials that the queue needs, those under way included. */
static size_t needed(const struct pool *p, const struct policy *policy)
{
    size_t each = p->limit ? p->limit : policy->assumed;
    size_t due = uncarried(p);
    return due ? (due - 1) / each + 1 : 0;
}

/* The pool is full: are there rows that need a connection of another kind? */
static void evict_for_needs(struct pool *p)
{
    list_each (pos, &p->queue.rows) {
        const struct queue_row *row = container_of(pos, struct queue_row, link);
        if (row->len > 0 && (row->is_fresh || row->needs) &&
            !pool_needs_are_hopeless(p, row))
            pool_evict_for(p, queue_first(row));
    }
}

void pool_dials_open(struct pool *p)
{
    const struct policy *policy = pool_policy(p);
    size_t size = size_of(p, policy);
    if (p->nslots + p->ndials >= size)
        evict_for_needs(p);
    if (p->nslots + p->ndials >= size || p->ndials >= policy->max_dials)
        return;
    size_t most = min(policy->max_dials, size - p->nslots);
    size_t goal = min(most, needed(p, policy));
    while (p->ndials < goal &&
           host_limit_take(&p->guest, loop_now(pool_self_loop(p))))
        dial_one(p);
}

const struct conn_facts *pool_dials_facts(const struct pool *p)
{
    if (list_is_empty(&p->dials))
        return NULL;
    return dial_facts(container_of(p->dials.next, struct pending, link)->dial);
}

void pool_dials_cancel_all(struct pool *p)
{
    list_each_safe (pos, &p->dials) {
        struct pending *pd = container_of(pos, struct pending, link);
        dial_cancel(pd->dial);
        forget(pd);
        host_limit_give(&p->guest);
    }
}
