#include <stdlib.h>

#include "api/client_self.h"
#include "base/xalloc.h"
#include "pool/manager.h"

struct qv_client *qv_client_new(const struct qv_client_options *o)
{
    struct qv_client *c = XALLOC_NEW(struct qv_client);
    client_init(&c->client, o);
    return c;
}

void qv_client_free(struct qv_client *c)
{
    if (c == NULL)
        return;
    client_fini(&c->client);
    free(c);
}

void qv_client_run(struct qv_client *c)
{
    client_run(&c->client);
}

void qv_client_stop(struct qv_client *c)
{
    client_stop(&c->client);
}

unsigned qv_client_migrate(struct qv_client *c)
{
    return (unsigned)manager_migrate(c->client.manager, true);
}

void qv_client_hold(struct qv_client *c)
{
    client_hold(&c->client);
}

void qv_client_release(struct qv_client *c)
{
    client_release(&c->client);
}

uint64_t qv_client_now(const struct qv_client *c)
{
    return loop_now(c->client.loop);
}

bool qv_client_is_ready(struct qv_client *c)
{
    return client_is_ready(&c->client);
}
