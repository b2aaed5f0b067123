#include "pool/town.h"

#include <stdio.h>

void town_open(struct town *t)
{
    *t = (struct town){.loop = loop_new()};
    fake_reset();
    t->m = manager_new(t->loop);
    settings_defaults(&t->settings);
    world_job_init(&t->job);
}

void town_close(struct town *t)
{
    manager_free(t->m);
    loop_free(t->loop);
}

static void count(void *user, const struct pool *p)
{
    (void)p;
    (*(size_t *)user)++;
}

size_t town_npools(const struct town *t)
{
    size_t n = 0;
    manager_each(t->m, count, &n);
    return n;
}

struct pool *town_pool(struct town *t, const struct origin *o)
{
    struct str reuse;
    str_init(&reuse);
    settings_key(&t->settings, &reuse);
    struct pool *p = manager_pool(t->m, o, &t->settings, str_span(&reuse));
    str_fini(&reuse);
    return p;
}

struct pool *town_pool_of(struct town *t, size_t i)
{
    char name[32];
    int len = snprintf(name, sizeof name, "host%zu.test", i);
    struct origin o = {true, span_of(name, (size_t)len), 443};
    return town_pool(t, &o);
}

struct pool *town_visit(struct town *t, size_t i)
{
    struct pool *p = town_pool_of(t, i);
    fake_reset();
    pool_submit(p, &t->job.ex);
    fake_refuse(0, ERR_CONNECT);
    return p;
}
