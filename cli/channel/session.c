#include "channel/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "channel/channel_ask.h"
#include "channel/event_line.h"
#include "channel/session_notes.h"
#include "engine/engine_request.h"
#include "engine/explaining.h"
#include "engine/hinting.h"
#include "files/ending.h"
#include "record/unsent.h"
#include "record/writeout.h"
#include "terminal/complain.h"
#include "terminal/console.h"
#include "terminal/escape.h"

enum {
    REFUSED_MAX = 64 * 1024, /* bytes of a refusal's body that are shown */
};

/* How long the close frame of the peer is waited for after a signal: one second. */
#define SIGNAL_LINGER_NS UINT64_C(1000000000)

static struct session *session_of(struct qv_channel *ch)
{
    return QV_OWNER(ch, struct session, channel);
}

double session_time(const struct session *s)
{
    return (double)(qv_client_now(s->engine.client) - s->started) / 1e9;
}

/* ---- the URL ---- */

static void complain(struct session *s, int status, const char *text)
{
    char *url = engine_request_http_url(s->url);
    struct qv_url u;
    struct qv_error error;
    bool is_url = qv_url_parse(&u, url, s->op->proto_default, &error);
    engine_error(&s->engine, status, is_url ? u.host : NULL, text);
    if (is_url)
        qv_url_free(&u);
    free(url);
}

/* ---- for speakers ---- */

enum payload_mode session_mode(const struct session *s, enum payload_mode asked)
{
    if (asked != PAYLOAD_DEFAULT)
        return asked;
    return s->options->kind == QV_CHANNEL_KIND_BYTES ? PAYLOAD_RAW
                                                     : PAYLOAD_LINE;
}

enum qv_channel_what session_usual(const struct session *s, bool is_text)
{
    switch (s->options->kind) {
    case QV_CHANNEL_KIND_WEBSOCKET:
        return is_text ? QV_CHANNEL_TEXT : QV_CHANNEL_BINARY;
    case QV_CHANNEL_KIND_BYTES:
    case QV_CHANNEL_KIND_CONNECT:
        return QV_CHANNEL_STREAM;
    case QV_CHANNEL_KIND_DATAGRAMS:
    case QV_CHANNEL_KIND_UDP:
    case QV_CHANNEL_KIND_WEBTRANSPORT:
        break;
    }
    return QV_CHANNEL_DATAGRAM;
}

enum qv_channel_sent session_send(struct session *s,
                                  const struct qv_channel_message *m)
{
    if (s->is_closed || s->is_ended)
        return QV_CHANNEL_SEND_ENDED;
    enum qv_channel_sent sent = qv_channel_send(&s->channel, m);
    if (sent == QV_CHANNEL_SEND_OK && s->recording.is_on)
        recording_sent(&s->recording, session_time(s), m);
    return sent;
}

void session_end(struct session *s, uint64_t code, const char *reason)
{
    if (s->is_ended || s->is_closed)
        return;
    s->is_ended = true;
    s->is_quieting = false;
    qv_timer_disarm(s->engine.client, &s->quiet);
    if (code == 0 && reason == NULL) {
        code = s->options->close_code;
        reason = s->options->close_reason;
    }
    recording_ended(&s->recording, session_time(s), code, reason);
    engine_note(&s->engine, "Our side of the channel is closed");
    qv_channel_end(&s->channel, code, reason);
}

static void wait_for_silence(struct session *s)
{
    if (s->is_quieting)
        qv_timer_arm(s->engine.client, &s->quiet, s->options->end_delay);
}

static void on_quiet(struct qv_timer *t)
{
    session_end(QV_OWNER(t, struct session, quiet), 0, NULL);
}

void session_end_quietly(struct session *s)
{
    if (s->options->end_delay == 0) {
        session_end(s, 0, NULL);
        return;
    }
    s->is_quieting = true;
    wait_for_silence(s);
}

static void leave_after(struct session *s, uint64_t delay)
{
    session_end(s, 0, NULL);
    if (!s->is_closed)
        qv_timer_arm(s->engine.client, &s->leave, delay);
}

void session_leave(struct session *s)
{
    leave_after(s, 0);
}

void session_resume(struct session *s)
{
    if (!s->is_closed)
        qv_channel_resume(&s->channel);
}

void session_fail(struct session *s, int status, const char *text)
{
    if (text != NULL)
        complain(s, status, text);
    if (s->failed == 0)
        s->failed = status;
}

/* ---- what happens in the channel ---- */

static void end_speaker(struct session *s)
{
    if (!s->is_ended && s->speaker->ops->on_ended != NULL)
        s->speaker->ops->on_ended(s->speaker);
}

static void on_open(struct qv_channel *ch, const struct qv_channel_opened *o)
{
    struct session *s = session_of(ch);
    (void)snprintf(s->peer.ip, sizeof s->peer.ip, "%s",
                   o->remote_ip != NULL ? o->remote_ip : "");
    s->peer.port = o->remote_port;
    s->peer.conn_id = o->conn_id;
    s->peer.conn_reused = o->conn_reused;
    s->is_open = true;
    s->has_datagrams = strcmp(o->transport, "datagram") == 0;
    s->result.response_code = o->head.status;
    s->result.http_version = o->head.version;
    s->result.time_open = session_time(s);
    recording_open(&s->recording, session_time(s), o);
    session_notes_open(&s->engine, o);
    s->speaker->ops->on_open(s->speaker, o);
}

static bool is_message(enum qv_channel_what what)
{
    return what == QV_CHANNEL_DATAGRAM || what == QV_CHANNEL_TEXT ||
           what == QV_CHANNEL_BINARY || what == QV_CHANNEL_STREAM;
}

/* -n: these were enough.  A WebSocket's peer answers our close; others need
 * not. */
static void have_enough(struct session *s)
{
    s->is_deaf = true;
    end_speaker(s);
    if (s->options->kind == QV_CHANNEL_KIND_WEBSOCKET)
        session_end(s, 0, NULL);
    else
        session_leave(s);
}

static enum qv_flow on_event(struct qv_channel *ch,
                             const struct qv_channel_event *e)
{
    struct session *s = session_of(ch);
    if (s->is_deaf)
        return QV_MORE;
    if (s->recording.is_on)
        recording_received(&s->recording, session_time(s), e);
    session_notes_event(&s->engine, e);
    wait_for_silence(s);
    enum qv_flow flow = s->speaker->ops->on_event(s->speaker, e);
    if (is_message(e->what) && s->options->messages != 0 &&
        ++s->nreceived == s->options->messages) {
        have_enough(s);
        return QV_MORE;
    }
    return flow;
}

static void on_drain(struct qv_channel *ch)
{
    struct session *s = session_of(ch);
    if (s->speaker->ops->on_drain != NULL)
        s->speaker->ops->on_drain(s->speaker);
}

/* What the server says to it, on standard error: it is no message. */
static void on_refusal(struct qv_channel *ch, const struct qv_head *head,
                       const void *data, size_t len)
{
    struct session *s = session_of(ch);
    struct str out = {0};
    size_t room = REFUSED_MAX - s->refused;
    (void)head;
    if (!engine_is_loud(&s->engine) || room == 0)
        return;
    len = len < room ? len : room;
    s->refused += len;
    if (isatty(STDERR_FILENO))
        escape_all(&out, data, len);
    else
        str_add(&out, span_of(data, len));
    if (len > 0 && out.base[out.len - 1] != '\n')
        str_add_char(&out, '\n');
    console_write(&out);
    str_fini(&out);
}

/* How it came to be, and how it went. */
static void explain(struct session *s, const struct qv_channel_result *r)
{
    struct writeout_facts facts = {
        .result = r->how,
        .channel = r,
        .status = r->error.status,
        .message = r->error.text,
        .error_name = r->error.name,
        .error_class = r->error.class_name,
        .default_scheme = s->op->proto_default,
        .show_secrets = s->engine.cmdline->show_secrets,
    };
    if (r->how != NULL)
        explaining_tell(&s->engine, s->op, &facts);
}

static void closed(struct session *s, const struct qv_channel_result *r)
{
    s->is_closed = true;
    s->result = *r;
    (void)snprintf(s->reason, sizeof s->reason, "%s",
                   r->reason != NULL ? r->reason : "");
    s->result.reason = s->reason;
    qv_timer_disarm(s->engine.client, &s->quiet);
    qv_timer_disarm(s->engine.client, &s->leave);
    recording_closed(&s->recording, session_time(s), &s->result);
    session_notes_closed(&s->engine, &s->result);
    explain(s, r);
    s->result.how = NULL; /* it goes with this turn */
    s->speaker->ops->on_closed(s->speaker, &s->result);
    qv_client_release(s->engine.client);
}

static void on_closed(struct qv_channel *ch, const struct qv_channel_result *r)
{
    closed(session_of(ch), r);
}

static const struct qv_channel_ops channel_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_refusal = on_refusal,
    .on_closed = on_closed,
};

/* Nobody waits for the peer's end. */
static void on_leave(struct qv_timer *t)
{
    struct session *s = QV_OWNER(t, struct session, leave);
    struct qv_channel_result r;
    qv_channel_give_up(&s->channel, &r);
    closed(s, &r);
}

/* ---- what the engine tells ---- */

static void on_ready(void *user)
{
    (void)user;
}

static void on_signal(void *user)
{
    struct session *s = user;
    bool has_close = s->options->kind == QV_CHANNEL_KIND_WEBSOCKET;
    if (s->is_closed)
        return;
    end_speaker(s);
    leave_after(s, has_close && s->is_open ? SIGNAL_LINGER_NS : 0);
}

/* The first signal ends it: a second one finds its usual effect. */
static const struct engine_events engine_events = {
    .on_ready = on_ready,
    .on_first_signal = on_signal,
};

/* ---- from start to end ---- */

static bool make_request(struct session *s)
{
    struct qv_error error;
    if (engine_request_init(&s->engine, &s->request, s->url, &s->op, &error) &&
        engine_request_login(&s->engine, &s->request, s->op, &error))
        return true;
    session_fail(s, error.status, error.text);
    return false;
}

/* False: it cannot start, and s->failed says so. */
static bool start(struct session *s,
                  struct speaker *(*new_speaker)(struct session *s))
{
    if (!make_request(s))
        return false;
    s->url = s->request.engine.url; /* with --url-query */
    s->form = (struct event_line_form){
        .show_secrets = s->engine.cmdline->show_secrets,
        .has_contexts = event_line_has_contexts(s->options->protocol),
    };
    if (!recording_start(&s->recording, s->engine.client, s->options->record,
                         &s->form)) {
        struct str text = {0};
        str_printf(&text, "cannot write %.150s: %s", s->options->record,
                   strerror(errno));
        session_fail(s, QV_EXIT_WRITE, text.base);
        str_fini(&text);
        return false;
    }
    s->started = qv_client_now(s->engine.client);
    s->speaker = new_speaker(s);
    if (s->speaker == NULL)
        return false;
    channel_ask(&s->ask, s->options, &s->request.engine);
    qv_client_hold(s->engine.client); /* until closed() */
    qv_channel_start(s->engine.client, &s->channel, &s->ask);
    return true;
}

/* The status that stands for all of it; a signal's is not among them. */
static int status_of(struct session *s)
{
    const struct qv_error *e = &s->result.error;
    if (e->status != 0) {
        complain(s, e->status, e->text);
        hinting_error(&s->engine, s->op, &s->request.engine, s->url, e);
        return e->status;
    }
    return s->failed;
}

static void write_out(struct session *s, int status)
{
    struct qv_result r = unsent_result;
    struct writeout_facts facts = {
        .result = &r,
        .channel = &s->result,
        .status = status,
        .message = s->result.error.text,
        .error_name = s->result.error.name,
        .error_class = s->result.error.class_name,
        .default_scheme = s->op->proto_default,
        .show_secrets = s->engine.cmdline->show_secrets,
    };
    struct str text = {0};
    if (s->op->write_out == NULL)
        return;
    r.url = r.url_effective = s->url;
    r.response_code = s->result.response_code;
    r.http_version = s->result.http_version;
    r.time_starttransfer = s->result.time_open;
    r.time_total = s->result.time_total;
    r.remote_ip = s->peer.ip;
    r.remote_port = s->peer.port;
    r.conn_id = s->peer.conn_id;
    r.conn_reused = s->peer.conn_reused;
    r.rtt = s->result.stats.rtt;
    writeout_render(s->op->write_out, &facts, &text);
    writer_write(&s->out, text.base, text.len);
    str_fini(&text);
}

static int finish(struct session *s, int status)
{
    int signum = s->engine.signals.signum;
    int failed = recording_end(&s->recording);
    if (failed != 0 && engine_is_loud(&s->engine))
        complain_error(QV_EXIT_WRITE, NULL, strerror(failed));
    if (failed == 0)
        failed = s->out.failed;
    engine_stop(&s->engine);
    if (s->speaker != NULL)
        s->speaker->ops->free(s->speaker);
    writer_fini(&s->out);
    int told = engine_end(&s->engine);
    request_fini(&s->request);
    if (signum != 0)
        return ENDING_STATUS(signum);
    if (status == 0)
        status = failed != 0 ? QV_EXIT_WRITE : told;
    return status;
}

int session_run(const struct channel_options *o, struct cmdline *s,
                struct config *c,
                struct speaker *(*new_speaker)(struct session *s))
{
    struct session me = {
        .options = o,
        .url = s->first->targets[0].url,
        .is_out_terminal = isatty(STDOUT_FILENO),
        .op = s->first,
        .request.fd = -1,
        .channel.ops = &channel_ops,
        .quiet.on_expired = on_quiet,
        .leave.on_expired = on_leave,
        .result = {.http_version = "0", .time_open = -1, .reason = ""},
    };
    struct engine_needs needs = {
        .cmdline = s,
        .config = c,
        .max_parallel = 1,
        .uses_stdout = true,
    };
    int status = engine_start(&me.engine, &needs, &engine_events, &me);
    writer_init(&me.out, me.engine.client);
    engine_watch_signals(&me.engine);
    if (status == 0 && start(&me, new_speaker))
        qv_client_run(me.engine.client);
    if (status == 0) {
        status = status_of(&me);
        write_out(&me, status);
        writer_flush(&me.out);
        if (me.engine.signals.signum == 0)
            qv_client_run(me.engine.client);
    }
    return finish(&me, status);
}
