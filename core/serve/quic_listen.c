/*
 * What makes quic_router a part of the server: its limits, its codec, and the
 * drain.  A connection counts until its closing period has passed, since that
 * is how long it costs memory.
 */
#include "serve/quic_listen.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "conn/h3_protocol.h"
#include "conn/quic_app.h"
#include "serve/codecs.h"
#include "serve/quic_router.h"
#include "serve/server.h"
#include "serve/server_counters.h"

struct quic_listen {
    struct quic_router router;
    struct server *server;
    struct list peers;
    struct loop_task reap;
};

static struct quic_listen *listen_of(struct quic_router *r)
{
    return container_of(r, struct quic_listen, router);
}

static bool admit(struct quic_router *r)
{
    return server_admit(listen_of(r)->server);
}

static void on_released(struct quic_router *r)
{
    server_release(listen_of(r)->server);
}

static void on_peer_gone(struct peer *p)
{
    list_remove(&p->link);
}

static void on_accepted(struct quic_router *r, struct quic *q,
                        const struct addr *remote)
{
    struct quic_listen *l = listen_of(r);
    char text[ADDR_TEXT_MAX];
    addr_format(remote, text);
    struct quic_app *app = h3_server_app(l->server);
    quic_set_app(q, app);
    struct peer *p = h3_server_attach(app, q, text);
    p->on_gone = on_peer_gone;
    list_append(&l->peers, &p->link);
}

static const struct quic_router_ops router_ops = {
    .admit = admit,
    .on_accepted = on_accepted,
    .on_released = on_released,
};

static void on_reap(struct loop_task *task)
{
    free(container_of(task, struct quic_listen, reap));
}

struct quic_listen *quic_listen_new(struct loop *loop, struct server *srv,
                                    const struct addr *at,
                                    struct tls_context *tls,
                                    struct fault *fault)
{
    const struct server_options *o = server_get_options(srv);
    const struct quic_router_options options = {
        .protocol = &h3_protocol,
        .settings = server_settings(srv),
        .tls = tls,
        .max_streams = o->h3_max_streams,
        .wants_retry = o->retry,
        .counters = &server_counters(srv)->quic,
        .routes = server_routes(srv),
    };
    struct quic_listen *l = XALLOC_NEW(struct quic_listen);
    l->server = srv;
    l->reap.run = on_reap;
    list_init(&l->peers);
    if (quic_router_open(&l->router, loop, at, &router_ops, &options, fault))
        return l;
    free(l);
    return NULL;
}

void quic_listen_drain(struct quic_listen *l)
{
    quic_router_refuse(&l->router);
    list_each_safe (at, &l->peers) {
        struct peer *p = container_of(at, struct peer, link);
        p->ops->drain(p);
    }
}

void quic_listen_close(struct quic_listen *l)
{
    if (l == NULL)
        return;
    while (!list_is_empty(&l->peers)) {
        struct peer *p = container_of(l->peers.next, struct peer, link);
        list_remove(&p->link);
        p->ops->close(p);
    }
    quic_router_close(&l->router);
    loop_reap(l->router.loop, &l->reap);
}
