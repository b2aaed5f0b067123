#include "files/lane.h"

#include <stdint.h>
#include <stdlib.h>

#include "core/base/xalloc.h"

enum {
    LANE_MAX = 256 * 1024,
    ALL_MAX = 8 * 1024 * 1024,
};

static struct lane *lane_of(struct list *link)
{
    return container_of(link, struct lane, link);
}

static bool must_wait(const struct lane *l)
{
    return l->held.len >= LANE_MAX || (l->held.len && l->all->held >= ALL_MAX);
}

/* What it writes goes out at once. */
static bool streams(const struct lane *l)
{
    return l->all->order == LANES_RAW || l->all->owner == l;
}

/* ---- whose turn it is ---- */

/* What it holds may go out, if no lane before it stands in the way. */
static bool is_ready(const struct lane *l)
{
    return l->held.len &&
           (l->is_closed || l->all->order == LANES_ORDERED || must_wait(l));
}

/* Lanes behind it are not written. */
static bool stands_in_the_way(const struct lane *l)
{
    if (l->all->order == LANES_ORDERED)
        return l->is_awaited || l->held.len;
    return l->is_closed;
}

static bool has_its_turn(struct lane *l)
{
    if (l->all->owner || !is_ready(l))
        return false;
    list_each (link, &l->all->lanes) {
        const struct lane *before = lane_of(link);
        if (before == l)
            break;
        if (stands_in_the_way(before))
            return false;
    }
    return true;
}

/* In its place among those that are there, which are in order. */
static void insert(struct lane *l, uint64_t rank)
{
    struct list *before = l->all->lanes.prev;
    l->rank = rank;
    while (before != &l->all->lanes && lane_of(before)->rank > rank)
        before = before->prev;
    list_append(before->next, &l->link);
}

/* ---- transfers that wait for room ---- */

static void resume(struct lane *l)
{
    if (list_is_empty(&l->wait))
        return;
    list_remove(&l->wait);
    if (!l->is_closed)
        l->on_drain(l);
}

/* Those that need wait no more, in the order in which they paused.  What they are
 * told may close any of them, or pause them again. */
static void resume_paused(struct lanes *all,
                          bool (*may_go)(const struct lane *))
{
    struct list paused;
    list_init(&paused);
    list_splice(&paused, &all->paused);
    while (!list_is_empty(&paused)) {
        struct lane *l = container_of(paused.next, struct lane, wait);
        if (may_go(l)) {
            resume(l);
        } else {
            list_remove(&l->wait);
            list_append(&all->paused, &l->wait);
        }
    }
}

/* They all run into the error. */
static bool any(const struct lane *l)
{
    (void)l;
    return true;
}

static bool has_room(const struct lane *l)
{
    return !lane_is_full(l);
}

/* ---- what is held leaves ---- */

static void lane_free(struct lane *l)
{
    list_remove(&l->link);
    list_remove(&l->wait);
    l->all->held -= l->held.len;
    str_fini(&l->held);
    free(l);
}

static void release_held(struct lane *l)
{
    writer_write(&l->all->writer, l->held.base, l->held.len);
    l->all->held -= l->held.len;
    str_fini(&l->held);
}

/* The next owner; closed lanes are written on the way, as far as the reader
 * takes them: what it does not take yet is held, and counted. */
static void choose_owner(struct lanes *all)
{
    list_each_safe (link, &all->lanes) {
        struct lane *l = lane_of(link);
        if (all->owner || l->is_awaited || writer_is_full(&all->writer))
            break;
        if (!is_ready(l))
            continue;
        release_held(l);
        if (l->is_closed)
            lane_free(l);
        else
            all->owner = l;
    }
    if (all->owner && !writer_is_full(&all->writer))
        resume(all->owner);
}

static void go_on(struct lanes *all)
{
    if (!all->owner)
        choose_owner(all);
    resume_paused(all, has_room);
}

static void on_writer_drain(struct writer *o)
{
    struct lanes *all = QV_OWNER(o, struct lanes, writer);
    if (o->failed)
        resume_paused(all, any);
    else if (all->owner)
        resume(all->owner);
    else
        go_on(all);
}

/* ---- for its users ---- */

void lanes_init(struct lanes *all, struct qv_client *client,
                enum lanes_order order)
{
    *all = (struct lanes){.order = order};
    list_init(&all->lanes);
    list_init(&all->paused);
    writer_init(&all->writer, client);
    all->writer.on_drain = on_writer_drain;
}

void lanes_fini(struct lanes *all)
{
    list_each_safe (link, &all->lanes)
        lane_free(lane_of(link));
    writer_fini(&all->writer);
}

bool lanes_are_full(const struct lanes *all)
{
    return writer_is_full(&all->writer) || all->held >= ALL_MAX;
}

struct lane *lane_new(struct lanes *all, uint64_t number,
                      void (*on_drain)(struct lane *), void *user)
{
    struct lane *l = xalloc_zeroed(1, sizeof *l);
    l->all = all;
    l->on_drain = on_drain;
    l->user = user;
    list_init(&l->wait);
    insert(l, all->order == LANES_DONE ? UINT64_MAX : number);
    return l;
}

void lane_await(struct lane *l)
{
    l->is_awaited = l->all->order == LANES_ORDERED;
}

void lane_yield(struct lane *l)
{
    if (!l->is_awaited)
        return;
    l->is_awaited = false;
    go_on(l->all);
}

static enum qv_flow flow(struct lane *l, bool is_full)
{
    if (!is_full)
        return QV_MORE;
    if (list_is_empty(&l->wait))
        list_append(&l->all->paused, &l->wait);
    return QV_PAUSE;
}

static void hold(struct lane *l, const void *data, size_t len)
{
    str_add(&l->held, span_of(data, len));
    l->all->held += len;
    if (has_its_turn(l)) {
        l->all->owner = l;
        release_held(l);
    }
}

enum qv_flow lane_write(struct lane *l, const void *data, size_t len)
{
    l->is_awaited &= !len;
    if (l->all->writer.failed)
        return QV_ABORT;
    if (streams(l))
        writer_write(&l->all->writer, data, len);
    else
        hold(l, data, len);
    if (l->all->writer.failed)
        return QV_ABORT;
    return flow(l, lane_is_full(l));
}

bool lane_is_full(const struct lane *l)
{
    return streams(l) ? writer_is_full(&l->all->writer) : must_wait(l);
}

void lane_close(struct lane *l)
{
    struct lanes *all = l->all;
    l->is_closed = true;
    l->is_awaited = false;
    if (!l->held.len) {
        if (all->owner == l)
            all->owner = NULL;
        lane_free(l);
    } else if (all->order == LANES_DONE) {
        list_remove(&l->link);
        insert(l, all->nended++);
    }
    go_on(all);
}
