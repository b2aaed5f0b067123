#include "probe/probe_versions.h"

#include <string.h>

enum {
    PROBES = 3
};

static struct probe_versions *of_ping(struct qv_ping *p)
{
    return QV_OWNER(p, struct probe_versions, ping);
}

static void end(struct probe_versions *v)
{
    probe_versions_cancel(v);
    v->on_done(v);
}

static void ask(struct probe_versions *v)
{
    (void)qv_ping_send(&v->ping, ++v->nasked);
    qv_timer_arm(v->client, &v->again, v->wait / PROBES);
}

static void on_again(struct qv_timer *t)
{
    struct probe_versions *v = QV_OWNER(t, struct probe_versions, again);
    if (v->nasked > 0 && v->nasked < PROBES)
        ask(v);
    else
        end(v);
}

static void on_open(struct qv_ping *p, const struct qv_ping_opened *o)
{
    (void)o;
    ask(of_ping(p));
}

static void on_answer(struct qv_ping *p, const struct qv_ping_answer *a)
{
    struct probe_versions *v = of_ping(p);
    struct probe_findings *f = v->findings;
    size_t cap = sizeof f->quic_versions / sizeof f->quic_versions[0];
    f->nquic_versions = a->nversions < cap ? a->nversions : cap;
    memcpy(f->quic_versions, a->versions,
           f->nquic_versions * sizeof a->versions[0]);
    end(v);
}

static void on_closed(struct qv_ping *p, const struct qv_error *error)
{
    struct probe_versions *v = of_ping(p);
    (void)error;
    qv_timer_disarm(v->client, &v->again);
    v->on_done(v);
}

static const struct qv_ping_ops ping_ops = {
    .on_open = on_open,
    .on_answer = on_answer,
    .on_closed = on_closed,
};

void probe_versions_start(struct probe_versions *v)
{
    v->ping.ops = &ping_ops;
    v->again.on_expired = on_again;
    v->nasked = 0;
    /* The name may be slow: that is no reason to wait for ever. */
    qv_timer_arm(v->client, &v->again, v->wait);
    qv_ping_start(v->client, &v->ping, QV_PING_VERSIONS, v->request);
}

void probe_versions_cancel(struct probe_versions *v)
{
    if (!v->ping.ops)
        return;
    qv_timer_disarm(v->client, &v->again);
    qv_ping_cancel(&v->ping);
}
