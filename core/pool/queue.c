#include "pool/queue.h"

#include <assert.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"

/* A turn of one that was not given back; the others come before it. */
#define TURN_FIRST_TIME (UINT64_C(1) << 63)

/* Not moved when the first one leaves: most leave in time, and one expiry for
 * nothing costs less than a move for each. */
static void arm(struct queue *q)
{
    const struct heap_node *first = heap_first(&q->expiries);
    if (first)
        loop_arm(q->loop, &q->timer, first->key);
}

void queue_fail_one(struct exchange *ex, const struct fault *fault)
{
    ex->state = EXCHANGE_DONE;
    ex->conn = NULL;
    ex->sink->on_done(ex, fault);
}

static void expire(struct queue *q, struct exchange *ex, uint64_t now)
{
    struct fault fault;
    uint64_t waited = now - (ex->expiry.key - ex->checkout);
    fault_set(&fault, ERR_TIMEOUT, 0,
              "waited %llu ms for a connection, %zu requests queued",
              (unsigned long long)(waited / LOOP_MS), q->len);
    queue_remove(q, ex);
    q->nexpired++;
    queue_fail_one(ex, &fault);
}

static void on_timer(struct loop_timer *t, uint64_t now)
{
    struct queue *q = container_of(t, struct queue, timer);
    struct heap_node *first;
    while ((first = heap_first(&q->expiries)) != NULL && first->key <= now)
        expire(q, container_of(first, struct exchange, expiry), now);
    arm(q);
}

void queue_init(struct queue *q, struct loop *loop)
{
    *q = (struct queue){.loop = loop};
    list_init(&q->rows);
    heap_init(&q->expiries);
    q->timer.on_expired = on_timer;
}

void queue_fini(struct queue *q)
{
    assert(q->len == 0);
    list_each_safe (pos, &q->rows)
        free(container_of(pos, struct queue_row, link));
    loop_disarm(q->loop, &q->timer);
    heap_fini(&q->expiries);
}

/* ---- rows ---- */

static struct queue_row *new_row(struct queue *q, unsigned needs, bool is_fresh)
{
    struct queue_row *row = XALLOC_NEW(struct queue_row);
    *row = (struct queue_row){.needs = needs, .is_fresh = is_fresh};
    list_init(&row->returned);
    list_init(&row->waiting);
    list_append(&q->rows, &row->link);
    return row;
}

static struct queue_row *get_row(struct queue *q, const struct exchange *ex)
{
    list_each (pos, &q->rows) {
        struct queue_row *row = container_of(pos, struct queue_row, link);
        if (row->needs == ex->needs && row->is_fresh == ex->needs_fresh)
            return row;
    }
    return new_row(q, ex->needs, ex->needs_fresh);
}

static void enter(struct queue *q, struct exchange *ex, bool is_returned)
{
    struct queue_row *row = get_row(q, ex);
    ex->row = row;
    ex->turn = ++q->last_turn | (is_returned ? 0 : TURN_FIRST_TIME);
    list_append(is_returned ? &row->returned : &row->waiting, &ex->link);
    row->len++;
    q->len++;
}

static void leave(struct queue *q, struct exchange *ex)
{
    list_remove(&ex->link);
    ex->row->len--;
    ex->row = NULL;
    q->len--;
}

/* ---- who comes and goes ---- */

static void add(struct queue *q, struct exchange *ex, bool is_returned)
{
    ex->state = EXCHANGE_QUEUED;
    enter(q, ex, is_returned);
    if (ex->checkout == 0)
        return;
    heap_insert(&q->expiries, &ex->expiry, loop_now(q->loop) + ex->checkout);
    if (heap_first(&q->expiries) == &ex->expiry || !heap_has(&q->timer.node))
        arm(q);
}

void queue_append(struct queue *q, struct exchange *ex)
{
    add(q, ex, false);
}

void queue_return(struct queue *q, struct exchange *ex)
{
    add(q, ex, true);
}

void queue_remove(struct queue *q, struct exchange *ex)
{
    leave(q, ex);
    heap_remove(&q->expiries, &ex->expiry);
}

/* ---- whose turn it is ---- */

void queue_begin(struct queue *q)
{
    list_each (pos, &q->rows)
        container_of(pos, struct queue_row, link)->is_passed = false;
}

struct exchange *queue_first(const struct queue_row *row)
{
    const struct list *from =
        list_is_empty(&row->returned) ? &row->waiting : &row->returned;
    return container_of(from->next, struct exchange, link);
}

static bool is_before(const struct exchange *a, const struct exchange *b)
{
    if (a->needs_fresh != b->needs_fresh)
        return a->needs_fresh;
    return a->turn < b->turn;
}

struct exchange *queue_next(const struct queue *q)
{
    struct exchange *next = NULL;
    list_each (pos, &q->rows) {
        struct queue_row *row = container_of(pos, struct queue_row, link);
        if (row->len == 0 || row->is_passed)
            continue;
        struct exchange *first = queue_first(row);
        if (next == NULL || is_before(first, next))
            next = first;
    }
    return next;
}

void queue_pass(struct exchange *ex)
{
    ex->row->is_passed = true;
}

/* ---- the ways out ---- */

static void settle_row(struct queue *q, struct queue_row *row)
{
    while (row->len > 0) {
        struct exchange *ex = queue_first(row);
        leave(q, ex);
        ex->needs_fresh = false;
        enter(q, ex, true);
    }
}

void queue_settle(struct queue *q)
{
    list_each (pos, &q->rows) {
        struct queue_row *row = container_of(pos, struct queue_row, link);
        if (row->is_fresh)
            settle_row(q, row);
    }
}

static void fail_until(struct queue *q, struct queue_row *row, uint64_t last,
                       const struct fault *fault,
                       const struct conn_facts *facts)
{
    while (row->len > 0) {
        struct exchange *ex = queue_first(row);
        if ((ex->turn & ~TURN_FIRST_TIME) > last)
            return;
        queue_remove(q, ex);
        ex->facts = facts;
        queue_fail_one(ex, fault);
    }
}

/* Only those that are there now: what a callback submits is not among them,
 * and what it cancels leaves its row. */
void queue_fail_row(struct queue *q, struct queue_row *row,
                    const struct fault *fault, const struct conn_facts *facts)
{
    fail_until(q, row, q->last_turn, fault, facts);
}

void queue_fail_all(struct queue *q, const struct fault *fault,
                    const struct conn_facts *facts)
{
    uint64_t last = q->last_turn;
    list_each (pos, &q->rows)
        fail_until(q, container_of(pos, struct queue_row, link), last, fault,
                   facts);
}
