#include "channel/echo_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "channel/echo_stats.h"
#include "channel/echo_window.h"
#include "channel/session.h"
#include "core/base/xalloc.h"

/*
 * With --rate messages leave when they are due, whatever comes back.  Without,
 * at most CHANNEL_OPTIONS_WINDOW are on their way (echo_window.h).
 *
 * The test is over when all have come back, or nothing has come for the time of
 * --linger.
 */

#define LINGER_DEFAULT_NS UINT64_C(2000000000)

struct echo_test {
    struct speaker speaker;
    struct echo_stats stats;
    char *message;
    enum qv_channel_what what;
    unsigned n;
    uint64_t began;     /* ns */
    uint64_t heard;     /* ns: the last echo, or what was sent last */
    uint64_t last_echo; /* ns; 0: none has come */
    struct echo_window window;
    bool is_running;
    struct qv_timer look;
    struct qv_timer pace;
};

static struct echo_test *test_of(struct speaker *s)
{
    return QV_OWNER(s, struct echo_test, speaker);
}

static struct qv_client *client_of(const struct echo_test *t)
{
    return t->speaker.session->engine.client;
}

static uint64_t now_of(const struct echo_test *t)
{
    return qv_client_now(client_of(t));
}

static void stop(struct echo_test *t)
{
    t->is_running = false;
    qv_timer_disarm(client_of(t), &t->look);
    qv_timer_disarm(client_of(t), &t->pace);
}

/* ---- sending ---- */

/* False: not now, or never. */
static bool send_one(struct echo_test *t)
{
    struct session *s = t->speaker.session;
    struct qv_channel_message m = {.what = t->what,
                                   .data = t->message,
                                   .len = t->stats.size,
                                   .stream = -1};
    char text[120];
    echo_stats_message(&t->stats, t->stats.sent, t->message);
    enum qv_channel_sent sent = session_send(s, &m);
    if (sent == QV_CHANNEL_SEND_OK) {
        t->heard = now_of(t);
        echo_stats_send(&t->stats, t->heard);
        return true;
    }
    if (sent == QV_CHANNEL_SEND_TOO_LARGE) {
        (void)snprintf(text, sizeof text,
                       "--size: %zu bytes are too many, a datagram has room "
                       "for %zu",
                       t->stats.size, qv_channel_max(&s->channel));
        session_fail(s, QV_EXIT_TOO_LARGE, text);
        stop(t);
        session_leave(s);
    }
    return false;
}

/* ns from the start until the message of this number is due. */
static uint64_t due_of(const struct echo_test *t, uint64_t number)
{
    return (uint64_t)((double)number * 1e9 / t->speaker.session->options->rate);
}

static bool is_due(const struct echo_test *t)
{
    uint64_t missing = echo_stats_missing(&t->stats);
    if (t->speaker.session->options->rate > 0)
        return now_of(t) - t->began >= due_of(t, t->stats.sent);
    return echo_window_is_open(&t->window, missing);
}

static void send_more(struct echo_test *t)
{
    while (t->is_running && t->stats.sent < t->n && is_due(t)) {
        if (!send_one(t))
            return;
    }
    if (t->is_running && t->stats.sent < t->n &&
        t->speaker.session->options->rate > 0) {
        uint64_t due = t->began + due_of(t, t->stats.sent);
        uint64_t now = now_of(t);
        qv_timer_arm(client_of(t), &t->pace, due > now ? due - now : 0);
    }
}

static void on_pace(struct qv_timer *timer)
{
    send_more(QV_OWNER(timer, struct echo_test, pace));
}

/* ---- the end ---- */

static uint64_t patience_of(const struct echo_test *t)
{
    uint64_t linger = t->speaker.session->options->linger;
    return linger == CHANNEL_OPTIONS_UNSET ? LINGER_DEFAULT_NS : linger;
}

/* A WebSocket's peer answers our close; others need not. */
static void finish(struct echo_test *t)
{
    struct session *s = t->speaker.session;
    stop(t);
    if (s->options->kind == QV_CHANNEL_KIND_WEBSOCKET)
        session_end(s, 0, NULL);
    else
        session_leave(s);
}

static void finish_if_complete(struct echo_test *t)
{
    if (t->is_running && t->stats.sent == t->n &&
        echo_stats_missing(&t->stats) == 0)
        finish(t);
}

/* Of those that were given to the channel. */
static uint64_t unsent(const struct qv_channel_stats *s)
{
    uint64_t done = s->datagrams_sent + s->datagrams_dropped;
    return s->messages_out > done ? s->messages_out - done : 0;
}

static bool look(struct echo_test *t, uint64_t silent)
{
    struct qv_channel_stats s;
    qv_channel_get_stats(&t->speaker.session->channel, &s);
    return echo_window_look(&t->window,
                            &(struct echo_window_look){
                                .silent = silent,
                                .rtt = s.rtt,
                                .missing = echo_stats_missing(&t->stats),
                                .waiting = unsent(&s),
                            });
}

static void on_look(struct qv_timer *timer)
{
    struct echo_test *t = QV_OWNER(timer, struct echo_test, look);
    uint64_t silent = now_of(t) - t->heard;
    if (t->stats.sent == t->n && silent >= patience_of(t)) {
        finish(t);
        return;
    }
    if (t->stats.sent < t->n && look(t, silent))
        send_more(t);
    if (t->is_running)
        qv_timer_arm(client_of(t), &t->look, ECHO_WINDOW_LOOK_NS);
}

/* ---- what the session tells ---- */

static void on_open(struct speaker *s, const struct qv_channel_opened *o)
{
    struct echo_test *t = test_of(s);
    (void)o;
    t->is_running = true;
    t->began = t->heard = now_of(t);
    qv_timer_arm(client_of(t), &t->look, ECHO_WINDOW_LOOK_NS);
    send_more(t);
}

static enum qv_flow on_event(struct speaker *s,
                             const struct qv_channel_event *e)
{
    struct echo_test *t = test_of(s);
    if (e->what == QV_CHANNEL_DROP) {
        echo_stats_drop(&t->stats, e->count);
    } else if (e->what == t->what) {
        t->heard = t->last_echo = now_of(t);
        (void)echo_stats_receive(&t->stats, e->data, e->len, t->heard);
    } else {
        return QV_MORE;
    }
    if (t->speaker.session->options->rate == 0)
        send_more(t);
    finish_if_complete(t);
    return QV_MORE;
}

static void on_drain(struct speaker *s)
{
    send_more(test_of(s));
}

static void on_ended(struct speaker *s)
{
    stop(test_of(s));
}

static void on_closed(struct speaker *s, const struct qv_channel_result *r)
{
    struct echo_test *t = test_of(s);
    struct str out = {0};
    bool is_json = s->session->options->out == PAYLOAD_JSONL;
    uint64_t last = t->last_echo != 0 ? t->last_echo : t->heard;
    (void)r;
    stop(t);
    if (t->began == 0)
        return;
    (is_json ? echo_stats_json : echo_stats_text)(
        &t->stats, (double)(last - t->began) / 1e9, &out);
    writer_write(&s->session->out, out.base, out.len);
    str_fini(&out);
}

static void free_test(struct speaker *s)
{
    struct echo_test *t = test_of(s);
    stop(t);
    echo_stats_fini(&t->stats);
    free(t->message);
    free(t);
}

static const struct speaker_ops echo_test_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_ended = on_ended,
    .on_closed = on_closed,
    .free = free_test,
};

struct speaker *echo_test_new(struct session *s)
{
    const struct channel_options *o = s->options;
    struct echo_test *t = xalloc_zeroed(1, sizeof *t);
    t->speaker = (struct speaker){.ops = &echo_test_ops, .session = s};
    t->n = o->echo_test;
    t->window.most = CHANNEL_OPTIONS_WINDOW;
    t->what = session_usual(s, false);
    t->message = xalloc_bytes(o->size);
    t->look.on_expired = on_look;
    t->pace.on_expired = on_pace;
    echo_stats_init(&t->stats, o->echo_test, o->size);
    return &t->speaker;
}
