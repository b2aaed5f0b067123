#include "channel/exec.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "channel/child.h"
#include "channel/feed.h"
#include "channel/printer.h"
#include "channel/session.h"
#include "core/base/xalloc.h"

/* For a program that ends by itself at the end of its input: one second. */
#define GRACE_NS UINT64_C(1000000000)

struct exec {
    struct speaker speaker;
    struct child child;
    struct writer to; /* its standard input */
    bool is_open;     /* that one */
    bool is_deaf;     /* it is not open any more */
    bool is_closed;   /* the channel */
    bool is_over;     /* its output ended before that */
    struct feed feed;
    struct printer printer;
    struct qv_timer grace;
};

static struct exec *exec_of(struct speaker *s)
{
    return QV_OWNER(s, struct exec, speaker);
}

/* ---- its input ---- */

static void close_input(struct exec *e)
{
    if (!e->is_open)
        return;
    e->is_open = false;
    e->is_deaf = true;
    writer_fini(&e->to);
}

/* When all that came is in the pipe. */
static void close_input_when_empty(struct exec *e)
{
    writer_flush(&e->to);
    if (e->to.start == e->to.end || e->to.failed != 0)
        close_input(e);
}

/* A program that does not read is no failure: it may have heard enough. */
static void on_input_drain(struct writer *w)
{
    struct exec *e = QV_OWNER(w, struct exec, to);
    if (!e->is_closed)
        printer_on_drain(&e->printer);
    else if (w->start == w->end && w->failed == 0)
        close_input(e);
}

static void open_input(struct exec *e, int fd)
{
    writer_init(&e->to, e->child.client);
    e->to.to = (struct nonblocking){.fd = fd, .mode = NONBLOCKING_OWN};
    e->to.watch.fd = fd;
    e->to.on_drain = on_input_drain;
    e->printer.to = &e->to;
    e->is_open = true;
}

/* ---- its life ---- */

static void on_grace(struct qv_timer *t)
{
    struct exec *e = QV_OWNER(t, struct exec, grace);
    close_input(e);
    child_signal(&e->child, SIGTERM);
}

/* Of one that has ended because the channel had, the status is its own
 * business. */
static void tell_status(struct exec *e)
{
    int status = e->child.status;
    char text[80];
    bool is_early = e->is_over || !e->is_closed;
    if (!is_early || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
        return;
    if (WIFEXITED(status))
        (void)snprintf(text, sizeof text,
                       "the program of --exec ended with status %d",
                       WEXITSTATUS(status));
    else
        (void)snprintf(text, sizeof text,
                       "the program of --exec was ended by signal %d",
                       WTERMSIG(status));
    session_fail(e->speaker.session, QV_EXIT_READ, text);
}

static void on_exit_of(struct child *c)
{
    struct exec *e = QV_OWNER(c, struct exec, child);
    tell_status(e);
    qv_timer_disarm(c->client, &e->grace);
    close_input(e);
}

static void on_over(struct feed *f)
{
    QV_OWNER(f, struct exec, feed)->is_over = true;
    session_end_quietly(f->session);
}

static bool start(struct exec *e, const struct qv_channel_opened *o)
{
    const struct session *s = e->speaker.session;
    struct str texts[4] = {0};
    char *env[5] = {NULL};
    struct child_pipes pipes;
    str_printf(&texts[0], "QUIVER_URL=%s", s->url);
    if (strchr(s->peer.ip, ':') != NULL)
        str_printf(&texts[1], "QUIVER_PEER=[%s]:%u", s->peer.ip, s->peer.port);
    else
        str_printf(&texts[1], "QUIVER_PEER=%s:%u", s->peer.ip, s->peer.port);
    str_printf(&texts[2], "QUIVER_PROTOCOL=%s", o->protocol);
    str_printf(&texts[3], "QUIVER_TRANSPORT=%s", o->transport);
    for (size_t i = 0; i < 4; i++)
        env[i] = texts[i].base;
    bool ok = child_start(&e->child, s->options->exec, env, &pipes);
    for (size_t i = 0; i < 4; i++)
        str_fini(&texts[i]);
    if (!ok)
        return false;
    open_input(e, pipes.to);
    feed_open_pipe(&e->feed, pipes.from);
    return true;
}

static void on_open(struct speaker *s, const struct qv_channel_opened *o)
{
    struct exec *e = exec_of(s);
    struct str text = {0};
    if (start(e, o)) {
        printer_open(&e->printer, o);
        feed_start(&e->feed);
        return;
    }
    str_printf(&text, "cannot run the program of --exec: %s", strerror(errno));
    session_fail(s->session, QV_EXIT_READ, text.base);
    str_fini(&text);
    session_leave(s->session);
}

static enum qv_flow on_event(struct speaker *s,
                             const struct qv_channel_event *event)
{
    struct exec *e = exec_of(s);
    return e->is_deaf ? QV_MORE : printer_event(&e->printer, event);
}

static void on_drain(struct speaker *s)
{
    feed_go_on(&exec_of(s)->feed);
}

static void on_ended(struct speaker *s)
{
    feed_stop(&exec_of(s)->feed);
}

static void on_closed(struct speaker *s, const struct qv_channel_result *r)
{
    struct exec *e = exec_of(s);
    feed_stop(&e->feed);
    e->is_closed = true;
    if (e->child.pid == 0)
        return;
    if (e->is_open) {
        printer_closed(&e->printer, r);
        close_input_when_empty(e);
    }
    qv_timer_arm(e->child.client, &e->grace, GRACE_NS);
}

static void free_exec(struct speaker *s)
{
    struct exec *e = exec_of(s);
    child_forget(&e->child);
    qv_timer_disarm(e->child.client, &e->grace);
    feed_stop(&e->feed);
    close_input(e);
    printer_fini(&e->printer);
    free(e);
}

static const struct speaker_ops exec_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_ended = on_ended,
    .on_closed = on_closed,
    .free = free_exec,
};

struct speaker *exec_new(struct session *s)
{
    const struct channel_options *o = s->options;
    struct exec *e = xalloc_zeroed(1, sizeof *e);
    *e = (struct exec){
        .speaker = {.ops = &exec_ops, .session = s},
        .child = {.client = s->engine.client, .on_exit = on_exit_of},
        .feed = {.session = s,
                 .name = "the program of --exec",
                 .mode = session_mode(s, o->in),
                 .on_over = on_over},
        .printer = {.session = s, .mode = session_mode(s, o->out)},
        .grace.on_expired = on_grace,
    };
    return &e->speaker;
}
