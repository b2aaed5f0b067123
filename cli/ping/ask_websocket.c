/*
 * Ping frames of a WebSocket (RFC 6455 5.5.2): what is in one comes back in the
 * pong, so that is its number.  A pong may be left out when the next is sent
 * (5.5.3): its ping is lost then, for all that can be seen.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"
#include "ping/asker.h"

/* Digits of a number, and its end. */
#define NUMBER_MAX 24

/* Pings whose answers are waited for. */
#define ASKED_MAX 4096

struct ask_websocket {
    struct asker asker;
    struct qv_channel channel;
    struct qv_channel_request request;
    bool is_open;
    struct {
        uint64_t seq;
        uint64_t at;
    } asked[ASKED_MAX];
    char by[64];
};

static struct ask_websocket *of_channel(struct qv_channel *ch)
{
    return QV_OWNER(ch, struct ask_websocket, channel);
}

static struct ask_websocket *of_asker(struct asker *a)
{
    return QV_OWNER(a, struct ask_websocket, asker);
}

static uint64_t now_of(const struct ask_websocket *w)
{
    return qv_client_now(w->asker.config->engine->client);
}

static void on_open(struct qv_channel *ch, const struct qv_channel_opened *o)
{
    struct ask_websocket *w = of_channel(ch);
    const struct asker_config *c = w->asker.config;
    w->is_open = true;
    (void)snprintf(w->by, sizeof w->by, "WebSocket ping over HTTP/%s",
                   o->head.version);
    c->events->on_open(c->user, &(struct asker_opened){
                                    .by = w->by,
                                    .name = "websocket-ping",
                                    .http = o->head.version,
                                    .ip = o->remote_ip,
                                    .port = o->remote_port,
                                });
}

static uint64_t number_in(const void *data, size_t len)
{
    char text[NUMBER_MAX];
    if (len == 0 || len >= sizeof text)
        return 0;
    memcpy(text, data, len);
    text[len] = '\0';
    return strtoull(text, NULL, 10);
}

static enum qv_flow on_event(struct qv_channel *ch,
                             const struct qv_channel_event *e)
{
    struct ask_websocket *w = of_channel(ch);
    const struct asker_config *c = w->asker.config;
    if (e->what != QV_CHANNEL_PONG)
        return QV_MORE;
    uint64_t seq = number_in(e->data, e->len);
    size_t at = (size_t)(seq % ASKED_MAX);
    if (seq == 0 || w->asked[at].seq != seq)
        return QV_MORE;
    w->asked[at].seq = 0;
    c->events->on_answer(c->user, &(struct asker_answer){
                                      .seq = seq,
                                      .rtt = now_of(w) - w->asked[at].at,
                                  });
    return QV_MORE;
}

static void on_closed(struct qv_channel *ch, const struct qv_channel_result *r)
{
    struct ask_websocket *w = of_channel(ch);
    const struct asker_config *c = w->asker.config;
    struct qv_error error = r->error;
    w->is_open = false;
    if (r->how)
        c->events->on_how(c->user, r->how);
    if (error.status == 0) {
        error.status = QV_EXIT_RECV;
        (void)snprintf(error.text, sizeof error.text,
                       "the server has closed the WebSocket%s%.100s",
                       r->reason && *r->reason ? ": " : "",
                       r->reason ? r->reason : "");
    }
    c->events->on_down(c->user, 0, &error);
}

static const struct qv_channel_ops channel_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_closed = on_closed,
};

static void start(struct asker *a)
{
    struct ask_websocket *w = of_asker(a);
    qv_channel_start(a->config->engine->client, &w->channel, &w->request);
}

static bool ask(struct asker *a, uint64_t seq)
{
    struct ask_websocket *w = of_asker(a);
    char text[NUMBER_MAX];
    int len = snprintf(text, sizeof text, "%" PRIu64, seq);
    if (!w->is_open ||
        qv_channel_send(&w->channel, &(struct qv_channel_message){
                                         .what = QV_CHANNEL_PING,
                                         .data = text,
                                         .len = (size_t)len,
                                         .stream = -1}) != QV_CHANNEL_SEND_OK)
        return false;
    w->asked[seq % ASKED_MAX].seq = seq;
    w->asked[seq % ASKED_MAX].at = now_of(w);
    return true;
}

static void stop(struct asker *a)
{
    struct ask_websocket *w = of_asker(a);
    struct qv_channel_result r;
    w->is_open = false;
    qv_channel_give_up(&w->channel, &r);
    if (r.how)
        a->config->events->on_how(a->config->user, r.how);
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

struct asker *ask_websocket_new(const struct asker_config *c)
{
    struct ask_websocket *w = XALLOC_NEW(struct ask_websocket);
    w->asker = (struct asker){&ops, c};
    w->channel.ops = &channel_ops;
    w->request = (struct qv_channel_request){
        .request = *c->request,
        .kind = QV_CHANNEL_KIND_WEBSOCKET,
        .protocol = "websocket",
    };
    return &w->asker;
}
