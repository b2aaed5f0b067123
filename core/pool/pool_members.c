/*
 * Connections: how they come into the pool, what they tell, and how they end.
 *
 *   added -> open -> leaving -> closed
 *                |  GOAWAY, Connection: close, age, requests
 *                '-> idle: also among the idle ones of all pools (pool_evict.c)
 *
 * Open are those that take exchanges; which of them serves one is decided in
 * pool_groups.c.
 *
 * The pool's size counts connections that take exchanges.  One that a GOAWAY
 * sends away gives its slot up, since a long response on it must not hold up
 * the queue; so that a server that sends every connection away gets no more
 * than twice the size, only as many slots are given up.  An HTTP/1 connection
 * that is to close keeps its entry, and so does one that we retire.
 *
 * The pool is not on the response path.  What was processed follows from what
 * was handed out, came back, was cancelled and still runs.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "pool/movement.h"
#include "pool/pool_self.h"
#include "pool/pool_story.h"

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- the end of a connection ---- */

static void release_slot(struct pool_member *member)
{
    if (member->has_slot)
        member->pool->nslots--;
    member->has_slot = false;
}

/* It takes nothing more. */
static void leave(struct pool_member *member)
{
    struct pool *p = member->pool;
    if (member->is_leaving)
        return;
    member->is_leaving = true;
    pool_groups_leave(member);
    pool_evict_busy(member);
    list_remove(&member->conn->link);
    list_append(&p->leaving, &member->conn->link);
    p->nopen--;
}

/* It is not the pool's any more. */
static void forget(struct pool_member *member, enum pool_close end,
                   const struct fault *why)
{
    struct pool *p = member->pool;
    leave(member);
    pool_counters_closed(&p->counters, member->conn, end, why,
                         member->nassigned);
    list_remove(&member->conn->link);
    release_slot(member);
    list_each_safe (w, &member->watches)
        list_remove(w);
    p->nconns--;
    if (member->conn->ops->migrate && p->config.movement)
        movement_remove(p->config.movement);
    pool_self_count(p, -1);
    free(member->quic_host);
    free(member);
    host_limit_give(&p->guest);
}

void pool_members_close(struct pool_member *member, enum pool_close end)
{
    struct conn *c = member->conn;
    forget(member, end, NULL);
    c->ops->close(c);
}

void pool_members_retire(struct pool_member *member, enum pool_close end)
{
    leave(member);
    member->has_reason = true;
    member->end = end;
    member->conn->ops->drain(member->conn);
}

void pool_members_give_way(struct pool_member *member)
{
    struct pool *p = member->pool;
    if (policy_of(member->conn->facts.version)->multiplexes &&
        p->nconns - p->nslots < p->nslots)
        release_slot(member);
}

void pool_members_shun(struct conn *c)
{
    struct pool_member *member = pool_self_member(c);
    if (member->is_leaving)
        return;
    pool_members_retire(member, POOL_CLOSE_MISDIRECTED);
    pool_members_give_way(member);
}

/* ---- exchanges on it ---- */

static void trace_reuse(const struct pool *p, const struct conn *c)
{
    struct loop *loop = pool_self_loop(p);
    trace_printf(loop_trace(loop), TRACE_CHOICE, loop_now(loop), c->facts.id,
                 "Re-using connection #%llu with %.*s",
                 (unsigned long long)c->facts.id,
                 SPAN_ARG(p->config.origin.host));
}

void pool_members_assign(struct conn *c, struct exchange *ex)
{
    struct pool_member *member = pool_self_member(c);
    struct pool *p = member->pool;
    if (member->nassigned > 0)
        trace_reuse(p, c);
    pool_story_gets(member, ex);
    member->nassigned++;
    pool_evict_busy(member);
    c->ops->submit(c, ex);
    pool_counters_assigned(&p->counters, c, ex, p->queue.len);
    unsigned most = pool_self_settings(p)->max_requests;
    if (most && member->nassigned >= most)
        pool_members_retire(member, POOL_CLOSE_REQUESTS);
    else
        pool_groups_note(member);
}

void pool_members_cancel(struct conn *c, struct exchange *ex,
                         const uint64_t *code)
{
    struct pool_member *member = pool_self_member(c);
    bool multiplexes = policy_of(c->facts.version)->multiplexes;
    member->ncancelled++;
    if (code)
        c->ops->reset(c, ex, *code);
    else
        c->ops->cancel(c, ex);
    /* HTTP/1 has no other way to stop a response. */
    if (!multiplexes && !member->is_leaving && c->ops->capacity(c) == 0) {
        member->has_reason = true;
        member->end = POOL_CLOSE_CANCEL;
    }
}

/* ---- what a connection tells ---- */

static size_t processed(const struct pool_member *member)
{
    return member->nassigned - member->nreturned - member->ncancelled;
}

static void note_progress(struct pool_member *member)
{
    struct pool *p = member->pool;
    size_t taken = processed(member);
    size_t finished =
        taken > member->conn->active ? taken - member->conn->active : 0;
    if (finished <= member->nfinished)
        return;
    member->nfinished = finished;
    p->nfruitless = 0;
    back_off_worked(&p->refusals);
    back_off_worked(&p->failures);
}

static void learn(struct pool *p, const struct conn *c)
{
    enum http_version before = p->version;
    p->version = c->facts.version;
    if (c->limit == CONN_LIMIT_UNKNOWN) {
        if (policy_of(before) != policy_of(p->version))
            p->limit = 0;
        return;
    }
    size_t limit = min(c->limit, pool_capacity_limit(p));
    p->limit = limit ? limit : 1;
}

/* Another pool of the host has waited long for what this one holds. */
static bool must_make_way(struct pool *p)
{
    return host_limit_must_yield(&p->guest, loop_now(pool_self_loop(p)));
}

static void on_capacity(struct conn *c)
{
    struct pool_member *member = pool_self_member(c);
    struct pool *p = member->pool;
    note_progress(member);
    if (member->is_leaving)
        return;
    learn(p, c);
    if (member->nassigned > 0 && must_make_way(p)) {
        pool_members_retire(member, POOL_CLOSE_EVICTED);
        pool_dispatch(p);
        return;
    }
    list_remove(&c->link);
    list_prepend(&p->open, &c->link);
    member->used = ++p->clock;
    pool_groups_note(member);
    pool_dispatch(p);
    pool_evict_idle(member);
}

/* What the peer's settings have added; the rest goes without saying. */
static void trace_features(const struct pool *p, const struct conn *c)
{
    struct loop *loop = pool_self_loop(p);
    struct conn_features f = {.has = 0};
    char names[FEATURE_LIST_MAX];
    if (!trace_wanted(loop_trace(loop)))
        return;
    c->ops->features(c, &f);
    feature_list(f.has & (FEATURE_EXTENDED_CONNECT | FEATURE_DATAGRAMS |
                          FEATURE_WEBTRANSPORT),
                 names);
    if (names[0] == '\0')
        return;
    trace_printf(loop_trace(loop), TRACE_CONN_FEATURES, loop_now(loop),
                 c->facts.id, "The peer of connection #%llu offers %s",
                 (unsigned long long)c->facts.id, names);
}

static void on_features(struct conn *c)
{
    struct pool_member *member = pool_self_member(c);
    if (member->is_leaving)
        return;
    trace_features(member->pool, c);
    pool_story_peer(member->pool, c);
    pool_groups_enter(member);
    pool_dispatch(member->pool);
}

static void trace_return(const struct pool *p, const struct conn *c,
                         const struct fault *why)
{
    struct loop *loop = pool_self_loop(p);
    trace_printf(loop_trace(loop), TRACE_RETRY, loop_now(loop), c->facts.id,
                 "Not processed, sending it again: %s", why->detail);
}

#define RETURNS_MAX 5

/* May it be sent once more? */
static bool goes_on(const struct pool *p, const struct exchange *ex,
                    enum conn_return how)
{
    if (how == CONN_RETURN_REFUSED || how == CONN_RETURN_CROWDED)
        return ex->refused <= RETURNS_MAX;
    return ex->returned - ex->refused <= RETURNS_MAX || p->nfruitless == 0;
}

/* A server that sends every connection away may say why only as it closes them
 * (HTTP/3: in CONNECTION_CLOSE, not in GOAWAY): how those before ended says
 * more than how this one gave the exchange back. */
static const struct fault *nearest_cause(const struct pool *p,
                                         const struct fault *why)
{
    return p->nfruitless > 0 && p->cause.code != ERR_NONE ? &p->cause : why;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    struct pool_member *member = pool_self_member(c);
    struct pool *p = member->pool;
    ex->returned++;
    member->nreturned++;
    ex->refused += how == CONN_RETURN_REFUSED || how == CONN_RETURN_CROWDED;
    if (how == CONN_RETURN_REFUSED)
        back_off_begin(&p->refusals, loop_now(pool_self_loop(p)));
    /* A body that was read and cannot be read again stays unsent. */
    bool can_repeat = ex->body == NULL || ex->body->rewind(ex->body);
    if (!goes_on(p, ex, how) || !can_repeat) {
        ex->is_unprocessed = true;
        queue_fail_one(ex, nearest_cause(p, why));
        return;
    }
    pool_counters_returned(&p->counters, c, ex, why);
    trace_return(p, c, why);
    pool_story_returned(c, ex, why);
    queue_return(&p->queue, ex);
    /* The connection may be ending just now: what that means comes first. */
    if (how == CONN_RETURN_UNSENT)
        loop_later(pool_self_loop(p), &p->turn);
    else
        pool_dispatch(p);
}

/* ---- how connections end, and what that tells ---- */

/* It has not even begun what it was given. */
static bool is_fruitless(const struct pool_member *member)
{
    return member->nreturned > 0 && processed(member) == 0;
}

/* Once for each connection. */
static void note_fruitless(struct pool_member *member, const struct fault *why)
{
    struct pool *p = member->pool;
    if (member->is_fruitless)
        return;
    member->is_fruitless = true;
    p->nfruitless++;
    p->cause = why ? *why : (struct fault){.code = ERR_NONE};
    back_off_begin(&p->failures, loop_now(pool_self_loop(p)));
}

/* The end of a connection that some waited for, since it had not told its
 * features yet: too many of these in a row are enough. */
static void give_up(struct pool *p, const struct conn *c)
{
    struct fault why = p->cause;
    if (p->nfruitless <= RETURNS_MAX)
        return;
    if (why.code == ERR_NONE)
        fault_set(&why, ERR_RECV, 0,
                  "closed before the server said what it supports");
    pool_needs_fail_unserved(p, &why, &c->facts);
}

/* Each may end its exchange, and with that others that watch. */
static void tell_watches(struct pool_member *member, const struct fault *why)
{
    while (!list_is_empty(&member->watches)) {
        struct pool_watch *w =
            container_of(member->watches.next, struct pool_watch, link);
        list_remove(&w->link);
        w->on_draining(w, why);
    }
}

static void on_draining(struct conn *c, const struct fault *why)
{
    struct pool_member *member = pool_self_member(c);
    struct pool *p = member->pool;
    struct loop *loop = pool_self_loop(p);
    trace_printf(loop_trace(loop), TRACE_CONN_DRAIN, loop_now(loop),
                 c->facts.id, "Connection #%llu takes no more requests: %s",
                 (unsigned long long)c->facts.id, why ? why->detail : "");
    pool_story_drains(p, c, why);
    pool_counters_draining(&p->counters, c, why);
    bool was_awaited = pool_needs_await(member);
    if (!member->is_leaving) {
        leave(member);
        member->has_reason = true;
        member->end = POOL_CLOSE_GOAWAY;
        pool_members_give_way(member);
    }
    if (was_awaited) {
        note_fruitless(member, why);
        give_up(p, c);
    }
    tell_watches(member, why);
    pool_dispatch(p);
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct pool_member *member = pool_self_member(c);
    struct pool *p = member->pool;
    struct loop *loop = pool_self_loop(p);
    trace_printf(loop_trace(loop), TRACE_CONN_CLOSE, loop_now(loop),
                 c->facts.id, "Connection #%llu closed%s%s",
                 (unsigned long long)c->facts.id, why ? ": " : "",
                 why ? why->detail : "");
    note_progress(member);
    bool was_awaited = pool_needs_await(member);
    if (was_awaited || is_fruitless(member))
        note_fruitless(member, why);
    if (why && why->remedy == REMEDY_PATH)
        pool_learn_dead_path(member);
    forget(member, member->has_reason ? member->end : POOL_CLOSE_PEER, why);
    if (was_awaited)
        give_up(p, c);
    pool_dispatch(p);
    pool_note_vacancy(p);
}

static const struct conn_events conn_events = {
    .on_capacity = on_capacity,
    .on_features = on_features,
    .on_alt_svc = pool_learn_frame,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

void pool_members_add(struct pool *p, struct conn *c,
                      const struct route_run *run)
{
    struct pool_member *member = XALLOC_NEW(struct pool_member);
    *member = (struct pool_member){
        .pool = p,
        .conn = c,
        .opened_at = loop_now(pool_self_loop(p)),
        .has_slot = true,
    };
    if (run && run->carrier == ROUTE_QUIC) {
        member->quic_host = xalloc_copy(run->at.host.base, run->at.host.len);
        member->quic_port = run->at.port;
    }
    list_init(&member->in_group);
    list_init(&member->watches);
    pool_evict_init(member);
    c->owner = member;
    c->events = &conn_events;
    list_init(&c->link);
    list_append(&p->open, &c->link);
    p->nconns++;
    p->nopen++;
    p->nslots++;
    if (c->ops->migrate && p->config.movement)
        movement_add(p->config.movement);
    pool_self_count(p, 1);
    pool_counters_opened(&p->counters, c);
    pool_groups_enter(member);
    on_capacity(c);
}

static size_t migrate_list(struct list *conns, bool is_forced)
{
    size_t n = 0;
    list_each_safe (pos, conns) {
        struct conn *c = container_of(pos, struct conn, link);
        struct pool_member *member = pool_self_member(c);
        enum conn_move move = c->ops->migrate ? c->ops->migrate(c, is_forced)
                                              : CONN_MOVE_NEEDLESS;
        n += move == CONN_MOVE_STARTED;
        member->pool->counters.migrations += move == CONN_MOVE_STARTED;
        member->has_moved |= move != CONN_MOVE_NEEDLESS;
        if (move != CONN_MOVE_IMPOSSIBLE || member->is_leaving)
            continue;
        pool_members_retire(member, POOL_CLOSE_MOVED);
        pool_members_give_way(member);
    }
    return n;
}

size_t pool_migrate(struct pool *p, bool is_forced)
{
    /* First those that leave: those that cannot move join them. */
    size_t n = migrate_list(&p->leaving, is_forced);
    n += migrate_list(&p->open, is_forced);
    pool_dispatch_later(p);
    return n;
}

static void close_list(struct list *conns)
{
    list_each_safe (pos, conns)
        pool_members_close(
            pool_self_member(container_of(pos, struct conn, link)),
            POOL_CLOSE_END);
}

void pool_members_close_all(struct pool *p)
{
    close_list(&p->open);
    close_list(&p->leaving);
}
