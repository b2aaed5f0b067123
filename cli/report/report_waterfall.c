#include <inttypes.h>
#include <string.h>

#include "report/report_exchanges.h"
#include "report/report_export.h"
#include "report/report_xml.h"

/*
 * A picture of many requests: a row each, a bar for each phase of each of its
 * exchanges, time from left to right.  The stripe before a row has the colour of
 * its connection.  It is one file without anything from elsewhere, light or dark
 * as its viewer is.  (A page is report_waterfall_page.c.)
 *
 * Rows pass one by one, so the scale is known only after the last: bars are
 * drawn in ms from the start of the first record, and a transformation in the
 * head, which is written last, brings all of them to their place.  Bars are
 * strokes, which take a third of the bytes that rectangles take.
 */
enum {
    ROW = 14,
    BAR = 10,
    MIDDLE = 5, /* of a bar */
    TOP = 48,   /* the legend and the axis */
    LABEL = 380,
    CHART = 900,
    WIDTH = LABEL + CHART + 50,
    LABEL_MAX = 54, /* bytes */
    STRIPES = 12    /* colours of connections */
};

#define MS_MAX   1e15 /* whoever claims more than 30,000 years */
#define TICK_MIN 1e-6 /* ms */

/* Those of page/page.css, which are readable on light and dark. */
static const char *const colours[PHASES] = {
    [PHASE_QUEUE] = "#9aa0a6",   [PHASE_DNS] = "#1b998b",
    [PHASE_CONNECT] = "#f29900", [PHASE_TLS] = "#a142f4",
    [PHASE_SEND] = "#7b8794",    [PHASE_WAIT] = "#34a853",
    [PHASE_RECEIVE] = "#4285f4",
};

static void add_label(const struct report_record *r, double y, struct str *out)
{
    const char *method = report_record_string(r, "method");
    const char *url = report_record_string(r, "url");
    struct str label = {0};
    report_record_id(r, &label);
    str_printf(&label, " %s %s", method ? method : "-", url ? url : "-");
    str_printf(out, "<text x=\"10\" y=\"%.0f\"%s>", y + BAR - 1,
               r->is_ok ? "" : " class=\"bad\"");
    report_xml_text(out, label.base, LABEL_MAX);
    str_add_text(out, "</text>");
    str_fini(&label);
}

static void add_title(const struct report_record *r, struct str *out)
{
    struct str why = {0};
    report_record_error(r, &why);
    str_printf(out, "<title>%.0f, %.4g ms",
               report_record_number(r, "response_code", 0),
               report_record_number(r, "time_total", 0) * 1e3);
    if (why.base) {
        str_add_text(out, ": ");
        report_xml_text(out, why.base, 100);
    }
    str_add_text(out, "</title>");
    str_fini(&why);
}

/* To the us, without zeros at its end. */
static void add_number(struct str *out, double n)
{
    str_printf(out, "%.3f", n);
    while (out->base[out->len - 1] == '0')
        out->len--;
    if (out->base[out->len - 1] == '.')
        out->len--;
}

static void add_bar(struct str *out, const char *names, double x, double ms,
                    double y)
{
    str_printf(out, "<path class=\"%s\" d=\"M", names);
    add_number(out, x);
    str_printf(out, " %.0fh", y);
    add_number(out, ms);
    str_add_text(out, "\"/>");
}

/* x and y: where the record begins. */
static void add_exchange(const struct shown_exchange *x, double at, double y,
                         struct str *out)
{
    char names[] = "p0";
    at += x->start * 1e3;
    if (x->kind == SHOWN_TRY)
        add_bar(out, "t", at, x->lasted * 1e3, y + MIDDLE);
    for (size_t i = 0; i < PHASES; i++) {
        double ms = x->phases.lasted[i] * 1e3;
        if (ms <= 0)
            continue;
        names[1] = (char)('0' + i);
        add_bar(out, names, at, ms, y + MIDDLE);
        at += ms;
    }
    if (x->unfinished > 0)
        add_bar(out, "u", at, x->unfinished * 1e3, y + MIDDLE);
    if (x->kind == SHOWN_REDIRECT) {
        str_add_text(out, "<path class=\"r\" d=\"M");
        add_number(out, at);
        str_printf(out, " %.0fv%d\"/>", y - 1, BAR + 2);
    }
}

static void add_failed_attempts(const struct report_record *r, double x,
                                double y, struct str *out)
{
    yyjson_arr_iter iter;
    yyjson_val *a;
    yyjson_arr_iter_init(report_record_value(r, "attempts"), &iter);
    while ((a = yyjson_arr_iter_next(&iter))) {
        const char *result = report_exchanges_string(a, "result");
        double start = report_exchanges_number(a, "start", 0);
        double end = report_exchanges_number(a, "end", start);
        if (result && strcmp(result, "failed") == 0)
            add_bar(out, "a", x + start * 1e3, (end - start) * 1e3,
                    y + BAR + 1);
    }
}

static void add_stripe(const struct report_record *r, double y, struct str *out)
{
    double conn = report_record_number(r, "conn_id", 0);
    if (conn > 0 && conn <= UINT32_MAX)
        str_printf(out, "<path class=\"c%u\" d=\"M4 %.0fv%d\"/>",
                   (unsigned)((uint64_t)conn % STRIPES), y, ROW);
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    double y = TOP + (double)e->n * ROW;
    double began = report_record_started(r);
    double ended = began + report_record_number(r, "time_total", 0);
    struct report_exchanges all;
    struct shown_exchange x;
    yyjson_val *value;
    if (!e->n)
        e->base = e->first = e->last = began;
    if (began < e->first)
        e->first = began;
    if (ended > e->last)
        e->last = ended;
    add_stripe(r, y, out);
    add_label(r, y, out);
    str_add_text(out, "<g>");
    add_title(r, out);
    report_exchanges_begin(&all, r);
    while (report_exchanges_next(&all, &x, &value))
        add_exchange(&x, (began - e->base) * 1e3, y, out);
    add_failed_attempts(r, (began - e->base) * 1e3, y, out);
    str_add_text(out, "</g>\n");
}

/* 1, 2 or 5 times a power of ten, about eight of them.  (Not by pow() and log10():
 * the library that has them would be loaded by every start of the program.) */
static double tick(double ms)
{
    double power = TICK_MIN;
    while (power * 10 * 8 <= ms)
        power *= 10;
    if (power * 10 * 8 <= ms * 2)
        return power * 10;
    return power * 5 * 8 <= ms * 2 ? power * 5 : power * 2;
}

static void add_axis(double ms, double height, struct str *out)
{
    double step = tick(ms);
    for (unsigned i = 0; i * step <= ms; i++) {
        double x = LABEL + i * step / ms * CHART;
        str_printf(out,
                   "<path class=\"l\" d=\"M%.1f %d V%.0f\"/>"
                   "<text x=\"%.1f\" y=\"%d\">%g ms</text>\n",
                   x, TOP - 6, height, x + 2, TOP - 8, i * step);
    }
}

static void add_legend(struct str *out)
{
    for (size_t i = 0; i < PHASES; i++) {
        double x = LABEL + (double)i * 90;
        str_printf(out,
                   "<path class=\"p%zu\" d=\"M%.0f 13h10\"/>"
                   "<text x=\"%.0f\" y=\"17\">%s</text>\n",
                   i, x, x + 14, phase_names[i]);
    }
}

static void add_style(const struct report_export *e, double ms, struct str *out)
{
    double scale = CHART / ms;
    str_printf(out,
               "<style>svg{background:#fff}text{font:11px monospace;"
               "fill:#202124}.bad{fill:#c5221f}path{fill:none;stroke-width:%d}"
               ".l{stroke:#8883;stroke-width:1}.t,.u{stroke:#e8a09d}"
               ".a{stroke:#d93025;stroke-width:2}.r{stroke:#888;"
               "stroke-width:2;vector-effect:non-scaling-stroke}",
               BAR);
    for (size_t i = 0; i < PHASES; i++)
        str_printf(out, ".p%zu{stroke:%s}", i, colours[i]);
    /* The next connection's colour is far from this one's. */
    for (unsigned i = 0; i < STRIPES; i++)
        str_printf(out, ".c%u{stroke:hsl(%u,70%%,50%%);stroke-width:4}", i,
                   i * 137 % 360);
    str_add_text(out, "@media(prefers-color-scheme:dark){"
                      "svg{background:#1b1c1f}text{fill:#e3e4e8}"
                      ".bad{fill:#f28b82}}");
    str_printf(out, "g{transform:matrix(%.9f,0,0,1,%.3f,0)}</style>\n", scale,
               LABEL - (e->first - e->base) * 1e3 * scale);
}

static void head(const struct report_export *e, struct str *out)
{
    double ms = (e->last - e->first) * 1e3;
    double height = TOP + (double)e->n * ROW + 10;
    if (!(ms > 0))
        ms = 1;
    if (ms > MS_MAX)
        ms = MS_MAX;
    str_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
               "height=\"%.0f\" viewBox=\"0 0 %d %.0f\">\n",
               WIDTH, height, WIDTH, height);
    add_style(e, ms, out);
    str_printf(out,
               "<text x=\"10\" y=\"17\">%" PRIu64
               " requests in %.1f ms, %" PRIu64 " failed</text>\n",
               e->n, ms, e->nfailed + e->nerrors);
    add_axis(ms, height, out);
    add_legend(out);
}

static void end(const struct report_export *e, struct str *out)
{
    (void)e;
    str_add_text(out, "</svg>\n");
}

const struct report_export_kind report_waterfall_kind = {
    .has_spool = true, .add = add, .head = head, .end = end};
