#include "api/client_self.h"
#include "forward/forward.h"

void qv_tunnel_start(struct qv_client *c, struct qv_tunnel *t,
                     const struct qv_tunnel_options *o)
{
    forward_start(&c->client, t, o);
}

void qv_tunnel_stop(struct qv_tunnel *t)
{
    if (t->state)
        forward_stop(t->state);
}

void qv_tunnel_cancel(struct qv_tunnel *t)
{
    if (t->state)
        forward_cancel(t->state);
}

void qv_tunnel_get_stats(const struct qv_tunnel *t,
                         struct qv_tunnel_stats *stats)
{
    *stats = (struct qv_tunnel_stats){.flows = 0};
    if (t->state)
        forward_get_stats(t->state, stats);
}
