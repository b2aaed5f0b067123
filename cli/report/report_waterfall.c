#include <inttypes.h>
#include <string.h>

#include "core/quiver.h"
#include "report/report_export.h"
#include "report/report_xml.h"

/*
 * A picture of many requests: a row each, a bar for each phase, time from left
 * to right.  The stripe before a row has the colour of its connection.  It is
 * one file without anything from elsewhere: SVG, in a page when its name ends
 * with .html.
 *
 * Rows pass one by one, so the scale is known only after the last: bars are
 * drawn in ms from the start of the first record, and a transformation in the
 * head, which is written last, brings all of them to their place.
 */
enum {
    ROW = 14,
    BAR = 10,
    TOP = 48, /* the legend and the axis */
    LABEL = 380,
    CHART = 900,
    WIDTH = LABEL + CHART + 20,
    LABEL_MAX = 58 /* bytes */
};

#define MS_MAX   1e15 /* whoever claims more than 30,000 years */
#define TICK_MIN 1e-6 /* ms */

static const struct {
    const char *path;
    const char *name;
    const char *colour;
} phases[] = {
    {"phases.queue", "queue", "#bbb"},
    {"phases.dns", "dns", "#2a9d8f"},
    {"phases.connect", "connect", "#f4a261"},
    {"phases.tls", "tls", "#9b5de5"},
    {"phases.send", "send", "#3a86ff"},
    {"phases.wait", "wait", "#8ac926"},
    {"phases.receive", "receive", "#00b4d8"},
};

enum {
    NPHASES = sizeof phases / sizeof phases[0]
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
    str_printf(out, "<title>%.0f, %.3f ms, connection %.0f",
               report_record_number(r, "response_code", 0),
               report_record_number(r, "time_total", 0) * 1e3,
               report_record_number(r, "conn_id", 0));
    if (why.base) {
        str_add_text(out, ": ");
        report_xml_text(out, why.base, 100);
    }
    str_add_text(out, "</title>");
    str_fini(&why);
}

static void add_bars(const struct report_record *r, double x, double y,
                     struct str *out)
{
    for (size_t i = 0; i < NPHASES; i++) {
        double ms = report_record_number(r, phases[i].path, 0) * 1e3;
        if (ms <= 0)
            continue;
        str_printf(out,
                   "<rect class=\"p%zu\" x=\"%.3f\" y=\"%.0f\" width=\"%.3f\" "
                   "height=\"%d\"/>",
                   i, x, y, ms, BAR);
        x += ms;
    }
}

/* The next connection's colour is far from this one's. */
static void add_stripe(const struct report_record *r, double y, struct str *out)
{
    double conn = report_record_number(r, "conn_id", 0);
    if (conn > 0 && conn <= UINT32_MAX)
        str_printf(out,
                   "<rect x=\"2\" y=\"%.0f\" width=\"4\" height=\"%d\" "
                   "fill=\"hsl(%u,70%%,50%%)\"/>",
                   y, ROW, (unsigned)((uint64_t)conn * 137 % 360));
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    double y = TOP + (double)e->n * ROW;
    double began = report_record_started(r);
    double ended = began + report_record_number(r, "time_total", 0);
    if (!e->n)
        e->base = e->first = e->last = began;
    if (began < e->first)
        e->first = began;
    if (ended > e->last)
        e->last = ended;
    add_stripe(r, y, out);
    add_label(r, y, out);
    str_add_text(out, "<g class=\"b\">");
    add_title(r, out);
    add_bars(r, (began - e->base) * 1e3, y, out);
    str_add_text(out, "</g>\n");
}

static bool is_page(const struct report_export *e)
{
    const char *dot = e->out.path ? strrchr(e->out.path, '.') : NULL;
    return dot && strcmp(dot, ".html") == 0;
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
                   "<path d=\"M%.1f %d V%.0f\"/>"
                   "<text x=\"%.1f\" y=\"%d\">%g ms</text>\n",
                   x, TOP - 6, height, x + 2, TOP - 8, i * step);
    }
}

static void add_legend(struct str *out)
{
    for (size_t i = 0; i < NPHASES; i++) {
        double x = LABEL + (double)i * 90;
        str_printf(out,
                   "<rect class=\"p%zu\" x=\"%.0f\" y=\"8\" width=\"10\" "
                   "height=\"10\"/><text x=\"%.0f\" y=\"17\">%s</text>\n",
                   i, x, x + 14, phases[i].name);
    }
}

static void add_style(const struct report_export *e, double ms, struct str *out)
{
    double scale = CHART / ms;
    str_add_text(out, "<style>text{font:11px monospace}.bad{fill:#d00}"
                      "path{stroke:#ddd}");
    for (size_t i = 0; i < NPHASES; i++)
        str_printf(out, ".p%zu{fill:%s}", i, phases[i].colour);
    str_printf(out, ".b{transform:matrix(%.9f,0,0,1,%.3f,0)}</style>\n", scale,
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
    if (is_page(e)) {
        str_add_text(out, "<!DOCTYPE html>\n<html lang=\"en\"><head>"
                          "<meta charset=\"utf-8\"><title>quiver</title></head>"
                          "<body>\n");
    }
    str_printf(out,
               "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
               "height=\"%.0f\" viewBox=\"0 0 %d %.0f\">\n"
               "<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
               WIDTH, height, WIDTH, height);
    add_style(e, ms, out);
    str_printf(out,
               "<text x=\"10\" y=\"17\">%" PRIu64
               " requests in %.1f ms, %" PRIu64 " failed</text>\n",
               e->n, ms, e->nfailed + e->nerrors);
    add_legend(out);
    add_axis(ms, height, out);
}

static void end(const struct report_export *e, struct str *out)
{
    str_add_text(out, "</svg>\n");
    if (is_page(e))
        str_add_text(out, "</body></html>\n");
}

const struct report_export_kind report_waterfall_kind = {
    .has_spool = true, .add = add, .head = head, .end = end};
