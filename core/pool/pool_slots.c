/*
 * Connections are in one of three lists: ready (they have room), full, and
 * leaving (what runs on them finishes).  Room is what the connection says,
 * within the settings' streams and requests of one connection.
 *
 *   added -> ready <-> full -> leaving -> closed
 *              |  GOAWAY, Connection: close, age, requests
 *              '-> idle: also among the idle ones of all pools
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

#include "base/trace.h"
#include "base/xalloc.h"
#include "pool/pool_self.h"

static size_t min(size_t a, size_t b)
{
    return a < b ? a : b;
}

static const struct settings_pool *settings_of(const struct pool *p)
{
    return &p->config.settings->pool;
}

static void move(struct conn *c, struct list *to)
{
    list_remove(&c->link);
    list_append(to, &c->link);
}

/* ---- the end of a connection ---- */

static void release_place(struct slot *slot)
{
    if (slot->has_place)
        slot->pool->nplaces--;
    slot->has_place = false;
}

/* It is not the pool's any more. */
static void forget(struct slot *slot, enum ledger_close end,
                   const struct fault *why)
{
    struct pool *p = slot->pool;
    ledger_closed(&p->ledger, slot->conn, end, why, slot->nassigned);
    list_remove(&slot->conn->link);
    idle_remove(p->config.idle, &slot->idle);
    release_place(slot);
    p->nconns--;
    pool_self_count(p, -1);
    free(slot);
    if (p->config.host)
        host_give(p->config.host, &p->guest);
}

static void close_now(struct slot *slot, enum ledger_close end)
{
    struct conn *c = slot->conn;
    forget(slot, end, NULL);
    c->ops->close(c);
}

/* By us: nothing new enters, what runs finishes. */
static void retire(struct slot *slot, enum ledger_close end)
{
    struct conn *c = slot->conn;
    slot->is_leaving = true;
    slot->has_reason = true;
    slot->end = end;
    idle_remove(slot->pool->config.idle, &slot->idle);
    move(c, &slot->pool->leaving);
    c->ops->drain(c);
}

/* Its place goes to a successor, if there are not too many like it. */
static void give_way(struct slot *slot)
{
    struct pool *p = slot->pool;
    bool is_single =
        policy_of(slot->conn->facts.version)->order == POLICY_LAST_USED;
    if (!is_single && p->nconns - p->nplaces < p->nplaces)
        release_place(slot);
}

void pool_slots_shun(struct conn *c)
{
    struct slot *slot = pool_self_slot(c);
    if (slot->is_leaving)
        return;
    retire(slot, LEDGER_CLOSE_MISDIRECTED);
    give_way(slot);
}

static bool is_room_coming(const struct pool *p)
{
    list_each (pos, &p->leaving)
        if (pool_self_slot(container_of(pos, struct conn, link))->has_place)
            return true;
    return p->ndials > 0;
}

/* The one that was used longest ago, if some are ready; NULL: one that is new
 * enough is there, and has room in time. */
static struct slot *find_old(struct pool *p, uint64_t since)
{
    const struct list *const lists[] = {&p->full, &p->ready};
    struct slot *old = NULL;
    for (size_t i = 0; i < 2; i++)
        list_each (pos, lists[i]) {
            old = pool_self_slot(container_of(pos, struct conn, link));
            if (old->opened_at >= since)
                return NULL;
        }
    return old;
}

void pool_slots_make_room(struct pool *p, uint64_t since)
{
    struct slot *slot = is_room_coming(p) ? NULL : find_old(p, since);
    if (slot == NULL)
        return;
    retire(slot, LEDGER_CLOSE_CROWDED);
    give_way(slot);
}

/* ---- which one ---- */

static bool is_too_old(const struct slot *slot)
{
    const struct pool *p = slot->pool;
    uint64_t age = loop_now(pool_self_loop(p)) - slot->opened_at;
    return settings_of(p)->max_age && age >= settings_of(p)->max_age;
}

struct conn *pool_slots_pick(struct pool *p, uint64_t since)
{
    enum policy_order order = pool_policy(p)->order;
    struct conn *best = NULL;
    size_t most = 0;
    list_each_safe (pos, &p->ready) {
        struct conn *c = container_of(pos, struct conn, link);
        if (is_too_old(pool_self_slot(c))) {
            retire(pool_self_slot(c), LEDGER_CLOSE_AGE);
            continue;
        }
        if (pool_self_slot(c)->opened_at < since)
            continue;
        size_t room = pool_room_of(c);
        if (room == 0) /* it changed its mind */
            move(c, &p->full);
        if (room > most) {
            best = c;
            most = room;
        }
        if (best && order == POLICY_LAST_USED)
            break;
    }
    return best;
}

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
    idle_remove(p->config.idle, &slot->idle);
    c->ops->submit(c, ex);
    ledger_assigned(&p->ledger, c, ex, p->queue.len);
    unsigned most = settings_of(p)->max_requests;
    if (most && slot->nassigned >= most)
        retire(slot, LEDGER_CLOSE_REQUESTS);
    else if (pool_room_of(c) == 0)
        move(c, &p->full);
}

void pool_slots_cancel(struct conn *c, struct exchange *ex)
{
    struct slot *slot = pool_self_slot(c);
    bool is_single = policy_of(c->facts.version)->order == POLICY_LAST_USED;
    slot->ncancelled++;
    c->ops->cancel(c, ex);
    /* HTTP/1 has no other way to stop a response. */
    if (is_single && !slot->is_leaving && c->ops->room(c) == 0) {
        slot->has_reason = true;
        slot->end = LEDGER_CLOSE_CANCEL;
    }
}

/* ---- idle ones ---- */

static void on_idle_end(struct idle_place *place, enum idle_end why)
{
    struct slot *slot = container_of(place, struct slot, idle);
    struct pool *p = slot->pool;
    enum ledger_close end =
        why == IDLE_CROWDED_OUT ? LEDGER_CLOSE_CROWDED : LEDGER_CLOSE_IDLE;
    if (end == LEDGER_CLOSE_IDLE && is_too_old(slot))
        end = LEDGER_CLOSE_AGE;
    close_now(slot, end);
    pool_note_vacancy(p);
}

/* An idle connection without room is of no use for longer than this. */
#define NO_ROOM_MAX (1 * LOOP_S)

/* When it goes, at the latest: a request that is sent as the server closes is
 * lost time at best. */
static uint64_t idle_deadline(const struct slot *slot, uint64_t now)
{
    const struct settings_pool *s = settings_of(slot->pool);
    uint64_t keep = slot->conn->keep_alive;
    uint64_t deadline = now + s->idle;
    if (pool_room_of(slot->conn) == 0 && deadline > now + NO_ROOM_MAX)
        deadline = now + NO_ROOM_MAX;
    /* The server's clock began before ours, by the way of its response. */
    uint64_t margin = keep > 2 * LOOP_S ? LOOP_S : keep / 2;
    if (keep && now + keep - margin < deadline)
        deadline = now + keep - margin;
    if (s->max_age && slot->opened_at + s->max_age < deadline)
        deadline = slot->opened_at + s->max_age;
    return deadline;
}

static void become_idle(struct slot *slot)
{
    struct pool *p = slot->pool;
    if (p->config.host && host_is_wanted(p->config.host)) {
        close_now(slot, LEDGER_CLOSE_CROWDED);
        pool_note_vacancy(p);
        return;
    }
    uint64_t now = loop_now(pool_self_loop(p));
    idle_add(p->config.idle, &slot->idle, idle_deadline(slot, now));
}

bool pool_slots_yield(struct pool *p)
{
    struct conn *oldest = NULL;
    list_each (pos, &p->ready) {
        struct conn *c = container_of(pos, struct conn, link);
        if (idle_has(&pool_self_slot(c)->idle))
            oldest = c; /* the last used is the first */
    }
    if (oldest == NULL)
        return false;
    close_now(pool_self_slot(oldest), LEDGER_CLOSE_CROWDED);
    pool_note_vacancy(p);
    return true;
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
        retire(slot, LEDGER_CLOSE_CROWDED);
        pool_dispatch(p);
        return;
    }
    if (pool_room_of(c) > 0) {
        list_remove(&c->link);
        list_prepend(&p->ready, &c->link);
    }
    pool_dispatch(p);
    if (slot->is_leaving || c->active > 0 || idle_has(&slot->idle))
        return;
    if (is_too_old(slot)) {
        close_now(slot, LEDGER_CLOSE_AGE);
        pool_note_vacancy(p);
    } else {
        become_idle(slot);
    }
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

static void on_draining(struct conn *c, const struct fault *why)
{
    struct slot *slot = pool_self_slot(c);
    struct pool *p = slot->pool;
    struct loop *loop = pool_self_loop(p);
    trace_printf(loop_trace(loop), TRACE_CONN_DRAIN, loop_now(loop),
                 c->facts.id, "Connection #%llu takes no more requests: %s",
                 (unsigned long long)c->facts.id, why ? why->detail : "");
    ledger_draining(&p->ledger, c, why);
    idle_remove(p->config.idle, &slot->idle);
    move(c, &p->leaving);
    if (!slot->is_leaving) {
        slot->is_leaving = true;
        slot->has_reason = true;
        slot->end = LEDGER_CLOSE_GOAWAY;
        give_way(slot);
    }
    pool_dispatch(p);
}

/* It has not even begun what it was given. */
static bool is_fruitless(const struct slot *slot)
{
    return slot->nreturned > 0 && processed(slot) == 0;
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
    if (is_fruitless(slot)) {
        p->nfruitless++;
        p->cause = why ? *why : (struct fault){.code = ERR_NONE};
        back_off_begin(&p->failures, loop_now(loop));
    }
    forget(slot, slot->has_reason ? slot->end : LEDGER_CLOSE_PEER, why);
    pool_dispatch(p);
    pool_note_vacancy(p);
}

static const struct conn_events conn_events = {
    .on_room = on_room,
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
        .idle.on_end = on_idle_end,
        .opened_at = loop_now(pool_self_loop(p)),
        .has_place = true,
    };
    idle_init_place(&slot->idle);
    c->owner = slot;
    c->events = &conn_events;
    list_init(&c->link);
    list_append(&p->full, &c->link);
    p->nconns++;
    p->nplaces++;
    pool_self_count(p, 1);
    ledger_opened(&p->ledger, c);
    on_room(c);
}

static void close_list(struct list *conns)
{
    list_each_safe (pos, conns)
        close_now(pool_self_slot(container_of(pos, struct conn, link)),
                  LEDGER_CLOSE_END);
}

void pool_slots_close_all(struct pool *p)
{
    close_list(&p->ready);
    close_list(&p->full);
    close_list(&p->leaving);
}
