/*
 * Connections that go although nobody ended them: idle for too long, too old,
 * or in the way of another one.
 *
 *   nothing runs -> idle -> its time, or the limit of all pools -> closed
 *                     '---> another pool of the host needs its slot -> closed
 *
 * One that some exchange waits for, since it has yet to say what it can do, is
 * idle too, but makes room for nobody else.
 */
#include "base/fault.h"
#include "pool/pool_self.h"

/* An idle connection without capacity is of no use for longer than this. */
#define NO_CAPACITY_MAX (1 * LOOP_S)

bool pool_evict_is_due(const struct pool_member *member)
{
    const struct pool *p = member->pool;
    uint64_t max_age = pool_self_settings(p)->max_age;
    uint64_t age = loop_now(pool_self_loop(p)) - member->opened_at;
    return max_age && age >= max_age;
}

/* ---- idle ones ---- */

/* Those who needed to know what a connection can do waited for nothing. */
static void fail_who_waited(struct pool *p, uint64_t waited,
                            const struct conn_facts *facts)
{
    struct fault why;
    fault_set(&why, ERR_TIMEOUT, 0,
              "the server did not say within %llu ms what it supports",
              (unsigned long long)(waited / LOOP_MS));
    pool_needs_fail_unserved(p, &why, facts);
}

static enum pool_close end_of(const struct pool_member *member,
                              enum idle_end why)
{
    if (why == IDLE_EVICTED)
        return POOL_CLOSE_EVICTED;
    return pool_evict_is_due(member) ? POOL_CLOSE_AGE : POOL_CLOSE_IDLE;
}

/* The end of an idle connection: what still waits is not for it. */
static void close_idle(struct pool_member *member, enum pool_close end)
{
    struct pool *p = member->pool;
    pool_members_close(member, end);
    if (p->queue.len > 0)
        pool_dispatch_later(p);
    pool_note_vacancy(p);
}

static void on_idle_end(struct idle_entry *entry, enum idle_end why)
{
    struct pool_member *member = container_of(entry, struct pool_member, idle);
    struct pool *p = member->pool;
    struct conn_facts facts = member->conn->facts;
    uint64_t age = loop_now(pool_self_loop(p)) - member->opened_at;
    bool is_silent = why == IDLE_TIMED_OUT && pool_needs_await(member);
    close_idle(member, end_of(member, why));
    if (is_silent)
        fail_who_waited(p, age, &facts);
}

/* When it goes, at the latest: a request that is sent as the server closes is
 * lost time at best. */
static uint64_t idle_deadline(const struct pool_member *member, uint64_t now)
{
    const struct settings_pool *s = pool_self_settings(member->pool);
    uint64_t keep = member->conn->keep_alive;
    uint64_t deadline = now + s->idle;
    if (pool_capacity_of(member->conn) == 0 && deadline > now + NO_CAPACITY_MAX)
        deadline = now + NO_CAPACITY_MAX;
    /* The server's clock began before ours, by the way of its response. */
    uint64_t margin = keep > 2 * LOOP_S ? LOOP_S : keep / 2;
    if (keep && now + keep - margin < deadline)
        deadline = now + keep - margin;
    if (s->max_age && member->opened_at + s->max_age < deadline)
        deadline = member->opened_at + s->max_age;
    return deadline;
}

void pool_evict_init(struct pool_member *member)
{
    member->idle = (struct idle_entry){.on_end = on_idle_end};
    idle_init_entry(&member->idle);
    list_init(&member->idle_link);
}

/* Another pool of the host may ask for a slot: are there idle ones? */
static void note_idle(struct pool *p)
{
    host_limit_note_idle(&p->guest, !list_is_empty(&p->idle));
}

void pool_evict_busy(struct pool_member *member)
{
    idle_remove(member->pool->config.idle, &member->idle);
    list_remove(&member->idle_link);
    note_idle(member->pool);
}

void pool_evict_idle(struct pool_member *member)
{
    struct pool *p = member->pool;
    if (member->is_leaving || member->conn->active > 0 ||
        idle_has(&member->idle))
        return;
    bool is_wanted =
        host_limit_is_wanted(&p->guest) && !pool_needs_await(member);
    bool is_due = pool_evict_is_due(member);
    if (is_due || is_wanted) {
        close_idle(member, is_due ? POOL_CLOSE_AGE : POOL_CLOSE_EVICTED);
        return;
    }
    uint64_t now = loop_now(pool_self_loop(p));
    list_append(&p->idle, &member->idle_link);
    note_idle(p);
    idle_add(p->config.idle, &member->idle, idle_deadline(member, now));
}

/* ---- slots ---- */

bool pool_evict_one(struct pool *p)
{
    list_each_safe (pos, &p->idle) {
        struct pool_member *member =
            container_of(pos, struct pool_member, idle_link);
        if (pool_needs_await(member))
            continue;
        close_idle(member, POOL_CLOSE_EVICTED);
        return true;
    }
    return false;
}

/* One that leaves has it until it is gone, unless it gave way. */
static bool is_slot_coming(const struct pool *p)
{
    return p->ndials > 0 || p->nslots > p->nopen;
}

static bool will_be_served(const struct pool *p, const struct exchange *ex)
{
    if (!ex->needs_fresh)
        return pool_groups_may_serve(p, ex->needs);
    return pool_groups_newest(p, ex->needs) >= ex->queued_at;
}

/* The one that was used longest ago; better one that carries nothing. */
static struct pool_member *least_used(const struct pool *p)
{
    if (!list_is_empty(&p->idle))
        return container_of(p->idle.next, struct pool_member, idle_link);
    if (!list_is_empty(&p->open))
        return pool_self_member(container_of(p->open.prev, struct conn, link));
    return NULL;
}

void pool_evict_for(struct pool *p, const struct exchange *ex)
{
    if (is_slot_coming(p) || will_be_served(p, ex))
        return;
    struct pool_member *member = least_used(p);
    if (member == NULL)
        return;
    pool_members_retire(member, POOL_CLOSE_EVICTED);
    pool_members_give_way(member);
}
