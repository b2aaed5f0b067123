/*
 * When to ask, and what becomes of each question.
 *
 *   OPENING -> OPEN <-> DOWN       -> CONTROL (nobody has answered) -> OVER
 *      '-> OVER: it never opened        of --version-probe alone
 *
 * Questions leave by the clock, so many may be out.  A connection that is lost
 * is opened again at once, and after that with each question; those that fall
 * into such a gap are lost.  It ends when all have been asked and settled, by a
 * signal, or by --max-time: the summary is written in any case.
 */
#include "ping/ping_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "core/base/xalloc.h"
#include "engine/engine.h"
#include "engine/hinting.h"
#include "files/ending.h"
#include "files/writer.h"
#include "ping/asker.h"
#include "ping/ping_control.h"
#include "ping/ping_stats.h"
#include "ping/ping_text.h"
#include "request/request.h"

#define SECOND 1e9

/* Questions that may be out: with more, the oldest is given up. */
#define OUT_MAX 4096

/* Until the next try of one that could not leave, ns. */
#define RETRY 200000

/* Versions that a verdict names. */
#define VERSIONS_MAX 32

enum run_state {
    RUN_OPENING,
    RUN_OPEN,
    RUN_DOWN,
    RUN_CONTROL,
    RUN_OVER,
};

enum fate {
    FATE_OUT = 1,
    FATE_ANSWERED,
    FATE_LOST,
};

struct question {
    uint64_t seq;
    uint64_t at;
    enum fate fate;
};

struct run {
    const struct ping_options *options;
    struct engine engine;
    struct request request;
    struct asker_config config;
    struct asker *asker;
    struct writer out;
    struct ping_text text;
    struct ping_stats stats;
    enum run_state state;
    bool was_open;
    unsigned ndown; /* connections in a row that did not work any more */
    uint64_t started;
    uint64_t due; /* when the next leaves */
    struct question asked[OUT_MAX];
    uint64_t oldest; /* of those that are out, or one above the last */
    struct qv_timer tick;
    struct qv_timer patience;
    struct qv_timer deadline;
    struct ping_control control;
    enum ping_verdict verdict;
    char because[256];
    uint32_t versions[VERSIONS_MAX];
    size_t nversions;
    struct qv_error error; /* why it never opened, or could not be written */
};

static uint64_t now_of(const struct run *r)
{
    return qv_client_now(r->engine.client);
}

static void write_out(struct run *r, struct str *text)
{
    if (text->len)
        writer_write(&r->out, text->base, text->len);
    str_fini(text);
}

/* ---- the end ---- */

static void over(struct run *r)
{
    if (r->state == RUN_OVER)
        return;
    r->state = RUN_OVER;
    qv_timer_disarm(r->engine.client, &r->tick);
    qv_timer_disarm(r->engine.client, &r->patience);
    qv_timer_disarm(r->engine.client, &r->deadline);
    if (r->control.client)
        ping_control_stop(&r->control);
    r->asker->ops->stop(r->asker);
    qv_client_release(r->engine.client);
}

static void on_control(struct ping_control *c, enum ping_verdict verdict,
                       const char *because)
{
    struct run *r = QV_OWNER(c, struct run, control);
    r->verdict = verdict;
    (void)snprintf(r->because, sizeof r->because, "%s", because);
    over(r);
}

/* All have been asked and settled. */
static void conclude(struct run *r)
{
    if (!r->options->version_probe) {
        over(r);
    } else if (r->stats.answered + r->stats.late > 0) {
        r->verdict = PING_VERDICT_QUIC;
        over(r);
    } else {
        r->state = RUN_CONTROL;
        r->asker->ops->stop(r->asker);
        r->control = (struct ping_control){
            .client = r->engine.client,
            .request = r->request.engine,
            .options = r->request.options,
            .patience = r->options->wait,
            .on_done = on_control,
        };
        ping_control_start(&r->control);
    }
}

/* ---- questions ---- */

static struct question *question_of(struct run *r, uint64_t seq)
{
    struct question *q = &r->asked[seq % OUT_MAX];
    return q->seq == seq ? q : NULL;
}

static bool is_all_asked(const struct run *r)
{
    return r->options->count && r->stats.sent == r->options->count;
}

static bool is_any_out(const struct run *r)
{
    return r->oldest <= r->stats.sent;
}

static void arm_patience(struct run *r)
{
    uint64_t now = now_of(r);
    if (!is_any_out(r)) {
        qv_timer_disarm(r->engine.client, &r->patience);
        return;
    }
    uint64_t end = r->asked[r->oldest % OUT_MAX].at + r->options->wait;
    qv_timer_arm(r->engine.client, &r->patience, end > now ? end - now : 0);
}

/* One or more were settled. */
static void settle(struct run *r)
{
    while (is_any_out(r) && r->asked[r->oldest % OUT_MAX].fate != FATE_OUT)
        r->oldest++;
    if (r->state != RUN_OPEN && r->state != RUN_DOWN)
        return;
    arm_patience(r);
    if (is_any_out(r))
        return;
    if (is_all_asked(r))
        conclude(r);
    else if (r->options->interval == 0)
        qv_timer_arm(r->engine.client, &r->tick, 0);
}

static void lose(struct run *r, struct question *q, const char *why)
{
    struct str text = {0};
    q->fate = FATE_LOST;
    r->stats.lost++;
    if (!r->options->summary)
        ping_text_loss(&r->text, &text, q->seq, why);
    write_out(r, &text);
}

static void lose_all(struct run *r, const char *why)
{
    for (uint64_t seq = r->oldest; seq <= r->stats.sent; seq++) {
        struct question *q = question_of(r, seq);
        if (q && q->fate == FATE_OUT)
            lose(r, q, why);
    }
}

static void on_patience(struct qv_timer *t)
{
    struct run *r = QV_OWNER(t, struct run, patience);
    uint64_t now = now_of(r);
    char why[64];
    (void)snprintf(why, sizeof why, "within %.3g s",
                   (double)r->options->wait / SECOND);
    for (uint64_t seq = r->oldest; seq <= r->stats.sent; seq++) {
        struct question *q = question_of(r, seq);
        if (q == NULL || q->at + r->options->wait > now)
            break;
        if (q->fate == FATE_OUT)
            lose(r, q, why);
    }
    settle(r);
}

/* False: not now, and not because there is no connection. */
static bool ask(struct run *r)
{
    uint64_t seq = r->stats.sent + 1;
    struct question *q = &r->asked[seq % OUT_MAX];
    if (r->state == RUN_OPEN && !r->asker->ops->ask(r->asker, seq))
        return false;
    if (q->fate == FATE_OUT)
        lose(r, q, "too many are out");
    *q = (struct question){seq, now_of(r), FATE_OUT};
    r->stats.sent = seq;
    if (r->state == RUN_DOWN) {
        lose(r, q, "there is no connection");
        r->state = RUN_OPENING;
        r->asker->ops->start(r->asker);
    } else if (r->state != RUN_OPEN) {
        lose(r, q, "the connection is not open yet");
    }
    return true;
}

static void on_tick(struct qv_timer *t)
{
    struct run *r = QV_OWNER(t, struct run, tick);
    uint64_t now = now_of(r);
    if (!ask(r)) {
        qv_timer_arm(r->engine.client, t, RETRY);
        return;
    }
    if (r->options->interval && !is_all_asked(r)) {
        r->due += r->options->interval;
        if (r->due < now) /* the machine slept: none are asked in a heap */
            r->due = now;
        qv_timer_arm(r->engine.client, t, r->due - now);
    }
    settle(r);
    arm_patience(r);
}

/* ---- what the asker tells ---- */

static void on_open(void *user, const struct asker_opened *o)
{
    struct run *r = user;
    struct str text = {0};
    bool is_another = r->state == RUN_OPEN;
    if (r->state == RUN_OVER)
        return;
    ping_text_open(&r->text, &text, o);
    if (r->options->summary && !r->options->json)
        str_clear(&text);
    write_out(r, &text);
    r->state = RUN_OPEN;
    if (is_another) {
        lose_all(r, "nobody listens there");
        settle(r);
    }
    if (r->was_open)
        return;
    r->was_open = true;
    r->due = now_of(r);
    qv_timer_arm(r->engine.client, &r->tick, 0);
}

static void note_versions(struct run *r, const struct asker_answer *a)
{
    if (a->nversions == 0)
        return;
    r->nversions = a->nversions < VERSIONS_MAX ? a->nversions : VERSIONS_MAX;
    memcpy(r->versions, a->versions, r->nversions * sizeof r->versions[0]);
}

static void on_answer(void *user, const struct asker_answer *a)
{
    struct run *r = user;
    struct question *q = question_of(r, a->seq);
    struct str text = {0};
    if (q == NULL || q->fate == FATE_ANSWERED || r->state == RUN_OVER)
        return;
    bool is_late = q->fate == FATE_LOST;
    q->fate = FATE_ANSWERED;
    note_versions(r, a);
    if (is_late)
        r->stats.late++;
    else
        r->stats.answered++;
    if (!is_late && !a->is_shared)
        ping_stats_time(&r->stats, a->rtt);
    if (!r->options->summary)
        ping_text_answer(&r->text, &text, a, is_late);
    write_out(r, &text);
    settle(r);
}

static void never_opened(struct run *r, const struct qv_error *error)
{
    r->error = *error;
    over(r);
}

/* Of --version-probe: nobody is at any of the addresses. */
static void refused(struct run *r, const struct qv_error *error)
{
    r->verdict = PING_VERDICT_NO_QUIC;
    (void)snprintf(r->because, sizeof r->because, "%s", error->text);
    over(r);
}

static void on_down(void *user, uint64_t seq, const struct qv_error *error)
{
    struct run *r = user;
    struct str text = {0};
    struct question *q = seq ? question_of(r, seq) : NULL;
    if (r->state == RUN_OVER)
        return;
    if (q) {
        if (q->fate == FATE_OUT)
            lose(r, q, error->text);
        settle(r);
        return;
    }
    bool was_open = r->state == RUN_OPEN;
    if (!r->was_open && !(r->options->version_probe && was_open)) {
        never_opened(r, error);
        return;
    }
    lose_all(r, error->text);
    if (r->options->version_probe) {
        refused(r, error);
        return;
    }
    if (was_open)
        engine_warning(&r->engine, "the connection is lost: (%d) %s",
                       error->status, error->text);
    else if (r->ndown == 1)
        engine_warning(&r->engine, "it cannot be opened again: (%d) %s",
                       error->status, error->text);
    r->ndown = was_open ? 1 : r->ndown + 1;
    ping_text_down(&r->text, &text, error);
    write_out(r, &text);
    r->state = RUN_DOWN;
    if (was_open) { /* at once, the first time */
        r->state = RUN_OPENING;
        r->asker->ops->start(r->asker);
    }
    settle(r);
}

static void on_unable(void *user)
{
    struct run *r = user;
    r->asker->ops->free(r->asker);
    engine_note(&r->engine, "HTTP/1.1 has no PING: HEAD requests ask instead");
    r->asker = ask_head_new(&r->config);
    r->asker->ops->start(r->asker);
}

static const struct asker_events asker_events = {
    .on_open = on_open,
    .on_answer = on_answer,
    .on_down = on_down,
    .on_unable = on_unable,
};

/* ---- what the engine tells ---- */

static void on_ready(void *user)
{
    (void)user;
}

static void on_signal(void *user)
{
    over(user);
}

static void on_deadline(struct qv_timer *t)
{
    over(QV_OWNER(t, struct run, deadline));
}

static void on_output_drain(struct writer *w)
{
    struct run *r = QV_OWNER(w, struct run, out);
    if (w->failed == 0)
        return;
    r->error.status = QV_EXIT_WRITE;
    (void)snprintf(r->error.text, sizeof r->error.text, "%s",
                   w->failed == EPIPE ? "" : strerror(w->failed));
    over(r);
}

static const struct engine_events engine_events = {
    .on_ready = on_ready,
    .on_first_signal = on_signal,
};

/* ---- from start to end ---- */

static bool is_websocket(const char *url)
{
    return strncasecmp(url, "ws://", 5) == 0 ||
           strncasecmp(url, "wss://", 6) == 0;
}

/* Plain HTTP is HTTP/1.1, unless it was said otherwise. */
static bool is_without_ping(const struct qv_request *request)
{
    return strncasecmp(request->url, "http://", 7) == 0 &&
           request->options->http != QV_HTTP_2_PRIOR;
}

static struct asker *asker_for(struct run *r)
{
    const struct ping_options *o = r->options;
    if (is_websocket(r->request.engine.url))
        return ask_websocket_new(&r->config);
    if (!o->version_probe && (o->head || is_without_ping(&r->request.engine)))
        return ask_head_new(&r->config);
    return ask_frames_new(&r->config);
}

/* The configuration knows ws as http. */
static char *origin_url(const char *url)
{
    struct str text = {0};
    if (is_websocket(url))
        str_printf(&text, "http%s", url + 2);
    else
        str_add_text(&text, url);
    return str_take(&text);
}

static bool make_request(struct run *r)
{
    struct request_failure failure = {0};
    struct target target = {.url = r->options->url};
    const struct operation *op = r->engine.cmdline->first;
    char *url = origin_url(r->options->url);
    const struct operation *effective = engine_operation(&r->engine, op, url);
    engine_tell_origin(&r->engine, effective);
    bool ok = request_init(&r->request, effective, &target, r->options->url,
                           &failure);
    if (!ok) {
        r->error.status = failure.status;
        (void)snprintf(r->error.text, sizeof r->error.text, "%s",
                       failure.message);
    } else {
        ok = engine_login(&r->engine, effective, url, &r->request.options,
                          &r->error);
    }
    free(url);
    r->config = (struct asker_config){
        .options = r->options,
        .engine = &r->engine,
        .op = op,
        .effective = effective,
        .request = &r->request.engine,
        .events = &asker_events,
        .user = r,
    };
    return ok;
}

/* False: it cannot start, and r->error says so. */
static bool start(struct run *r)
{
    if (!make_request(r))
        return false;
    r->text = (struct ping_text){.is_json = r->options->json,
                                 .target = r->request.engine.url};
    r->tick.on_expired = on_tick;
    r->patience.on_expired = on_patience;
    r->deadline.on_expired = on_deadline;
    r->oldest = 1;
    r->started = now_of(r);
    writer_init(&r->out, r->engine.client);
    r->out.on_drain = on_output_drain;
    r->out.to.fd = STDOUT_FILENO;
    if (r->request.options.max_time)
        qv_timer_arm(r->engine.client, &r->deadline,
                     r->request.options.max_time);
    r->asker = asker_for(r);
    qv_client_hold(r->engine.client); /* until over() */
    r->asker->ops->start(r->asker);
    return true;
}

static void write_summary(struct run *r)
{
    struct str text = {0};
    if (!r->was_open && r->verdict == PING_VERDICT_NONE)
        return;
    ping_text_summary(&r->text, &text,
                      &(struct ping_text_summary){
                          .stats = &r->stats,
                          .seconds = (double)(now_of(r) - r->started) / SECOND,
                          .verdict = r->verdict,
                          .because = r->because,
                          .versions = r->versions,
                          .nversions = r->nversions,
                      });
    write_out(r, &text);
    writer_flush(&r->out);
}

static int status_of(const struct run *r)
{
    switch (r->verdict) {
    case PING_VERDICT_NONE:
        break;
    case PING_VERDICT_QUIC:
    case PING_VERDICT_QUIC_SILENT:
        return 0;
    case PING_VERDICT_NO_QUIC:
    case PING_VERDICT_UNREACHABLE:
        return QV_EXIT_CONNECT;
    case PING_VERDICT_UDP_BLOCKED:
        return QV_EXIT_TIMEOUT;
    }
    return r->stats.answered == 0 ? QV_EXIT_TIMEOUT : 0;
}

static int finish(struct run *r, int status)
{
    if (status == 0 && r->error.status) {
        status = r->error.status;
        if (*r->error.text)
            engine_error(&r->engine, status, NULL, r->error.text);
        hinting_error(&r->engine, r->config.effective, &r->request.engine,
                      r->options->url, &r->error);
    }
    if (r->asker) {
        write_summary(r);
        if (status == 0)
            status = status_of(r);
        r->asker->ops->free(r->asker);
        writer_fini(&r->out);
    }
    engine_stop(&r->engine);
    int signum = r->engine.signals.signum;
    int told = engine_end(&r->engine);
    request_fini(&r->request);
    if (signum == SIGTERM) /* Ctrl-C is how it is meant to end */
        return ENDING_STATUS(signum);
    return status ? status : told;
}

int ping_run(const struct ping_options *o, struct cmdline *s, struct config *c)
{
    struct run *me = XALLOC_NEW(struct run);
    struct engine_needs needs = {
        .cmdline = s,
        .config = c,
        .uses_stdout = true,
    };
    me->options = o;
    me->request.fd = -1;
    int status = engine_start(&me->engine, &needs, &engine_events, me);
    engine_watch_signals(&me->engine);
    if (status == 0 && start(me))
        qv_client_run(me->engine.client);
    status = finish(me, status);
    free(me);
    return status;
}
