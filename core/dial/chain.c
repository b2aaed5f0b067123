#include "dial/chain.h"

static struct loop *loop_of(const struct chain *c)
{
    return c->dialer->loop;
}

static void close_top(struct chain *c)
{
    if (c->top)
        transport_close(c->top);
    c->top = NULL;
}

static void fail(struct chain *c, const struct fault *why)
{
    c->fault = *why; /* it may live in the transport */
    c->times[c->at].done_at = loop_now(loop_of(c));
    close_top(c);
    c->events->on_failed(c, &c->fault);
}

static void fail_later(struct loop_task *task)
{
    struct chain *c = container_of(task, struct chain, fail_task);
    fail(c, &c->fault);
}

static void on_failed(struct transport *t)
{
    fail(t->owner, &t->fault);
}

static void on_ready(struct transport *t, unsigned ready)
{
    (void)t; /* nobody asked yet */
    (void)ready;
}

static void on_connected(struct transport *t);
static void advance(struct chain *c, struct transport *t);

static const struct transport_events step_events = {
    .on_connected = on_connected,
    .on_ready = on_ready,
    .on_failed = on_failed,
};

static void begin(struct chain *c)
{
    const struct route_step *step = &c->route->steps[c->at];
    const struct step_goal goal = {.dialer = c->dialer,
                                   .addr = c->addr,
                                   .from = step->from,
                                   .to = step->to,
                                   .service = c->service,
                                   .ends = c->ends};
    struct transport *below = c->top;
    c->times[c->at].begun_at = loop_now(loop_of(c));
    c->top = step->ops->start(&goal, below, &c->fault);
    if (c->top == NULL) {
        loop_later(loop_of(c), &c->fail_task);
        return;
    }
    if (c->top == below) {
        advance(c, below);
        return;
    }
    c->top->events = &step_events;
    c->top->owner = c;
}

static void advance(struct chain *c, struct transport *t)
{
    c->times[c->at].done_at = loop_now(loop_of(c));
    if (c->at + 1 == c->route->nsteps) {
        c->top = NULL;
        c->events->on_done(c, t);
        return;
    }
    c->events->on_step(c);
    if (c->top == NULL) /* cancelled; its memory lasts until the reap phase */
        return;
    c->at++;
    begin(c);
}

static void on_connected(struct transport *t)
{
    advance(t->owner, t);
}

void chain_start(struct chain *c, struct dialer *dialer,
                 const struct route *route, const struct addr *addr,
                 const struct svcb *service, const struct chain_events *events)
{
    *c = (struct chain){.events = events,
                        .route = route,
                        .dialer = dialer,
                        .addr = addr,
                        .service = service,
                        .fail_task.run = fail_later};
    begin(c);
}

void chain_tell_ends(struct chain *c, const struct conn_facts *ends)
{
    c->ends = ends;
}

void chain_cancel(struct chain *c)
{
    loop_forget(loop_of(c), &c->fail_task);
    close_top(c);
}
