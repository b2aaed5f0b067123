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

static void resume(struct lane *l)
{
    if (!l->is_paused)
        return;
    l->is_paused = false;
    if (!l->is_closed)
        l->on_room(l);
}

static void on_writer_room(struct writer *o)
{
    struct lanes *all = QV_OWNER(o, struct lanes, writer);
    if (all->owner)
        resume(all->owner);
    if (!o->failed)
        return;
    /* Let them all run into the error. */
    list_each_safe (link, &all->lanes)
        resume(lane_of(link));
}

void lanes_init(struct lanes *all, struct qv_client *client)
{
    *all = (struct lanes){0};
    list_init(&all->lanes);
    writer_init(&all->writer, client);
    all->writer.on_room = on_writer_room;
}

static void lane_free(struct lane *l)
{
    list_remove(&l->link);
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

struct lane *lane_new(struct lanes *all, void (*on_room)(struct lane *),
                      void *user)
{
    struct lane *l = xalloc_zeroed(1, sizeof *l);
    l->all = all;
    l->on_room = on_room;
    l->user = user;
    list_append(&all->lanes, &l->link);
    return l;
}

static bool must_wait(const struct lane *l)
{
    return l->held.len >= LANE_MAX || (l->held.len && l->all->held >= ALL_MAX);
}

static enum qv_flow flow(struct lane *l, bool is_full)
{
    if (!is_full)
        return QV_MORE;
    l->is_paused = true;
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
    list_each_safe (link, &all->lanes) {
        l = lane_of(link);
        if (l != all->owner && !must_wait(l))
            resume(l);
    }
}
