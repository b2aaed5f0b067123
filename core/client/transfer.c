/*
 * The life of a transfer: how it begins and ends.  How it gets its permit is in
 * transfer_start.c, what happens in flight in hops.c, how the bytes of a
 * response go through it in response.c, how it is tried again in retry.c.
 *
 * The sink of an exchange may not end the exchange from inside a callback, so
 * a wish to stop (file too large, output gone, time is up) is noted, further
 * bytes are dropped, and stop_task does it at the end of the turn.
 */
#include "client/transfer.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/flight.h"
#include "client/hops.h"
#include "client/result.h"
#include "client/retry.h"
#include "client/retry_back_off.h"
#include "client/transfer_start.h"

/* Kept for later. */
#define FREE_MAX ((size_t)1024)

static struct loop *loop_of(const struct transfer *t)
{
    return t->client->loop;
}

/* Memory. */

static struct transfer *take_memory(struct client *c)
{
    struct transfer *t = c->free_transfers;
    if (t == NULL)
        return XALLOC_NEW(struct transfer);
    c->free_transfers = t->next_free;
    c->nfree_transfers--;
    *t = (struct transfer){.face = NULL};
    return t;
}

void transfer_free(struct client *c, struct transfer *t)
{
    free(t->tries);
    t->tries = NULL;
    if (c->nfree_transfers >= FREE_MAX) {
        free(t);
        return;
    }
    t->next_free = c->free_transfers;
    c->free_transfers = t;
    c->nfree_transfers++;
}

void transfer_free_all(struct client *c)
{
    while (c->free_transfers) {
        struct transfer *t = c->free_transfers;
        c->free_transfers = t->next_free;
        free(t);
    }
    c->nfree_transfers = 0;
}

/* Out of every list and timer; the memory goes at the end of the turn, or at
 * once when no callback can be in it. */
static void retire(struct transfer *t)
{
    struct client *c = t->client;
    if (t->flight && t->flight->is_stopping && !t->flight->is_begun)
        c->nstopping--;
    admission_leave(&c->admission, &t->permit);
    loop_disarm(c->loop, &t->timer);
    if (t->flight == NULL) {
        transfer_free(c, t);
        return;
    }
    t->flight->to_free = t;
    flight_retire(t);
}

/* Ends. */

void transfer_finish(struct transfer *t, const struct fault *fault)
{
    struct qv_transfer *face = t->face;
    struct client *client = t->client;
    struct qv_result result;
    if (fault == NULL)
        retry_on_success(t->flight);
    result_fill(&result, t->flight, fault);
    if (t->started_at == 0)
        client_counters_started(t); /* and at once over */
    client_counters_ended(t, fault);
    t->face = NULL;
    face->state = NULL;
    client_hold(client); /* on_done() may start the next one */
    client_remove(client, &t->work);
    retire(t);
    face->ops->on_done(face, &result);
    client_release(client);
}

void transfer_cancel(struct transfer *t)
{
    struct client *client = t->client;
    if (t->flight && t->flight->ex.state != EXCHANGE_DONE) {
        pool_cancel(&t->flight->ex);
        hops_account(t->flight);
    }
    client_counters_cancelled(t);
    t->face->state = NULL;
    t->face = NULL;
    client_remove(client, &t->work);
    retire(t);
}

void transfer_on_stop(struct loop_task *task)
{
    struct flight *f = container_of(task, struct flight, stop_task);
    struct transfer *t = f->transfer;
    if (f->ex.state != EXCHANGE_DONE)
        pool_cancel(&f->ex);
    if (!f->hop.is_over)
        hops_account(f);
    if (f->stop.code == ERR_NONE) {
        f->is_stopping = false;
        hops_over(f); /* a long body that nobody wanted */
        return;
    }
    struct fault why = f->stop;
    struct retry_plan plan = retry_on_stop(f, &why);
    if (plan.when == RETRY_LATER)
        retry_back_off(t, &why, &plan);
    else if (plan.when == RETRY_NEVER)
        transfer_finish(t, &why);
}

void transfer_stop(struct transfer *t, const struct fault *why)
{
    if (t->flight == NULL) {
        /* It holds no permit and will not need one. */
        admission_leave(&t->client->admission, &t->permit);
        loop_disarm(loop_of(t), &t->timer);
        flight_take(t);
    }
    struct flight *f = t->flight;
    if (f->is_stopping)
        return;
    f->is_stopping = true;
    f->stop = *why;
    if (!f->is_begun)
        t->client->nstopping++;
    loop_later(loop_of(t), &f->stop_task);
}

void transfer_fail(struct transfer *t, enum err code, const char *text)
{
    struct fault fault;
    fault_set(&fault, code, 0, "%s", text);
    if (t->flight && t->flight->is_stopping)
        return;
    transfer_stop(t, &fault);
    t->flight->is_final = true;
}

/* As the client sees it. */

static void cancel_work(struct client_work *w)
{
    transfer_cancel(container_of(w, struct transfer, work));
}

/* The hops before have been counted when they ended. */
static void count_work(const struct client_work *w, uint64_t *in, uint64_t *out)
{
    const struct flight *f = container_of(w, struct transfer, work)->flight;
    if (f == NULL || f->hop.is_over)
        return;
    *in += f->ex.bytes_head_received + f->ex.bytes_body_received;
    *out += f->ex.bytes_head_sent + f->ex.bytes_body_sent;
}

static const struct client_work_ops work_ops = {
    .cancel = cancel_work,
    .count = count_work,
};

/* The beginning. */

void transfer_start(struct client *c, struct qv_transfer *face,
                    const struct qv_request *ask)
{
    struct transfer *t = take_memory(c);
    t->face = face;
    t->client = c;
    t->ask = ask;
    t->id = c->next_xfer_id++;
    face->state = t;
    t->work.ops = &work_ops;
    t->permit.on_start = transfer_start_on_permit;
    client_add(c, &t->work);
    transfer_start_try(t);
}

void transfer_resume(struct transfer *t)
{
    struct flight *f = t->flight;
    if (f == NULL || f->flow != FLOW_PAUSED)
        return;
    f->flow = FLOW_RESUMED;
    loop_later(loop_of(t), &f->resume_task);
}
