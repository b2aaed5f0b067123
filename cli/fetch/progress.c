#include "fetch/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "fetch/run.h"
#include "files/naming.h"
#include "terminal/progress_line.h"
#include "terminal/screen.h"
#include "terminal/terminal.h"

#define MS UINT64_C(1000000)

enum {
    FIRST_MS = 500,
    EVERY_MS = 100,
    LINES_MAX = 8
};

/* Would the bar and a body meet on the same screen? */
static bool body_on_terminal(const struct run *r)
{
    if (!r->is_stdout_terminal)
        return false;
    for (const struct operation *op = r->session->first; op; op = op->next) {
        for (size_t i = 0; i < op->ntargets; i++) {
            const struct target *t = &op->targets[i];

            if (t->has_url && t->place == PLACE_STDOUT)
                return true;
        }
    }
    return false;
}

static const char *name_of(const struct job *j)
{
    const char *url = j->request.engine.url;
    const char *slash;

    if (j->name)
        return naming_last(j->name);
    slash = strrchr(url, '/');
    return slash && slash[1] ? slash + 1 : url;
}

static void fill_line(struct progress_line *line, const struct progress *p,
                      const struct job *j)
{
    struct qv_progress now;

    qv_transfer_progress(&j->transfer, &now);
    *line = (struct progress_line){
        .name = name_of(j),
        .done = now.down ? now.down : now.up,
        .total = now.down ? now.down_total : now.up_total,
        .frame = p->frame,
        .elapsed = qv_client_now(p->run->client) -
                   (now.started ? now.started : p->began),
    };
}

static uint64_t add_jobs(struct progress *p, struct text *out, unsigned width)
{
    unsigned shown = p->run->session->no_progress ? LINES_MAX : 0;
    uint64_t bytes = 0;

    for (const struct job *j = p->run->jobs; j; j = j->next) {
        struct progress_line line;

        if (!j->has_place)
            continue;
        fill_line(&line, p, j);
        bytes += line.done;
        if (shown++ >= LINES_MAX)
            continue;
        progress_line_render(&line, out, width);
        text_putc(out, '\n');
        p->lines++;
    }
    return bytes;
}

static void draw(struct progress *p)
{
    struct text out = {0};
    struct run *r = p->run;
    unsigned width = terminal_width(STDERR_FILENO);
    uint64_t bytes;

    progress_hide(p);
    p->frame++;
    bytes = p->bytes_done + add_jobs(p, &out, width);
    if (!r->session->no_progress && (r->ndone || r->nrunning > 1)) {
        progress_line_total(&out, r->ndone, r->nrunning, bytes,
                            qv_client_now(r->client) - p->began, width);
        text_putc(&out, '\n');
        p->lines++;
    }
    p->lines += telemetry_lines(&r->telemetry, &out, width);
    text_write(&out, STDERR_FILENO);
    text_fini(&out);
}

static void on_tick(struct qv_timer *t)
{
    struct progress *p = QV_OWNER(t, struct progress, timer);

    draw(p);
    qv_timer_arm(p->run->client, &p->timer, EVERY_MS * MS);
}

void progress_start(struct progress *p, struct run *run)
{
    const struct session *s = run->session;

    p->run = run;
    p->timer.on_expired = on_tick;
    p->is_on = (!s->no_progress || s->telemetry.stats) && !s->silent &&
               isatty(STDERR_FILENO) && !body_on_terminal(run);
    if (!p->is_on)
        return;
    p->began = qv_client_now(run->client);
    p->is_live = screen_can_redraw(STDERR_FILENO);
    if (p->is_live)
        qv_timer_arm(run->client, &p->timer, FIRST_MS * MS);
}

/* The engine knows no progress of what is over: its result tells. */
static void fill_last_line(struct progress_line *line, const struct job *j,
                           const struct qv_result *result)
{
    uint64_t down = result->size_download;

    *line = (struct progress_line){
        .name = name_of(j),
        .done = down ? down : result->size_upload,
        .total = -1,
        .is_whole = !j->status,
    };
    if (result->time_total > 0)
        line->elapsed = (uint64_t)(result->time_total * 1e9);
}

/* The last state of its bar stays, above those that are still drawn. */
static void leave_bar(struct progress *p, const struct progress_line *line)
{
    struct text out = {0};

    progress_hide(p);
    progress_line_render(line, &out, terminal_width(STDERR_FILENO));
    text_putc(&out, '\n');
    text_write(&out, STDERR_FILENO);
    text_fini(&out);
}

void progress_job_done(struct progress *p, const struct job *j,
                       const struct qv_result *result)
{
    const struct session *s = p->run->session;
    struct progress_line line;

    if (!p->is_on)
        return;
    fill_last_line(&line, j, result);
    p->bytes_done += line.done;
    if (s->progress_bar && !s->no_progress && (line.is_whole || line.done))
        leave_bar(p, &line);
}

void progress_hide(struct progress *p)
{
    struct text out = {0};

    if (!p->is_on || !p->lines)
        return;
    screen_erase(&out, p->lines);
    text_write(&out, STDERR_FILENO);
    text_fini(&out);
    p->lines = 0;
}

void progress_end(struct progress *p)
{
    if (!p->is_on)
        return;
    progress_hide(p);
    if (p->is_live)
        qv_timer_disarm(p->run->client, &p->timer);
    p->is_on = false;
}
