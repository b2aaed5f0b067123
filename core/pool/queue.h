/*
 * queue -- exchanges that wait for a connection, first come first served.
 *
 * Those that a connection gave back had their turn before: they go first, in
 * the order in which they came back.  Those that need a fresh connection are in
 * a row of their own: what serves others may not serve them.  Each may wait for its checkout time;
 * then it fails with ERR_TIMEOUT, told how long it waited among how many.  One
 * that comes back waits anew: the time on a connection was no waiting.
 */
#ifndef CORE_POOL_QUEUE_H
#define CORE_POOL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/heap.h"
#include "http/exchange.h"
#include "io/loop.h"

struct queue {
    struct loop *loop;
    struct list returned;
    struct list fresh;
    struct list choosy; /* struct exchange needs_fresh */
    size_t len;         /* of all three */
    size_t nchoosy;
    struct heap expiries; /* of those that do not wait for ever */
    struct loop_timer timer;
    uint64_t nexpired; /* ever */
};

void queue_init(struct queue *q, struct loop *loop);
void queue_fini(struct queue *q); /* empty by then */

void queue_append(struct queue *q, struct exchange *ex);
/* One that had its turn already. */
void queue_return(struct queue *q, struct exchange *ex);
/* The first that goes on any connection; NULL: none. */
struct exchange *queue_take(struct queue *q);
/* The first that needs a fresh one, and stays; NULL: none. */
struct exchange *queue_first_choosy(const struct queue *q);
void queue_remove(struct queue *q, struct exchange *ex);
/* No fresh connection is to be had: any will do for all. */
void queue_settle(struct queue *q);

/* Ends every exchange that waits now with this fault and these facts. */
void queue_fail_all(struct queue *q, const struct fault *fault,
                    const struct conn_facts *facts);

/* The end of an exchange that is on no connection and in no queue. */
void queue_fail_one(struct exchange *ex, const struct fault *fault);

#endif
