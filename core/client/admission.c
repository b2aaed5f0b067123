/*
 * How much a host may hold is admission_share.h, in which order hosts come is
 * admission_filing.h.
 *
 * A host is proven by an answer, and no longer when transfers are out and
 * nothing was heard for SILENCE_MAX.  Another host counts as one beside it until
 * nobody has needed that for IDLE_AGE; then it is forgotten.
 *
 * The two rings of hosts, of the proven and of the others, take turns: neither
 * starves.
 */
#include "client/admission.h"

#include "client/admission_filing.h"
#include "client/admission_share.h"

#define SILENCE_MAX (2 * LOOP_S)
#define IDLE_AGE    (5 * LOOP_S)
#define SWEEP_EVERY (1 * LOOP_S)

/* Those that wait or back off that a reader may pile up behind hosts that are
 * held back, before it must stop: so many lines may belong to a stalled host
 * until others feel it. */
#define WAITING_MAX ((size_t)2048)

static uint64_t now_of(const struct admission *a)
{
    return loop_now(a->loop);
}

/* Granting. */

static void take_permit(struct admission *a, struct admission_host *h)
{
    if (h->active++ == 0) {
        list_append(&a->busy, &h->busy_link);
        h->heard_at = now_of(a);
    }
    a->npermits++;
    a->nunproven += !h->is_proven;
}

static void give_back(struct admission *a, struct admission_host *h)
{
    if (--h->active == 0)
        list_remove(&h->busy_link);
    a->npermits--;
    a->nunproven -= !h->is_proven;
}

/* The first that waits at a ready host. */
static void grant(struct admission *a, struct admission_host *h)
{
    struct permit *p = container_of(h->waiting.next, struct permit, link);
    uint64_t now = now_of(a);
    list_remove(&p->link);
    h->nwaiting--;
    a->nwaiting--;
    take_permit(a, h);
    pace_take(&a->pace, now);
    pace_take(&h->pace, now);
    quota_take(&h->quota, now);
    p->state = PERMIT_GRANTED;
    list_append(&a->granted, &p->link);
    loop_later(a->loop, &a->grant_task);
    admission_filing_take_out(a, h); /* to the end of its ring */
    admission_filing_put(a, h);
}

static bool may_start(const struct admission *a, unsigned ring)
{
    return !list_is_empty(&a->ready[ring]) &&
           (ring == 1 || admission_share_is_left_for_unproven(a));
}

/* The host whose turn it is; NULL when none can start anything. */
static struct admission_host *next_host(struct admission *a)
{
    for (unsigned i = 0; i < 2; i++) {
        unsigned ring = (a->turn + i) % 2;
        while (may_start(a, ring)) {
            struct admission_host *h =
                container_of(a->ready[ring].next, struct admission_host, link);
            admission_filing_put(a, h); /* its share may have shrunk */
            if (h->state != ADMISSION_HOST_READY)
                continue;
            a->turn = ring + 1;
            return h;
        }
    }
    return NULL;
}

static bool is_anyone_ready(const struct admission *a)
{
    return admission_share_is_left(a) && (may_start(a, 0) || may_start(a, 1));
}

static void arm_due(struct admission *a)
{
    const struct heap_node *first = heap_first(&a->due);
    uint64_t at = first ? first->key : UINT64_MAX;
    if (is_anyone_ready(a) && a->pace.next < at)
        at = a->pace.next; /* only the rate can have stopped them */
    if (at == UINT64_MAX)
        loop_disarm(a->loop, &a->due_timer);
    else if (!heap_has(&a->due_timer.node) || a->due_timer.node.key != at)
        loop_arm(a->loop, &a->due_timer, at);
}

static bool is_ready(const struct admission *a)
{
    return admission_share_is_left(a) && !may_start(a, 0) && !may_start(a, 1) &&
           a->nwaiting + a->nbacking_off < WAITING_MAX;
}

static void pump(struct admission *a)
{
    struct admission_host *h;
    while (admission_share_is_left(a) && pace_allows(&a->pace, now_of(a)) &&
           (h = next_host(a)) != NULL)
        grant(a, h);
    arm_due(a);
    if (a->was_denied && is_ready(a))
        loop_later(a->loop, &a->ready_task);
}

static void on_grant(struct loop_task *task)
{
    struct admission *a = container_of(task, struct admission, grant_task);
    while (!list_is_empty(&a->granted)) {
        struct permit *p = container_of(a->granted.next, struct permit, link);
        list_remove(&p->link);
        p->state = PERMIT_HELD;
        p->on_start(p);
    }
}

static void on_ready(struct loop_task *task)
{
    struct admission *a = container_of(task, struct admission, ready_task);
    if (!a->was_denied || !is_ready(a))
        return;
    a->was_denied = false;
    if (a->on_ready)
        a->on_ready(a);
}

/* Time. */

static void on_due(struct loop_timer *timer, uint64_t now)
{
    struct admission *a = container_of(timer, struct admission, due_timer);
    struct heap_node *n;
    while ((n = heap_first(&a->due)) != NULL && n->key <= now)
        admission_filing_put(a, container_of(n, struct admission_host, due));
    pump(a);
}

static void find_silent(struct admission *a, uint64_t now)
{
    list_each (pos, &a->busy) {
        struct admission_host *h =
            container_of(pos, struct admission_host, busy_link);
        if (h->is_proven && h->heard_at + SILENCE_MAX <= now)
            admission_filing_set_proven(a, h, false);
    }
}

static void forget_idle(struct admission *a, uint64_t now)
{
    list_each_safe (pos, &a->idle) {
        struct admission_host *h =
            container_of(pos, struct admission_host, link);
        if (h->idle_since + IDLE_AGE <= now && admission_host_due(h) <= now)
            admission_filing_forget(a, h);
    }
    size_t at = 0;
    if (a->hosts.len == 1)
        admission_filing_put(
            a, map_next(&a->hosts, &at)); /* alone, it may have more */
}

static void on_sweep(struct loop_timer *timer, uint64_t now)
{
    struct admission *a = container_of(timer, struct admission, sweep_timer);
    find_silent(a, now);
    forget_idle(a, now);
    if (a->hosts.len > 0)
        loop_arm(a->loop, &a->sweep_timer, now + SWEEP_EVERY);
    pump(a);
}

/* The public face. */

void admission_init(struct admission *a, struct loop *loop,
                    const struct admission_limits *limits)
{
    *a = (struct admission){.loop = loop, .limits = *limits};
    map_init(&a->hosts, (uint64_t)(uintptr_t)a ^ loop_now(loop));
    list_init(&a->ready[0]);
    list_init(&a->ready[1]);
    list_init(&a->idle);
    list_init(&a->busy);
    list_init(&a->granted);
    heap_init(&a->due);
    pace_set(&a->pace, limits->rate);
    a->grant_task.run = on_grant;
    a->ready_task.run = on_ready;
    a->due_timer.on_expired = on_due;
    a->sweep_timer.on_expired = on_sweep;
}

void admission_fini(struct admission *a)
{
    size_t at = 0;
    struct admission_host *h;
    while ((h = map_next(&a->hosts, &at)) != NULL)
        admission_filing_forget(a, h);
    map_fini(&a->hosts);
    heap_fini(&a->due);
    loop_disarm(a->loop, &a->due_timer);
    loop_disarm(a->loop, &a->sweep_timer);
    loop_forget(a->loop, &a->grant_task);
    loop_forget(a->loop, &a->ready_task);
}

/* Takes the permit out of its host without filing that. */
static struct admission_host *withdraw(struct admission *a, struct permit *p)
{
    struct admission_host *h = p->host;
    switch (p->state) {
    case PERMIT_OUT:
        break;
    case PERMIT_WAITING:
        list_remove(&p->link);
        h->nwaiting--;
        a->nwaiting--;
        break;
    case PERMIT_GRANTED:
        list_remove(&p->link);
        give_back(a, h);
        break;
    case PERMIT_HELD:
        give_back(a, h);
        break;
    case PERMIT_BACKING_OFF:
        h->backing_off--;
        a->nbacking_off--;
        break;
    case PERMIT_RELEASED:
        h->released--;
        break;
    }
    p->host = NULL;
    p->state = PERMIT_OUT;
    return h;
}

static struct admission_host *wait_at(struct admission *a, struct permit *p,
                                      const struct admission_wish *wish)
{
    struct admission_host *h = admission_filing_get(a, wish->key);
    if (!heap_has(&a->sweep_timer.node))
        loop_arm(a->loop, &a->sweep_timer, now_of(a) + SWEEP_EVERY);
    pace_set(&h->pace, wish->rate);
    p->host = h;
    p->state = PERMIT_WAITING;
    if (wish->is_first)
        list_prepend(&h->waiting, &p->link);
    else
        list_append(&h->waiting, &p->link);
    h->nwaiting++;
    a->nwaiting++;
    admission_filing_put(a, h);
    return h;
}

void admission_enter(struct admission *a, struct permit *p,
                     const struct admission_wish *wish)
{
    struct admission_host *before = withdraw(a, p);
    wait_at(a, p, wish);
    if (before)
        admission_filing_put(a, before);
    pump(a);
}

void admission_move(struct admission *a, struct permit *p,
                    const struct admission_wish *wish)
{
    struct admission_host *before = withdraw(a, p);
    struct admission_host *h = wait_at(a, p, wish);
    /* Before anybody else can take the permit that it brings. */
    if (h->state == ADMISSION_HOST_READY && admission_share_is_left(a) &&
        pace_allows(&a->pace, now_of(a)) &&
        (h->is_proven || admission_share_is_left_for_unproven(a)))
        grant(a, h);
    admission_filing_put(a, before);
    pump(a);
}

void admission_back_off(struct admission *a, struct permit *p)
{
    struct admission_host *h = withdraw(a, p);
    p->host = h;
    p->state = PERMIT_BACKING_OFF;
    h->backing_off++;
    a->nbacking_off++;
    admission_filing_put(a, h);
    pump(a);
}

void admission_release(struct admission *a, struct permit *p)
{
    struct admission_host *h = withdraw(a, p);
    p->host = h;
    p->state = PERMIT_RELEASED;
    h->released++;
    admission_filing_put(a, h);
    pump(a);
}

void admission_leave(struct admission *a, struct permit *p)
{
    struct admission_host *h = withdraw(a, p);
    if (h == NULL)
        return;
    admission_filing_put(a, h);
    pump(a);
}

void admission_heard(struct admission *a, struct permit *p)
{
    struct admission_host *h = p->host;
    h->heard_at = now_of(a);
    if (h->is_proven)
        return;
    admission_filing_set_proven(a, h, true);
    pump(a);
}

void admission_hold(struct admission *a, struct permit *p, uint64_t until)
{
    struct admission_host *h = p->host;
    if (until <= h->hold_until)
        return;
    h->hold_until = until;
    admission_filing_put(a, h);
    arm_due(a);
}

void admission_quota(struct admission *a, struct permit *p,
                     const struct fields *fields)
{
    struct admission_host *h = p->host;
    if (h == NULL)
        return;
    size_t others = h->active > 0 ? h->active - 1 : 0;
    quota_heard(&h->quota, fields, others, now_of(a));
    admission_filing_put(a, h);
    arm_due(a);
}

bool admission_is_ready(struct admission *a)
{
    a->was_denied = !is_ready(a);
    return !a->was_denied;
}
