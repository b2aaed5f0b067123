#include "probe/ping.h"

#include "api/client_self.h"

void qv_ping_start(struct qv_client *c, struct qv_ping *p,
                   enum qv_ping_kind kind, const struct qv_request *request)
{
    ping_start(&c->client, p, kind, request);
}

bool qv_ping_send(struct qv_ping *p, uint64_t seq)
{
    return p->state && ping_send(p->state, seq);
}

void qv_ping_cancel(struct qv_ping *p)
{
    if (p->state)
        ping_cancel(p->state);
}
