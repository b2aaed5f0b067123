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
 * sends away gives its place up, since a long response on it must not hold up
 * the queue; so that a server that sends every connection away gets no more
 * than twice the size, only as many places are given up.  An HTTP/1 connection
 * that is to close keeps its place, and so does one that we retire.
 *
 * The pool is not on the response path.  What was processed follows from what
 * was handed out, came back, was cancelled and still runs.
 */
#include <stdlib.h>

#include "base/fault.h"
#include "base/trace.h"
#include "base/xalloc.h"
#include "pool/pool_self.h"

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* ---- the end of a connection ---- */

static void release_place(struct slot *slot)
{
    if (slot->has_place)
        slot->pool->nplaces--;
    slot->has_place = false;
}

/* It takes nothing more. */
static void leave(struct slot *slot)
{
    struct pool *p = slot->pool;
    if (slot->is_leaving)
        return;
    slot->is_leaving = true;
    pool_groups_leave(slot);
    pool_evict_busy(slot);
    list_remove(&slot->conn->link);
    list_append(&p->leaving, &slot->conn->link);
    p->nopen--;
}

/* It is not the pool's any more. */
static void forget(struct slot *slot, enum ledger_close end,
                   const struct fault *why)
{
    struct pool *p = slot->pool;
    leave(slot);
    ledger_closed(&p->ledger, slot->conn, end, why, slot->nassigned);
    list_remove(&slot->conn->link);
    release_place(slot);
    p->nconns--;
    pool_self_count(p, -1);
    free(slot);
    if (p->config.host)
        host_give(p->config.host, &p->guest);
}

void pool_slots_close(struct slot *slot, enum ledger_close end)
{
    struct conn *c = slot->conn;
    forget(slot, end, NULL);
    c->ops->close(c);
}

void pool_slots_retire(struct slot *slot, enum ledger_close end)
{
    leave(slot);
    slot->has_reason = true;
    slot->end = end;
    slot->conn->ops->drain(slot->conn);
}

void pool_slots_give_way(struct slot *slot)
{
    struct pool *p = slot->pool;
    if (policy_of(slot->conn->facts.version)->multiplexes &&
        p->nconns - p->nplaces < p->nplaces)
        release_place(slot);
}

void pool_slots_shun(struct conn *c)
{
    struct slot *slot = pool_self_slot(c);
    if (slot->is_leaving)
        return;
    pool_slots_retire(slot, LEDGER_CLOSE_MISDIRECTED);
    pool_slots_give_way(slot);
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

void pool_slots_assign(struct conn *c, struct exchange *ex)
{
    struct slot *slot = pool_self_slot(c);
    struct pool *p = slot->pool;
    if (slot->nassigned > 0)
        trace_reuse(p, c);
    slot->nassigned++;
    pool_evict_busy(slot);
    c->ops->submit(c, ex);
    ledger_assigned(&p->ledger, c, ex, p->queue.len);
    unsigned most = pool_self_settings(p)->max_requests;
    if (most && slot->nassigned >= most)
        pool_slots_retire(slot, LEDGER_CLOSE_REQUESTS);
    else
        pool_groups_note(slot);
}

void pool_slots_cancel(struct conn *c, struct exchange *ex)
{
    struct slot *slot = pool_self_slot(c);
    bool multiplexes = policy_of(c->facts.version)->multiplexes;
    slot->ncancelled++;
    c->ops->cancel(c, ex);
    /* HTTP/1 has no other way to stop a response. */
    if (!multiplexes && !slot->is_leaving && c->ops->room(c) == 0) {
        slot->has_reason = true;
        slot->end = LEDGER_CLOSE_CANCEL;
    }
}

/* ---- what a connection tells ---- */

static size_t processed(const struct slot *slot)
{
    return slot->nassigned - slot->nreturned - slot->ncancelled;
}

static void note_progress(struct slot *slot)
{
    struct pool *p = slot->pool;
    size_t taken = processed(slot);
    size_t finished =
        taken > slot->conn->active ? taken - slot->conn->active : 0;
    if (finished <= slot->nfinished)
        return;
    slot->nfinished = finished;
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
    size_t limit = min(c->limit, pool_room_limit(p));
    p->limit = limit ? limit : 1;
}

/* Another pool of the host has waited long for what this one holds. */
static bool must_make_way(struct pool *p)
{
    return p->config.host && host_must_yield(p->config.host, &p->guest,
                                             loop_now(pool_self_loop(p)));
}

static void on_room(struct conn *c)
{
    struct slot *slot = pool_self_slot(c);
    struct pool *p = slot->pool;
    note_progress(slot);
    if (slot->is_leaving)
        return;
    learn(p, c);
    if (slot->nassigned > 0 && must_make_way(p)) {
        pool_slots_retire(slot, LEDGER_CLOSE_CROWDED);
        pool_dispatch(p);
        return;
    }
    list_remove(&c->link);
    list_prepend(&p->open, &c->link);
    slot->used = ++p->clock;
    pool_groups_note(slot);
    pool_dispatch(p);
    pool_evict_idle(slot);
}

static void on_features(struct conn *c)
{
    struct slot *slot = pool_self_slot(c);
    if (slot->is_leaving)
        return;
    pool_groups_enter(slot);
    pool_dispatch(slot->pool);
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
    struct slot *slot = pool_self_slot(c);
    struct pool *p = slot->pool;
    ex->returned++;
    slot->nreturned++;
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
    ledger_returned(&p->ledger, c, ex, why);
    trace_return(p, c, why);
    queue_return(&p->queue, ex);
    /* The connection may be ending just now: what that means comes first. */
    if (how == CONN_RETURN_UNSENT)
        loop_later(pool_self_loop(p), &p->turn);
    else
        pool_dispatch(p);
}

/* ---- how connections end, and what that tells ---- */

/* It has not even begun what it was given. */
static bool is_fruitless(const struct slot *slot)
{
    return slot->nreturned > 0 && processed(slot) == 0;
}

/* Once for each connection. */
static void note_fruitless(struct slot *slot, const struct fault *why)
{
    struct pool *p = slot->pool;
    if (slot->is_fruitless)
        return;
    slot->is_fruitless = true;
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

static void on_draining(struct conn *c, const struct fault *why)
{
    struct slot *slot = pool_self_slot(c);
    struct pool *p = slot->pool;
    struct loop *loop = pool_self_loop(p);
    trace_printf(loop_trace(loop), TRACE_CONN_DRAIN, loop_now(loop),
                 c->facts.id, "Connection #%llu takes no more requests: %s",
                 (unsigned long long)c->facts.id, why ? why->detail : "");
    ledger_draining(&p->ledger, c, why);
    bool was_awaited = pool_needs_await(slot);
    if (!slot->is_leaving) {
        leave(slot);
        slot->has_reason = true;
        slot->end = LEDGER_CLOSE_GOAWAY;
        pool_slots_give_way(slot);
    }
    if (was_awaited) {
        note_fruitless(slot, why);
        give_up(p, c);
    }
    pool_dispatch(p);
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct slot *slot = pool_self_slot(c);
    struct pool *p = slot->pool;
    struct loop *loop = pool_self_loop(p);
    trace_printf(loop_trace(loop), TRACE_CONN_CLOSE, loop_now(loop),
                 c->facts.id, "Connection #%llu closed%s%s",
                 (unsigned long long)c->facts.id, why ? ": " : "",
                 why ? why->detail : "");
    note_progress(slot);
    bool was_awaited = pool_needs_await(slot);
    if (was_awaited || is_fruitless(slot))
        note_fruitless(slot, why);
    forget(slot, slot->has_reason ? slot->end : LEDGER_CLOSE_PEER, why);
    if (was_awaited)
        give_up(p, c);
    pool_dispatch(p);
    pool_note_vacancy(p);
}

static const struct conn_events conn_events = {
    .on_room = on_room,
    .on_features = on_features,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

void pool_slots_add(struct pool *p, struct conn *c)
{
    struct slot *slot = XALLOC_NEW(struct slot);
    *slot = (struct slot){
        .pool = p,
        .conn = c,
        .opened_at = loop_now(pool_self_loop(p)),
        .has_place = true,
    };
    list_init(&slot->member);
    pool_evict_init(slot);
    c->owner = slot;
    c->events = &conn_events;
    list_init(&c->link);
    list_append(&p->open, &c->link);
    p->nconns++;
    p->nopen++;
    p->nplaces++;
    pool_self_count(p, 1);
    ledger_opened(&p->ledger, c);
    pool_groups_enter(slot);
    on_room(c);
}

static void close_list(struct list *conns)
{
    list_each_safe (pos, conns)
        pool_slots_close(pool_self_slot(container_of(pos, struct conn, link)),
                         LEDGER_CLOSE_END);
}

void pool_slots_close_all(struct pool *p)
{
    close_list(&p->open);
    close_list(&p->leaving);
}
