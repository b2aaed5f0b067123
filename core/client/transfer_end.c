/*
 * The end of a transfer: with a result, or cancelled without a word.
 */
#include "client/client_counters.h"
#include "client/flight.h"
#include "client/result.h"
#include "client/retry.h"

/* Out of every list and timer; the memory goes at the end of the turn, or at
 * once when no callback can be in it. */
static void retire(struct transfer *t)
{
    struct client *c = t->client;
    if (t->flight && t->flight->is_stopping && !t->flight->is_begun)
        c->nstopping--;
    transfer_end_wait(t);
    admission_leave(&c->admission, &t->permit);
    loop_disarm(c->loop, &t->timer);
    if (t->flight == NULL) {
        transfer_free(c, t);
        return;
    }
    t->flight->to_free = t;
    flight_retire(t);
}

static void on_done_due(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, done_task);
    struct client *client = f->client;
    struct transfer *t = f->transfer;
    struct qv_transfer *face = t->face;
    t->face = NULL;
    face->state = NULL;
    client_hold(client); /* on_done() may start the next one */
    client_remove(client, &t->work);
    retire(t);
    face->ops->on_done(face, f->result);
    client_release(client);
}

void transfer_finish(struct transfer *t, const struct fault *fault)
{
    struct flight *f = t->flight;
    if (fault == NULL)
        retry_on_success(f);
    f->result = arena_alloc(&f->arena, sizeof *f->result);
    result_fill(f->result, f, fault);
    if (t->started_at == 0)
        client_counters_started(t); /* and at once over */
    client_counters_ended(t, fault);
    f->hop.is_over = true; /* its bytes are counted with the ended */
    f->done_task.run = on_done_due;
    loop_soon(t->client->loop, &f->done_task);
}

void transfer_cancel(struct transfer *t)
{
    struct client *client = t->client;
    if (t->flight && t->flight->ex.state != EXCHANGE_DONE) {
        pool_cancel(&t->flight->ex);
        client_counters_hop(t);
    }
    if (t->flight == NULL || t->flight->result == NULL)
        client_counters_cancelled(t);
    t->face->state = NULL;
    t->face = NULL;
    client_remove(client, &t->work);
    retire(t);
}
