#include "serve/server.h"

#include <assert.h>
#include <time.h>

#include "base/xalloc.h"
#include "serve/server_self.h"
#include "transport/udp_gather.h"

const struct server_options *server_get_options(const struct server *srv)
{
    return &srv->options;
}

struct quic_routes *server_routes(struct server *srv)
{
    return &srv->routes;
}

const struct settings *server_settings(const struct server *srv)
{
    return &srv->settings;
}

struct loop *server_loop(struct server *srv)
{
    return srv->loop;
}

int server_root(const struct server *srv)
{
    return srv->root;
}

int64_t server_clock(struct server *srv)
{
    struct timespec now;
    (void)srv;
    clock_gettime(CLOCK_REALTIME_COARSE, &now);
    return now.tv_sec;
}

const char *server_date(struct server *srv)
{
    int64_t now = server_clock(srv);
    if (now != srv->date_of) {
        date_format(now, srv->date);
        srv->date_of = now;
    }
    return srv->date;
}

struct server_counters *server_counters(struct server *srv)
{
    return &srv->counters;
}

struct list *server_tails(struct server *srv)
{
    return &srv->tails;
}

struct udp_gather_buffer *server_gather(struct server *srv)
{
    if (srv->gather == NULL)
        srv->gather = XALLOC_NEW(struct udp_gather_buffer);
    return srv->gather;
}

const struct tunnel_allow *server_allow(const struct server *srv,
                                        enum tunnel_kind kind)
{
    return &srv->allow[kind];
}

unsigned server_nconnections(const struct server *srv)
{
    return srv->nconnections;
}

bool server_watch_drain(struct server *srv, struct server_drain_watch *w)
{
    list_init(&w->link);
    if (srv->is_draining)
        return false;
    list_append(&srv->drain_watches, &w->link);
    return true;
}

void server_unwatch_drain(struct server_drain_watch *w)
{
    list_remove(&w->link);
}

/* ---- connections ---- */

bool server_admit(struct server *srv)
{
    if (srv->is_draining || srv->nconnections >= srv->options.max_connections)
        return false;
    srv->nconnections++;
    return true;
}

void server_release(struct server *srv)
{
    assert(srv->nconnections > 0);
    srv->nconnections--;
    if (srv->is_draining && srv->nconnections == 0)
        loop_later(srv->loop, &srv->drained);
}
