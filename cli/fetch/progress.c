#include "fetch/progress.h"

#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "core/base/str.h"
#include "files/filename.h"
#include "terminal/console.h"
#include "terminal/progress_line.h"
#include "terminal/screen.h"

enum {
    LINES_MAX = 8,
    PLAIN_WIDTH = 100,
};

/* Between two lines of --progress=plain and json: 5 s. */
#define PLAIN_NS (UINT64_C(5) * 1000 * 1000 * 1000)

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

/* Of the file that goes up, until something comes down. */
static const char *name_of(const struct job *j, bool is_up)
{
    const char *url = j->request.engine.url;
    const char *upload = j->target->upload;
    if (is_up && upload && strcmp(upload, "-") != 0 && strcmp(upload, ".") != 0)
        return filename_last(upload);
    if (j->sink.saved.name)
        return filename_last(j->sink.saved.name);
    const char *slash = strrchr(url, '/');
    return slash && slash[1] ? slash + 1 : url;
}

/* What goes up is shown until something comes down. */
static void fill_line(struct progress_line *line, const struct progress *p,
                      struct job *j)
{
    struct qv_progress is;
    uint64_t now = qv_client_now(p->engine->client);
    qv_transfer_progress(&j->transfer.face, &is);
    *line = (struct progress_line){
        .name = name_of(j, !is.down),
        .done = is.down ? is.down : is.up,
        .total = is.down ? is.down_total : is.up_total,
        .frame = p->frame,
    };
    line->per_second = progress_rate(
        &j->rate, is.started ? is.started : p->began, now, line->done);
}

/* One that stands alone. */
static void add_line(struct str *out, const struct progress_line *line,
                     unsigned width)
{
    struct progress_layout layout;
    progress_layout(&layout, line, 1, width);
    progress_line_render(line, &layout, out);
}

/* As many as leave the total its row, and the cursor. */
static unsigned lines_max(const struct progress *p)
{
    unsigned height = screen_height(STDERR_FILENO);
    unsigned room = height > 3 ? height - 3 : 1;
    if (p->engine->cmdline->no_progress)
        return 0;
    return room < LINES_MAX ? room : (unsigned)LINES_MAX;
}

/* The lines of the jobs, if `out` is not NULL, and the sum of all. */
static unsigned add_jobs(struct progress *p, struct str *out, unsigned width,
                         struct progress_total *sum)
{
    unsigned max = out ? lines_max(p) : 0;
    struct progress_line lines[LINES_MAX];
    struct progress_layout layout;
    unsigned n = 0;
    /* The list has the last URL first. */
    for (struct list *link = p->jobs->list.prev; link != &p->jobs->list;
         link = link->prev) {
        struct job *j = job_at(link);
        struct progress_line line;
        if (!j->has_place)
            continue;
        fill_line(&line, p, j);
        sum->done += line.done;
        if (line.total <= 0)
            sum->total = -1;
        else if (sum->total >= 0)
            sum->total += line.total;
        if (n == max) {
            sum->nhidden++;
            continue;
        }
        lines[n++] = line;
    }
    progress_layout(&layout, lines, n, width);
    for (unsigned i = 0; i < n; i++) {
        progress_line_render(&lines[i], &layout, out);
        str_add_char(out, '\n');
    }
    return n;
}

/* The bytes of jobs that wait for their turn nobody knows. */
static void begin_sum(const struct progress *p, struct progress_total *sum)
{
    *sum = (struct progress_total){
        .ndone = p->jobs->nended,
        .nrunning = p->jobs->nrunning,
        .done = p->bytes_done,
        .total = p->jobs->n > p->jobs->nrunning || p->has_more
                     ? -1
                     : (int64_t)p->bytes_done,
    };
}

static void end_sum(struct progress *p, struct progress_total *sum)
{
    sum->per_second = progress_rate(
        &p->rate, p->began, qv_client_now(p->engine->client), sum->done);
}

static unsigned draw(void *user, struct str *out, unsigned width)
{
    struct progress *p = user;
    const struct jobs *jobs = p->jobs;
    struct progress_total sum;
    p->frame++;
    begin_sum(p, &sum);
    unsigned nlines = add_jobs(p, out, width, &sum);
    if (p->engine->cmdline->no_progress ||
        (!jobs->nended && jobs->nrunning <= 1))
        return nlines;
    end_sum(p, &sum);
    progress_line_total(out, &sum, width);
    str_add_char(out, '\n');
    return nlines + 1;
}

/* ---- --progress=plain, json ---- */

static const struct job *only_job(const struct jobs *jobs)
{
    if (jobs->nended || jobs->nrunning != 1)
        return NULL;
    list_each (link, &jobs->list) {
        if (job_at(link)->has_place)
            return job_at(link);
    }
    return NULL;
}

static void add_json(struct str *out, const struct progress *p,
                     const struct progress_total *sum)
{
    bool has_total = sum->total > 0 && (uint64_t)sum->total >= sum->done;
    json_open(out, NULL, '{');
    json_number(out, "done", sum->ndone);
    json_number(out, "running", sum->nrunning);
    json_number(out, "bytes", sum->done);
    if (has_total)
        json_number(out, "bytes_total", (uint64_t)sum->total);
    else
        json_null(out, "bytes_total");
    json_number(out, "rate", sum->per_second);
    json_seconds(out, "eta",
                 has_total && sum->per_second
                     ? (double)((uint64_t)sum->total - sum->done) /
                           (double)sum->per_second
                     : -1);
    json_seconds(out, "elapsed",
                 (double)(qv_client_now(p->engine->client) - p->began) / 1e9);
    json_close(out, '}');
}

static void add_plain(struct str *out, struct progress *p,
                      const struct progress_total *sum)
{
    struct progress_line line;
    const struct job *only = only_job(p->jobs);
    str_add_text(out, "quiver: ");
    if (!only) {
        progress_line_total(out, sum, PLAIN_WIDTH);
        return;
    }
    fill_line(&line, p, (struct job *)only);
    line.frame = 0;
    add_line(out, &line, PLAIN_WIDTH);
}

static void print(struct progress *p)
{
    struct str out = {0};
    struct progress_total sum;
    begin_sum(p, &sum);
    (void)add_jobs(p, NULL, 0, &sum);
    sum.nhidden = 0;
    end_sum(p, &sum);
    if (p->engine->cmdline->screen.progress == SCREEN_PROGRESS_JSON)
        add_json(&out, p, &sum);
    else
        add_plain(&out, p, &sum);
    str_add_char(&out, '\n');
    console_write(&out);
    str_fini(&out);
}

static void on_print(struct qv_timer *t)
{
    struct progress *p = QV_OWNER(t, struct progress, timer);
    print(p);
    qv_timer_arm(p->engine->client, &p->timer, PLAIN_NS);
}

/* ---- beginning and end ---- */

/* Is there a person at standard error who wants to see lines that move? */
static bool can_show(const struct job_env *env)
{
    const struct cmdline *s = env->engine->cmdline;
    return (!s->no_progress || s->telemetry.stats) && !s->silent &&
           isatty(STDERR_FILENO) && !body_on_terminal(env);
}

void progress_start(struct progress *p, const struct job_env *env,
                    const struct jobs *jobs)
{
    struct engine *e = env->engine;
    *p = (struct progress){
        .engine = e,
        .jobs = jobs,
        .began = qv_client_now(e->client),
        .timer.on_expired = on_print,
    };
    switch (e->cmdline->screen.progress) {
    case SCREEN_PROGRESS_AUTO:
        p->is_on = can_show(env);
        if (p->is_on && screen_can_redraw(STDERR_FILENO))
            engine_area_start(e, draw, p);
        break;
    case SCREEN_PROGRESS_PLAIN:
    case SCREEN_PROGRESS_JSON:
        qv_timer_arm(e->client, &p->timer, PLAIN_NS);
        break;
    case SCREEN_PROGRESS_NONE:
        break;
    }
}

void progress_end(struct progress *p)
{
    qv_timer_disarm(p->engine->client, &p->timer);
}

/* The engine knows no progress of what is over: its result tells. */
static void fill_last_line(struct progress_line *line, const struct job *j,
                           const struct qv_result *result)
{
    uint64_t down = result->size_download;
    *line = (struct progress_line){
        .name = name_of(j, !down),
        .done = down ? down : result->size_upload,
        .total = -1,
        .is_whole = !j->status,
    };
    if (result->time_total > 0)
        line->per_second = (uint64_t)((double)line->done / result->time_total);
}

/* The last state of its bar stays, above those that are still drawn. */
static void leave_bar(struct progress *p, const struct progress_line *line)
{
    struct str out = {0};
    engine_area_hide(p->engine);
    add_line(&out, line, screen_width(STDERR_FILENO));
    str_add_char(&out, '\n');
    console_write(&out);
    str_fini(&out);
}

void progress_job_done(struct progress *p, const struct job *j,
                       const struct qv_result *result)
{
    const struct cmdline *s = p->engine->cmdline;
    struct progress_line line;
    fill_last_line(&line, j, result);
    p->bytes_done += line.done;
    if (p->is_on && s->progress_bar && !s->no_progress &&
        (line.is_whole || line.done))
        leave_bar(p, &line);
}
