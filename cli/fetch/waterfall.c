#include "fetch/waterfall.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/redact.h"
#include "record/exchanges.h"
#include "terminal/colour.h"
#include "terminal/escape.h"
#include "terminal/screen.h"

enum {
    LABEL = 21, /* columns: "  connect   12.3 ms  " */
    BARS_MIN = 14,
};

/* What a phase looks like, with and without blocks. */
struct paint {
    const char *block;
    char letter;
    enum colour colour;
};

static const struct paint paints[PHASES] = {
    [PHASE_QUEUE] = {"\u2591", '.', COLOUR_FAINT}, /* light shade */
    [PHASE_DNS] = {"\u2593", '=', COLOUR_MOVED},   /* dark shade */
    [PHASE_CONNECT] = {"\u2593", '=', COLOUR_WRONG},
    [PHASE_TLS] = {"\u2593", '=', COLOUR_WORD},
    [PHASE_SEND] = {"\u2588", '#', COLOUR_PLAIN}, /* full block */
    [PHASE_WAIT] = {"\u2592", '-', COLOUR_GOOD},  /* medium shade */
    [PHASE_RECEIVE] = {"\u2588", '#', COLOUR_NAME},
};
static const struct paint failure = {"\u2573", 'x',
                                     COLOUR_FAILED};               /* a cross */
static const struct paint attempt = {"\u2500", '-', COLOUR_FAINT}; /* a line */

/* What all lines have in common. */
struct canvas {
    const struct waterfall_look *look;
    struct str *out;
    double total;  /* s, from left to right */
    unsigned bars; /* columns; 0: there is no place for bars */
};

/* ---- pieces ---- */

static void add_spaces(struct str *out, unsigned n)
{
    str_printf(out, "%*s", (int)n, "");
}

/* Text of a peer or a user: harmless, and no wider than the screen. */
static void add_line(const struct canvas *c, const struct str *text)
{
    struct str harmless = {0};
    escape_line(&harmless, str_text(text));
    size_t len = screen_fit(str_text(&harmless), harmless.len, c->look->width);
    str_add(c->out, span_of(str_text(&harmless), len));
    str_fini(&harmless);
}

static unsigned column(const struct canvas *c, double at)
{
    double x = c->total > 0 ? at / c->total * c->bars : 0;
    return x >= c->bars ? c->bars : x > 0 ? (unsigned)x : 0;
}

/* From s to s; at least one column. */
static void add_bar(const struct canvas *c, const struct paint *p, double from,
                    double to)
{
    unsigned first = column(c, from);
    unsigned last = column(c, to);
    if (first == c->bars && first)
        first--;
    if (last <= first)
        last = first + 1;
    add_spaces(c->out, first);
    colour_begin(c->out, c->look->has_colour, p->colour);
    for (unsigned i = first; i < last; i++) {
        if (c->look->has_blocks)
            str_add_text(c->out, p->block);
        else
            str_add_char(c->out, p->letter);
    }
    colour_end(c->out, c->look->has_colour, p->colour);
}

/* "  connect   12.3 ms  ====": a name of at most 9 columns. */
static void add_part(const struct canvas *c, const struct paint *p,
                     const char *name, double from, double to)
{
    struct str time = {0};
    duration_add(&time, to - from);
    str_printf(c->out, "  %-8s %8s", name, str_text(&time));
    if (c->bars) {
        add_spaces(c->out, 2);
        add_bar(c, p, from, to);
    }
    str_add_char(c->out, '\n');
    str_fini(&time);
}

/* ---- lines ---- */

/* 0, the middle and the end. */
static void add_axis(const struct canvas *c)
{
    struct str middle = {0};
    struct str end = {0};
    if (!c->bars)
        return;
    duration_add(&middle, c->total / 2);
    duration_add(&end, c->total);
    add_spaces(c->out, LABEL);
    str_add_char(c->out, '0');
    if (c->bars >= 40)
        str_printf(c->out, "%*s%*s", (int)c->bars / 2 - 1, str_text(&middle),
                   (int)(c->bars - c->bars / 2), str_text(&end));
    else
        str_printf(c->out, "%*s", (int)c->bars - 1, str_text(&end));
    str_add_char(c->out, '\n');
    str_fini(&middle);
    str_fini(&end);
}

static void add_note(struct str *out, const struct shown_exchange *x)
{
    if (x->kind == SHOWN_TRY) {
        str_printf(out, "  (try: %s; ", x->why ? x->why : "failed");
        duration_add(out, x->delay);
        str_add_text(out, " until the next)");
        return;
    }
    if (x->version && *x->version && strcmp(x->version, "0") != 0)
        str_printf(out, "  HTTP/%s", x->version);
    if (x->conn)
        str_printf(out, ", connection %" PRIu64, x->conn);
}

/* "302 GET https://example.com/a  HTTP/2, connection 3" */
static void add_head(const struct canvas *c, const struct shown_exchange *x)
{
    struct str line = {0};
    char status[12] = "---";
    const char *url = x->url ? x->url : "";
    str_printf(&line, " %s ", x->method && *x->method ? x->method : "-");
    if (c->look->show_secrets)
        str_add_text(&line, url);
    else
        redact_add_url(&line, url);
    add_note(&line, x);
    if (x->status)
        (void)snprintf(status, sizeof status, "%03d", x->status);
    colour_text(c->out, c->look->has_colour,
                x->status ? colour_of_status(x->status) : COLOUR_FAILED,
                status);
    struct waterfall_look rest = *c->look;
    rest.width -= 3;
    add_line(&(struct canvas){.look = &rest, .out = c->out}, &line);
    str_add_char(c->out, '\n');
    str_fini(&line);
}

/* The phase that a failure without an answer ended in; PHASES: there is none. */
static size_t failed_phase(const struct shown_exchange *x, bool has_failed)
{
    size_t last = PHASES;
    for (size_t i = 0; has_failed && i < PHASES; i++) {
        if (x->phases.lasted[i] > 0)
            last = i;
    }
    return last;
}

static void add_exchange(const struct canvas *c, const struct shown_exchange *x,
                         bool has_failed)
{
    size_t failed = failed_phase(x, has_failed);
    double at = x->start;
    add_head(c, x);
    if (x->kind == SHOWN_TRY)
        add_part(c, &failure, "try", at, at + x->lasted);
    for (size_t i = 0; i < PHASES; i++) {
        double lasted = x->phases.lasted[i];
        if (lasted <= 0)
            continue;
        add_part(c, i == failed ? &failure : &paints[i], phase_names[i], at,
                 at + lasted);
        at += lasted;
    }
    if (x->unfinished > 0)
        add_part(c, &failure, "failed", at, at + x->unfinished);
}

static bool is_won(const struct qv_attempt *a)
{
    return a->result && strcmp(a->result, "won") == 0;
}

/* "to 192.0.2.1 port 443: lost, ...", or a reason that names the address. */
static void add_attempt_words(struct str *out, const struct qv_attempt *a)
{
    const char *why = a->why ? a->why : "";
    const char *result = a->result ? a->result : "";
    if (*why && strstr(why, a->addr))
        str_printf(out, "  %s: %s", result, why);
    else
        str_printf(out, "  to %s port %u: %s%s%s", a->addr, a->port, result,
                   *why ? ", " : "", why);
}

/* What was tried to connect, if that was more than one that won. */
static void add_attempts(const struct canvas *c, const struct qv_result *r)
{
    if (r->nattempts == 0 || (r->nattempts == 1 && is_won(r->attempts)))
        return;
    for (size_t i = 0; i < r->nattempts; i++) {
        const struct qv_attempt *a = &r->attempts[i];
        struct str line = {0};
        bool is_failed = a->result && strcmp(a->result, "failed") == 0;
        double end = a->end >= a->start ? a->end : a->start;
        add_attempt_words(&line, a);
        add_line(c, &line);
        str_add_char(c->out, '\n');
        add_part(c, is_failed ? &failure : &attempt, a->proto, a->start, end);
        str_fini(&line);
    }
}

/* Below the times of the parts. */
static void add_total(struct str *out, double seconds)
{
    struct str time = {0};
    duration_add(&time, seconds);
    str_printf(out, "%-10s %8s\n", "total", str_text(&time));
    str_fini(&time);
}

void waterfall_render(const struct qv_result *r,
                      const struct waterfall_look *look, struct str *out)
{
    struct canvas c = {.look = look, .out = out, .total = r->time_total};
    struct shown_exchange x;
    if (look->width >= LABEL + BARS_MIN + 1)
        c.bars = look->width - LABEL - 1;
    add_axis(&c);
    for (size_t i = 0; i < exchanges_count(r); i++) {
        exchanges_at(r, i, &x);
        add_exchange(&c, &x,
                     x.kind == SHOWN_LAST && !x.status && r->error.status);
    }
    add_attempts(&c, r);
    add_total(out, r->time_total > 0 ? r->time_total : 0);
}

/* ---- the screen ---- */

/* As the C library would have it, which is not asked: nothing else here depends
 * on the locale. */
static bool is_utf8(void)
{
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);
        if (!value || !*value)
            continue;
        const char *dot = strchr(value, '.');
        return dot && (strncasecmp(dot, ".utf-8", 6) == 0 ||
                       strncasecmp(dot, ".utf8", 5) == 0);
    }
    return false;
}

void waterfall_look_at_stderr(struct waterfall_look *look,
                              const struct screen_options *screen)
{
    look->width = screen_width(STDERR_FILENO);
    look->has_blocks = screen_can_redraw(STDERR_FILENO) && is_utf8();
    look->has_colour = screen_has_colours(screen, STDERR_FILENO);
}
