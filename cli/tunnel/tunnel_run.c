#include "tunnel/tunnel_run.h"

#include <stdio.h>

#include "engine/engine_request.h"
#include "engine/explaining.h"
#include "engine/hinting.h"
#include "files/descriptors.h"
#include "files/ending.h"
#include "terminal/console.h"
#include "tunnel/tunnel_options.h"
#include "tunnel/tunnel_text.h"

/* A TCP flow is a descriptor, and over HTTP/1.1 one more. */
#define DESCRIPTORS 16384

struct run {
    const struct tunnel_options *options;
    struct engine engine;
    const struct operation *effective; /* of the proxy's origin */
    struct request request;
    struct strings headers; /* -H and --proxy-header: both are for the proxy */
    struct qv_tunnel tunnel;
    struct qv_tunnel_options ask;
    struct qv_tunnel_stats stats; /* at the end */
    struct qv_error error;
    struct qv_timer stats_due;
    bool is_over;
};

static struct run *run_of(struct qv_tunnel *t)
{
    return QV_OWNER(t, struct run, tunnel);
}

static void say(struct run *r, const char *text)
{
    struct str line = {0};
    if (r->engine.cmdline->silent)
        return;
    str_printf(&line, "%s\n", text);
    engine_area_hide(&r->engine);
    console_write(&line);
    str_fini(&line);
}

/* ---- what is told ---- */

/* How a flow came to be, and how it went. */
static void explain(struct run *r, const struct qv_tunnel_event *e)
{
    struct writeout_facts facts = {
        .result = e->how,
        .show_secrets = r->engine.cmdline->show_secrets,
    };
    if (!e->how)
        return;
    if (e->error) {
        facts.status = e->error->status;
        facts.message = e->error->text;
        facts.error_name = e->error->name;
        facts.error_class = e->error->class_name;
    }
    explaining_tell(&r->engine, r->effective, &facts);
}

static void on_event(struct qv_tunnel *t, const struct qv_tunnel_event *e)
{
    struct run *r = run_of(t);
    struct str text = {0};
    tunnel_text_event(&text, e);
    switch (e->what) {
    case QV_TUNNEL_LISTENING:
        say(r, str_text(&text));
        break;
    case QV_TUNNEL_OPENED:
        engine_note(&r->engine, "%s", str_text(&text));
        break;
    case QV_TUNNEL_CLOSED:
        if (e->error)
            engine_warning(&r->engine, "%s", str_text(&text));
        else
            engine_note(&r->engine, "%s", str_text(&text));
        break;
    case QV_TUNNEL_REFUSED:
        /* Of standard input and output it is the end, and told as that. */
        if (e->local[0] != '-')
            engine_warning(&r->engine, "%s", str_text(&text));
        break;
    case QV_TUNNEL_LOST:
    case QV_TUNNEL_LARGE:
        engine_warning(&r->engine, "%s", str_text(&text));
        break;
    }
    explain(r, e);
    str_fini(&text);
}

static void say_stats(struct run *r, const struct qv_tunnel_stats *stats)
{
    struct str text = {0};
    tunnel_text_stats(&text, r->options->kind, stats);
    say(r, str_text(&text));
    str_fini(&text);
}

static void on_end(struct qv_tunnel *t, const struct qv_error *error)
{
    struct run *r = run_of(t);
    r->is_over = true;
    r->error = *error;
    qv_tunnel_get_stats(t, &r->stats);
    qv_timer_disarm(r->engine.client, &r->stats_due);
}

static const struct qv_tunnel_ops tunnel_ops = {
    .on_event = on_event,
    .on_end = on_end,
};

static void on_stats_due(struct qv_timer *t)
{
    struct run *r = QV_OWNER(t, struct run, stats_due);
    struct qv_tunnel_stats stats;
    qv_tunnel_get_stats(&r->tunnel, &stats);
    say_stats(r, &stats);
    qv_timer_arm(r->engine.client, t, r->options->stats_every);
}

/* ---- what the engine tells ---- */

static void on_ready(void *user)
{
    (void)user;
}

static void on_signal(void *user)
{
    struct run *r = user;
    if (!r->is_over)
        qv_tunnel_stop(&r->tunnel);
}

/* The first signal ends it: a second one finds its usual effect. */
static const struct engine_events engine_events = {
    .on_ready = on_ready,
    .on_first_signal = on_signal,
};

/* ---- from start to end ---- */

static void gather_headers(struct run *r, const struct operation *op)
{
    const struct qv_request *from = &r->request.engine;
    for (size_t i = 0; i < from->nheaders; i++)
        strings_add(&r->headers, from->headers[i]);
    for (size_t i = 0; i < op->how.proxy_headers.len; i++)
        strings_add(&r->headers, op->how.proxy_headers.at[i]);
}

/* False: it cannot start, and r->error says so. */
static bool start(struct run *r)
{
    const struct tunnel_options *o = r->options;
    if (!engine_request_init(&r->engine, &r->request, o->via, &r->effective,
                             &r->error))
        return false;
    r->ask = (struct qv_tunnel_options){
        .kind = o->kind,
        .specs = o->specs.at,
        .nspecs = o->specs.len,
        .via = o->via,
        .request = r->request.engine,
        .transport = o->transport,
        .flow_idle = o->flow_idle,
        .max_flows = o->max_flows,
        .open_timeout = o->open_timeout,
    };
    gather_headers(r, r->effective);
    r->ask.request.headers = r->headers.at;
    r->ask.request.nheaders = r->headers.len;
    r->tunnel.ops = &tunnel_ops;
    r->stats_due.on_expired = on_stats_due;
    qv_tunnel_start(r->engine.client, &r->tunnel, &r->ask);
    if (o->stats_every)
        qv_timer_arm(r->engine.client, &r->stats_due, o->stats_every);
    return true;
}

static int finish(struct run *r, int status)
{
    int signum = r->engine.signals.signum;
    bool wants_stats =
        r->options->stats_every || r->engine.cmdline->telemetry.stats;
    if (r->is_over && wants_stats)
        say_stats(r, &r->stats);
    if (status == 0 && r->error.status) {
        status = r->error.status;
        engine_error(&r->engine, status, NULL, r->error.text);
        hinting_error(&r->engine, NULL, &r->request.engine, r->options->via,
                      &r->error);
    }
    engine_stop(&r->engine);
    int told = engine_end(&r->engine);
    request_fini(&r->request);
    strings_fini(&r->headers);
    if (signum)
        return ENDING_STATUS(signum);
    return status ? status : told;
}

int tunnel_run(const struct tunnel_options *o, struct cmdline *s,
               struct config *c)
{
    struct run me = {.options = o, .request.fd = -1};
    struct engine_needs needs = {
        .cmdline = s,
        .config = c,
        .uses_stdout = true,
    };
    descriptors_raise(DESCRIPTORS);
    int status = engine_start(&me.engine, &needs, &engine_events, &me);
    engine_watch_signals(&me.engine);
    if (status == 0 && start(&me))
        qv_client_run(me.engine.client);
    return finish(&me, status);
}
