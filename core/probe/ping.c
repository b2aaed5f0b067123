#include "probe/ping.h"

#include <stdlib.h>

#include "base/xalloc.h"
#include "client/learned.h"
#include "client/proxy_choice.h"
#include "client/request_state.h"
#include "client/result.h"
#include "client/url_rules.h"

/* ---- the end ---- */

static void reap(struct loop_task *task)
{
    struct ping *p = container_of(task, struct ping, reap_task);
    prepared_drop(p->prepared);
    arena_fini(&p->arena);
    free(p);
}

/* What is below still uses the settings until the reap phase. */
static void retire(struct ping *p)
{
    p->face->state = NULL;
    p->face = NULL;
    p->way->stop(p);
    loop_forget(ping_loop(p), &p->end_task);
    loop_reap(ping_loop(p), &p->reap_task);
}

static void on_end(struct loop_task *task)
{
    struct ping *p = container_of(task, struct ping, end_task);
    struct qv_ping *face = p->face;
    struct client *client = p->client;
    struct qv_error error;
    result_error(&error, &p->end);
    client_hold(client); /* on_closed() may start something */
    client_remove(client, &p->work);
    retire(p);
    face->ops->on_closed(face, &error);
    client_release(client);
}

void ping_fail(struct ping *p, const struct fault *why)
{
    p->end = *why;
    loop_later(ping_loop(p), &p->end_task);
}

void ping_cancel(struct ping *p)
{
    client_remove(p->client, &p->work);
    retire(p);
}

static void cancel_work(struct client_work *w)
{
    ping_cancel(container_of(w, struct ping, work));
}

static void count_work(const struct client_work *w, struct qv_stats *stats)
{
    (void)w; /* it carries nothing */
    (void)stats;
}

static const struct client_work_ops work_ops = {
    .cancel = cancel_work,
    .count = count_work,
};

/* ---- questions and answers ---- */

bool ping_send(struct ping *p, uint64_t seq)
{
    if (p->end.code != ERR_NONE || !p->way->send(p, seq))
        return false;
    p->asked[seq % PING_ASKED_MAX].seq = seq;
    p->asked[seq % PING_ASKED_MAX].at = loop_now(ping_loop(p));
    return true;
}

void ping_answered(struct ping *p, struct qv_ping_answer *a)
{
    size_t at = a->seq % PING_ASKED_MAX;
    if (p->face == NULL || a->seq == 0 || p->asked[at].seq != a->seq)
        return;
    a->rtt = loop_now(ping_loop(p)) - p->asked[at].at;
    p->asked[at].seq = 0;
    /* What it cannot have held was measured wrong. */
    if (a->held > a->rtt)
        a->held = 0;
    a->rtt -= a->held;
    p->face->ops->on_answer(p->face, a);
}

/* ---- the beginning ---- */

static bool parse_url(struct ping *p, struct fault *fault)
{
    const struct qv_options *asked = request_state_asked(p->ask);
    struct url_options o = {
        .default_scheme = p->ask->default_scheme,
        .path_as_is = asked->path_as_is,
        .websocket = true,
    };
    if (!url_parse(&p->url, span_str(p->ask->url), &o, &p->arena, fault))
        return false;
    learned_upgrade(&p->client->learned, &p->url);
    if (!url_rules_first(&p->url, asked, fault))
        return false;
    p->host = url_address(&p->url, &p->arena);
    return true;
}

static bool prepare(struct ping *p, struct fault *fault)
{
    struct client *c = p->client;
    struct qv_options options = *request_state_asked(p->ask);
    if (!proxy_choice_is_none(&options, c->options.proxies))
        proxy_choice(&options, &p->url, c->options.proxies);
    p->prepared = prepared_take(&c->prepared, &options, &c->options, fault);
    return p->prepared != NULL;
}

void ping_start(struct client *c, struct qv_ping *face, enum qv_ping_kind kind,
                const struct qv_request *ask)
{
    struct fault fault = {0};
    const struct ping_way *way =
        kind == QV_PING_VERSIONS ? &ping_versions : &ping_frames;
    struct ping *p = xalloc_zeroed(1, way->size);
    p->face = face;
    p->way = way;
    p->client = c;
    p->ask = ask;
    p->work.ops = &work_ops;
    p->end_task.run = on_end;
    p->reap_task.run = reap;
    p->started_at = loop_now(c->loop);
    arena_init(&p->arena);
    face->state = p;
    client_add(c, &p->work);
    if (!parse_url(p, &fault) || !prepare(p, &fault) || !way->start(p, &fault))
        ping_fail(p, &fault);
}
