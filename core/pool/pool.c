/*
 * The coordinator of one origin: who waits, and who is next.
 *
 * pool_dispatch() is the one place where exchanges meet connections.  It runs
 * whenever one of the two changes: an exchange comes or comes back, a
 * connection opens, has capacity again, tells its features, drains or ends.
 * What it cannot hand out it leaves to pool_dials_open(), but for what no
 * connection will ever serve (pool_needs.c).
 *
 * Who came first is served first, by any connection that has what the exchange
 * needs.  One for which there is none lets the others by.
 *
 * Exchanges that come back unprocessed go to the front of the queue.  They
 * cost nobody's retry budget, but they are bounded: a peer may refuse the
 * same one RETURNS_MAX times, and connections that process nothing at all
 * give it back no more often than that.  A server that processes some and
 * sends away others may do so for ever: there is progress.  After a refusal
 * the pool backs off a moment, longer each time until something works: a server
 * that resets every stream gets no storm in return.
 */
#include "pool/pool.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "pool/pool_self.h"
#include "pool/pool_story.h"

static void arm_alarm(struct pool *p, uint64_t until)
{
    loop_arm(pool_self_loop(p), &p->alarm, until);
}

static void serve(struct pool *p)
{
    struct exchange *ex;
    queue_begin(&p->queue);
    while ((ex = queue_next(&p->queue)) != NULL) {
        struct conn *c = pool_groups_pick(p, ex);
        if (c == NULL) {
            queue_pass(ex);
            continue;
        }
        queue_remove(&p->queue, ex);
        pool_members_assign(c, ex);
    }
}

void pool_dispatch(struct pool *p)
{
    uint64_t now = loop_now(pool_self_loop(p));
    if (p->queue.len == 0)
        return;
    if (back_off_is_on(&p->refusals, now)) {
        arm_alarm(p, p->refusals.until);
        return;
    }
    serve(p);
    if (p->queue.len == 0)
        return;
    if (pool_needs_have_hopeless(p))
        pool_dispatch_later(p);
    if (back_off_is_on(&p->failures, now))
        arm_alarm(p, p->failures.until);
    else
        pool_dials_open(p);
}

void pool_dispatch_later(struct pool *p)
{
    loop_later(pool_self_loop(p), &p->turn);
}

static void on_alarm(struct loop_timer *t, uint64_t now)
{
    (void)now;
    pool_dispatch(container_of(t, struct pool, alarm));
}

/* ---- the host's slots ---- */

static void on_slot(struct host_limit_guest *g)
{
    pool_dispatch_later(container_of(g, struct pool, guest));
}

static void run_turn(struct loop_task *task)
{
    struct pool *p = container_of(task, struct pool, turn);
    pool_needs_fail_hopeless(p);
    pool_dispatch(p);
    host_limit_pass(&p->guest);
}

static bool yield(struct host_limit_guest *g)
{
    return pool_evict_one(container_of(g, struct pool, guest));
}

/* ---- the life of a pool ---- */

static bool is_vacant(const struct pool *p)
{
    return p->nconns == 0 && p->ndials == 0 && p->nheld == 0;
}

void pool_note_vacancy(struct pool *p)
{
    if (p->config.on_vacant && is_vacant(p))
        p->config.on_vacant(p, p->config.owner);
}

static void reap(struct loop_task *task)
{
    struct pool *p = container_of(task, struct pool, reap_task);
    queue_fini(&p->queue);
    free(p->host_name);
    str_fini(&p->name);
    free(p);
}

struct pool *pool_new(const struct pool_config *config)
{
    struct pool *p = XALLOC_NEW(struct pool);
    p->config = *config;
    struct span host = config->origin.host;
    p->host_name = xalloc_copy(host.base, host.len);
    p->config.origin.host = span_of(p->host_name, host.len);
    str_init(&p->name);
    origin_name(&p->config.origin, &p->name);
    pool_counters_init(&p->counters, config->dialer->loop, str_text(&p->name));
    queue_init(&p->queue, config->dialer->loop);
    list_init(&p->open);
    list_init(&p->groups);
    list_init(&p->idle);
    list_init(&p->leaving);
    list_init(&p->dials);
    p->alarm.on_expired = on_alarm;
    p->turn.run = run_turn;
    p->reap_task.run = reap;
    p->guest.on_slot = on_slot;
    p->guest.yield = yield;
    host_limit_join(config->host_limit, &p->guest);
    return p;
}

void pool_free(struct pool *p)
{
    if (p == NULL)
        return;
    pool_dials_cancel_all(p);
    pool_members_close_all(p);
    host_limit_leave(&p->guest);
    loop_disarm(pool_self_loop(p), &p->alarm);
    loop_forget(pool_self_loop(p), &p->turn);
    /* Events that are under way still find it, and its queue. */
    loop_reap(pool_self_loop(p), &p->reap_task);
}

/* ---- exchanges ---- */

void pool_submit(struct pool *p, struct exchange *ex)
{
    ex->pool = p;
    ex->conn = NULL;
    ex->stream = NULL;
    ex->facts = NULL;
    ex->queued_at = loop_now(pool_self_loop(p));
    if (p->config.settings->tls.early_data && !ex->may_be_early)
        ex->needs |= FEATURE_REPLAY_SAFE;
    p->nheld++;
    queue_append(&p->queue, ex);
    pool_dispatch(p);
    if (ex->state != EXCHANGE_QUEUED)
        return;
    pool_story_waits(p, ex);
    pool_counters_queued(&p->counters, ex, p->queue.len - 1);
}

const struct conn_facts *pool_waits_for(const struct exchange *ex)
{
    return ex->state == EXCHANGE_QUEUED ? pool_dials_facts(ex->pool) : NULL;
}

static void drop(struct exchange *ex, const uint64_t *code)
{
    switch (ex->state) {
    case EXCHANGE_QUEUED:
        ex->facts = pool_dials_facts(ex->pool);
        queue_remove(&ex->pool->queue, ex);
        break;
    case EXCHANGE_ACTIVE:
        pool_members_cancel(ex->conn, ex, code);
        break;
    case EXCHANGE_DONE:
        break;
    }
    ex->state = EXCHANGE_DONE;
    ex->conn = NULL;
}

void pool_cancel(struct exchange *ex)
{
    drop(ex, NULL);
}

void pool_reset(struct exchange *ex, uint64_t code)
{
    drop(ex, &code);
}

void pool_release(struct exchange *ex)
{
    struct pool *p = ex->pool;
    if (p == NULL)
        return;
    ex->pool = NULL;
    p->nheld--;
    pool_note_vacancy(p);
}

void pool_shun(struct exchange *ex)
{
    if (ex->state != EXCHANGE_ACTIVE)
        return;
    pool_learn_misdirected(ex->conn);
    pool_members_shun(ex->conn);
}

void pool_resume(struct exchange *ex, unsigned ways)
{
    if (ex->state == EXCHANGE_ACTIVE)
        ex->conn->ops->resume(ex->conn, ex, ways);
}

bool pool_watch(struct pool_watch *w, struct exchange *ex)
{
    struct pool_member *member = pool_self_member(ex->conn);
    if (member->is_leaving)
        return false;
    list_append(&member->watches, &w->link);
    return true;
}

void pool_unwatch(struct pool_watch *w)
{
    list_remove(&w->link);
}

bool pool_ping(struct exchange *ex, uint64_t interval)
{
    return ex->state == EXCHANGE_ACTIVE &&
           ex->conn->ops->ping(ex->conn, interval);
}

uint64_t pool_heard(const struct exchange *ex)
{
    return ex->state == EXCHANGE_ACTIVE ? ex->conn->ops->heard(ex->conn) : 0;
}

uint64_t pool_rtt(const struct exchange *ex)
{
    return ex->state == EXCHANGE_ACTIVE ? ex->conn->ops->rtt(ex->conn) : 0;
}

void pool_path_stats(const struct exchange *ex, struct path_stats *stats)
{
    if (ex->state == EXCHANGE_ACTIVE)
        ex->conn->ops->path_stats(ex->conn, stats);
}

/* ---- what is known of it ---- */

const struct policy *pool_policy(const struct pool *p)
{
    if (p->version != HTTP_VERSION_NONE)
        return policy_of(p->version);
    switch (p->config.settings->http) {
    case SETTINGS_HTTP_1_0:
    case SETTINGS_HTTP_1_1:
        return policy_of(HTTP_VERSION_1_1);
    case SETTINGS_HTTP_2_PRIOR:
        return policy_of(HTTP_VERSION_2);
    case SETTINGS_HTTP_3_ONLY:
        return policy_of(HTTP_VERSION_3);
    case SETTINGS_HTTP_AUTO:
    case SETTINGS_HTTP_2:
    case SETTINGS_HTTP_3:
        break;
    }
    /* Plain HTTP/1 is known without asking. */
    return policy_of(p->config.origin.is_secure ? HTTP_VERSION_NONE
                                                : HTTP_VERSION_1_1);
}

const struct origin *pool_origin(const struct pool *p)
{
    return &p->config.origin;
}

struct pool_counters *pool_counters(struct pool *p)
{
    p->counters.expired = p->queue.nexpired;
    return &p->counters;
}

void pool_get_stats(const struct pool *p, struct pool_stats *stats)
{
    const struct list *const lists[] = {&p->open, &p->leaving};
    *stats = (struct pool_stats){
        .queued = p->queue.len,
        .connections = p->nconns,
        .dials = p->ndials,
        .limit = p->limit,
    };
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        list_each (pos, lists[i]) {
            const struct conn *c = container_of(pos, struct conn, link);
            stats->active += c->active;
            stats->idle += c->active == 0;
            stats->draining += pool_self_member(c)->is_leaving;
        }
}

void pool_each(const struct pool *p,
               void (*each)(void *user, const struct pool_conn *c), void *user)
{
    const struct list *const lists[] = {&p->open, &p->leaving};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++)
        list_each (pos, lists[i]) {
            const struct conn *c = container_of(pos, struct conn, link);
            const struct pool_member *member = pool_self_member(c);
            struct pool_conn shown = {
                .conn = c,
                .nserved = member->nassigned,
                .is_draining = member->is_leaving,
            };
            each(user, &shown);
        }
}
