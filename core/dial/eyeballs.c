#include "dial/eyeballs.h"

#include "base/fault.h"

static struct loop *loop_of(const struct eyeballs *e)
{
    return e->goal->dialer->loop;
}

static uint64_t stagger(const struct eyeballs *e)
{
    return route_origin(e->goal->route)->settings->timeouts.eyeballs;
}

static void set_done(struct eyeballs *e)
{
    e->state = EYEBALLS_DONE;
    loop_disarm(loop_of(e), &e->stagger);
}

static void cancel_attempts(struct eyeballs *e,
                            const struct connect_attempt *but,
                            enum attempt_result how)
{
    list_each_safe (pos, &e->attempts) {
        struct connect_attempt *a =
            container_of(pos, struct connect_attempt, link);
        if (a != but)
            a->ops->cancel(a, how);
    }
}

/* A certificate that is not trusted says more than a handshake that fails, that
 * more than a refused port, and that more than an address to which nothing leads
 * from where --interface says. */
static int weight(enum err code)
{
    if (err_is_distrust(code))
        return 3;
    if (code == ERR_CONNECT || code == ERR_TIMEOUT)
        return 1;
    return code == ERR_INTERFACE ? 0 : 2;
}

/* The first of equals is the one to report. */
static void keep_fault(struct eyeballs *e, const struct fault *fault)
{
    bool is_more = weight(fault->code) > weight(e->fault.code);
    if (e->nfailed == 0 || is_more)
        e->fault = *fault;
    e->nfailed++;
}

static void on_reached(struct connect_attempt *a)
{
    struct eyeballs *e = a->owner;
    e->is_reached = true;
    loop_disarm(loop_of(e), &e->stagger);
    cancel_attempts(e, a, ATTEMPT_LOST);
}

static void on_won(struct connect_attempt *a, struct conn *c)
{
    struct eyeballs *e = a->owner;
    set_done(e);
    cancel_attempts(e, a, ATTEMPT_LOST);
    e->on_won(e, c);
}

static void on_failed(struct connect_attempt *a, const struct fault *fault)
{
    struct eyeballs *e = a->owner;
    keep_fault(e, fault);
    loop_disarm(loop_of(e), &e->stagger); /* the next need not wait */
    if (e->is_reached) { /* it answered, but not as it should */
        set_done(e);
        e->on_failed(e);
        return;
    }
    eyeballs_go(e);
}

static const struct connect_attempt_events events = {
    .on_reached = on_reached,
    .on_won = on_won,
    .on_failed = on_failed,
};

static void on_stagger(struct loop_timer *timer, uint64_t now)
{
    (void)now;
    eyeballs_go(container_of(timer, struct eyeballs, stagger));
}

void eyeballs_init(struct eyeballs *e)
{
    e->state = EYEBALLS_IDLE;
    list_init(&e->attempts);
    e->stagger = (struct loop_timer){.on_expired = on_stagger};
}

void eyeballs_go(struct eyeballs *e)
{
    if (e->state == EYEBALLS_DONE || e->is_reached ||
        heap_has(&e->stagger.node))
        return;
    e->state = EYEBALLS_RUNNING;
    const struct addr *addr = candidates_next(e->candidates, &e->cursor);
    if (addr) {
        struct connect_attempt *a = e->kind->start(e->goal, addr);
        a->events = &events;
        a->owner = e;
        list_append(&e->attempts, &a->link);
        loop_arm(loop_of(e), &e->stagger, loop_now(loop_of(e)) + stagger(e));
        return;
    }
    loop_disarm(loop_of(e), &e->stagger);
    if (!list_is_empty(&e->attempts) || e->more_expected)
        return;
    set_done(e);
    if (e->nfailed == 0)
        fault_set(&e->fault, ERR_CONNECT, 0, "no address to connect to");
    e->on_failed(e);
}

void eyeballs_give_up(struct eyeballs *e, const struct fault *why)
{
    set_done(e);
    e->fault = *why;
}

bool eyeballs_was_heard(const struct eyeballs *e)
{
    list_each (pos, &e->attempts) {
        const struct connect_attempt *a =
            container_of(pos, struct connect_attempt, link);
        if (a->ops->was_heard(a))
            return true;
    }
    return false;
}

void eyeballs_note_heard(const struct eyeballs *e)
{
    list_each (pos, &e->attempts)
        connect_attempt_note_heard(
            container_of(pos, struct connect_attempt, link));
}

void eyeballs_cancel(struct eyeballs *e, enum attempt_result how)
{
    if (e->state == EYEBALLS_IDLE) {
        e->state = EYEBALLS_DONE;
        return;
    }
    set_done(e);
    cancel_attempts(e, NULL, how);
}
