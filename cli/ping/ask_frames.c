#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"
#include "ping/asker.h"

struct ask_frames {
    struct asker asker;
    struct qv_ping ping;
    char by[64];
};

static struct ask_frames *of_ping(struct qv_ping *p)
{
    return QV_OWNER(p, struct ask_frames, ping);
}

static struct ask_frames *of_asker(struct asker *a)
{
    return QV_OWNER(a, struct ask_frames, asker);
}

static void on_how(struct qv_ping *p, const struct qv_result *how)
{
    const struct asker_config *c = of_ping(p)->asker.config;
    c->events->on_how(c->user, how);
}

static void on_open(struct qv_ping *p, const struct qv_ping_opened *o)
{
    struct ask_frames *f = of_ping(p);
    const struct asker_config *c = f->asker.config;
    bool is_quic = *o->quic_version != '\0';
    struct asker_opened opened = {
        .by = f->by,
        .name = is_quic ? "quic-ping" : "h2-ping",
        .http = o->http_version,
        .ip = o->remote_ip,
        .port = o->remote_port,
        .time_connect = o->time_connect,
    };
    if (!o->can_ping) {
        qv_ping_cancel(p);
        c->events->on_unable(c->user);
        return;
    }
    if (c->options->version_probe) {
        opened.name = "version-probe";
        opened.time_connect = 0;
        (void)snprintf(f->by, sizeof f->by, "QUIC version probe");
    } else {
        (void)snprintf(f->by, sizeof f->by, "%s over HTTP/%s%s%s",
                       is_quic ? "QUIC PING" : "HTTP/2 PING", o->http_version,
                       is_quic ? ", QUIC " : "", o->quic_version);
        if (!is_quic)
            (void)snprintf(f->by, sizeof f->by, "HTTP/2 PING");
    }
    c->events->on_open(c->user, &opened);
}

static void on_answer(struct qv_ping *p, const struct qv_ping_answer *a)
{
    const struct asker_config *c = of_ping(p)->asker.config;
    c->events->on_answer(c->user, &(struct asker_answer){
                                      .seq = a->seq,
                                      .rtt = a->rtt,
                                      .held = a->held,
                                      .is_shared = a->is_shared,
                                      .versions = a->versions,
                                      .nversions = a->nversions,
                                  });
}

static void on_closed(struct qv_ping *p, const struct qv_error *error)
{
    const struct asker_config *c = of_ping(p)->asker.config;
    c->events->on_down(c->user, 0, error);
}

static const struct qv_ping_ops ping_ops = {
    .on_how = on_how,
    .on_open = on_open,
    .on_answer = on_answer,
    .on_closed = on_closed,
};

static void start(struct asker *a)
{
    const struct asker_config *c = a->config;
    qv_ping_start(c->engine->client, &of_asker(a)->ping,
                  c->options->version_probe ? QV_PING_VERSIONS
                                            : QV_PING_CONNECTION,
                  c->request);
}

static bool ask(struct asker *a, uint64_t seq)
{
    return qv_ping_send(&of_asker(a)->ping, seq);
}

static void stop(struct asker *a)
{
    qv_ping_cancel(&of_asker(a)->ping);
}

static void free_asker(struct asker *a)
{
    free(of_asker(a));
}

static const struct asker_ops ops = {
    .start = start,
    .ask = ask,
    .stop = stop,
    .free = free_asker,
};

struct asker *ask_frames_new(const struct asker_config *c)
{
    struct ask_frames *f = XALLOC_NEW(struct ask_frames);
    f->asker = (struct asker){&ops, c};
    f->ping.ops = &ping_ops;
    return &f->asker;
}
