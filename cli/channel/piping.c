#include "channel/piping.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "channel/feed.h"
#include "channel/printer.h"
#include "channel/session.h"
#include "core/base/xalloc.h"

struct piping {
    struct speaker speaker;
    struct feed feed;
    bool has_input;
    struct printer printer;
};

static struct piping *piping_of(struct speaker *s)
{
    return QV_OWNER(s, struct piping, speaker);
}

static void on_open(struct speaker *s, const struct qv_channel_opened *o)
{
    struct piping *p = piping_of(s);
    printer_open(&p->printer, o);
    if (p->has_input)
        feed_start(&p->feed);
}

static enum qv_flow on_event(struct speaker *s,
                             const struct qv_channel_event *e)
{
    return printer_event(&piping_of(s)->printer, e);
}

static void on_drain(struct speaker *s)
{
    feed_go_on(&piping_of(s)->feed);
}

static void on_ended(struct speaker *s)
{
    feed_stop(&piping_of(s)->feed);
}

static void on_closed(struct speaker *s, const struct qv_channel_result *r)
{
    struct piping *p = piping_of(s);
    feed_stop(&p->feed);
    printer_closed(&p->printer, r);
}

static void on_over(struct feed *f)
{
    session_end_quietly(f->session);
}

/* Nobody reads the output any more: what else comes is for nobody. */
static void on_output_failed(struct session *s)
{
    int error = s->out.failed;
    session_fail(s, QV_EXIT_WRITE, error != EPIPE ? strerror(error) : NULL);
    s->speaker->ops->on_ended(s->speaker);
    session_leave(s);
}

static void on_output_drain(struct writer *w)
{
    struct session *s = QV_OWNER(w, struct session, out);
    if (w->failed != 0)
        on_output_failed(s);
    else
        printer_on_drain(&piping_of(s->speaker)->printer);
}

static void free_piping(struct speaker *s)
{
    struct piping *p = piping_of(s);
    feed_stop(&p->feed);
    printer_fini(&p->printer);
    s->session->out.on_drain = NULL;
    free(p);
}

static const struct speaker_ops piping_ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_ended = on_ended,
    .on_closed = on_closed,
    .free = free_piping,
};

/* /dev/null says nothing, not that all is said. */
static bool is_null_device(int fd)
{
    struct stat st;
    return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
           st.st_rdev == makedev(1, 3);
}

static bool open_input(struct piping *p)
{
    const char *replay = p->feed.session->options->replay;
    struct str text = {0};
    if (replay == NULL && is_null_device(STDIN_FILENO))
        return true;
    p->has_input = feed_open_file(&p->feed, replay);
    if (p->has_input || replay == NULL)
        return true;
    str_printf(&text, "cannot read %.150s: %s", replay, strerror(errno));
    session_fail(p->feed.session, QV_EXIT_READ, text.base);
    str_fini(&text);
    return false;
}

struct speaker *piping_new(struct session *s)
{
    const struct channel_options *o = s->options;
    struct piping *p = xalloc_zeroed(1, sizeof *p);
    *p = (struct piping){
        .speaker = {.ops = &piping_ops, .session = s},
        .feed = {.session = s,
                 .name = o->replay != NULL ? o->replay : "standard input",
                 .mode =
                     o->replay != NULL ? PAYLOAD_JSONL : session_mode(s, o->in),
                 .speed = o->replay != NULL ? o->speed : 0,
                 .on_over = on_over},
        .printer = {.session = s,
                    .to = &s->out,
                    .mode = session_mode(s, o->out),
                    .is_terminal = s->is_out_terminal},
    };
    s->out.on_drain = on_output_drain;
    if (open_input(p))
        return &p->speaker;
    free_piping(&p->speaker);
    return NULL;
}
