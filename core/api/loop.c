#include "io/loop.h"

#include <stdlib.h>

#include "api/client_self.h"
#include "base/xalloc.h"

struct fd_watch {
    struct loop_fd fd;
    struct qv_fd *face;
    struct client *client;
    bool is_holding;
};

static void on_fd_ready(struct loop_fd *h, unsigned events)
{
    struct fd_watch *w = container_of(h, struct fd_watch, fd);
    w->face->on_ready(w->face, events);
}

static void hold_while_wanted(struct fd_watch *w, bool is_wanted)
{
    if (is_wanted == w->is_holding)
        return;
    w->is_holding = is_wanted;
    if (is_wanted)
        client_hold(w->client);
    else
        client_release(w->client);
}

void qv_fd_watch(struct qv_client *c, struct qv_fd *h, unsigned ready)
{
    struct fd_watch *w = h->state;
    if (w == NULL) {
        w = XALLOC_NEW(struct fd_watch);
        w->fd = (struct loop_fd){.fd = h->fd, .on_ready = on_fd_ready};
        w->face = h;
        w->client = &c->client;
        h->state = w;
    }
    hold_while_wanted(w, ready != 0);
    loop_watch(c->client.loop, &w->fd, ready);
}

void qv_fd_unwatch(struct qv_client *c, struct qv_fd *h)
{
    struct fd_watch *w = h->state;
    if (w == NULL)
        return;
    h->state = NULL;
    loop_unwatch(c->client.loop, &w->fd);
    hold_while_wanted(w, false);
    free(w);
}

struct timer_watch {
    struct loop_timer timer;
    struct qv_timer *face;
};

static void on_timer(struct loop_timer *timer, uint64_t now)
{
    struct timer_watch *w = container_of(timer, struct timer_watch, timer);
    struct qv_timer *face = w->face;
    (void)now;
    face->state = NULL;
    free(w);
    face->on_expired(face);
}

void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t delay_ns)
{
    struct timer_watch *w = t->state;
    if (w == NULL) {
        w = XALLOC_NEW(struct timer_watch);
        w->timer.on_expired = on_timer;
        w->face = t;
        t->state = w;
    }
    loop_arm(c->client.loop, &w->timer, loop_now(c->client.loop) + delay_ns);
}

void qv_timer_disarm(struct qv_client *c, struct qv_timer *t)
{
    struct timer_watch *w = t->state;
    if (w == NULL)
        return;
    t->state = NULL;
    loop_disarm(c->client.loop, &w->timer);
    free(w);
}

struct signal_watch {
    struct loop_signal signal;
    struct qv_signal *face;
};

static void on_loop_signal(struct loop_signal *s)
{
    struct signal_watch *w = container_of(s, struct signal_watch, signal);
    w->face->on_signal(w->face);
}

void qv_signal_watch(struct qv_client *c, struct qv_signal *s, int signum)
{
    struct signal_watch *w = XALLOC_NEW(struct signal_watch);
    w->signal.on_signal = on_loop_signal;
    w->face = s;
    s->state = w;
    loop_on_signal(c->client.loop, &w->signal, signum);
}

void qv_signal_unwatch(struct qv_client *c, struct qv_signal *s)
{
    struct signal_watch *w = s->state;
    (void)c;
    if (w == NULL)
        return;
    s->state = NULL;
    loop_off_signal(&w->signal);
    free(w);
}
