#include "files/lane.h"

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
    return l != l->all->owner && !must_wait(l);
}

static void on_writer_drain(struct writer *o)
{
    struct lanes *all = QV_OWNER(o, struct lanes, writer);
    if (all->owner)
        resume(all->owner);
    if (o->failed)
        resume_paused(all, any);
}

void lanes_init(struct lanes *all, struct qv_client *client)
{
    *all = (struct lanes){0};
    list_init(&all->lanes);
    list_init(&all->paused);
    writer_init(&all->writer, client);
    all->writer.on_drain = on_writer_drain;
}

bool lanes_are_full(const struct lanes *all)
{
    return writer_is_full(&all->writer) || all->held >= ALL_MAX;
}

static void lane_free(struct lane *l)
{
    list_remove(&l->link);
    list_remove(&l->wait);
    l->all->held -= l->held.len;
    str_fini(&l->held);
    free(l);
}

void lanes_fini(struct lanes *all)
{
    list_each_safe (link, &all->lanes)
        lane_free(lane_of(link));
    writer_fini(&all->writer);
}

struct lane *lane_new(struct lanes *all, void (*on_drain)(struct lane *),
                      void *user)
{
    struct lane *l = xalloc_zeroed(1, sizeof *l);
    l->all = all;
    l->on_drain = on_drain;
    l->user = user;
    list_init(&l->wait);
    list_append(&all->lanes, &l->link);
    return l;
}

static enum qv_flow flow(struct lane *l, bool is_full)
{
    if (!is_full)
        return QV_MORE;
    if (list_is_empty(&l->wait))
        list_append(&l->all->paused, &l->wait);
    return QV_PAUSE;
}

enum qv_flow lane_write(struct lane *l, const void *data, size_t len)
{
    struct lanes *all = l->all;
    if (!all->owner)
        all->owner = l;
    if (all->owner == l)
        writer_write(&all->writer, data, len);
    if (all->writer.failed)
        return QV_ABORT;
    if (all->owner == l)
        return flow(l, writer_is_full(&all->writer));
    str_add(&l->held, span_of(data, len));
    all->held += len;
    return flow(l, must_wait(l));
}

bool lane_is_full(const struct lane *l)
{
    return l->all->owner == l ? writer_is_full(&l->all->writer) : must_wait(l);
}

static void release_held(struct lane *l)
{
    writer_write(&l->all->writer, l->held.base, l->held.len);
    l->all->held -= l->held.len;
    str_fini(&l->held);
}

/* The next owner: the first lane that holds something; closed ones are
 * written on the way. */
static void choose_owner(struct lanes *all)
{
    all->owner = NULL;
    list_each_safe (link, &all->lanes) {
        struct lane *l = lane_of(link);
        if (all->owner)
            break;
        if (!l->held.len)
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

void lane_close(struct lane *l)
{
    struct lanes *all = l->all;
    l->is_closed = true;
    if (all->owner != l && l->held.len)
        return;
    if (all->owner == l) {
        lane_free(l);
        choose_owner(all);
    } else {
        lane_free(l);
    }
    resume_paused(all, has_room);
}
