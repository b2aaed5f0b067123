#include "batch/batch_progress.h"

#include <inttypes.h>
#include <time.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "batch/batch_run.h"
#include "terminal/screen.h"
#include "terminal/terminal.h"

#define MS UINT64_C(1000000)

enum {
    FIRST_MS = 500,
    EVERY_MS = 100,
    PLAIN_MS = 5000,
};

/* Entries of the whole input: known when it was read to its end. */
static bool is_total_known(const struct batch *b)
{
    return b->state == BATCH_FED;
}

/* Percent of the input's bytes that were read; -1: unknown. */
static int percent_read(const struct batch *b)
{
    uint64_t at;
    uint64_t size;

    if (!b->feed)
        return -1;
    feed_position(b->feed, &at, &size);
    return size ? (int)((double)at / (double)size * 100) : -1;
}

static uint64_t ndone(const struct batch *b)
{
    return b->summary.ndone + b->summary.nresumed;
}

static void add_done(const struct batch *b, struct text *out)
{
    int percent = percent_read(b);

    text_addf(out, "%" PRIu64, ndone(b));
    if (is_total_known(b))
        text_addf(out, "/%" PRIu64, b->nread - b->summary.nelsewhere);
    else if (percent >= 0)
        text_addf(out, " (%d%%)", percent);
}

static void add_line(const struct batch *b, struct text *out)
{
    const struct batch_summary *s = &b->summary;

    add_done(b, out);
    text_addf(out, "  %" PRIu64 " ok", s->nok);
    text_addf(out, "  %" PRIu64 " failed", s->nfailed);
    if (s->nretries)
        text_addf(out, "  %" PRIu64 " retries", s->nretries);
    text_addf(out, "  %.0f/s", batch_summary_rate(s, qv_client_now(b->client)));
    if (s->total.n) {
        text_puts(out, "  p50 ");
        batch_summary_time(out, latency_at(&s->total, 0.5));
        text_puts(out, "  p99 ");
        batch_summary_time(out, latency_at(&s->total, 0.99));
    }
    text_addf(out, "  %" PRIu64 " conns", s->nconnects);
    if (b->state == BATCH_DRAINING)
        text_addf(out, "  stopping: %u on their way", b->ntasks);
}

static void add_json(const struct batch *b, struct text *out)
{
    const struct batch_summary *s = &b->summary;

    json_open(out, NULL, '{');
    json_number(out, "done", ndone(b));
    if (is_total_known(b))
        json_number(out, "total", b->nread - s->nelsewhere);
    else
        json_null(out, "total");
    json_number(out, "ok", s->nok);
    json_number(out, "failed", s->nfailed);
    json_number(out, "retries", s->nretries);
    json_seconds(out, "rate", batch_summary_rate(s, qv_client_now(b->client)));
    json_seconds(out, "p50", latency_at(&s->total, 0.5));
    json_seconds(out, "p99", latency_at(&s->total, 0.99));
    json_number(out, "connects", s->nconnects);
    json_number(out, "running", b->ntasks - b->nwaiting);
    json_close(out, '}');
}

/* Redrawn in its place and cut to the terminal. */
static void draw(struct batch_progress *p)
{
    struct batch *b = p->batch;
    struct text line = {0};
    struct text out = {0};
    unsigned width = terminal_width(STDERR_FILENO);

    batch_progress_hide(p);
    if (!b->session->no_progress) {
        add_line(b, &line);
        text_add(&out, line.at, line.len < width ? line.len : width - 1);
        text_putc(&out, '\n');
        p->lines++;
    }
    p->lines += telemetry_lines(&b->telemetry, &out, width);
    text_write(&out, STDERR_FILENO);
    text_fini(&line);
    text_fini(&out);
}

static void print(struct batch_progress *p)
{
    struct text line = {0};

    if (p->batch->options->progress == BATCH_PROGRESS_JSON) {
        add_json(p->batch, &line);
    } else {
        text_puts(&line, "quiver: ");
        add_line(p->batch, &line);
    }
    text_putc(&line, '\n');
    text_write(&line, STDERR_FILENO);
    text_fini(&line);
}

static void on_tick(struct qv_timer *t)
{
    struct batch_progress *p = QV_OWNER(t, struct batch_progress, timer);

    if (p->is_line)
        draw(p);
    else
        print(p);
    qv_timer_arm(p->batch->client, &p->timer,
                 (p->is_line ? EVERY_MS : PLAIN_MS) * MS);
}

static bool is_wanted(const struct session *s)
{
    return !s->no_progress || s->telemetry.stats;
}

void batch_progress_start(struct batch_progress *p, struct batch *b)
{
    const struct session *s = b->session;
    enum batch_progress_mode mode = b->options->progress;

    *p = (struct batch_progress){.batch = b, .timer = {.on_expired = on_tick}};
    if (mode == BATCH_PROGRESS_NONE)
        return;
    p->is_line = mode == BATCH_PROGRESS_AUTO;
    p->is_on = !p->is_line || (is_wanted(s) && !s->silent && !s->verbose &&
                               screen_can_redraw(STDERR_FILENO) &&
                               !b->is_terminal /* they would meet */);
    if (p->is_on)
        qv_timer_arm(b->client, &p->timer,
                     (p->is_line ? FIRST_MS : PLAIN_MS) * MS);
}

void batch_progress_hide(struct batch_progress *p)
{
    struct text out = {0};

    if (!p->lines)
        return;
    screen_erase(&out, p->lines);
    text_write(&out, STDERR_FILENO);
    text_fini(&out);
    p->lines = 0;
}

void batch_progress_end(struct batch_progress *p)
{
    if (!p->is_on)
        return;
    if (p->is_line && p->batch->session->progress_bar)
        draw(p);
    else
        batch_progress_hide(p);
    p->lines = 0;
    qv_timer_disarm(p->batch->client, &p->timer);
    p->is_on = false;
}
