/*
 * A line has a name, a bar, and numbers.  Where there is no room for all, first the
 * bar goes, then the total, the rate and the time left go, in this order, then the
 * name becomes short: how far it is stays to the end.
 *
 * A number has the room that it may come to need, so that nothing moves from one
 * moment to the next.
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

/* ---- the columns ---- */

enum {
    BYTES = 9,        /* "999.9 KiB" */
    RATE = BYTES + 2, /* "/s" */
    PERCENT = sizeof "100%" - 1,
    BRACKETS = sizeof "[] " - 1,
    BETWEEN = 2, /* numbers */
};

static bool has_total(int64_t total, uint64_t done)
{
    return total > 0 && (uint64_t)total >= done;
}

static bool has_bar(const struct progress_line *l)
{
    return l->is_whole || l->total > 0;
}

static void add_time_left(struct str *out, int64_t total, uint64_t done,
                          uint64_t per_second)
{
    if (!has_total(total, done) || (uint64_t)total == done || !per_second)
        return;
    progress_line_time(out, ((uint64_t)total - done) / per_second);
}

static void add_done(struct str *out, const struct progress_line *l,
                     bool with_total)
{
    struct str done = {0};
    progress_line_bytes(&done, l->done);
    str_printf(out, "%*s", BYTES, str_text(&done));
    if (with_total && l->total > 0) {
        str_add_char(out, '/');
        progress_line_bytes(out, (uint64_t)l->total);
    }
    str_fini(&done);
}

static void widen(unsigned *column, const struct str *text)
{
    if (text->len > *column)
        *column = (unsigned)text->len;
}

/* What the numbers of these lines need, with or without some of them. */
static void set_numbers(struct progress_layout *to,
                        const struct progress_line *lines, size_t n,
                        bool with_total, bool with_rate, bool with_left)
{
    to->has_total = with_total;
    to->bytes = BYTES;
    to->rate = with_rate ? RATE : 0;
    to->left = 0;
    for (size_t i = 0; i < n; i++) {
        const struct progress_line *l = &lines[i];
        struct str bytes = {0};
        struct str left = {0};
        add_done(&bytes, l, with_total);
        widen(&to->bytes, &bytes);
        if (with_left)
            add_time_left(&left, l->total, l->done, l->per_second);
        widen(&to->left, &left);
        str_fini(&bytes);
        str_fini(&left);
    }
}

static unsigned numbers_of(const struct progress_layout *l)
{
    return 1 + l->bytes + (l->rate ? BETWEEN + l->rate : 0) +
           (l->left ? BETWEEN + l->left : 0);
}

/* The most numbers that fit beside a short name. */
static void choose_numbers(struct progress_layout *to,
                           const struct progress_line *lines, size_t n,
                           unsigned room)
{
    set_numbers(to, lines, n, true, true, true);
    if (numbers_of(to) > room)
        set_numbers(to, lines, n, false, true, true);
    if (numbers_of(to) > room)
        set_numbers(to, lines, n, false, false, true);
    if (numbers_of(to) > room)
        set_numbers(to, lines, n, false, false, false);
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* The widest name, as it is shown. */
static unsigned name_columns(const struct progress_line *lines, size_t n)
{
    unsigned most = 0;
    for (size_t i = 0; i < n; i++) {
        struct str name = {0};
        escape_line(&name, lines[i].name);
        unsigned columns = screen_columns(str_text(&name), name.len);
        if (columns > most)
            most = columns;
        str_fini(&name);
    }
    return most;
}

void progress_layout(struct progress_layout *layout,
                     const struct progress_line *lines, size_t n,
                     unsigned width)
{
    unsigned amount = 1; /* the spinner */
    unsigned name = least(name_columns(lines, n), NAME_MAX_COLUMNS);
    for (size_t i = 0; i < n; i++) {
        if (has_bar(&lines[i]))
            amount = PERCENT;
    }
    *layout = (struct progress_layout){.width = width, .amount = amount};
    /* A terminal may wrap when its last column is filled. */
    unsigned room = width - 1 - (1 + amount);
    unsigned short_name = least(name, NAME_MIN_COLUMNS);
    choose_numbers(layout, lines, n, room > short_name ? room - short_name : 0);
    unsigned numbers = numbers_of(layout);
    room = room > numbers ? room - numbers : 0;
    layout->name = least(name, room);
    room -= layout->name;
    if (amount == PERCENT && room >= BAR_MIN + BRACKETS) {
        layout->bar = least(room - BRACKETS, BAR_MAX);
        layout->amount += layout->bar + BRACKETS;
    }
}

/* ---- the line ---- */

static void add_spaces(struct str *out, unsigned n)
{
    str_printf(out, "%*s", (int)n, "");
}

static void add_name(struct str *out, const char *text, unsigned columns)
{
    struct str name = {0};
    escape_line(&name, text);
    name.len = screen_fit(str_text(&name), name.len, columns);
    str_add(out, str_span(&name));
    add_spaces(out, columns - screen_columns(str_text(&name), name.len));
    str_fini(&name);
}

static void add_bar(struct str *out, const struct progress_line *l,
                    unsigned columns)
{
    uint64_t total = l->is_whole ? 1 : (uint64_t)l->total;
    uint64_t done = l->is_whole || l->done > total ? total : l->done;
    double part = (double)done / (double)total;
    unsigned filled = (unsigned)(part * columns);
    if (columns) {
        str_add_char(out, '[');
        for (unsigned i = 0; i < columns; i++)
            str_add_char(out, i < filled ? '#' : '.');
        str_add_text(out, "] ");
    }
    str_printf(out, "%3u%%", (unsigned)(part * 100));
}

static void add_amount(struct str *out, const struct progress_line *l,
                       const struct progress_layout *layout)
{
    static const char spinner[] = "|/-\\";
    if (has_bar(l)) {
        add_bar(out, l, layout->bar);
        return;
    }
    str_add_char(out, spinner[l->frame % 4]);
    add_spaces(out, layout->amount - 1);
}

static void add_numbers(struct str *out, const struct progress_line *l,
                        const struct progress_layout *layout)
{
    size_t before = out->len;
    struct str rate = {0};
    struct str left = {0};
    add_done(out, l, layout->has_total);
    add_spaces(out, layout->bytes - (unsigned)(out->len - before));
    if (layout->rate) {
        progress_line_bytes(&rate, l->per_second);
        str_add_text(&rate, "/s");
        str_printf(out, "  %*s", (int)layout->rate, str_text(&rate));
    }
    if (layout->left) {
        add_time_left(&left, l->total, l->done, l->per_second);
        str_printf(out, "  %*s", (int)layout->left, str_text(&left));
    }
    str_fini(&rate);
    str_fini(&left);
}

/* As much of a line as there are columns, less the last one, and nothing that is
 * not seen at its end. */
static void add_cut(struct str *out, struct str *line, unsigned width)
{
    size_t len = screen_fit(str_text(line), line->len, width - 1);
    while (len && line->base[len - 1] == ' ')
        len--;
    str_add(out, span_of(str_text(line), len));
    str_fini(line);
}

void progress_line_render(const struct progress_line *l,
                          const struct progress_layout *layout, struct str *out)
{
    struct str line = {0};
    add_name(&line, l->name, layout->name);
    str_add_char(&line, ' ');
    add_amount(&line, l, layout);
    str_add_char(&line, ' ');
    add_numbers(&line, l, layout);
    add_cut(out, &line, layout->width);
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
    struct str left = {0};
    add_time_left(&left, t->total, t->done, t->per_second);
    str_printf(out, left.len ? "  %s" : "%s", str_text(&left));
    str_fini(&left);
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
