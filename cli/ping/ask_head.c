/*
 * HEAD requests, over the client's pool.  The first, of which nobody hears,
 * opens the connection, so that no answer's time has a handshake in it; if that
 * is lost later, the time is from the request all the same.
 */
#include <stdio.h>
#include <stdlib.h>

#include "core/base/list.h"
#include "core/base/xalloc.h"
#include "ping/asker.h"

struct question {
    struct engine_transfer transfer;
    struct list link;
    struct ask_head *head;
    uint64_t seq; /* 0: the first */
};

struct ask_head {
    struct asker asker;
    struct qv_request request;
    struct list questions;
    bool is_open;
    char by[64];
};

static struct ask_head *of_asker(struct asker *a)
{
    return QV_OWNER(a, struct ask_head, asker);
}

static void forget(struct question *q)
{
    list_remove(&q->link);
    free(q);
}

static void tell_open(struct ask_head *h, const struct qv_result *r)
{
    const struct asker_config *c = h->asker.config;
    h->is_open = true;
    (void)snprintf(h->by, sizeof h->by, "HEAD over HTTP/%s", r->http_version);
    c->events->on_open(
        c->user, &(struct asker_opened){
                     .by = h->by,
                     .name = "head",
                     .http = r->http_version,
                     .ip = r->remote_ip,
                     .port = r->remote_port,
                     .time_connect = r->time_pretransfer > 0
                                         ? (uint64_t)(r->time_pretransfer * 1e9)
                                         : 0,
                 });
}

static void on_done(struct qv_transfer *t, const struct qv_result *r)
{
    struct question *q = QV_OWNER(t, struct question, transfer.face);
    struct ask_head *h = q->head;
    const struct asker_config *c = h->asker.config;
    uint64_t seq = q->seq;
    double from =
        r->time_posttransfer >= 0 ? r->time_posttransfer : r->time_pretransfer;
    forget(q);
    if (r->explain && !h->is_open)
        c->events->on_how(c->user, r);
    if (r->error.status)
        c->events->on_down(c->user, seq, &r->error);
    else if (!h->is_open)
        tell_open(h, r);
    else if (r->time_starttransfer >= from && from >= 0)
        c->events->on_answer(
            c->user,
            &(struct asker_answer){
                .seq = seq,
                .rtt = (uint64_t)((r->time_starttransfer - from) * 1e9),
                .status = r->response_code,
            });
}

static const struct qv_transfer_ops transfer_ops = {.on_done = on_done};

static bool ask(struct asker *a, uint64_t seq)
{
    struct ask_head *h = of_asker(a);
    const struct asker_config *c = a->config;
    struct question *q = XALLOC_NEW(struct question);
    q->head = h;
    q->seq = seq;
    q->transfer.face.ops = &transfer_ops;
    engine_suit(c->engine, &q->transfer, c->op, h->request.url);
    list_append(&h->questions, &q->link);
    qv_transfer_start(c->engine->client, &q->transfer.face, &h->request);
    return true;
}

static void start(struct asker *a)
{
    of_asker(a)->is_open = false;
    (void)ask(a, 0);
}

static void stop(struct asker *a)
{
    struct ask_head *h = of_asker(a);
    struct list *at = h->questions.next;
    while (at != &h->questions) {
        struct question *q = QV_OWNER(at, struct question, link);
        at = at->next;
        qv_transfer_cancel(&q->transfer.face);
        forget(q);
    }
}

static void free_asker(struct asker *a)
{
    stop(a);
    free(of_asker(a));
}

static const struct asker_ops ops = {
    .start = start,
    .ask = ask,
    .stop = stop,
    .free = free_asker,
};

struct asker *ask_head_new(const struct asker_config *c)
{
    struct ask_head *h = XALLOC_NEW(struct ask_head);
    h->asker = (struct asker){&ops, c};
    h->request = *c->request;
    h->request.head = true;
    h->request.method = NULL;
    list_init(&h->questions);
    return &h->asker;
}
