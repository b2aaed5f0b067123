#include "pool/world.h"

#include <stdio.h>

#include "support/spin.h"

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct job *j = container_of(ex, struct job, ex);
    j->ndone++;
    j->outcome = fault ? fault->code : ERR_NONE;
    if (fault)
        (void)snprintf(j->detail, sizeof j->detail, "%s", fault->detail);
    ex->state = EXCHANGE_DONE;
    if (j->cancels)
        pool_cancel(&j->cancels->ex);
}

static const struct exchange_sink sink = {.on_done = on_done};

static void count_trace(struct trace *t, const struct trace_event *event)
{
    (void)event;
    container_of(t, struct world, trace)->ntraces++;
}

struct pool *world_pool(struct world *w)
{
    return pool_new(&(struct pool_config){
        .dialer = &w->dialer,
        .idle = &w->idle,
        .nopen = &w->nopen,
        .host_limit = w->host_limit,
        .alternatives = w->alternatives,
        .settings = &w->settings,
        .origin = {w->is_secure, SPAN_LIT("example.test"), 443},
    });
}

void world_job_init(struct job *j)
{
    j->ex.sink = &sink;
    j->ex.state = EXCHANGE_DONE; /* not submitted yet */
    list_init(&j->ex.link);
}

void world_open(struct world *w, enum settings_http http, bool is_secure)
{
    *w = (struct world){.loop = loop_new(), .is_secure = is_secure};
    fake_reset();
    w->trace.wants_notes = true;
    w->trace.on_event = count_trace;
    loop_set_trace(w->loop, &w->trace);
    dialer_init(&w->dialer, w->loop);
    idle_init(&w->idle, w->loop);
    settings_defaults(&w->settings);
    w->settings.http = http;
    w->settings.pool.max_connections = 4;
    w->pool = world_pool(w);
    for (size_t i = 0; i < WORLD_JOBS; i++)
        world_job_init(&w->jobs[i]);
}

void world_remake(struct world *w)
{
    pool_free(w->pool);
    w->pool = world_pool(w);
}

void world_limit_host(struct world *w, size_t nslots)
{
    host_limit_init(&w->limit, nslots);
    w->host_limit = &w->limit;
    world_remake(w);
}

void world_close(struct world *w)
{
    pool_free(w->pool);
    idle_fini(&w->idle);
    dialer_fini(&w->dialer);
    loop_free(w->loop);
}

void world_submit(struct world *w, size_t from, size_t n)
{
    for (size_t i = from; i < from + n; i++) {
        w->jobs[i].ex.checkout = w->settings.pool.checkout;
        pool_submit(w->pool, &w->jobs[i].ex);
    }
}

void world_cancel(struct world *w, size_t from, size_t n)
{
    for (size_t i = from; i < from + n; i++)
        pool_cancel(&w->jobs[i].ex);
}

unsigned world_ndone(const struct world *w)
{
    unsigned n = 0;
    for (size_t i = 0; i < WORLD_JOBS; i++)
        n += w->jobs[i].ndone;
    return n;
}

void world_pass(struct world *w, uint64_t ms)
{
    spin_for(w->loop, ms * LOOP_MS);
}

#define PATIENCE_MS 5000

bool world_await(struct world *w, const size_t *value, size_t wanted)
{
    for (int i = 0; i < PATIENCE_MS && *value != wanted; i++)
        world_pass(w, 1);
    return *value == wanted;
}

bool world_await_dial(struct world *w)
{
    for (int i = 0; i < PATIENCE_MS && fake_dials_running() == 0; i++)
        world_pass(w, 1);
    return fake_dials_running() > 0;
}
