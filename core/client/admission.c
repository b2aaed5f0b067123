/*
 * A host that is slow, stalled or dead would in time hold every permit, because
 * its transfers do not end; the others would stand still.  So what a host may
 * hold depends on what it has shown (permits: the limit in all, quarter: a
 * fourth of them, at least one):
 *
 *   proven, alone                all permits
 *   proven, beside others        all but a quarter
 *   not proven, alone            all but a quarter
 *   not proven, beside others    a quarter
 *
 * A host is proven by an answer, and no longer when transfers are out and
 * nothing was heard for SILENCE_MAX.  "Beside others" means that another host
 * was seen within IDLE_AGE.  Once some host is proven, all that are not hold
 * together no more than all but a quarter: many dead hosts are no worse than
 * one.
 *
 * A host with something to start is in one of two rings, that of the proven or
 * that of the others, and moves to the end of it with each start.  The rings
 * take turns, so neither starves.  A host that waits for its time (rate, hold)
 * is in a heap; one that has all it may have is nowhere, and filed again when
 * that changes.  So a start costs O(log hosts), however many wait.
 *
 * Hosts that nobody needs are forgotten after IDLE_AGE, or when there are too
 * many of them: a million different hosts take no memory.
 */
#include "client/admission.h"

#include "base/xalloc.h"

#define SILENCE_MAX (2 * LOOP_S)
#define IDLE_AGE    (5 * LOOP_S)
#define SWEEP_EVERY (1 * LOOP_S)
#define IDLE_MAX    ((size_t)1024)

/* Those that wait or back off that a reader may pile up behind hosts that are
 * held back, before it must stop: so many lines may belong to a stalled host
 * until others feel it. */
#define WAITING_MAX ((size_t)2048)

static uint64_t now_of(const struct admission *a)
{
    return loop_now(a->loop);
}

/* What a host may hold. */

static size_t quarter(const struct admission *a)
{
    return a->limits.permits < 8 ? 1 : a->limits.permits / 4;
}

static size_t all_but_a_quarter(const struct admission *a)
{
    return a->limits.permits > 1 ? a->limits.permits - quarter(a) : 1;
}

static size_t share(const struct admission *a, const struct admission_host *h)
{
    bool is_alone = a->hosts.len == 1;
    if (a->limits.permits == 0)
        return SIZE_MAX;
    if (h->is_proven)
        return is_alone ? a->limits.permits : all_but_a_quarter(a);
    return is_alone ? all_but_a_quarter(a) : quarter(a);
}

static bool may_have_more(const struct admission *a,
                          const struct admission_host *h)
{
    if (a->limits.permits_host && h->active >= a->limits.permits_host)
        return false;
    return h->active < share(a, h);
}

static bool has_permit(const struct admission *a)
{
    return a->limits.permits == 0 || a->npermits < a->limits.permits;
}

/* For any host that is not proven. */
static bool has_permit_for_unproven(const struct admission *a)
{
    return a->limits.permits == 0 || a->nproven == 0 ||
           a->nunproven < all_but_a_quarter(a);
}

/* Filing hosts. */

static void unfile(struct admission *a, struct admission_host *h)
{
    if (h->state == ADMISSION_HOST_IDLE)
        a->nidle--;
    list_remove(&h->link);
    heap_remove(&a->due, &h->due);
    h->state = ADMISSION_HOST_UNFILED;
}

static void forget(struct admission *a, struct admission_host *h)
{
    unfile(a, h);
    a->nproven -= h->is_proven;
    map_remove(&a->hosts, h->key);
    admission_host_free(h);
}

static enum admission_host_state state_of(const struct admission *a,
                                          const struct admission_host *h)
{
    if (admission_host_is_idle(h))
        return ADMISSION_HOST_IDLE;
    if (h->nwaiting == 0 || !may_have_more(a, h))
        return ADMISSION_HOST_UNFILED;
    return admission_host_due(h) > now_of(a) ? ADMISSION_HOST_DUE
                                             : ADMISSION_HOST_READY;
}

/* Puts the host where it belongs now; one that is ready keeps its turn. */
static void file(struct admission *a, struct admission_host *h)
{
    enum admission_host_state state = state_of(a, h);
    if (state == h->state && state != ADMISSION_HOST_DUE)
        return;
    unfile(a, h);
    h->state = state;
    switch (state) {
    case ADMISSION_HOST_UNFILED:
        break;
    case ADMISSION_HOST_IDLE:
        h->idle_since = now_of(a);
        list_append(&a->idle, &h->link);
        if (++a->nidle > IDLE_MAX)
            forget(a, container_of(a->idle.next, struct admission_host, link));
        break;
    case ADMISSION_HOST_DUE:
        heap_insert(&a->due, &h->due, admission_host_due(h));
        break;
    case ADMISSION_HOST_READY:
        list_append(&a->ready[h->is_proven], &h->link);
        break;
    }
}

static struct admission_host *get_host(struct admission *a, struct span key)
{
    struct admission_host *h = map_find(&a->hosts, key);
    if (h)
        return h;
    h = admission_host_new(key);
    map_put(&a->hosts, h->key, h);
    if (!heap_has(&a->sweep_timer.node))
        loop_arm(a->loop, &a->sweep_timer, now_of(a) + SWEEP_EVERY);
    return h;
}

static void set_proven(struct admission *a, struct admission_host *h,
                       bool is_proven)
{
    if (is_proven) {
        a->nproven++;
        a->nunproven -= h->active;
    } else {
        a->nproven--;
        a->nunproven += h->active;
    }
    unfile(a, h); /* it changes the ring */
    h->is_proven = is_proven;
    file(a, h);
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
    unfile(a, h); /* to the end of its ring */
    file(a, h);
}

static bool may_start(const struct admission *a, unsigned ring)
{
    return !list_is_empty(&a->ready[ring]) &&
           (ring == 1 || has_permit_for_unproven(a));
}

/* The host whose turn it is; NULL when none can start anything. */
static struct admission_host *next_host(struct admission *a)
{
    for (unsigned i = 0; i < 2; i++) {
        unsigned ring = (a->turn + i) % 2;
        while (may_start(a, ring)) {
            struct admission_host *h =
                container_of(a->ready[ring].next, struct admission_host, link);
            file(a, h); /* its share may have shrunk */
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
    return has_permit(a) && (may_start(a, 0) || may_start(a, 1));
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
    return has_permit(a) && !may_start(a, 0) && !may_start(a, 1) &&
           a->nwaiting + a->nbacking_off < WAITING_MAX;
}

static void pump(struct admission *a)
{
    struct admission_host *h;
    while (has_permit(a) && pace_allows(&a->pace, now_of(a)) &&
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
        file(a, container_of(n, struct admission_host, due));
    pump(a);
}

static void find_silent(struct admission *a, uint64_t now)
{
    list_each (pos, &a->busy) {
        struct admission_host *h =
            container_of(pos, struct admission_host, busy_link);
        if (h->is_proven && h->heard_at + SILENCE_MAX <= now)
            set_proven(a, h, false);
    }
}

static void forget_idle(struct admission *a, uint64_t now)
{
    list_each_safe (pos, &a->idle) {
        struct admission_host *h =
            container_of(pos, struct admission_host, link);
        if (h->idle_since + IDLE_AGE <= now && admission_host_due(h) <= now)
            forget(a, h);
    }
    size_t at = 0;
    if (a->hosts.len == 1)
        file(a, map_next(&a->hosts, &at)); /* alone, it may have more */
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
        forget(a, h);
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
    struct admission_host *h = get_host(a, wish->key);
    pace_set(&h->pace, wish->rate);
    p->host = h;
    p->state = PERMIT_WAITING;
    if (wish->is_first)
        list_prepend(&h->waiting, &p->link);
    else
        list_append(&h->waiting, &p->link);
    h->nwaiting++;
    a->nwaiting++;
    file(a, h);
    return h;
}

void admission_enter(struct admission *a, struct permit *p,
                     const struct admission_wish *wish)
{
    struct admission_host *before = withdraw(a, p);
    wait_at(a, p, wish);
    if (before)
        file(a, before);
    pump(a);
}

void admission_move(struct admission *a, struct permit *p,
                    const struct admission_wish *wish)
{
    struct admission_host *before = withdraw(a, p);
    struct admission_host *h = wait_at(a, p, wish);
    /* Before anybody else can take the permit that it brings. */
    if (h->state == ADMISSION_HOST_READY && has_permit(a) &&
        pace_allows(&a->pace, now_of(a)) &&
        (h->is_proven || has_permit_for_unproven(a)))
        grant(a, h);
    file(a, before);
    pump(a);
}

void admission_back_off(struct admission *a, struct permit *p)
{
    struct admission_host *h = withdraw(a, p);
    p->host = h;
    p->state = PERMIT_BACKING_OFF;
    h->backing_off++;
    a->nbacking_off++;
    file(a, h);
    pump(a);
}

void admission_release(struct admission *a, struct permit *p)
{
    struct admission_host *h = withdraw(a, p);
    p->host = h;
    p->state = PERMIT_RELEASED;
    h->released++;
    file(a, h);
    pump(a);
}

void admission_leave(struct admission *a, struct permit *p)
{
    struct admission_host *h = withdraw(a, p);
    if (h == NULL)
        return;
    file(a, h);
    pump(a);
}

void admission_heard(struct admission *a, struct permit *p)
{
    struct admission_host *h = p->host;
    h->heard_at = now_of(a);
    if (h->is_proven)
        return;
    set_proven(a, h, true);
    pump(a);
}

void admission_hold(struct admission *a, struct permit *p, uint64_t until)
{
    struct admission_host *h = p->host;
    if (until <= h->hold_until)
        return;
    h->hold_until = until;
    file(a, h);
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
    file(a, h);
    arm_due(a);
}

bool admission_is_ready(struct admission *a)
{
    a->was_denied = !is_ready(a);
    return !a->was_denied;
}
