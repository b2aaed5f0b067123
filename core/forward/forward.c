/*
 * A forward that listens goes on until it is stopped, whatever becomes of its
 * flows: a target that refuses today may not tomorrow.  Two things end it, since
 * they will not change: a proxy that has no such tunnels at all, and the end of
 * standard input and output.
 *
 * A flow asks for its own stream, and the pool puts those on as few connections
 * as the proxy's version of HTTP allows.  When one is lost its flows end, and the
 * next flow opens another.
 */
#include "forward/forward.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "client/request_state.h"
#include "client/result.h"
#include "forward/forward_flow.h"
#include "forward/forward_self.h"
#include "forward/forward_tcp.h"
#include "forward/forward_udp.h"
#include "forward/forward_via.h"

/* For the ends of flows, when it is stopped. */
#define PATIENCE LOOP_S

void forward_format(const struct addr *a, char text[FORWARD_ADDR_MAX])
{
    char host[ADDR_TEXT_MAX];
    bool is_ipv6 = addr_family(a) == AF_INET6;
    addr_format(a, host);
    (void)snprintf(text, FORWARD_ADDR_MAX, "%s%s%s:%u", is_ipv6 ? "[" : "",
                   host, is_ipv6 ? "]" : "", addr_port(a));
}

void forward_tell(struct forward *f, const struct qv_tunnel_event *e)
{
    if (f->face)
        f->face->ops->on_event(f->face, e);
}

/* ---- the end ---- */

static void close_places(struct forward *f)
{
    for (size_t i = 0; i < f->nplaces; i++) {
        for (size_t k = 0; k < FORWARD_SPEC_BINDS; k++) {
            forward_udp_close(f->places[i].udp[k]);
            f->places[i].udp[k] = NULL;
            tcp_listener_close(&f->places[i].tcp[k].listener);
        }
    }
}

static void end_flows(struct forward *f)
{
    while (!list_is_empty(&f->flows))
        forward_flow_end(
            container_of(f->flows.next, struct forward_flow, link));
}

static void reap(struct loop_task *task)
{
    struct forward *f = container_of(task, struct forward, reap_task);
    arena_fini(&f->arena);
    free(f->buffer);
    free(f);
}

/* Out of every list and timer. */
static void retire(struct forward *f)
{
    struct loop *loop = forward_loop(f);
    f->state = FORWARD_OVER;
    f->face->state = NULL;
    f->face = NULL;
    end_flows(f);
    close_places(f);
    loop_disarm(loop, &f->idle);
    loop_disarm(loop, &f->patience);
    loop_forget(loop, &f->end_task);
    loop_reap(loop, &f->reap_task);
}

static void on_end(struct loop_task *task)
{
    struct forward *f = container_of(task, struct forward, end_task);
    struct qv_tunnel *face = f->face;
    struct client *client = f->client;
    const struct fault end = f->end;
    struct qv_error error;
    result_error(&error, end.code == ERR_NONE ? NULL : &end);
    client_hold(client); /* on_end() may start something */
    client_remove(client, &f->work);
    /* The numbers stay till then. */
    end_flows(f);
    f->is_telling_end = true;
    face->ops->on_end(face, &error);
    retire(f);
    client_release(client);
}

void forward_fail(struct forward *f, const struct fault *why)
{
    if (f->state == FORWARD_OVER)
        return;
    f->state = FORWARD_OVER;
    f->end = *why;
    loop_later(forward_loop(f), &f->end_task);
}

void forward_cancel(struct forward *f)
{
    if (f->is_telling_end)
        return; /* it goes anyway */
    client_remove(f->client, &f->work);
    retire(f);
}

static void finish(struct forward *f)
{
    const struct fault none = {.code = ERR_NONE};
    forward_fail(f, &none);
}

void forward_settle(struct forward *f)
{
    switch (f->state) {
    case FORWARD_RUNNING:
        if (forward_is_udp(f))
            loop_arm(forward_loop(f), &f->idle, loop_now(forward_loop(f)));
        return;
    case FORWARD_STOPPING:
        if (list_is_empty(&f->flows))
            finish(f);
        return;
    case FORWARD_OVER:
        return;
    }
}

static void on_patience(struct loop_timer *t, uint64_t now)
{
    (void)now;
    finish(container_of(t, struct forward, patience));
}

static void on_idle(struct loop_timer *t, uint64_t now)
{
    forward_udp_check_idle(container_of(t, struct forward, idle), now);
}

void forward_stop(struct forward *f)
{
    if (f->state != FORWARD_RUNNING)
        return;
    f->state = FORWARD_STOPPING;
    loop_arm(forward_loop(f), &f->patience,
             loop_now(forward_loop(f)) + PATIENCE);
    list_each_safe (l, &f->flows) {
        struct forward_flow *w = container_of(l, struct forward_flow, link);
        w->ops->stop(w);
    }
    forward_settle(f);
}

void forward_get_stats(const struct forward *f, struct qv_tunnel_stats *stats)
{
    *stats = f->sums;
    list_each (l, &f->flows)
        forward_flow_add_stats(container_of(l, struct forward_flow, link),
                               stats);
}

/* ---- the beginning ---- */

/* Who says -U and no -x means the proxy of the tunnel. */
static void set_user(struct qv_options *o)
{
    static const unsigned auths[] = {
        [QV_PROXY_AUTH_BASIC] = QV_AUTH_BASIC,
        [QV_PROXY_AUTH_DIGEST] = QV_AUTH_DIGEST,
        [QV_PROXY_AUTH_ANY] = QV_AUTH_BASIC | QV_AUTH_DIGEST,
    };
    if (o->user || o->proxy || o->proxy_user == NULL)
        return;
    o->user = o->proxy_user;
    o->auth = auths[o->proxy_auth];
}

static void make_ask(struct forward *f, struct forward_place *p)
{
    const struct qv_tunnel_options *o = f->options;
    struct str url = {0};
    forward_via_url(&url, o->via, p->spec.host, p->spec.port);
    p->ask = (struct qv_channel_request){
        .request = o->request,
        .kind =
            forward_is_udp(f) ? QV_CHANNEL_KIND_UDP : QV_CHANNEL_KIND_CONNECT,
        .target = p->spec.target,
        .transport = o->transport,
        .open_timeout = o->open_timeout,
    };
    p->ask.request.url = arena_string(&f->arena, str_text(&url));
    p->options = *request_state_asked(&o->request);
    set_user(&p->options);
    p->ask.request.options = &p->options;
    str_fini(&url);
}

static bool listen_at(struct forward_place *p, size_t k, struct fault *fault)
{
    struct forward *f = p->forward;
    const struct addr *at = &p->spec.binds[k];
    p->tcp[k].place = p;
    if (!forward_is_udp(f))
        return forward_tcp_open(&p->tcp[k], at, fault);
    p->udp[k] = forward_udp_open(p, at, fault);
    return p->udp[k] != NULL;
}

static void local_of(const struct forward_place *p, size_t k,
                     struct addr *local)
{
    if (p->udp[k])
        forward_udp_local(p->udp[k], local);
    else
        tcp_listener_local(&p->tcp[k].listener, local);
}

/* Both families at one port, whichever that is.  The second may lack. */
static bool open_place(struct forward_place *p, struct fault *fault)
{
    size_t nopen = 0;
    for (size_t k = 0; k < p->spec.nbinds; k++) {
        struct fault second;
        if (listen_at(p, k, nopen ? &second : fault)) {
            struct addr local;
            local_of(p, k, &local);
            if (nopen++ == 0 && k + 1 < p->spec.nbinds)
                addr_set_port(&p->spec.binds[k + 1], addr_port(&local));
        } else if (!p->spec.is_lenient) {
            return false;
        }
    }
    return nopen > 0;
}

static bool is_open(const struct forward_place *p, size_t k)
{
    return p->udp[k] ||
           (p->tcp[k].listener.loop && p->tcp[k].listener.fd.fd >= 0);
}

static void tell_listening(const struct forward_place *p)
{
    for (size_t k = 0; k < p->spec.nbinds; k++) {
        char text[FORWARD_ADDR_MAX];
        struct addr local;
        if (!is_open(p, k))
            continue;
        local_of(p, k, &local);
        forward_format(&local, text);
        forward_tell(p->forward, &(struct qv_tunnel_event){
                                     .what = QV_TUNNEL_LISTENING,
                                     .local = text,
                                     .target = p->spec.target,
                                 });
    }
}

static bool read_specs(struct forward *f, struct fault *fault)
{
    const struct qv_tunnel_options *o = f->options;
    f->nplaces = o->nspecs;
    f->places = arena_zeroed(&f->arena, o->nspecs * sizeof *f->places);
    for (size_t i = 0; i < o->nspecs; i++) {
        struct forward_place *p = &f->places[i];
        p->forward = f;
        if (!forward_spec_parse(&p->spec, o->specs[i], &f->arena, fault))
            return false;
        make_ask(f, p);
        if (!p->spec.is_stdio || o->nspecs == 1)
            continue;
        fault_set(fault, ERR_USAGE, 0,
                  "standard input and output are one tunnel: '%.80s' stands "
                  "alone",
                  o->specs[i]);
        return false;
    }
    return true;
}

static bool open_places(struct forward *f, struct fault *fault)
{
    for (size_t i = 0; i < f->nplaces; i++)
        if (!f->places[i].spec.is_stdio && !open_place(&f->places[i], fault))
            return false;
    return true;
}

/* Nothing is told before the start has returned. */
static void begin(struct loop_task *task)
{
    struct forward *f = container_of(task, struct forward, end_task);
    f->end_task.run = on_end;
    if (f->state == FORWARD_OVER) {
        on_end(task);
        return;
    }
    for (size_t i = 0; i < f->nplaces && f->state == FORWARD_RUNNING; i++) {
        if (!f->places[i].spec.is_stdio)
            tell_listening(&f->places[i]);
        else if (forward_is_udp(f))
            forward_udp_stdio(&f->places[i]);
        else
            forward_tcp_stdio(&f->places[i]);
    }
}

static void cancel_work(struct client_work *w)
{
    forward_cancel(container_of(w, struct forward, work));
}

static void count_work(const struct client_work *w, struct qv_stats *stats)
{
    (void)w; /* its channels are counted */
    (void)stats;
}

void forward_start(struct client *c, struct qv_tunnel *face,
                   const struct qv_tunnel_options *o)
{
    static const struct client_work_ops work_ops = {
        .cancel = cancel_work,
        .count = count_work,
    };
    struct forward *f = XALLOC_NEW(struct forward);
    struct fault fault;
    f->face = face;
    f->client = c;
    f->options = o;
    f->work.ops = &work_ops;
    f->idle.on_expired = on_idle;
    f->patience.on_expired = on_patience;
    f->end_task.run = begin;
    f->reap_task.run = reap;
    list_init(&f->flows);
    arena_init(&f->arena);
    face->state = f;
    client_add(c, &f->work);
    if (!forward_via_check(o->via, forward_is_udp(f), &fault) ||
        !read_specs(f, &fault) || !open_places(f, &fault))
        forward_fail(f, &fault);
    else
        loop_later(c->loop, &f->end_task);
}
