/*
 * A line has a name, a bar, and numbers.  Where there is no room for all, first the
 * bar goes, then the name becomes short, then the total, the rate and the time
 * left go, in this order: how far it is stays to the end.
 */
#include "terminal/progress_line.h"

#include <inttypes.h>
#include <string.h>

#include "terminal/escape.h"
#include "terminal/screen.h"

#define SECOND UINT64_C(1000000000)

enum {
    NAME_MAX_COLUMNS = 24,
    NAME_MIN_COLUMNS = 8,
    BAR_MIN = 8,
    BAR_MAX = 40
};

void progress_line_bytes(struct str *out, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB", "PiB"};
    double n = (double)bytes;
    size_t unit = 0;
    if (bytes < 1024) {
        str_printf(out, "%" PRIu64 " B", bytes);
        return;
    }
    for (n /= 1024; n >= 999.95 && unit < 4; unit++)
        n /= 1024;
    str_printf(out, "%.1f %s", n, units[unit]);
}

void progress_line_time(struct str *out, uint64_t seconds)
{
    unsigned s = (unsigned)(seconds % 60);
    unsigned minutes = (unsigned)(seconds / 60 % 60);
    if (seconds >= 3600)
        str_printf(out, "%" PRIu64 ":%02u:%02u", seconds / 3600, minutes, s);
    else
        str_printf(out, "%u:%02u", minutes, s);
}

/* ---- how fast ---- */

uint64_t progress_rate(struct progress_rate *r, uint64_t began, uint64_t now,
                       uint64_t done)
{
    if (r->n == 0) {
        r->samples[0] = (struct progress_sample){began, 0};
        r->n = 1;
    }
    /* A body that was begun anew. */
    if (done < r->samples[r->last].done)
        r->n = r->last = 0;
    if (r->n == 0 || now - r->samples[r->last].at >= SECOND) {
        r->last = r->n ? (r->last + 1) % PROGRESS_RATE_SAMPLES : 0;
        r->n += r->n < PROGRESS_RATE_SAMPLES;
        r->samples[r->last] = (struct progress_sample){now, done};
    }
    unsigned oldest =
        (r->last + PROGRESS_RATE_SAMPLES + 1 - r->n) % PROGRESS_RATE_SAMPLES;
    const struct progress_sample *from = &r->samples[oldest];
    if (now <= from->at)
        return 0;
    return (uint64_t)((double)(done - from->done) /
                      ((double)(now - from->at) / (double)SECOND));
}

/* ---- the line ---- */

/* What may stand right of the bar. */
enum numbers {
    NUMBERS_DONE = 0,
    NUMBERS_LEFT = 1, /* and the time left */
    NUMBERS_RATE = 2,
    NUMBERS_TOTAL = 4,
    NUMBERS_ALL = 7,
};

static bool has_total(int64_t total, uint64_t done)
{
    return total > 0 && (uint64_t)total >= done;
}

static void add_time_left(struct str *out, int64_t total, uint64_t done,
                          uint64_t per_second)
{
    if (!has_total(total, done) || (uint64_t)total == done || !per_second)
        return;
    str_add_text(out, "  ");
    progress_line_time(out, ((uint64_t)total - done) / per_second);
}

static void add_numbers(struct str *out, const struct progress_line *l,
                        unsigned which)
{
    progress_line_bytes(out, l->done);
    if ((which & NUMBERS_TOTAL) && l->total > 0) {
        str_add_char(out, '/');
        progress_line_bytes(out, (uint64_t)l->total);
    }
    if (which & NUMBERS_RATE) {
        str_add_text(out, "  ");
        progress_line_bytes(out, l->per_second);
        str_add_text(out, "/s");
    }
    if (which & NUMBERS_LEFT)
        add_time_left(out, l->total, l->done, l->per_second);
}

static void add_bar(struct str *out, const struct progress_line *l,
                    unsigned columns)
{
    static const char spinner[] = "|/-\\";
    uint64_t total = (uint64_t)l->total;
    uint64_t done = l->done < total ? l->done : total;
    unsigned filled;
    if (l->is_whole) {
        done = total = 1;
    } else if (l->total <= 0) {
        str_printf(out, "%c ", spinner[l->frame % 4]);
        return;
    }
    if (columns >= BAR_MIN) {
        filled = (unsigned)((double)done / (double)total * columns);
        str_add_char(out, '[');
        for (unsigned i = 0; i < columns; i++)
            str_add_char(out, i < filled ? '#' : '.');
        str_add_text(out, "] ");
    }
    str_printf(out, "%3u%% ", (unsigned)((double)done / (double)total * 100));
}

/* As much of a line as there are columns, less the last one: a terminal may
 * wrap when that is filled. */
static void add_cut(struct str *out, struct str *line, unsigned width)
{
    str_add(out,
            span_of(line->base, screen_fit(line->base, line->len, width - 1)));
    str_fini(line);
}

/* Columns of percent or spinner, and of the spaces between the parts. */
static unsigned fixed_columns(const struct progress_line *l)
{
    return l->is_whole || l->total > 0 ? 6 : 3;
}

/* The most numbers that fit beside a short name. */
static unsigned choose_numbers(const struct progress_line *l, unsigned width)
{
    static const unsigned choices[] = {NUMBERS_ALL, NUMBERS_RATE | NUMBERS_LEFT,
                                       NUMBERS_LEFT};
    for (size_t i = 0; i < sizeof choices / sizeof choices[0]; i++) {
        struct str text = {0};
        add_numbers(&text, l, choices[i]);
        unsigned needs =
            (unsigned)text.len + fixed_columns(l) + NAME_MIN_COLUMNS;
        str_fini(&text);
        if (needs < width)
            return choices[i];
    }
    return NUMBERS_DONE;
}

void progress_line_render(const struct progress_line *l, struct str *out,
                          unsigned width)
{
    struct str numbers = {0};
    struct str line = {0};
    add_numbers(&numbers, l, choose_numbers(l, width));
    unsigned fixed = (unsigned)numbers.len + fixed_columns(l) + 1;
    unsigned room = fixed < width ? width - fixed : 0;
    unsigned name = room < NAME_MAX_COLUMNS ? room : NAME_MAX_COLUMNS;
    escape_line(&line, l->name);
    line.len = screen_fit(line.base, line.len, name);
    room -= screen_columns(line.base, line.len);
    unsigned bar = room > 3 ? room - 3 : 0; /* its brackets and a space */
    str_add_char(&line, ' ');
    add_bar(&line, l, bar < BAR_MAX ? bar : BAR_MAX);
    str_add(&line, span_of(numbers.base, numbers.len));
    add_cut(out, &line, width);
    str_fini(&numbers);
}

/* What of a total is left out where there is no room; each with those before. */
enum total_lack {
    LACKS_NOTHING,
    LACKS_HIDDEN,
    LACKS_TOTAL,
    LACKS_RATE,
    LACKS_COUNT,
};

static void add_total(struct str *out, const struct progress_total *t,
                      enum total_lack lack)
{
    str_printf(out, "%" PRIu64 " done, %u running", t->ndone, t->nrunning);
    if (t->nhidden && lack < LACKS_HIDDEN)
        str_printf(out, " (%u more)", t->nhidden);
    str_add_text(out, "  ");
    progress_line_bytes(out, t->done);
    if (has_total(t->total, t->done) && lack < LACKS_TOTAL) {
        str_add_char(out, '/');
        progress_line_bytes(out, (uint64_t)t->total);
    }
    if (lack < LACKS_RATE) {
        str_add_text(out, "  ");
        progress_line_bytes(out, t->per_second);
        str_add_text(out, "/s");
    }
    add_time_left(out, t->total, t->done, t->per_second);
}

void progress_line_total(struct str *out, const struct progress_total *t,
                         unsigned width)
{
    struct str line = {0};
    for (enum total_lack lack = 0; lack < LACKS_COUNT; lack++) {
        str_clear(&line);
        add_total(&line, t, lack);
        if (line.len < width)
            break;
    }
    add_cut(out, &line, width);
}
