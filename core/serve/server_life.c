/*
 * The server owns two port numbers (serve/ports.h), what their TLS needs, and
 * the folder.  It counts connections for all listeners: that is the limit for
 * new ones, and how it knows that a drain is over.
 *
 *   open -> draining -> drained        (free: from any of them)
 */
#include "serve/server_life.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/list.h"
#include "base/xalloc.h"
#include "serve/ports.h"
#include "serve/server_self.h"
#include "serve/tcp_tail.h"
#include "transport/tls_context.h"

#define DEFAULT_STREAMS          100
#define DEFAULT_CONNECTIONS      4096
#define DEFAULT_HEAD_TIMEOUT     (10 * LOOP_S)
#define DEFAULT_IDLE_TIMEOUT     (60 * LOOP_S)
#define DEFAULT_SWITCHED_TIMEOUT (3600 * LOOP_S)
#define DEFAULT_GOODBYE_TIMEOUT  (10 * LOOP_S)
#define DEFAULT_TUNNEL_TIMEOUT   (10 * LOOP_S)
#define DEFAULT_FLOW_IDLE        (120 * LOOP_S)

uint16_t server_port(const struct server *srv)
{
    return server_port_at(srv, 0);
}

uint16_t server_plain_port(const struct server *srv)
{
    return server_plain_port_at(srv, 0);
}

uint16_t server_port_at(const struct server *srv, size_t i)
{
    return ports_number(srv->secure, i);
}

uint16_t server_plain_port_at(const struct server *srv, size_t i)
{
    return ports_number(srv->plain, i);
}

const char *server_ca_file(const struct server *srv)
{
    return srv->selfsigned.dir.len > 0 ? str_text(&srv->selfsigned.ca_file)
                                       : NULL;
}

/* ---- the drain ---- */

static void close_ports(struct server *srv)
{
    ports_close(srv->secure);
    ports_close(srv->plain);
    srv->secure = NULL;
    srv->plain = NULL;
}

static void run_drained(struct loop_task *task)
{
    struct server *srv = container_of(task, struct server, drained);
    loop_disarm(srv->loop, &srv->drain_limit);
    close_ports(srv);
    if (srv->options.on_drained)
        srv->options.on_drained(srv->options.user);
}

/* Releases the last connection, which ends the drain. */
static void on_drain_limit(struct loop_timer *t, uint64_t now)
{
    (void)now;
    close_ports(container_of(t, struct server, drain_limit));
}

static void tell_handlers(struct server *srv)
{
    while (!list_is_empty(&srv->drain_watches)) {
        struct server_drain_watch *w = container_of(
            srv->drain_watches.next, struct server_drain_watch, link);
        list_remove(&w->link);
        w->on_drain(w);
    }
}

void server_drain(struct server *srv)
{
    if (srv->is_draining)
        return;
    srv->is_draining = true;
    loop_arm(srv->loop, &srv->drain_limit,
             loop_now(srv->loop) + SERVER_DRAIN_TIMEOUT);
    ports_drain(srv->secure);
    ports_drain(srv->plain);
    tell_handlers(srv);
    if (srv->nconnections == 0)
        loop_later(srv->loop, &srv->drained);
}

/* ---- start and end ---- */

static void complete_options(struct server_options *o)
{
    if (o->h2_max_streams == 0)
        o->h2_max_streams = DEFAULT_STREAMS;
    if (o->h3_max_streams == 0)
        o->h3_max_streams = DEFAULT_STREAMS;
    if (o->max_connections == 0)
        o->max_connections = DEFAULT_CONNECTIONS;
    if (o->head_timeout == 0)
        o->head_timeout = DEFAULT_HEAD_TIMEOUT;
    if (o->idle_timeout == 0)
        o->idle_timeout = DEFAULT_IDLE_TIMEOUT;
    if (o->switched_timeout == 0)
        o->switched_timeout = DEFAULT_SWITCHED_TIMEOUT;
    if (o->goodbye_timeout == 0)
        o->goodbye_timeout = DEFAULT_GOODBYE_TIMEOUT;
    if (o->tunnel_timeout == 0)
        o->tunnel_timeout = DEFAULT_TUNNEL_TIMEOUT;
    if (o->flow_idle == 0)
        o->flow_idle = DEFAULT_FLOW_IDLE;
}

/* Both, since both are ended. */
static bool read_targets(struct server *srv, struct fault *fault)
{
    const struct server_targets *tcp = &srv->options.allow_tcp;
    const struct server_targets *udp = &srv->options.allow_udp;
    bool is_good = tunnel_allow_init(&srv->allow[TUNNEL_TCP], "--allow-tcp",
                                     tcp->patterns, tcp->npatterns, fault);
    struct fault second;
    if (tunnel_allow_init(&srv->allow[TUNNEL_UDP], "--allow-udp", udp->patterns,
                          udp->npatterns, &second))
        return is_good;
    if (is_good)
        *fault = second;
    return false;
}

static bool open_root(struct server *srv, struct fault *fault)
{
    const char *root = srv->options.root;
    if (root == NULL)
        root = ".";
    srv->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (srv->root < 0)
        (void)fault_set_errno(fault, ERR_READ, errno, "cannot serve '%s'",
                              root);
    return srv->root >= 0;
}

static bool open_tls(struct server *srv, struct fault *fault)
{
    struct settings_tls_options *tls = &srv->settings.tls;
    tls->cert_file = srv->options.cert_file;
    tls->staple_file = srv->options.staple_file;
    tls->raw_keys = srv->options.raw_key;
    tls->key_file = srv->options.key_file;
    if (tls->cert_file == NULL) {
        if (!selfsigned_make(&srv->selfsigned, fault))
            return false;
        tls->cert_file = str_text(&srv->selfsigned.cert_file);
        tls->key_file = str_text(&srv->selfsigned.key_file);
    }
    srv->tcp_tls = tls_context_server(&srv->settings, TLS_CARRIER_TCP, fault);
    if (srv->tcp_tls == NULL)
        return false;
    srv->quic_tls = tls_context_server(&srv->settings, TLS_CARRIER_QUIC, fault);
    return srv->quic_tls != NULL;
}

static bool open_ports(struct server *srv, struct fault *fault)
{
    const struct server_options *o = &srv->options;
    struct ports_options secure = {
        .bind = o->bind,
        .number = o->port,
        .more = o->more_ports.numbers,
        .nmore = o->more_ports.n,
        .tls = srv->tcp_tls,
        .quic_tls = srv->quic_tls,
    };
    struct ports_options plain = {
        .bind = o->bind,
        .number = o->plain_port,
        .more = o->more_plain_ports.numbers,
        .nmore = o->more_plain_ports.n,
    };
    if (o->has_tls)
        srv->secure = ports_open(srv->loop, srv, &secure, fault);
    if (o->has_tls && srv->secure == NULL)
        return false;
    if (o->has_plain)
        srv->plain = ports_open(srv->loop, srv, &plain, fault);
    return !o->has_plain || srv->plain;
}

struct server *server_new(struct loop *loop, const struct server_options *o,
                          struct fault *fault)
{
    struct server *srv = XALLOC_NEW(struct server);
    *srv = (struct server){
        .loop = loop,
        .options = *o,
        .root = -1,
        .drained = {.run = run_drained},
        .drain_limit = {.on_expired = on_drain_limit},
        .date_of = INT64_MIN,
    };
    list_init(&srv->drain_watches);
    list_init(&srv->tails);
    quic_routes_init(&srv->routes, loop_now(loop));
    complete_options(&srv->options);
    settings_defaults(&srv->settings);
    if (o->settings) {
        srv->settings.timeouts = o->settings->timeouts;
        srv->settings.h2 = o->settings->h2;
        srv->settings.quic = o->settings->quic;
    }
    srv->options.settings = NULL;
    srv->settings.quic.max_streams = srv->options.h3_max_streams;
    srv->settings.tls.early_data = srv->options.early_data;
    if (!read_targets(srv, fault) ||
        (o->page == NULL && !open_root(srv, fault)) ||
        (o->has_tls && !open_tls(srv, fault)) || !open_ports(srv, fault)) {
        server_free(srv);
        return NULL;
    }
    return srv;
}

static void reap(struct loop_task *task)
{
    struct server *srv = container_of(task, struct server, reap);
    quic_routes_fini(&srv->routes);
    tls_context_free(srv->quic_tls);
    tls_context_free(srv->tcp_tls);
    selfsigned_remove(&srv->selfsigned);
    free(srv->gather);
    tunnel_allow_fini(&srv->allow[TUNNEL_TCP]);
    tunnel_allow_fini(&srv->allow[TUNNEL_UDP]);
    if (srv->root >= 0)
        close(srv->root);
    free(srv);
}

/* The tasks of its connections were queued before its own, so they find it
 * still there. */
void server_free(struct server *srv)
{
    if (srv == NULL)
        return;
    close_ports(srv);
    tcp_tail_cut_all(&srv->tails);
    loop_forget(srv->loop, &srv->drained);
    loop_disarm(srv->loop, &srv->drain_limit);
    srv->reap.run = reap;
    loop_reap(srv->loop, &srv->reap);
}
