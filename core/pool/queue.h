/*
 * queue -- exchanges that wait for a connection.
 *
 * Exchanges that the same connections may serve wait in one row, first come
 * first served: a row for those that any connection serves, and one for each
 * set of needs that occurs.  So whoever waits for what is not there stands in
 * nobody's way, and nobody looks for the next one behind those.
 *
 * Between rows it is the turn that counts.  Exchanges that a connection gave
 * back had theirs before: they go first, in the order in which they came back.
 * Before all others come those that need a fresh connection: what serves the
 * others may not serve them.
 *
 * Each may wait for its checkout time; then it fails with ERR_TIMEOUT, told
 * how long it waited among how many.  One that comes back waits anew: the time
 * on a connection was no waiting.
 */
#ifndef CORE_POOL_QUEUE_H
#define CORE_POOL_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/heap.h"
#include "http/exchange.h"
#include "io/loop.h"

/* At most one for each set of needs: a look at all rows is a short one. */
struct queue_row {
    struct list link; /* in the queue */
    unsigned needs;   /* of enum feature; of every exchange in it */
    bool is_fresh;    /* they need a fresh connection */
    bool is_passed;   /* nothing for it, in the round of queue_next() */
    struct list returned;
    struct list waiting;
    size_t len; /* of both */
};

struct queue {
    struct loop *loop;
    struct list rows;
    size_t len;
    uint64_t last_turn;
    struct heap expiries; /* of those that do not wait for ever */
    struct loop_timer timer;
    uint64_t nexpired; /* ever */
};

void queue_init(struct queue *q, struct loop *loop);
void queue_fini(struct queue *q); /* empty by then */

void queue_append(struct queue *q, struct exchange *ex);
/* The exchange had its turn, and a connection gave it back: it goes before
 * those that had none. */
void queue_return(struct queue *q, struct exchange *ex);
void queue_remove(struct queue *q, struct exchange *ex);

/*
 * A round: queue_begin(), then the exchange whose turn it is, again and again.
 * The caller removes it, or passes its row over for this round: what does not
 * serve the first of a row serves none in it.  NULL: every row is empty or was
 * passed over.
 */
void queue_begin(struct queue *q);
struct exchange *queue_next(const struct queue *q);
void queue_pass(struct exchange *ex);

/* The exchange whose turn comes first in a row that is not empty. */
struct exchange *queue_first(const struct queue_row *row);
/* No fresh connection is to be had: from now on the exchanges that need one
 * take any. */
void queue_settle(struct queue *q);

/* Ends every exchange that waits now, or waits in this row, with this fault
 * and these facts. */
void queue_fail_all(struct queue *q, const struct fault *fault,
                    const struct conn_facts *facts);
void queue_fail_row(struct queue *q, struct queue_row *row,
                    const struct fault *fault, const struct conn_facts *facts);

/* Ends an exchange that is on no connection and in no queue, with this
 * fault. */
void queue_fail_one(struct exchange *ex, const struct fault *fault);

#endif
