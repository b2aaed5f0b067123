#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "core/base/xalloc.h"
#include "report/report_bars.h"
#include "report/report_exchanges.h"
#include "report/report_export.h"
#include "report/report_shorten.h"
#include "report/report_xml.h"

/*
 * A picture of many requests: a row each, a bar for each phase of each of its
 * exchanges, time from left to right.  The stripe before a row has the colour of
 * its connection.  It is one file without anything from elsewhere, light or dark
 * as its viewer is, and static: it may stand in a page as an image.  (What can be
 * asked for more is report_waterfall_page.c.)
 *
 * Rows pass one by one, and the scale is known only after the last: their words
 * are written as they come, their bars wait (report_bars.h).
 */
enum {
    ROW = 14,
    BAR = 10,
    MIDDLE = 5, /* of a bar */
    TOP = 48,   /* the legend and the axis */
    LEFT = 12,  /* of the words */
    LABEL = 430,
    CHART = 900,
    WIDTH = LABEL + CHART + 30,
    ID_MAX = 16, /* bytes */
    WORDS_MAX = 62,
    STRIPES = 12 /* colours of connections */
};

#define SECONDS_MAX 1e12 /* whoever claims more than 30,000 years */
#define TICK_MIN    1e-9 /* s */

/* Those of page/page.css, which are readable on light and dark. */
static const char *const colours[PHASES] = {
    [PHASE_QUEUE] = "#9aa0a6",   [PHASE_DNS] = "#1b998b",
    [PHASE_CONNECT] = "#f29900", [PHASE_TLS] = "#a142f4",
    [PHASE_SEND] = "#7b8794",    [PHASE_WAIT] = "#34a853",
    [PHASE_RECEIVE] = "#4285f4",
};

/* Phases are the first ones. */
enum class {
    CLASS_TRY = PHASES, /* one that another one followed */
    CLASS_ATTEMPT,      /* to connect, which failed */
    CLASS_REDIRECT,
    CLASS_STRIPE,
    CLASSES = CLASS_STRIPE + STRIPES
};

#define STRIPE(class)                                                          \
    {                                                                          \
        .name = (class), .right = 4 - LABEL, .wide = 4                         \
    }

static const struct report_bars_class classes[CLASSES] = {
    {.name = "p0"},
    {.name = "p1"},
    {.name = "p2"},
    {.name = "p3"},
    {.name = "p4"},
    {.name = "p5"},
    {.name = "p6"},
    [CLASS_TRY] = {.name = "t"},
    [CLASS_ATTEMPT] = {.name = "a", .down = 6},
    [CLASS_REDIRECT] = {.name = "r", .right = -1, .wide = 2},
    [CLASS_STRIPE] = STRIPE("c0"),
    STRIPE("c1"),
    STRIPE("c2"),
    STRIPE("c3"),
    STRIPE("c4"),
    STRIPE("c5"),
    STRIPE("c6"),
    STRIPE("c7"),
    STRIPE("c8"),
    STRIPE("c9"),
    STRIPE("c10"),
    STRIPE("c11"),
};

static struct report_bars *bars_of(const struct report_export *e)
{
    return e->state;
}

/* ---- the words of a row ---- */

/* The scheme that most have says nothing. */
static const char *short_url(const struct report_record *r)
{
    static const char scheme[] = "https://";
    const char *url = report_record_string(r, "url");
    if (!url)
        return "-";
    return strncmp(url, scheme, strlen(scheme)) == 0 ? url + strlen(scheme)
                                                     : url;
}

/* "200 12.3 ms u7 GET example.com/a" */
static void add_words(const struct report_record *r, struct str *words)
{
    double status = report_record_number(r, "response_code", 0);
    const char *method = report_record_string(r, "method");
    struct str id = {0};
    struct str time = {0};
    report_record_id(r, &id);
    duration_add(&time, report_record_number(r, "time_total", -1));
    if (status > 0 && status < 1000)
        str_printf(words, "%.0f", status);
    else
        str_add_text(words, "---");
    str_printf(words, " %7s ", str_text(&time));
    report_shorten(words, str_text(&id), ID_MAX);
    str_printf(words, " %s %s", method ? method : "-", short_url(r));
    str_fini(&id);
    str_fini(&time);
}

static const char *mood(const struct report_record *r)
{
    double status = report_record_number(r, "response_code", 0);
    if (!r->is_ok || status >= 500)
        return " class=\"bad\"";
    return status >= 400 ? " class=\"warn\"" : "";
}

static void add_label(const struct report_record *r, uint64_t row,
                      struct str *out)
{
    struct str words = {0};
    struct str cut = {0};
    struct str why = {0};
    add_words(r, &words);
    report_shorten(&cut, str_text(&words), WORDS_MAX);
    str_printf(out, "<text y=\"%" PRIu64 "\"%s>", TOP + row * ROW + BAR - 1,
               mood(r));
    report_record_error(r, &why);
    if (why.len) {
        str_add_text(out, "<title>");
        report_xml_text(out, str_text(&why), 100);
        str_add_text(out, "</title>");
    }
    report_xml_text(out, str_text(&cut), cut.len);
    str_add_text(out, "</text>\n");
    str_fini(&words);
    str_fini(&cut);
    str_fini(&why);
}

/* ---- its bars ---- */

static void add_bar(const struct report_export *e, unsigned class, double at,
                    double lasted, bool is_shown)
{
    const struct report_bar bar = {.at = at,
                                   .lasted = lasted,
                                   .row = (uint32_t)e->n,
                                   .class = (uint8_t) class,
                                   .is_shown = is_shown};
    report_bars_add(bars_of(e), &bar);
}

/* The one that is seen, however short the whole was. */
static size_t longest(const struct phases *p)
{
    size_t max = 0;
    for (size_t i = 1; i < PHASES; i++) {
        if (p->lasted[i] > p->lasted[max])
            max = i;
    }
    return max;
}

/* began: when the record did. */
static void add_exchange(const struct report_export *e,
                         const struct shown_exchange *x, double began)
{
    size_t max = longest(&x->phases);
    double at = began + x->start;
    if (x->kind == SHOWN_TRY)
        add_bar(e, CLASS_TRY, at, x->lasted, true);
    for (size_t i = 0; i < PHASES; i++) {
        double lasted = x->phases.lasted[i];
        if (lasted <= 0)
            continue;
        add_bar(e, (unsigned)i, at, lasted, i == max);
        at += lasted;
    }
    if (x->unfinished > 0)
        add_bar(e, CLASS_TRY, at, x->unfinished, false);
    if (x->kind == SHOWN_REDIRECT)
        add_bar(e, CLASS_REDIRECT, at, 0, true);
}

static void add_failed_attempts(const struct report_export *e,
                                const struct report_record *r, double began)
{
    yyjson_arr_iter iter;
    yyjson_val *a;
    yyjson_arr_iter_init(report_record_value(r, "attempts"), &iter);
    while ((a = yyjson_arr_iter_next(&iter))) {
        const char *result = report_exchanges_string(a, "result");
        double start = report_exchanges_number(a, "start", 0);
        double end = report_exchanges_number(a, "end", start);
        if (result && strcmp(result, "failed") == 0)
            add_bar(e, CLASS_ATTEMPT, began + start, end - start, true);
    }
}

/* Its place is that of the left edge. */
static void add_stripe(const struct report_export *e,
                       const struct report_record *r)
{
    double conn = report_record_number(r, "conn_id", 0);
    if (conn > 0 && conn <= UINT32_MAX)
        add_bar(e, CLASS_STRIPE + (unsigned)((uint64_t)conn % STRIPES),
                -SECONDS_MAX, 0, true);
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    double began = report_record_started(r);
    double ended = began + report_record_number(r, "time_total", 0);
    struct report_exchanges all;
    struct shown_exchange x;
    yyjson_val *value;
    if (!e->n || began < e->first)
        e->first = began;
    if (!e->n || ended > e->last)
        e->last = ended;
    add_stripe(e, r);
    add_label(r, e->n, out);
    report_exchanges_begin(&all, r);
    while (report_exchanges_next(&all, &x, &value))
        add_exchange(e, &x, began);
    add_failed_attempts(e, r, began);
}

/* ---- what stands around them ---- */

static double lasts(const struct report_export *e)
{
    double s = e->last - e->first;
    if (!(s > 0))
        return 1e-3;
    return s < SECONDS_MAX ? s : SECONDS_MAX;
}

/* 1, 2 or 5 times a power of ten, about eight of them.  (Not by pow() and log10():
 * the library that has them would be loaded by every start of the program.) */
static double tick(double s)
{
    double power = TICK_MIN;
    while (power * 10 * 8 <= s)
        power *= 10;
    if (power * 10 * 8 <= s * 2)
        return power * 10;
    return power * 5 * 8 <= s * 2 ? power * 5 : power * 2;
}

/* In the unit of the ticks. */
static void add_moment(struct str *out, double s, double step)
{
    if (step >= 1 || s >= 1)
        str_printf(out, "%.10g s", s);
    else if (step >= 1e-3 || s >= 1e-3)
        str_printf(out, "%.10g ms", s * 1e3);
    else
        str_printf(out, "%.10g \u00b5s", s * 1e6);
}

static void add_axis(double s, double height, struct str *out)
{
    double step = tick(s);
    for (unsigned i = 0; i * step <= s; i++) {
        double x = LABEL + i * step / s * CHART;
        str_printf(out,
                   "<path class=\"l\" d=\"M%.1f %d V%.0f\"/>"
                   "<text x=\"%.1f\" y=\"%d\">",
                   x, TOP - 6, height, x + 2, TOP - 8);
        if (i)
            add_moment(out, i * step, step);
        else
            str_add_char(out, '0');
        str_add_text(out, "</text>\n");
    }
}

static void add_legend(struct str *out)
{
    for (size_t i = 0; i <= PHASES; i++) {
        size_t x = LABEL + i * 90;
        str_printf(
            out,
            "<path class=\"%s\" style=\"stroke-width:10\" d=\"M%zu 13h10\"/>"
            "<text x=\"%zu\" y=\"17\">%s</text>\n",
            classes[i].name, x, x + 14, i < PHASES ? phase_names[i] : "failed");
    }
}

/* The unit of strokes is a row, but for those of the legend and the axis. */
static void add_style(struct str *out)
{
    const double row = ROW;
    str_printf(out,
               "<style>svg{background:#fff}text{font:11px monospace;"
               "white-space:pre;fill:#202124}.bad{fill:#c5221f}"
               ".warn{fill:#b06000}"
               "path{fill:none;stroke-width:%.3f}"
               ".l{stroke:#8883;stroke-width:1}.t{stroke:#e8a09d}"
               ".a{stroke:#d93025;stroke-width:%.3f}"
               ".r{stroke:#202124;stroke-width:%.3f}",
               BAR / row, 2 / row, (BAR + 2) / row);
    for (size_t i = 0; i < PHASES; i++)
        str_printf(out, ".%s{stroke:%s}", classes[i].name, colours[i]);
    /* The next connection's colour is far from this one's. */
    for (unsigned i = 0; i < STRIPES; i++)
        str_printf(out, ".%s{stroke:hsl(%u,70%%,50%%);stroke-width:1}",
                   classes[CLASS_STRIPE + i].name, i * 137 % 360);
    str_add_text(out, "@media(prefers-color-scheme:dark){"
                      "svg{background:#1b1c1f}text{fill:#e3e4e8}"
                      ".bad{fill:#f28b82}.warn{fill:#fdd663}.r{stroke:#e3e4e8}"
                      ".t{stroke:#7d3f3c}}</style>\n");
}

static void head(const struct report_export *e, struct str *out)
{
    double s = lasts(e);
    double height = TOP + (double)e->n * ROW + 10;
    struct str time = {0};
    /* Spaces are kept, for the columns of the words. */
    str_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
               "height=\"%.0f\" viewBox=\"0 0 %d %.0f\" "
               "xml:space=\"preserve\">\n",
               WIDTH, height, WIDTH, height);
    add_style(out);
    duration_add(&time, s);
    str_printf(out,
               "<text x=\"%d\" y=\"17\">%" PRIu64 " request%s in %s, %" PRIu64
               " failed</text>\n",
               LEFT, e->n, e->n == 1 ? "" : "s", str_text(&time),
               e->nfailed + e->nerrors);
    add_axis(s, height, out);
    add_legend(out);
    str_printf(out, "<g transform=\"translate(%d)\">\n", LEFT);
    str_fini(&time);
}

static bool begin(struct report_export *e, struct str *out)
{
    (void)out;
    e->state = XALLOC_NEW(struct report_bars);
    return report_bars_open(e->state);
}

static void end(struct report_export *e, struct str *out)
{
    const struct report_bars_place place = {
        .first = e->first,
        .lasts = lasts(e),
        .left = LABEL,
        .width = CHART,
        .top = TOP + MIDDLE,
        .row = ROW,
        .classes = classes,
        .nclasses = CLASSES,
    };
    str_add_text(out, "</g>\n");
    report_bars_draw(bars_of(e), &place, &e->out);
    report_bars_close(bars_of(e));
    free(e->state);
    str_add_text(out, "</svg>\n");
}

const struct report_export_kind report_waterfall_kind = {
    .has_spool = true, .begin = begin, .add = add, .head = head, .end = end};
