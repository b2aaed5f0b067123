/*
 * The sink of an exchange may not end the exchange from inside a callback, so
 * a wish to stop (file too large, output gone, time is up) is noted, further
 * bytes are dropped, and stop_task does it at the end of the turn.
 *
 * How a transfer gets its permit is in transfer_start.c, what happens in flight
 * in hops.c, how the bytes of a response go through it in response.c, how it is
 * tried again in retry.c, how it ends in transfer_end.c.
 */
#include "client/transfer.h"

#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/flight.h"
#include "http/story.h"

/* Kept for later. */
#define FREE_MAX ((size_t)1024)

static struct loop *loop_of(const struct transfer *t)
{
    return t->client->loop;
}

static void destroy(struct spare *s)
{
    free(container_of(s, struct transfer, spare));
}

struct transfer *transfer_new(struct client *c)
{
    struct spare *spare = spares_take(&c->transfers);
    if (spare == NULL)
        return XALLOC_NEW(struct transfer);
    struct transfer *t = container_of(spare, struct transfer, spare);
    *t = (struct transfer){.face = NULL};
    return t;
}

void transfer_free(struct client *c, struct transfer *t)
{
    free(t->tries);
    t->tries = NULL;
    story_free(t->story);
    t->story = NULL;
    resume_fini(&t->resume);
    body_digest_free(t->repr_digest);
    t->repr_digest = NULL;
    spares_put(&c->transfers, &t->spare, FREE_MAX, destroy);
}

void transfer_end_wait(struct transfer *t)
{
    t->client->nready -= t->is_ready;
    t->is_ready = false;
}

void transfer_stop(struct transfer *t, const struct fault *why)
{
    if (t->flight == NULL || t->is_ready) {
        /* It holds no permit and will not need one. */
        transfer_end_wait(t);
        admission_leave(&t->client->admission, &t->permit);
        loop_disarm(loop_of(t), &t->timer);
    }
    if (t->flight == NULL)
        flight_take(t);
    struct flight *f = t->flight;
    if (f->is_stopping)
        return;
    f->is_stopping = true;
    f->stop = ARENA_NEW(&f->arena, struct fault);
    *f->stop = *why;
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

void transfer_pause(struct transfer *t)
{
    struct flight *f = t->flight;
    if (f == NULL)
        return;
    f->is_paused = true;
    f->flow = FLOW_PAUSED;
}

void transfer_resume(struct transfer *t)
{
    struct flight *f = t->flight;
    if (f == NULL || f->flow != FLOW_PAUSED || !f->is_paused)
        return;
    f->is_paused = false;
    slowness_forgive(&f->slowness);
    flight_go_on(f);
}
