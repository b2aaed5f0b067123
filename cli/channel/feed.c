#include "channel/feed.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "channel/session.h"

/*
 * Input that is all there (a file) would be sent in one turn of the loop, and
 * nothing else be heard meanwhile: after TURN_MAX messages the next turn goes on.
 *
 * A stream tells when it is full.  Datagrams do not: a queue that is full drops
 * its oldest, which is right for what is written live, but not for a file.  So of
 * datagrams no more are sent than half of the queue has room for, while some
 * wait.
 */
enum {
    TURN_MAX = 64,
    WAITING_MAX = 64, /* datagrams that have not left */
};

/* Between two looks at the datagrams that wait: 1 ms. */
#define LOOK_NS UINT64_C(1000000)

static void run(struct feed *f);

static void on_ready(struct reader *r)
{
    run(QV_OWNER(r, struct feed, reader));
}

static void on_due(struct qv_timer *t)
{
    run(QV_OWNER(t, struct feed, timer));
}

static struct qv_client *client_of(const struct feed *f)
{
    return f->session->engine.client;
}

static void init(struct feed *f)
{
    bool is_text = f->mode == PAYLOAD_LINE || f->mode == PAYLOAD_JSONL;
    f->in = (struct payload_in){
        .mode = f->mode,
        .as = session_usual(f->session, is_text),
        .max = (size_t)f->session->options->max_message,
    };
    f->timer.on_expired = on_due;
    f->opened = -1;
}

bool feed_open_file(struct feed *f, const char *path)
{
    init(f);
    return reader_open(&f->reader, client_of(f), path, on_ready);
}

void feed_open_pipe(struct feed *f, int fd)
{
    init(f);
    reader_adopt(&f->reader, client_of(f), fd, on_ready);
}

void feed_stop(struct feed *f)
{
    if (f->reader.client == NULL)
        return;
    reader_close(&f->reader);
    f->reader.client = NULL;
    f->is_running = false;
    qv_timer_disarm(client_of(f), &f->timer);
    payload_in_fini(&f->in);
}

static void over(struct feed *f)
{
    feed_stop(f);
    f->on_over(f);
}

static void tell(struct feed *f, int status, const char *what)
{
    struct str text = {0};
    str_printf(&text, "%s: %s", f->name, what);
    session_fail(f->session, status, text.base);
    str_fini(&text);
}

/* ---- reading ---- */

/* False: nothing more now. */
static bool fill(struct feed *f)
{
    size_t room;
    char *to = payload_in_reserve(&f->in, &room);
    ssize_t n = reader_read(&f->reader, to, room);
    if (n > 0) {
        payload_in_commit(&f->in, (size_t)n);
        return true;
    }
    if (n < 0 && errno == EAGAIN)
        return false;
    if (n < 0)
        tell(f, QV_EXIT_READ, strerror(errno));
    payload_in_end(&f->in);
    f->is_read = true;
    return true;
}

/* ---- sending ---- */

static void refuse(struct feed *f, enum qv_channel_sent why)
{
    char text[160];
    const struct qv_channel_message *m = &f->message.message;
    if (why == QV_CHANNEL_SEND_CANNOT) {
        (void)snprintf(text, sizeof text,
                       "message %llu is of a kind that this channel has not",
                       (unsigned long long)f->in.number);
        tell(f, QV_EXIT_READ, text);
        return;
    }
    (void)snprintf(text, sizeof text,
                   "message %llu has %zu bytes, a datagram has room for %zu",
                   (unsigned long long)f->in.number, m->len,
                   qv_channel_max(&f->session->channel));
    tell(f, QV_EXIT_TOO_LARGE, text);
}

/* False: the message has to wait, or the feed has ended. */
static bool send_message(struct feed *f)
{
    enum qv_channel_sent sent;
    f->has_message = false;
    if (f->message.is_close) {
        session_end(f->session, f->message.code, f->message.reason);
        over(f);
        return false;
    }
    sent = session_send(f->session, &f->message.message);
    switch (sent) {
    case QV_CHANNEL_SEND_OK:
        return true;
    case QV_CHANNEL_SEND_FULL:
        f->has_message = true;
        return false;
    case QV_CHANNEL_SEND_ENDED:
        feed_stop(f);
        return false;
    case QV_CHANNEL_SEND_TOO_LARGE:
    case QV_CHANNEL_SEND_CANNOT:
        break;
    }
    refuse(f, sent);
    return true;
}

/* ---- when ---- */

/* ns until the message of a replay is due. */
static uint64_t wait_of(struct feed *f)
{
    if (f->speed <= 0 || f->message.time < 0)
        return 0;
    if (f->opened < 0)
        f->opened = f->message.time; /* it has no open channel */
    double due = (f->message.time - f->opened) / f->speed;
    double now = session_time(f->session) - f->started;
    return due > now ? (uint64_t)((due - now) * 1e9) : 0;
}

static void look_later(struct feed *f, uint64_t delay)
{
    qv_timer_arm(client_of(f), &f->timer, delay);
}

/* Do so many datagrams wait that one more would drop the oldest? */
static bool is_queue_full(const struct feed *f)
{
    struct qv_channel_stats st;
    size_t max = f->session->options->queue;
    if (!f->session->has_datagrams || f->message.is_close ||
        f->message.message.what != QV_CHANNEL_DATAGRAM)
        return false;
    max = max != 0 && max / 2 < WAITING_MAX ? max / 2 : WAITING_MAX;
    qv_channel_get_stats(&f->session->channel, &st);
    uint64_t gone = st.datagrams_sent + st.datagrams_dropped;
    return st.messages_out > gone && st.messages_out - gone > max;
}

/* Of a replay: what we did not send ourselves is not sent. */
static bool is_skipped(struct feed *f)
{
    if (f->message.is_open) {
        f->opened = f->message.time;
        return true;
    }
    return f->speed > 0 && f->message.is_received;
}

/* True: f->message is to be sent. */
static bool next(struct feed *f)
{
    while (f->is_running && !f->has_message) {
        switch (payload_in_next(&f->in, &f->message)) {
        case PAYLOAD_IN_MESSAGE:
            f->has_message = !is_skipped(f);
            break;
        case PAYLOAD_IN_BAD:
            tell(f, QV_EXIT_READ, f->in.error);
            break;
        case PAYLOAD_IN_MORE:
            if (!fill(f))
                return false;
            break;
        case PAYLOAD_IN_OVER:
            over(f);
            return false;
        }
    }
    return f->is_running;
}

static void run(struct feed *f)
{
    for (int n = 0; next(f); n++) {
        uint64_t wait = wait_of(f);
        if (wait > 0 || n == TURN_MAX) {
            look_later(f, wait);
            return;
        }
        if (is_queue_full(f)) {
            look_later(f, LOOK_NS);
            return;
        }
        if (!send_message(f))
            return;
    }
}

void feed_start(struct feed *f)
{
    f->is_running = true;
    f->started = session_time(f->session);
    run(f);
}

void feed_go_on(struct feed *f)
{
    if (f->is_running)
        run(f);
}
