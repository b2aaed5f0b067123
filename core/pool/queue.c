#include "pool/queue.h"

#include <assert.h>

#include "base/fault.h"

static struct exchange *first_of(const struct list *l)
{
    return list_is_empty(l) ? NULL
                            : container_of(l->next, struct exchange, link);
}

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
    list_init(&q->returned);
    list_init(&q->fresh);
    list_init(&q->choosy);
    heap_init(&q->expiries);
    q->timer.on_expired = on_timer;
}

void queue_fini(struct queue *q)
{
    assert(q->len == 0);
    loop_disarm(q->loop, &q->timer);
    heap_fini(&q->expiries);
}

static void add(struct queue *q, struct list *to, struct exchange *ex)
{
    ex->state = EXCHANGE_QUEUED;
    list_append(ex->needs_fresh ? &q->choosy : to, &ex->link);
    q->len++;
    q->nchoosy += ex->needs_fresh;
    if (ex->checkout == 0)
        return;
    heap_insert(&q->expiries, &ex->expiry, loop_now(q->loop) + ex->checkout);
    if (heap_first(&q->expiries) == &ex->expiry || !heap_has(&q->timer.node))
        arm(q);
}

void queue_append(struct queue *q, struct exchange *ex)
{
    add(q, &q->fresh, ex);
}

void queue_return(struct queue *q, struct exchange *ex)
{
    add(q, &q->returned, ex);
}

void queue_remove(struct queue *q, struct exchange *ex)
{
    list_remove(&ex->link);
    heap_remove(&q->expiries, &ex->expiry);
    q->len--;
    q->nchoosy -= ex->needs_fresh;
}

struct exchange *queue_take(struct queue *q)
{
    struct exchange *ex = first_of(&q->returned);
    if (ex == NULL)
        ex = first_of(&q->fresh);
    if (ex)
        queue_remove(q, ex);
    return ex;
}

struct exchange *queue_first_choosy(const struct queue *q)
{
    return first_of(&q->choosy);
}

void queue_settle(struct queue *q)
{
    list_each_safe (pos, &q->choosy)
        container_of(pos, struct exchange, link)->needs_fresh = false;
    list_splice(&q->returned, &q->choosy);
    q->nchoosy = 0;
}

void queue_fail_all(struct queue *q, const struct fault *fault,
                    const struct conn_facts *facts)
{
    /* A list of its own: what the callbacks submit is not among these, and
     * what they cancel leaves it. */
    struct list doomed;
    list_init(&doomed);
    list_splice(&doomed, &q->choosy);
    list_splice(&doomed, &q->returned);
    list_splice(&doomed, &q->fresh);
    struct exchange *ex;
    while ((ex = first_of(&doomed)) != NULL) {
        queue_remove(q, ex);
        ex->facts = facts;
        queue_fail_one(ex, fault);
    }
}
