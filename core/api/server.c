#include "serve/server.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "api/page_port.h"
#include "base/xalloc.h"
#include "client/client_stats.h"
#include "client/request_settings.h"
#include "client/result.h"
#include "io/qlog_files.h"
#include "quiver.h"
#include "serve/server_counters.h"
#include "serve/server_life.h"

/* The first of those that drain lets what runs finish, the second stops; the
 * others stop at once.  Either way the folder with the certificate goes. */
static const struct {
    int signum;
    bool drains;
} server_signals[] = {
    {SIGINT, true},   {SIGTERM, true},  {SIGHUP, false},  {SIGQUIT, false},
    {SIGALRM, false}, {SIGUSR1, false}, {SIGUSR2, false}, {SIGXCPU, false},
};

enum {
    NSERVER_SIGNALS = sizeof server_signals / sizeof server_signals[0]
};

struct server_signal {
    struct loop_signal signal; /* without a handle: ignored */
    struct qv_server *server;
    bool drains;
};

struct qv_server {
    struct loop *loop;
    struct qlog_files qlog;
    struct server *server;
    struct server_signal signals[NSERVER_SIGNALS];
    bool is_draining; /* a signal came */
    int signum;       /* that has stopped it */
    void (*on_request)(void *user, const char *line);
    void *user; /* of on_request */
};

static void on_request(void *user, const char *line)
{
    struct qv_server *s = user;
    s->on_request(s->user, line);
}

static void on_drained(void *user)
{
    struct qv_server *s = user;
    loop_stop(s->loop);
}

static void on_signal(struct loop_signal *signal)
{
    struct server_signal *own =
        container_of(signal, struct server_signal, signal);
    struct qv_server *s = own->server;
    if (s->is_draining || !own->drains) {
        s->signum = signal->signum;
        loop_stop(s->loop);
        return;
    }
    s->is_draining = true;
    server_drain(s->server);
}

/* What our parent had us ignore stays ignored (nohup); but those that drain
 * also end a shell's background job, which is how a script ends its server. */
static bool is_ignored(int signum)
{
    struct sigaction now;
    return sigaction(signum, NULL, &now) == 0 && now.sa_handler == SIG_IGN;
}

static void watch_signals(struct qv_server *s)
{
    for (int i = 0; i < NSERVER_SIGNALS; i++) {
        struct server_signal *own = &s->signals[i];
        int signum = server_signals[i].signum;
        *own = (struct server_signal){.signal = {.on_signal = on_signal},
                                      .server = s,
                                      .drains = server_signals[i].drains};
        if (own->drains || !is_ignored(signum))
            loop_on_signal(s->loop, &own->signal, signum);
    }
}

static void start_qlog(struct qv_server *s, const struct qv_qlog *how)
{
    s->qlog = (struct qlog_files){.folder = how->folder,
                                  .hides = how->hides,
                                  .warn = how->warn,
                                  .user = how->user};
    loop_set_qlog(s->loop, &s->qlog);
}

struct qv_server *qv_server_new(const struct qv_server_options *o,
                                struct qv_error *error)
{
    struct qv_server *s = XALLOC_NEW(struct qv_server);
    static const struct qv_client_options none;
    struct fault fault = {0};
    struct settings settings;
    if (!request_settings(&settings, &o->how, &none, &fault)) {
        result_error(error, &fault);
        free(s);
        return NULL;
    }
    struct server_options options = {
        .bind = o->bind,
        .port = o->port,
        .plain_port = o->plain_port,
        .more_ports = {o->more_ports, o->nmore_ports},
        .more_plain_ports = {o->more_plain_ports, o->nmore_plain_ports},
        .has_tls = o->has_tls,
        .has_plain = o->has_plain,
        .root = o->root,
        .cert_file = o->cert_file,
        .staple_file = o->staple_file,
        .raw_key = o->raw_key,
        .key_file = o->key_file,
        .retry = o->retry,
        .early_data = o->early_data,
        .settings = &settings,
        .h2_max_streams = o->how.h2_max_streams,
        .h3_max_streams = o->how.h3_max_streams,
        .max_requests = o->max_requests,
        .max_connections = o->max_connections,
        .allow_tcp = {o->allow_tcp, o->nallow_tcp},
        .allow_udp = {o->allow_udp, o->nallow_udp},
        .flow_idle = o->flow_idle,
        .log_json = o->log_json,
        .on_request = o->on_request ? on_request : NULL,
        .on_drained = on_drained,
        .user = s,
    };
    s->on_request = o->on_request;
    s->user = o->user;
    s->loop = loop_new();
    if (o->qlog)
        start_qlog(s, o->qlog);
    watch_signals(s);
    s->server = server_new(s->loop, &options, &fault);
    if (s->server == NULL) {
        result_error(error, &fault);
        qv_server_free(s);
        return NULL;
    }
    return s;
}

uint16_t qv_server_port(const struct qv_server *s)
{
    return server_port(s->server);
}

uint16_t qv_server_plain_port(const struct qv_server *s)
{
    return server_plain_port(s->server);
}

uint16_t qv_server_port_at(const struct qv_server *s, size_t i)
{
    return server_port_at(s->server, i);
}

uint16_t qv_server_plain_port_at(const struct qv_server *s, size_t i)
{
    return server_plain_port_at(s->server, i);
}

const char *qv_server_ca_file(const struct qv_server *s)
{
    return server_ca_file(s->server);
}

static struct qv_server_switched
switched(const struct server_counters_switched *s)
{
    return (struct qv_server_switched){.open = s->open, .opened = s->opened};
}

void qv_server_stats(struct qv_server *s, struct qv_server_stats *stats)
{
    const struct server_counters *c = server_counters(s->server);
    *stats = (struct qv_server_stats){
        .connections = server_nconnections(s->server),
        .accepted = {[POOL_H1] = c->connections[0],
                     [POOL_H2] = c->connections[1],
                     [POOL_H3] = c->quic.opened,
                     [POOL_NO_PROTOCOL] = c->unknown},
        .incomplete = c->incomplete,
        .bytes_in = c->bytes_in,
        .bytes_out = c->bytes_out,
        .durations = client_stats_histogram(&c->durations),
        .handshakes = c->quic.begun,
        .handshakes_failed = c->quic.failed,
        .retries = c->quic.retries,
        .versions = c->quic.versions,
        .refused = c->quic.refused,
        .resets = c->quic.resets,
        .messages = c->messages,
        .datagrams_in = c->datagrams_in,
        .datagrams_out = c->datagrams_out,
        .datagrams_dropped = c->datagrams_dropped,
        .datagrams_lost = c->datagrams_lost,
        .tunnels_refused = c->tunnels_refused,
        .packets_out = c->packets_out,
        .packets_in = c->packets_in,
        .packets_dropped = c->packets_dropped,
    };
    for (int i = 0; i < TUNNEL_KINDS; i++)
        stats->tunnels[i] = switched(&c->tunnels[i]);
    for (int i = 0; i < CHANNEL_KINDS; i++)
        stats->channels[i] = switched(&c->channels[i]);
    memcpy(stats->requests, c->requests, sizeof c->requests);
}

struct qv_page_port *qv_server_serve_page(struct qv_server *s,
                                          const struct qv_page *page,
                                          struct qv_error *error)
{
    return page_port_open(s->loop, page, error);
}

int qv_server_run(struct qv_server *s)
{
    loop_run(s->loop);
    return s->signum;
}

void qv_server_free(struct qv_server *s)
{
    if (s == NULL)
        return;
    server_free(s->server);
    for (int i = 0; i < NSERVER_SIGNALS; i++)
        loop_off_signal(&s->signals[i].signal);
    loop_free(s->loop);
    free(s);
}
