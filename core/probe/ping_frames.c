/*
 * PING frames on a connection that nothing else uses.
 *
 * It is dialled as one for a request would be, by the same ways and races, but
 * belongs to no pool: nothing is sent on it but PINGs, so their times are not
 * those of a queue behind bodies.
 */
#include "base/fault.h"
#include "client/exchange_result.h"
#include "client/explain.h"
#include "client/result.h"
#include "conn/conn.h"
#include "conn/meter.h"
#include "dial/dial.h"
#include "http/story.h"
#include "pool/alternatives.h"
#include "pool/manager.h"
#include "probe/ping.h"

struct frames {
    struct ping ping;
    struct dial *dial; /* NULL: not any more */
    struct conn *conn; /* NULL: not yet, or lost */
    struct meter meter;
    struct str origin; /* its name */
};

static struct frames *of_ping(struct ping *p)
{
    return container_of(p, struct frames, ping);
}

/* ---- the connection ---- */

static void on_answer(struct meter *m, const struct meter_answer *a)
{
    struct frames *f = container_of(m, struct frames, meter);
    ping_answered(&f->ping, &(struct qv_ping_answer){
                                .seq = a->seq,
                                .held = a->held,
                                .is_shared = a->is_shared,
                            });
}

static void on_news(struct conn *c)
{
    (void)c;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)c; /* it has no exchange */
    (void)ex;
    (void)how;
    (void)why;
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)c; /* it closes, then */
    (void)why;
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct frames *f = c->owner;
    struct fault lost = *why;
    f->conn = NULL;
    if (lost.code == ERR_NONE) {
        fault_set(&lost, ERR_RECV, 0, "the server has closed the connection");
    }
    ping_fail(&f->ping, &lost);
}

static const struct conn_events conn_events = {
    .on_capacity = on_news,
    .on_features = on_news,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

/* No request goes over it: all that there is to tell is its opening. */
static void tell_how(struct frames *f, const struct conn_facts *facts,
                     const struct fault *why)
{
    struct ping *p = &f->ping;
    const struct exchange none = {.is_first = true};
    uint64_t now = loop_now(ping_loop(p));
    if (facts->story == NULL || p->face->ops->on_how == NULL)
        return;
    struct story *story = story_new(NULL);
    story_absorb(story, facts);
    struct qv_result *r = ARENA_NEW(&p->arena, struct qv_result);
    *r = (struct qv_result){
        .url = p->ask->url,
        .url_effective = p->ask->url,
        .method = "",
        .scheme = (const char *)p->url.scheme->name.base,
        .http_version = message_version_name(facts->version),
        .content_type = "",
        .redirect_url = "",
        .referer = "",
        .num_connects = facts->id != 0,
        .explain = explain_new(story, p->started_at, now, &p->arena),
    };
    result_error(&r->error, why);
    exchange_result_fill(r, &(struct exchange_result){
                                .ex = &none,
                                .facts = facts,
                                .arena = &p->arena,
                                .started_at = p->started_at,
                                .hop_at = p->started_at,
                                .now = now,
                            });
    r->time_queue = 0; /* it waits for nobody */
    p->face->ops->on_how(p->face, r);
    story_free(story);
}

static void tell_open(struct frames *f)
{
    const struct conn_facts *facts = &f->conn->facts;
    struct ping *p = &f->ping;
    p->face->ops->on_open(
        p->face,
        &(struct qv_ping_opened){
            .http_version = message_version_name(facts->version),
            .can_ping = f->conn->ops->measure != NULL,
            .quic_version = facts->quic_version ? facts->quic_version : "",
            .remote_ip = facts->remote_addr,
            .remote_port = facts->remote_port,
            .local_ip = facts->local_addr,
            .local_port = facts->local_port,
            .conn_id = facts->id,
            .time_connect = loop_now(ping_loop(p)) - p->started_at,
        });
}

static void on_connected(struct dial *d, struct conn *c)
{
    struct frames *f = dial_owner(d);
    f->dial = NULL;
    f->conn = c;
    c->owner = f;
    c->events = &conn_events;
    list_init(&c->link);
    tell_how(f, &c->facts, NULL);
    if (f->ping.face) /* it may have been cancelled */
        tell_open(f);
}

static void on_failed(struct dial *d, const struct fault *fault,
                      const struct conn_facts *facts)
{
    struct frames *f = dial_owner(d);
    f->dial = NULL;
    tell_how(f, facts, fault);
    if (f->ping.face)
        ping_fail(&f->ping, fault);
}

static const struct dial_events dial_events = {
    .on_connected = on_connected,
    .on_failed = on_failed,
};

/* ---- its life ---- */

static bool begin(struct ping *p, struct fault *fault)
{
    struct frames *f = of_ping(p);
    struct manager *m = p->client->manager;
    struct route_run runs[ROUTE_ALTERNATIVES_MAX];
    struct span authority = url_authority(&p->url, &p->arena);
    (void)fault;
    f->meter.on_answer = on_answer;
    struct dial_target target = {
        .host = p->host,
        .port = p->url.port,
        .is_secure = p->url.scheme->is_secure,
        .settings = &p->prepared->settings,
        .origin = (const char *)arena_copy(&p->arena, authority).base,
        .marks = &manager_alternatives(m)->marks,
        .alternatives = runs,
    };
    target.nalternatives = alternatives_find(manager_alternatives(m), &target,
                                             runs, ROUTE_ALTERNATIVES_MAX);
    f->dial = dial_start(manager_dialer(m), &target, &dial_events, f);
    return true;
}

static bool ask(struct ping *p, uint64_t seq)
{
    struct frames *f = of_ping(p);
    return f->conn && f->conn->ops->measure &&
           f->conn->ops->measure(f->conn, &f->meter, seq);
}

static void stop(struct ping *p)
{
    struct frames *f = of_ping(p);
    if (f->dial)
        dial_cancel(f->dial);
    if (f->conn)
        f->conn->ops->close(f->conn);
    f->dial = NULL;
    f->conn = NULL;
}

const struct ping_way ping_frames = {
    .size = sizeof(struct frames),
    .start = begin,
    .send = ask,
    .stop = stop,
};
