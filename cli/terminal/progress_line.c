#include "terminal/progress_line.h"

#include <inttypes.h>
#include <string.h>

#include "terminal/escape.h"
#include "terminal/screen.h"

enum {
    NAME_MAX_COLUMNS = 24,
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

static uint64_t rate(uint64_t bytes, uint64_t elapsed)
{
    double seconds = (double)elapsed / 1e9;
    return seconds > 0 ? (uint64_t)((double)bytes / seconds) : 0;
}

static void add_time_left(struct str *out, uint64_t left, uint64_t per_second)
{
    uint64_t s = per_second ? left / per_second : 0;
    if (!per_second)
        return;
    if (s >= 3600)
        str_printf(out, "  %" PRIu64 ":%02u:%02u", s / 3600,
                   (unsigned)(s / 60 % 60), (unsigned)(s % 60));
    else
        str_printf(out, "  %u:%02u", (unsigned)(s / 60), (unsigned)(s % 60));
}

/* Everything right of the bar. */
static void add_numbers(struct str *out, const struct progress_line *l)
{
    uint64_t per_second = rate(l->done, l->elapsed);
    progress_line_bytes(out, l->done);
    if (l->total > 0) {
        str_add_char(out, '/');
        progress_line_bytes(out, (uint64_t)l->total);
    }
    str_add_text(out, "  ");
    progress_line_bytes(out, per_second);
    str_add_text(out, "/s");
    if (l->total > 0 && (uint64_t)l->total > l->done)
        add_time_left(out, (uint64_t)l->total - l->done, per_second);
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

void progress_line_render(const struct progress_line *l, struct str *out,
                          unsigned width)
{
    struct str numbers = {0};
    struct str line = {0};
    add_numbers(&numbers, l);
    escape_line(&line, l->name);
    line.len = screen_fit(line.base, line.len, NAME_MAX_COLUMNS);
    unsigned fixed = screen_columns(line.base, line.len) + 1 +
                     (unsigned)numbers.len + 3 + 5 + 1;
    unsigned bar = fixed < width ? width - fixed : 0;
    str_add_char(&line, ' ');
    add_bar(&line, l, bar < BAR_MAX ? bar : BAR_MAX);
    str_add(&line, span_of(numbers.base, numbers.len));
    add_cut(out, &line, width);
    str_fini(&numbers);
}

void progress_line_total(struct str *out, uint64_t ndone, unsigned nrunning,
                         uint64_t bytes, uint64_t elapsed, unsigned width)
{
    struct str line = {0};
    str_printf(&line, "%" PRIu64 " done, %u running  ", ndone, nrunning);
    progress_line_bytes(&line, bytes);
    str_add_text(&line, "  ");
    progress_line_bytes(&line, rate(bytes, elapsed));
    str_add_text(&line, "/s");
    add_cut(out, &line, width);
}
