/*
 * The qv_ functions: thin, they translate between the public types and the
 * layers.  A transfer is client/transfer, a server is serve/server.
 */
#include "quiver.h"

#include <signal.h>
#include <stdlib.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/client.h"
#include "client/client_stats.h"
#include "client/digest.h"
#include "client/flight.h"
#include "client/request_settings.h"
#include "client/result.h"
#include "client/transfer.h"
#include "http/url.h"
#include "libraries.h"
#include "pool/pool_counters.h"
#include "precheck.h"
#include "serve/page.h"
#include "serve/server.h"
#include "serve/server_counters.h"
#include "serve/server_life.h"

const char *qv_version(void)
{
    return QUIVER_VERSION;
}

const struct qv_library *qv_libraries(void)
{
    return libraries_list();
}

const char *qv_exit_text(int status)
{
    return err_exit_text(status);
}

/* ---- a client ---- */

/* More than any event has. */
#define VALUES_MAX 16

struct qv_client {
    struct client client;
    struct trace trace;
    struct qv_listener *listeners;
};

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

bool qv_client_has_room(struct qv_client *c)
{
    return client_has_room(&c->client);
}

/* ---- transfers ---- */

bool qv_method_is_idempotent(const char *method)
{
    return message_is_idempotent(span_str(method));
}

void qv_transfer_start(struct qv_client *c, struct qv_transfer *t,
                       const struct qv_request *request)
{
    transfer_start(&c->client, t, request);
}

void qv_transfer_cancel(struct qv_transfer *t)
{
    if (t->state)
        transfer_cancel(t->state);
}

bool qv_transfer_is_underway(const struct qv_transfer *t)
{
    const struct transfer *x = t->state;
    return x && x->flight && x->flight->is_begun;
}

void qv_transfer_resume(struct qv_transfer *t)
{
    if (t->state)
        transfer_resume(t->state);
}

void qv_options_adopt(struct qv_options *options, const struct qv_options *from,
                      const struct qv_options *to)
{
    request_settings_adopt(options, from, to);
}

bool qv_request_check(const struct qv_request *request, struct qv_error *error)
{
    struct fault fault = {0};
    bool ok = precheck_request(request, &fault);
    if (!ok)
        result_error(error, &fault);
    return ok;
}

void qv_transfer_fail(struct qv_transfer *t, int status, const char *text)
{
    if (t->state)
        transfer_fail(t->state, err_of_exit_status(status), text);
}

void qv_transfer_progress(const struct qv_transfer *t, struct qv_progress *p)
{
    const struct transfer *x = t->state;
    const struct flight *f = x ? x->flight : NULL;
    *p = (struct qv_progress){.down_total = -1, .up_total = -1};
    if (f == NULL)
        return;
    p->down = f->ex.bytes_body_received;
    p->up = f->ex.bytes_body_sent;
    p->started = f->ex.submitted_at;
    if (f->has_body && f->request.body_len >= 0)
        p->up_total = f->request.body_len;
    uint64_t len = 0;
    if (f->hop.fields &&
        message_content_length(f->hop.fields, &len) == MESSAGE_LENGTH_KNOWN)
        p->down_total = (int64_t)len;
}

/* ---- URLs ---- */

static const char *terminated(struct span s, struct arena *arena)
{
    return (const char *)arena_copy(arena, s).base;
}

bool qv_url_parse(struct qv_url *u, const char *text,
                  const char *default_scheme, struct qv_error *error)
{
    struct arena *arena = XALLOC_NEW(struct arena);
    struct url_options o = {.default_scheme = default_scheme};
    struct url url;
    struct fault fault = {0};
    arena_init(arena);
    *u = (struct qv_url){.memory = arena};
    if (!url_parse(&url, span_str(text), &o, arena, &fault)) {
        result_error(error, &fault);
        qv_url_free(u);
        return false;
    }
    u->scheme = terminated(url.scheme, arena);
    u->user = terminated(url.user, arena);
    u->password = terminated(url.password, arena);
    u->host = terminated(url_address(&url, arena), arena);
    u->port = url.port;
    u->path = terminated(url.path, arena);
    u->query = terminated(url.query, arena);
    u->fragment = terminated(url.fragment, arena);
    u->text = terminated(
        url_text(&url, URL_TEXT_USER | URL_TEXT_FRAGMENT, arena), arena);
    u->shown = terminated(url_text(&url, 0, arena), arena);
    return true;
}

void qv_url_free(struct qv_url *u)
{
    if (u->memory) {
        arena_fini(u->memory);
        free(u->memory);
    }
    *u = (struct qv_url){.memory = NULL};
}

/* ---- digests ---- */

void qv_sha256_init(struct qv_sha256 *s)
{
    digest_init(s);
}

void qv_sha256_add(struct qv_sha256 *s, const void *data, size_t len)
{
    digest_add(s, data, len);
}

void qv_sha256_hex(struct qv_sha256 *s, char hex[65])
{
    digest_hex(s, hex);
}

/* ---- the loop's other services ---- */

struct fd_watch {
    struct loop_fd fd;
    struct qv_fd *face;
    struct client *client;
    bool is_holding;
};

static void on_fd_ready(struct loop_fd *h, unsigned events)
{
    struct fd_watch *w = container_of(h, struct fd_watch, fd);
    w->face->on_ready(w->face, events);
}

static void hold_while_wanted(struct fd_watch *w, bool is_wanted)
{
    if (is_wanted == w->is_holding)
        return;
    w->is_holding = is_wanted;
    if (is_wanted)
        client_hold(w->client);
    else
        client_release(w->client);
}

void qv_fd_watch(struct qv_client *c, struct qv_fd *h, unsigned ready)
{
    struct fd_watch *w = h->state;
    if (w == NULL) {
        w = XALLOC_NEW(struct fd_watch);
        w->fd = (struct loop_fd){.fd = h->fd, .on_ready = on_fd_ready};
        w->face = h;
        w->client = &c->client;
        h->state = w;
    }
    hold_while_wanted(w, ready != 0);
    loop_watch(c->client.loop, &w->fd, ready);
}

void qv_fd_unwatch(struct qv_client *c, struct qv_fd *h)
{
    struct fd_watch *w = h->state;
    if (w == NULL)
        return;
    h->state = NULL;
    loop_unwatch(c->client.loop, &w->fd);
    hold_while_wanted(w, false);
    free(w);
}

struct timer_watch {
    struct loop_timer timer;
    struct qv_timer *face;
};

static void on_timer(struct loop_timer *timer, uint64_t now)
{
    struct timer_watch *w = container_of(timer, struct timer_watch, timer);
    struct qv_timer *face = w->face;
    (void)now;
    face->state = NULL;
    free(w);
    face->on_expired(face);
}

void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t delay_ns)
{
    struct timer_watch *w = t->state;
    if (w == NULL) {
        w = XALLOC_NEW(struct timer_watch);
        w->timer.on_expired = on_timer;
        w->face = t;
        t->state = w;
    }
    loop_arm(c->client.loop, &w->timer, loop_now(c->client.loop) + delay_ns);
}

void qv_timer_disarm(struct qv_client *c, struct qv_timer *t)
{
    struct timer_watch *w = t->state;
    if (w == NULL)
        return;
    t->state = NULL;
    loop_disarm(c->client.loop, &w->timer);
    free(w);
}

struct signal_watch {
    struct loop_signal signal;
    struct qv_signal *face;
};

static void on_loop_signal(struct loop_signal *s)
{
    struct signal_watch *w = container_of(s, struct signal_watch, signal);
    w->face->on_signal(w->face);
}

void qv_signal_watch(struct qv_client *c, struct qv_signal *s, int signum)
{
    struct signal_watch *w = XALLOC_NEW(struct signal_watch);
    w->signal.on_signal = on_loop_signal;
    w->face = s;
    s->state = w;
    loop_on_signal(c->client.loop, &w->signal, signum);
}

void qv_signal_unwatch(struct qv_client *c, struct qv_signal *s)
{
    struct signal_watch *w = s->state;
    (void)c;
    if (w == NULL)
        return;
    s->state = NULL;
    loop_off_signal(&w->signal);
    free(w);
}

/* ---- what happens inside ---- */

static enum qv_event_kind public_kind(enum trace_kind kind)
{
    if (!trace_is_note(kind))
        return QV_EVENT_TELEMETRY;
    if (kind == TRACE_REQUEST_HEAD)
        return QV_EVENT_REQUEST_HEAD;
    if (kind == TRACE_RESPONSE_HEAD)
        return QV_EVENT_RESPONSE_HEAD;
    return kind == TRACE_TRAILERS ? QV_EVENT_TRAILERS : QV_EVENT_NOTE;
}

static struct qv_value public_value(const struct trace_field *f)
{
    struct qv_value v = {.key = f->key, .number = f->number};
    switch (f->type) {
    case TRACE_NUMBER:
        v.type = QV_VALUE_NUMBER;
        break;
    case TRACE_NS:
        v.type = QV_VALUE_NS;
        break;
    case TRACE_TEXT:
        v.type = QV_VALUE_TEXT;
        v.text = (const char *)f->text.base;
        v.len = f->text.len;
        break;
    }
    return v;
}

static void on_trace(struct trace *trace, const struct trace_event *event)
{
    struct qv_client *c = container_of(trace, struct qv_client, trace);
    struct qv_value values[VALUES_MAX];
    struct qv_event public = {
        .kind = public_kind(event->kind),
        .name = trace_name(event->kind),
        .at = event->at,
        .conn_id = event->conn_id,
        .text = (const char *)event->text.base,
        .len = event->text.len,
        .xfer_id = event->xfer_id,
        .origin = event->origin,
        .values = values,
    };
    while (public.nvalues < event->nfields && public.nvalues < VALUES_MAX) {
        values[public.nvalues] = public_value(&event->fields[public.nvalues]);
        public.nvalues++;
    }
    bool is_telemetry = public.kind == QV_EVENT_TELEMETRY;
    for (struct qv_listener *l = c->listeners; l; l = l->next)
        if (is_telemetry ? l->wants_telemetry : l->wants_notes)
            l->on_event(l, &public);
}

/* What nobody wants is not even made. */
static void attend(struct qv_client *c)
{
    c->trace = (struct trace){.on_event = on_trace};
    for (const struct qv_listener *l = c->listeners; l; l = l->next) {
        c->trace.wants_notes |= l->wants_notes;
        c->trace.wants_events |= l->wants_telemetry;
    }
    loop_set_trace(c->client.loop, c->listeners ? &c->trace : NULL);
}

void qv_client_listen(struct qv_client *c, struct qv_listener *l)
{
    l->next = c->listeners;
    c->listeners = l;
    attend(c);
}

void qv_client_unlisten(struct qv_client *c, struct qv_listener *l)
{
    struct qv_listener **at = &c->listeners;
    while (*at && *at != l)
        at = &(*at)->next;
    if (*at)
        *at = l->next;
    attend(c);
}

/* ---- statistics ---- */

const char *qv_protocol_name(int protocol)
{
    return pool_counters_protocol_name((enum pool_protocol)protocol);
}

const char *qv_stage_name(int stage)
{
    return pool_counters_stage_name((enum pool_stage)stage);
}

const char *qv_failure_name(int reason)
{
    return pool_counters_failure_name((enum pool_failure)reason);
}

const char *qv_close_name(int reason)
{
    return pool_counters_close_name((enum pool_close)reason);
}

const uint64_t *qv_histogram_bounds(void)
{
    return histogram_bounds;
}

void qv_client_stats(const struct qv_client *c, struct qv_stats *stats)
{
    client_stats_get(&c->client, stats);
}

void qv_client_each_pool(const struct qv_client *c,
                         void (*each)(void *user,
                                      const struct qv_pool_stats *stats),
                         void *user)
{
    client_stats_pools(&c->client, each, user);
}

void qv_pool_stats_add(struct qv_pool_stats *to, const struct qv_pool_stats *s)
{
    client_stats_add(to, s);
}

void qv_client_each_connection(
    const struct qv_client *c,
    void (*each)(void *user, const struct qv_connection_stats *stats),
    void *user)
{
    client_stats_connections(&c->client, each, user);
}

/* ---- a page ---- */

struct qv_page_port {
    struct page page;
    struct server *server;
    struct loop_task reap;
    struct loop *loop;
};

static void reap_page_port(struct loop_task *task)
{
    free(container_of(task, struct qv_page_port, reap));
}

static struct qv_page_port *serve_page(struct loop *loop,
                                       const struct qv_page *page,
                                       struct qv_error *error)
{
    struct qv_page_port *p = XALLOC_NEW(struct qv_page_port);
    struct fault fault = {0};
    struct server_options options = {
        .bind = page->bind,
        .plain_port = page->port,
        .has_plain = true,
        .page = &p->page,
    };
    p->page = (struct page){.path = page->path,
                            .type = page->type,
                            .render = page->render,
                            .user = page->user};
    p->loop = loop;
    p->reap.run = reap_page_port;
    p->server = server_new(loop, &options, &fault);
    if (p->server)
        return p;
    result_error(error, &fault);
    qv_page_port_close(p);
    return NULL;
}

struct qv_page_port *qv_client_serve_page(struct qv_client *c,
                                          const struct qv_page *page,
                                          struct qv_error *error)
{
    return serve_page(c->client.loop, page, error);
}

uint16_t qv_page_port_number(const struct qv_page_port *p)
{
    return server_plain_port(p->server);
}

void qv_page_port_close(struct qv_page_port *p)
{
    if (p == NULL)
        return;
    server_free(p->server);
    loop_reap(p->loop, &p->reap); /* connections still say goodbye */
}

/* ---- the embedded server ---- */

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

struct qv_server *qv_server_new(const struct qv_server_options *o,
                                struct qv_error *error)
{
    struct qv_server *s = XALLOC_NEW(struct qv_server);
    struct fault fault = {0};
    struct server_options options = {
        .bind = o->bind,
        .port = o->port,
        .plain_port = o->plain_port,
        .has_tls = o->has_tls,
        .has_plain = o->has_plain,
        .root = o->root,
        .cert_file = o->cert_file,
        .key_file = o->key_file,
        .retry = o->retry,
        .h2_max_streams = o->h2_max_streams,
        .h3_max_streams = o->h3_max_streams,
        .max_requests = o->max_requests,
        .max_connections = o->max_connections,
        .log_json = o->log_json,
        .on_request = o->on_request ? on_request : NULL,
        .on_drained = on_drained,
        .user = s,
    };
    s->on_request = o->on_request;
    s->user = o->user;
    s->loop = loop_new();
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

const char *qv_server_ca_file(const struct qv_server *s)
{
    return server_ca_file(s->server);
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
    };
    memcpy(stats->requests, c->requests, sizeof c->requests);
}

struct qv_page_port *qv_server_serve_page(struct qv_server *s,
                                          const struct qv_page *page,
                                          struct qv_error *error)
{
    return serve_page(s->loop, page, error);
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
