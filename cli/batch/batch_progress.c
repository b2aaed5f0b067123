#include "batch/batch_progress.h"

#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/json.h"
#include "core/base/str.h"
#include "terminal/console.h"
#include "terminal/progress_line.h"
#include "terminal/screen.h"

#define MS UINT64_C(1000000)

enum {
    PLAIN_MS = 5000,
};

/* Entries of the whole input: known when it was read to its end. */
static bool is_total_known(const struct batch_state *b)
{
    return b->phase == BATCH_FED;
}

static uint64_t total(const struct batch_state *b)
{
    return b->nread - b->summary.nelsewhere;
}

/* Percent of the input's bytes that were read; -1: unknown. */
static int percent_read(const struct batch_state *b)
{
    if (b->phase != BATCH_FEEDING || !b->input_size)
        return -1;
    return (int)((double)b->input_at / (double)b->input_size * 100);
}

static uint64_t ndone(const struct batch_state *b)
{
    return b->summary.ndone + b->summary.nresumed;
}

static double rate(const struct batch_progress *p)
{
    return batch_summary_rate(&p->state->summary,
                              qv_client_now(p->engine->client));
}

/* Seconds until the last entry has ended, if the rest goes as fast and the lines
 * of the input are as long as those that were read; negative: nobody knows. */
static double seconds_left(const struct batch_progress *p)
{
    const struct batch_state *b = p->state;
    double per_second = rate(p);
    double all = (double)total(b);
    if (b->phase == BATCH_FEEDING && b->input_size && b->input_at)
        all *= (double)b->input_size / (double)b->input_at;
    else if (!is_total_known(b))
        return -1;
    double left = all - (double)ndone(b);
    return per_second > 0 && b->summary.ndone
               ? (left > 0 ? left : 0) / per_second
               : -1;
}

static void add_done(const struct batch_state *b, struct str *out)
{
    int percent = percent_read(b);
    str_printf(out, "%" PRIu64, ndone(b));
    if (is_total_known(b))
        str_printf(out, "/%" PRIu64, total(b));
    else if (percent >= 0)
        str_printf(out, " (%d%%)", percent);
}

static void add_line(const struct batch_progress *p, struct str *out)
{
    const struct batch_summary *s = &p->state->summary;
    add_done(p->state, out);
    str_printf(out, "  %" PRIu64 " ok", s->nok);
    str_printf(out, "  %" PRIu64 " failed", s->nfailed);
    if (s->nretries)
        str_printf(out, "  %" PRIu64 " retries", s->nretries);
    str_printf(out, "  %.0f/s", rate(p));
    if (seconds_left(p) >= 0) {
        str_add_text(out, "  ");
        progress_line_time(out, (uint64_t)seconds_left(p));
        str_add_text(out, " left");
    }
    if (s->total.n) {
        str_add_text(out, "  p50 ");
        batch_summary_time(out, hdr_histogram_at(&s->total, 0.5));
        str_add_text(out, "  p99 ");
        batch_summary_time(out, hdr_histogram_at(&s->total, 0.99));
    }
    str_printf(out, "  %" PRIu64 " conns", s->nconnects);
    if (p->state->phase == BATCH_DRAINING)
        str_printf(out, "  stopping: %u on their way", p->tasks->n);
}

static void add_json(const struct batch_progress *p, struct str *out)
{
    const struct batch_state *b = p->state;
    const struct batch_summary *s = &b->summary;
    json_open(out, NULL, '{');
    json_number(out, "done", ndone(b));
    if (is_total_known(b))
        json_number(out, "total", total(b));
    else
        json_null(out, "total");
    json_number(out, "ok", s->nok);
    json_number(out, "failed", s->nfailed);
    json_number(out, "retries", s->nretries);
    json_seconds(out, "rate", rate(p));
    json_seconds(out, "p50", hdr_histogram_at(&s->total, 0.5));
    json_seconds(out, "p99", hdr_histogram_at(&s->total, 0.99));
    json_seconds(out, "eta", seconds_left(p));
    json_number(out, "connects", s->nconnects);
    json_number(out, "running", p->tasks->n - p->tasks->nwaiting);
    json_close(out, '}');
}

/* As much of the line as there are columns, and no half of a number. */
static size_t fitting_len(const struct str *line, unsigned width)
{
    size_t len = width - 1;
    if (line->len < width)
        return line->len;
    while (len > 0 && strncmp(line->base + len, "  ", 2) != 0)
        len--;
    return len > 0 ? len : width - 1;
}

static unsigned draw(void *user, struct str *out, unsigned width)
{
    const struct batch_progress *p = user;
    struct str line = {0};
    if (p->engine->cmdline->no_progress)
        return 0;
    add_line(p, &line);
    str_add(out, span_of(line.base, fitting_len(&line, width)));
    str_add_char(out, '\n');
    str_fini(&line);
    return 1;
}

static void print(struct batch_progress *p)
{
    struct str line = {0};
    if (p->engine->cmdline->screen.progress == SCREEN_PROGRESS_JSON) {
        add_json(p, &line);
    } else {
        str_add_text(&line, "quiver: ");
        add_line(p, &line);
    }
    str_add_char(&line, '\n');
    console_write(&line);
    str_fini(&line);
}

static void print_later(struct batch_progress *p)
{
    qv_timer_arm(p->engine->client, &p->timer, PLAIN_MS * MS);
}

static void on_print(struct qv_timer *t)
{
    struct batch_progress *p = QV_OWNER(t, struct batch_progress, timer);
    print(p);
    print_later(p);
}

/* On a terminal that nothing else is written to. */
static bool can_draw(const struct batch_progress *p, bool are_records_shown)
{
    const struct cmdline *s = p->engine->cmdline;
    return (!s->no_progress || s->telemetry.stats) && !s->silent &&
           !s->verbose && !are_records_shown &&
           screen_can_redraw(STDERR_FILENO);
}

void batch_progress_start(struct batch_progress *p, bool are_records_shown)
{
    p->timer = (struct qv_timer){.on_expired = on_print};
    switch (p->engine->cmdline->screen.progress) {
    case SCREEN_PROGRESS_AUTO:
        if (can_draw(p, are_records_shown))
            engine_area_start(p->engine, draw, p);
        break;
    case SCREEN_PROGRESS_PLAIN:
    case SCREEN_PROGRESS_JSON:
        print_later(p);
        break;
    case SCREEN_PROGRESS_NONE:
        break;
    }
}

void batch_progress_end(struct batch_progress *p)
{
    if (p->engine->cmdline->progress_bar)
        engine_area_leave(p->engine);
    qv_timer_disarm(p->engine->client, &p->timer);
}
