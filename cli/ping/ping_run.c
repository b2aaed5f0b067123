/*
 *   OPENING -> OPEN <-> DOWN       -> CONTROL (nobody has answered) -> OVER
 *      '-> OVER: it never opened        of --version-probe alone
 *
 * A connection that is lost is opened again at once, and after that with each
 * question; those that fall into such a gap are lost.  It ends when all have
 * been asked and settled, by a signal, or by --max-time: the summary is written
 * in any case.
 */
#include "ping/ping_run.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/websocket_url.h"
#include "core/base/xalloc.h"
#include "engine/engine_request.h"
#include "engine/explaining.h"
#include "engine/hinting.h"
#include "files/ending.h"
#include "files/writer.h"
#include "ping/asker.h"
#include "ping/ping_control.h"
#include "ping/ping_stats.h"
#include "ping/ping_text.h"
#include "ping/questions.h"

#define SECOND 1e9

/* Versions that a verdict names. */
#define VERSIONS_MAX 32

enum run_state {
    RUN_OPENING,
    RUN_OPEN,
    RUN_DOWN,
    RUN_CONTROL,
    RUN_OVER,
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
    struct questions questions;
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
    questions_stop(&r->questions);
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
        questions_stop(&r->questions);
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

static bool on_ask(struct questions *q, uint64_t seq)
{
    struct run *r = QV_OWNER(q, struct run, questions);
    bool is_patient = r->state == RUN_OPENING && r->options->interval == 0;
    if (is_patient ||
        (r->state == RUN_OPEN && !r->asker->ops->ask(r->asker, seq)))
        return false;
    r->stats.sent = seq;
    if (r->state == RUN_OPENING) {
        questions_lose(q, seq, "the connection is not open yet");
    } else if (r->state == RUN_DOWN) {
        questions_lose(q, seq, "there is no connection");
        r->state = RUN_OPENING;
        r->asker->ops->start(r->asker);
    }
    return true;
}

static void on_lost(struct questions *q, uint64_t seq, const char *why)
{
    struct run *r = QV_OWNER(q, struct run, questions);
    struct str text = {0};
    r->stats.lost++;
    if (!r->options->summary)
        ping_text_loss(&r->text, &text, seq, why);
    write_out(r, &text);
}

static void on_over(struct questions *q)
{
    conclude(QV_OWNER(q, struct run, questions));
}

static const struct questions_events questions_events = {
    .on_ask = on_ask,
    .on_lost = on_lost,
    .on_over = on_over,
};

/* ---- what the asker tells ---- */

static void on_how(void *user, const struct qv_result *how)
{
    struct run *r = user;
    struct writeout_facts facts = {
        .result = how,
        .status = how->error.status,
        .message = how->error.text,
        .error_name = how->error.name,
        .error_class = how->error.class_name,
        .show_secrets = r->engine.cmdline->show_secrets,
    };
    explaining_tell(&r->engine, r->config.effective, &facts);
}

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
        questions_lose_all(&r->questions, "nobody listens there");
        questions_settle(&r->questions);
    }
    if (r->was_open)
        return;
    r->was_open = true;
    questions_begin(&r->questions);
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
    struct str text = {0};
    if (r->state == RUN_OVER)
        return;
    enum question_fate was = questions_answer(&r->questions, a->seq);
    bool is_late = was == QUESTION_LOST;
    if (was != QUESTION_OUT && !is_late)
        return;
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
    questions_settle(&r->questions);
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
    if (r->state == RUN_OVER)
        return;
    if (seq) {
        questions_lose(&r->questions, seq, error->text);
        questions_settle(&r->questions);
        return;
    }
    bool was_open = r->state == RUN_OPEN;
    if (!r->was_open && !(r->options->version_probe && was_open)) {
        never_opened(r, error);
        return;
    }
    questions_lose_all(&r->questions, error->text);
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
    questions_settle(&r->questions);
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
    .on_how = on_how,
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

/* Plain HTTP is HTTP/1.1, unless it was said otherwise. */
static bool is_without_ping(const struct qv_request *request)
{
    return strncasecmp(request->url, "http://", 7) == 0 &&
           request->options->http != QV_HTTP_2_PRIOR;
}

static struct asker *asker_for(struct run *r)
{
    const struct ping_options *o = r->options;
    if (websocket_url_is(r->request.engine.url))
        return ask_websocket_new(&r->config);
    if (!o->version_probe && (o->head || is_without_ping(&r->request.engine)))
        return ask_head_new(&r->config);
    return ask_frames_new(&r->config);
}

static bool make_request(struct run *r)
{
    const struct operation *effective;
    bool ok =
        engine_request_init(&r->engine, &r->request, r->options->url,
                            &effective, &r->error) &&
        engine_request_login(&r->engine, &r->request, effective, &r->error);
    r->config = (struct asker_config){
        .options = r->options,
        .engine = &r->engine,
        .op = r->engine.cmdline->first,
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
    r->deadline.on_expired = on_deadline;
    r->questions = (struct questions){.client = r->engine.client,
                                      .events = &questions_events,
                                      .count = r->options->count,
                                      .interval = r->options->interval,
                                      .wait = r->options->wait};
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
