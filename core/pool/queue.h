/*
 * queue -- exchanges that wait for a connection, first come first served.
 *
 * Each may wait for the checkout time of its pool; then it fails with
 * ERR_TIMEOUT, told how long it waited among how many.
 */
#ifndef CORE_POOL_QUEUE_H
#define CORE_POOL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "http/exchange.h"
#include "io/loop.h"

struct queue {
    struct loop *loop;
    uint64_t checkout; /* ns; 0: wait for ever */
    struct list exchanges;
    size_t len;
    struct loop_timer expiry; /* of the one that waits longest */
};

void queue_init(struct queue *q, struct loop *loop, uint64_t checkout);
void queue_fini(struct queue *q); /* empty by then */

void queue_append(struct queue *q, struct exchange *ex);
/* One that had its turn already. */
void queue_prepend(struct queue *q, struct exchange *ex);
struct exchange *queue_take(struct queue *q); /* the first; NULL: none */
void queue_remove(struct queue *q, struct exchange *ex);

/* Ends every exchange that waits now with this fault and these facts. */
void queue_fail_all(struct queue *q, const struct fault *fault,
                    const struct conn_facts *facts);

/* The end of an exchange that is on no connection and in no queue. */
void queue_fail_one(struct exchange *ex, const struct fault *fault);

#endif
