#include "engine/engine.h"

#include <signal.h>
#include <stdarg.h>
#include <unistd.h>

#include "base/line_writer.h"
#include "config/config.h"
#include "request/proxy_environment.h"
#include "telemetry/key_log_file.h"
#include "telemetry/qlog_folder.h"
#include "terminal/complain.h"
#include "terminal/screen.h"

/* ---- what the client asks and tells ---- */

static void on_origin(void *user, struct qv_transfer *face,
                      const struct qv_origin *origin,
                      const struct qv_options *asked)
{
    struct engine *e = user;
    const struct engine_transfer *t =
        QV_OWNER(face, struct engine_transfer, face);
    const struct operation *to = config_operation(
        e->config, t->op, origin->scheme, origin->host, origin->port);
    const char *login;
    struct qv_error error;
    if (to != t->effective)
        qv_options_adopt(qv_transfer_own_options(face),
                         &t->effective->how.engine, &to->how.engine);
    if (!netrc_login_find(&e->netrc, &t->effective->how, origin, asked, &login,
                          &error))
        qv_transfer_fail(face, error.status, error.text);
    else if (login)
        qv_transfer_own_options(face)->user = login;
}

static void on_ready(void *user)
{
    struct engine *e = user;
    e->events->on_ready(e->user);
}

static void on_first_signal(struct signals *s)
{
    struct engine *e = QV_OWNER(s, struct engine, signals);
    engine_area_hide(e);
    e->events->on_first_signal(e->user);
}

static void on_second_signal(struct signals *s)
{
    struct engine *e = QV_OWNER(s, struct engine, signals);
    engine_area_hide(e);
    line_writer_give_up();
    e->events->on_second_signal(e->user);
}

static void on_move(struct qv_signal *watch)
{
    struct engine *e = QV_OWNER(watch, struct engine, move);
    (void)qv_client_migrate(e->client);
}

static void before_verbose(void *user)
{
    engine_area_hide(user);
}

static void on_warning(void *user, const char *text)
{
    engine_warning(user, "%s", text);
}

/* ---- from start to end ---- */

/* --print x */
static bool prints_why(const struct cmdline *s)
{
    for (const struct operation *op = s->first; op; op = op->next)
        if (op->prints && (op->parts & SCREEN_EXPLAIN))
            return true;
    return false;
}

static struct qv_client *new_client(struct engine *e,
                                    const struct engine_needs *needs)
{
    const struct cmdline *s = e->cmdline;
    bool is_noted = s->telemetry.verbose.has_decisions;
    struct qv_qlog qlog = {.warn = on_warning, .user = e};
    struct qv_client_options o = {
        .max_parallel = needs->max_parallel,
        .heeds_limits = needs->heeds_limits,
        .max_parallel_host = s->jobs_host,
        .max_connections_host = s->parallel_max_host,
        .rate = s->rate,
        .key_log = key_log_file_name(s->telemetry.key_log),
        .qlog = qlog_folder_ask(&qlog, s->telemetry.qlog_folder,
                                s->show_secrets, is_noted),
        .proxies = proxy_environment_read(&e->proxies) ? &e->proxies : NULL,
        .on_origin = on_origin,
        .on_ready = on_ready,
        .user = e,
    };
    o.explains = needs->explains || is_noted || prints_why(s) ||
                 s->telemetry.explain != EXPLAIN_NOTHING;
    state_ask(s, &o);
    return qv_client_new(&o);
}

static int start_verbose(struct engine *e)
{
    const struct verbose_needs needs = {
        .options = &e->cmdline->telemetry.verbose,
        .show_secrets = e->cmdline->show_secrets,
        .has_colours = screen_has_colours(&e->cmdline->screen, STDERR_FILENO),
        .before = before_verbose,
        .user = e,
    };
    return verbose_start(&e->verbose, e->client, &needs);
}

int engine_start(struct engine *e, const struct engine_needs *needs,
                 const struct engine_events *events, void *user)
{
    const struct cmdline *s = needs->cmdline;
    *e = (struct engine){
        .cmdline = s,
        .config = needs->config,
        .events = events,
        .user = user,
    };
    complain_colour(screen_colours(&s->screen));
    e->client = new_client(e, needs);
    int traced = s->verbose ? start_verbose(e) : QV_EXIT_OK;
    state_begin(&e->state, e->client, s,
                &(struct state_teller){.warn = on_warning, .user = e});
    int told = telemetry_start(&e->telemetry, e->client, &s->telemetry,
                               needs->uses_stdout);
    return traced != QV_EXIT_OK ? traced : told;
}

void engine_watch_signals(struct engine *e)
{
    e->signals = (struct signals){
        .client = e->client,
        .on_first = on_first_signal,
        .on_second =
            e->events->on_second_signal != NULL ? on_second_signal : NULL,
    };
    signals_watch(&e->signals);
    e->move.on_signal = on_move;
    qv_signal_watch(e->client, &e->move, SIGUSR1);
}

void engine_stop(struct engine *e)
{
    telemetry_stop(&e->telemetry);
    status_area_end(&e->area);
    signals_forget(&e->signals);
    qv_signal_unwatch(e->client, &e->move);
}

int engine_end(struct engine *e)
{
    state_end(&e->state);
    qv_client_free(e->client); /* the ends of connections are events too */
    e->client = NULL;
    netrc_login_fini(&e->netrc);
    int traced = verbose_end(&e->verbose);
    int told = telemetry_end(&e->telemetry);
    return traced != QV_EXIT_OK ? traced : told;
}

/* ---- requests ---- */

const struct operation *
engine_operation(struct engine *e, const struct operation *op, const char *url)
{
    return config_for_url(e->config, op, url);
}

void engine_suit(struct engine *e, struct engine_transfer *t,
                 const struct operation *op, const char *url)
{
    t->op = op;
    t->effective = engine_operation(e, op, url);
}

void engine_add_session(struct engine *e, struct request *r,
                        const struct operation *op,
                        const struct operation *effective)
{
    const struct state_options *state = &e->cmdline->state;
    struct strings lines = {0};
    /* Of one operation alone: what switches them on is its own, or the
     * defaults of a batch. */
    r->engine.no_jar = e->cmdline->first != e->cmdline->last &&
                       !state->session && !state->is_jar_of_all &&
                       !op->keeps_cookies && !op->how.cookie_files.len;
    engine_session_lines(e, &r->engine, &r->options, op, effective, &lines);
    if (lines.len)
        request_put_first(r, &lines);
    strings_fini(&lines);
}

void engine_session_lines(struct engine *e, struct qv_request *r,
                          struct qv_options *options,
                          const struct operation *op,
                          const struct operation *effective,
                          struct strings *lines)
{
    if (e->state.session == NULL)
        return;
    named_session_learn(e->state.session, op, r->url);
    named_session_apply(e->state.session, r, options, effective, lines);
}

void engine_tell_origin(struct engine *e, const struct operation *effective)
{
    struct str note = {0};
    if (!e->cmdline->verbose)
        return;
    str_add_text(&note, "Options for this origin: ");
    if (config_describe(e->config, effective, &note))
        verbose_note(&e->verbose, QV_NO_XFER, note.base);
    str_fini(&note);
}

const char *engine_method_of(const struct qv_request *r)
{
    if (r->custom_method != NULL)
        return r->custom_method;
    if (r->method != NULL)
        return r->method;
    if (r->head)
        return "HEAD";
    return r->body.kind == QV_BODY_NONE ? "GET" : "POST";
}

/* ---- what is said ---- */

bool engine_is_loud(const struct engine *e)
{
    return !e->cmdline->silent || e->cmdline->show_error;
}

void engine_error(struct engine *e, int status, const char *host,
                  const char *text)
{
    if (!engine_is_loud(e))
        return;
    engine_area_hide(e);
    complain_error(status, host, text);
}

void engine_wall_clock(const struct engine *e, struct timespec *at)
{
    const int64_t second = 1000000000;
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    clock_gettime(CLOCK_REALTIME, at);
    int64_t gone = (int64_t)now.tv_sec * second + now.tv_nsec -
                   (int64_t)qv_client_now(e->client);
    int64_t wall = (int64_t)at->tv_sec * second + at->tv_nsec - gone;
    at->tv_sec = (time_t)(wall / second);
    at->tv_nsec = (long)(wall % second);
}

void engine_warning(struct engine *e, const char *format, ...)
{
    struct str message = {0};
    va_list args;
    if (e->cmdline->silent)
        return;
    va_start(args, format);
    str_vprintf(&message, format, args);
    va_end(args);
    engine_area_hide(e);
    complain_notice("%s", message.base != NULL ? message.base : "");
    str_fini(&message);
}

void engine_note(struct engine *e, const char *format, ...)
{
    struct str note = {0};
    va_list args;
    if (!e->cmdline->verbose)
        return;
    va_start(args, format);
    str_vprintf(&note, format, args);
    va_end(args);
    engine_note_of(e, QV_NO_XFER, str_text(&note));
    str_fini(&note);
}

void engine_note_of(struct engine *e, uint64_t xfer_id, const char *text)
{
    if (e->cmdline->verbose)
        verbose_note(&e->verbose, xfer_id, text);
}

static unsigned draw_all(void *user, struct str *out, unsigned width)
{
    struct engine *e = user;
    unsigned nlines = e->draw(e->draw_user, out, width);
    unsigned rows = screen_height(STDERR_FILENO) - 1; /* the cursor's */
    if (rows > STATUS_AREA_MAX)
        rows = STATUS_AREA_MAX;
    const struct stats_room room = {.width = width,
                                    .rows = rows > nlines ? rows - nlines : 0};
    return nlines + telemetry_lines(&e->telemetry, out, room);
}

void engine_area_start(struct engine *e,
                       unsigned (*draw)(void *user, struct str *out,
                                        unsigned width),
                       void *user)
{
    e->draw = draw;
    e->draw_user = user;
    e->area = (struct status_area){
        .client = e->client,
        .draw = draw_all,
        .user = e,
    };
    status_area_start(&e->area);
}

void engine_area_hide(struct engine *e)
{
    if (e->before_lines != NULL)
        e->before_lines(e->before_user);
    status_area_hide(&e->area);
}

void engine_before_lines(struct engine *e, void (*before)(void *user),
                         void *user)
{
    e->before_lines = before;
    e->before_user = user;
}

void engine_area_leave(struct engine *e)
{
    status_area_leave(&e->area);
}
