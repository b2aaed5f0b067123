#include "client/client.h"

#include "http/auths.h"

/* Transfers that cannot even begin: so many a reader may add before it has
 * heard of their ends. */
#define STOPPING_MAX ((size_t)64)

static void on_ready(struct admission *a)
{
    struct client *c = container_of(a, struct client, admission);
    if (c->options.on_ready)
        c->options.on_ready(c->options.user);
}

static void on_tickets_settled(void *user)
{
    struct client *c = user;
    if (c->nholds == 0)
        loop_stop(c->loop);
}

static void start_qlog(struct client *c, const struct qv_qlog *how)
{
    c->qlog = (struct qlog_files){.folder = how->folder,
                                  .is_noted = how->is_noted,
                                  .hides = how->hides,
                                  .warn = how->warn,
                                  .user = how->user};
    loop_set_qlog(c->loop, &c->qlog);
}

void client_init(struct client *c, const struct qv_client_options *o)
{
    *c = (struct client){.loop = loop_new()};
    if (o)
        c->options = *o;
    if (c->options.qlog)
        start_qlog(c, c->options.qlog);
    struct admission_limits limits = {
        .permits = c->options.max_parallel,
        .permits_host = c->options.max_parallel_host,
        .rate = c->options.rate,
    };
    c->manager = manager_new(c->loop);
    learned_init(&c->learned, c->loop, &c->options);
    manager_watch_tickets(c->manager, on_tickets_settled, c);
    manager_limit_hosts(c->manager, c->options.max_connections_host);
    if (c->options.explains)
        manager_explain(c->manager);
    admission_init(&c->admission, c->loop, &limits);
    c->admission.on_ready = on_ready;
    list_init(&c->works);
    list_init(&c->logins);
    str_init(&c->key);
    c->random = loop_now(c->loop) | 1;
}

void client_fini(struct client *c)
{
    while (!list_is_empty(&c->works)) {
        struct client_work *w =
            container_of(c->works.next, struct client_work, link);
        w->ops->cancel(w);
    }
    admission_fini(&c->admission);
    manager_free(c->manager);
    learned_fini(&c->learned);
    loop_free(c->loop);
    spares_fini(&c->flights);
    spares_fini(&c->transfers);
    auths_free_all(&c->logins);
    prepared_cache_fini(&c->prepared);
    str_fini(&c->key);
}

void client_add(struct client *c, struct client_work *w)
{
    list_append(&c->works, &w->link);
    client_hold(c);
}

void client_remove(struct client *c, struct client_work *w)
{
    list_remove(&w->link);
    client_release(c);
}

/* Between the release of the last hold, which ends the loop, and the end of
 * its turn another may begin.  A ticket that is on its way, for the next run, is
 * waited for, a few round trips at most. */
void client_run(struct client *c)
{
    while ((c->nholds > 0 || manager_awaits_tickets(c->manager)) &&
           !c->is_stopped)
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

bool client_is_ready(struct client *c)
{
    return c->nstopping < STOPPING_MAX && admission_is_ready(&c->admission);
}

/* xorshift64* */
double client_random(struct client *c)
{
    c->random ^= c->random >> 12;
    c->random ^= c->random << 25;
    c->random ^= c->random >> 27;
    return (double)((c->random * 0x2545f4914f6cdd1dU) >> 11) / (1ULL << 53);
}
