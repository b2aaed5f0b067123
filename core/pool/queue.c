#include "pool/queue.h"

#include <assert.h>

#include "base/fault.h"

static struct exchange *first(const struct queue *q)
{
    return list_is_empty(&q->exchanges)
               ? NULL
               : container_of(q->exchanges.next, struct exchange, link);
}

static void arm(struct queue *q)
{
    const struct exchange *ex = first(q);
    if (q->checkout == 0)
        return;
    if (ex)
        loop_arm(q->loop, &q->expiry, ex->queued_at + q->checkout);
    else
        loop_disarm(q->loop, &q->expiry);
}

void queue_fail_one(struct exchange *ex, const struct fault *fault)
{
    ex->state = EXCHANGE_DONE;
    ex->conn = NULL;
    ex->sink->on_done(ex, fault);
}

static void on_expiry(struct loop_timer *t, uint64_t now)
{
    struct queue *q = container_of(t, struct queue, expiry);
    const struct exchange *ex;
    while ((ex = first(q)) != NULL && ex->queued_at + q->checkout <= now) {
        struct fault fault;
        fault_set(&fault, ERR_TIMEOUT, 0,
                  "waited %llu ms for a connection, %zu requests queued",
                  (unsigned long long)((now - ex->queued_at) / LOOP_MS),
                  q->len);
        queue_fail_one(queue_take(q), &fault);
    }
    arm(q);
}

void queue_init(struct queue *q, struct loop *loop, uint64_t checkout)
{
    *q = (struct queue){.loop = loop, .checkout = checkout};
    list_init(&q->exchanges);
    q->expiry.on_expired = on_expiry;
}

void queue_fini(struct queue *q)
{
    assert(q->len == 0);
    loop_disarm(q->loop, &q->expiry);
}

void queue_append(struct queue *q, struct exchange *ex)
{
    ex->state = EXCHANGE_QUEUED;
    list_append(&q->exchanges, &ex->link);
    if (q->len++ == 0)
        arm(q);
}

void queue_prepend(struct queue *q, struct exchange *ex)
{
    ex->state = EXCHANGE_QUEUED;
    list_prepend(&q->exchanges, &ex->link);
    q->len++;
    arm(q);
}

void queue_remove(struct queue *q, struct exchange *ex)
{
    list_remove(&ex->link);
    q->len--;
    arm(q);
}

struct exchange *queue_take(struct queue *q)
{
    struct exchange *ex = first(q);
    if (ex)
        queue_remove(q, ex);
    return ex;
}

void queue_fail_all(struct queue *q, const struct fault *fault,
                    const struct conn_facts *facts)
{
    /* What the callbacks submit waits behind the last of these. */
    for (size_t n = q->len; n > 0 && q->len > 0; n--) {
        struct exchange *ex = queue_take(q);
        ex->facts = facts;
        queue_fail_one(ex, fault);
    }
}
