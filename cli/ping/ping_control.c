#include "ping/ping_control.h"

#include <stdio.h>

static void done(struct ping_control *c, enum ping_verdict verdict,
                 const char *because)
{
    ping_control_stop(c);
    c->on_done(c, verdict, because);
}

static void go_on(struct ping_control *c)
{
    c->options.http = c->is_tcp ? QV_HTTP_1_1 : QV_HTTP_3_ONLY;
    c->request.options = &c->options;
    qv_ping_start(c->client, &c->ping, QV_PING_CONNECTION, &c->request);
    qv_timer_arm(c->client, &c->timer, c->patience);
}

/* TCP is there, whatever TLS or HTTP made of it. */
static bool is_reached(const struct qv_error *e)
{
    return e->status != QV_EXIT_CONNECT && e->status != QV_EXIT_TIMEOUT &&
           e->status != QV_EXIT_HOST_NAME;
}

static void answered_by_tcp(struct ping_control *c)
{
    done(c, PING_VERDICT_UDP_BLOCKED,
         "TCP to the same port works, and over UDP nothing comes back, nor "
         "does the network say that nobody is there");
}

static void failed(struct ping_control *c, const struct qv_error *e)
{
    char text[sizeof e->text + 16];
    if (!c->is_tcp && is_reached(e)) {
        /* Something answered over UDP, and that was a handshake's failure. */
        (void)snprintf(text, sizeof text, "by a handshake: %s", e->text);
        done(c, PING_VERDICT_QUIC_SILENT, text);
    } else if (!c->is_tcp) {
        c->is_tcp = true;
        go_on(c);
    } else if (is_reached(e)) {
        answered_by_tcp(c);
    } else {
        done(c, PING_VERDICT_UNREACHABLE, e->text);
    }
}

static void on_open(struct qv_ping *p, const struct qv_ping_opened *o)
{
    struct ping_control *c = QV_OWNER(p, struct ping_control, ping);
    char text[96];
    if (c->is_tcp) {
        answered_by_tcp(c);
        return;
    }
    (void)snprintf(text, sizeof text,
                   "%s by a handshake: it is silent on versions that it does "
                   "not know",
                   o->quic_version);
    done(c, PING_VERDICT_QUIC_SILENT, text);
}

static void on_answer(struct qv_ping *p, const struct qv_ping_answer *a)
{
    (void)p; /* nothing was asked */
    (void)a;
}

static void on_closed(struct qv_ping *p, const struct qv_error *error)
{
    struct ping_control *c = QV_OWNER(p, struct ping_control, ping);
    qv_timer_disarm(c->client, &c->timer);
    failed(c, error);
}

static const struct qv_ping_ops ping_ops = {
    .on_open = on_open,
    .on_answer = on_answer,
    .on_closed = on_closed,
};

static void on_timer(struct qv_timer *t)
{
    struct ping_control *c = QV_OWNER(t, struct ping_control, timer);
    struct qv_error error = {.status = QV_EXIT_TIMEOUT};
    (void)snprintf(error.text, sizeof error.text,
                   "neither UDP nor TCP was answered within %.3g s",
                   (double)c->patience / 1e9);
    qv_ping_cancel(&c->ping);
    failed(c, &error);
}

void ping_control_start(struct ping_control *c)
{
    c->ping.ops = &ping_ops;
    c->timer.on_expired = on_timer;
    go_on(c);
}

void ping_control_stop(struct ping_control *c)
{
    qv_timer_disarm(c->client, &c->timer);
    qv_ping_cancel(&c->ping);
}
