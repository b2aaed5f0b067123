#include "client/client.h"

#include "client/transfer.h"

void client_init(struct client *c, const struct qv_client_options *o)
{
    *c = (struct client){.loop = loop_new()};
    if (o)
        c->options = *o;
    c->manager = manager_new(c->loop);
    manager_limit_hosts(c->manager, c->options.max_connections_host);
    list_init(&c->running);
    list_init(&c->waiting);
}

static void cancel_all(struct list *transfers)
{
    while (!list_is_empty(transfers))
        transfer_cancel(container_of(transfers->next, struct transfer, link));
}

void client_fini(struct client *c)
{
    cancel_all(&c->waiting);
    cancel_all(&c->running);
    manager_free(c->manager);
    loop_free(c->loop);
}

/* Between the release of the last hold, which ends the loop, and the end of
 * its turn another may begin. */
void client_run(struct client *c)
{
    while (c->nholds > 0 && !c->is_stopped)
        loop_run(c->loop);
    c->is_stopped = false;
}

void client_stop(struct client *c)
{
    c->is_stopped = true;
    loop_stop(c->loop);
}

void client_hold(struct client *c)
{
    c->nholds++;
}

void client_release(struct client *c)
{
    if (--c->nholds == 0)
        loop_stop(c->loop);
}

static bool has_place(const struct client *c)
{
    return c->options.max_parallel == 0 ||
           c->nrunning < c->options.max_parallel;
}

bool client_has_room(const struct client *c)
{
    return has_place(c) && list_is_empty(&c->waiting);
}

static void run(struct client *c, struct transfer *t)
{
    list_append(&c->running, &t->link);
    c->nrunning++;
    t->is_running = true;
    transfer_run(t);
}

void client_admit(struct client *c, struct transfer *t)
{
    client_hold(c);
    if (has_place(c))
        run(c, t);
    else
        list_append(&c->waiting, &t->link);
}

void client_dismiss(struct client *c, struct transfer *t)
{
    list_remove(&t->link);
    if (t->is_running) {
        t->is_running = false;
        c->nrunning--;
        if (has_place(c) && !list_is_empty(&c->waiting)) {
            struct transfer *next =
                container_of(c->waiting.next, struct transfer, link);
            list_remove(&next->link);
            run(c, next);
        }
    }
}
