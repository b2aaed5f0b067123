#include "fetch/progress.h"

#include <string.h>
#include <unistd.h>

#include "core/base/str.h"
#include "files/filename.h"
#include "terminal/console.h"
#include "terminal/escape.h"
#include "terminal/progress_line.h"
#include "terminal/screen.h"

enum {
    LINES_MAX = 8
};

/* Would the bar and a body meet on the same screen? */
static bool body_on_terminal(const struct job_env *env)
{
    const struct cmdline *s = env->engine->cmdline;
    if (!env->is_stdout_terminal)
        return false;
    for (const struct operation *op = s->first; op; op = op->next) {
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
    if (j->sink.saved.name)
        return filename_last(j->sink.saved.name);
    const char *slash = strrchr(url, '/');
    return slash && slash[1] ? slash + 1 : url;
}

static void fill_line(struct progress_line *line, const struct progress *p,
                      const struct job *j)
{
    struct qv_progress now;
    qv_transfer_progress(&j->transfer.face, &now);
    *line = (struct progress_line){
        .name = name_of(j),
        .done = now.down ? now.down : now.up,
        .total = now.down ? now.down_total : now.up_total,
        .frame = p->frame,
        .elapsed = qv_client_now(p->engine->client) -
                   (now.started ? now.started : p->began),
    };
}

/* The lines of the jobs, *nlines of them; gives back the bytes of all. */
static uint64_t add_jobs(struct progress *p, struct str *out, unsigned width,
                         unsigned *nlines)
{
    unsigned max = p->engine->cmdline->no_progress ? 0 : LINES_MAX;
    uint64_t bytes = 0;
    list_each (link, &p->jobs->list) {
        const struct job *j = job_at(link);
        struct progress_line line;
        if (!j->has_place)
            continue;
        fill_line(&line, p, j);
        bytes += line.done;
        if (*nlines == max)
            continue;
        progress_line_render(&line, out, width);
        str_add_char(out, '\n');
        ++*nlines;
    }
    return bytes;
}

static unsigned draw(void *user, struct str *out, unsigned width)
{
    struct progress *p = user;
    const struct jobs *jobs = p->jobs;
    unsigned nlines = 0;
    p->frame++;
    uint64_t bytes = p->bytes_done + add_jobs(p, out, width, &nlines);
    if (p->engine->cmdline->no_progress ||
        (!jobs->nended && jobs->nrunning <= 1))
        return nlines;
    progress_line_total(out, jobs->nended, jobs->nrunning, bytes,
                        qv_client_now(p->engine->client) - p->began, width);
    str_add_char(out, '\n');
    return nlines + 1;
}

void progress_start(struct progress *p, const struct job_env *env,
                    const struct jobs *jobs)
{
    struct engine *e = env->engine;
    const struct cmdline *s = e->cmdline;
    *p = (struct progress){
        .engine = e,
        .jobs = jobs,
        .is_on = (!s->no_progress || s->telemetry.stats) && !s->silent &&
                 isatty(STDERR_FILENO) && !body_on_terminal(env),
        .began = qv_client_now(e->client),
    };
    if (p->is_on && screen_can_redraw(STDERR_FILENO))
        engine_area_start(e, draw, p);
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
    struct str out = {0};
    engine_area_hide(p->engine);
    progress_line_render(line, &out, screen_width(STDERR_FILENO));
    str_add_char(&out, '\n');
    console_write(&out);
    str_fini(&out);
}

void progress_job_done(struct progress *p, const struct job *j,
                       const struct qv_result *result)
{
    const struct cmdline *s = p->engine->cmdline;
    struct progress_line line;
    if (!p->is_on)
        return;
    fill_last_line(&line, j, result);
    p->bytes_done += line.done;
    if (s->progress_bar && !s->no_progress && (line.is_whole || line.done))
        leave_bar(p, &line);
}
