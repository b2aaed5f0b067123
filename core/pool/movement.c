#include "pool/movement.h"

/* A run that lasts longer may see another network. */
#define START (3 * LOOP_S)

static void on_changed(struct net_watch *w)
{
    struct movement *m = container_of(w, struct movement, watch);
    m->on_moved(m);
}

/* What was before is not told, so it is looked at. */
static void on_start(struct loop_timer *t, uint64_t now)
{
    struct movement *m = container_of(t, struct movement, start);
    (void)now;
    if (net_watch_open(&m->watch, m->loop))
        m->on_moved(m);
}

void movement_init(struct movement *m, struct loop *loop)
{
    m->loop = loop;
    m->watch = (struct net_watch){.on_changed = on_changed};
    m->start = (struct loop_timer){.on_expired = on_start};
    m->nconns = 0;
}

static void stop(struct movement *m)
{
    loop_disarm(m->loop, &m->start);
    net_watch_close(&m->watch);
}

void movement_fini(struct movement *m)
{
    stop(m);
}

void movement_add(struct movement *m)
{
    if (m->nconns++ == 0)
        loop_arm(m->loop, &m->start, loop_now(m->loop) + START);
}

void movement_remove(struct movement *m)
{
    if (--m->nconns == 0)
        stop(m);
}
