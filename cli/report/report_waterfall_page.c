#include <inttypes.h>
#include <string.h>

#include "base/jsonl.h"
#include "report/report_exchanges.h"
#include "report/report_export.h"
#include "report/report_packed.h"
#include "report/report_page.h"
#include "report/report_shorten.h"

/*
 * The waterfall as a page: the rows as JSON, and a script that draws them
 * (page/page.js).  A row is an array, since keys would be half of the file;
 * what stands at its end and is empty is left out.  Times are in us from the
 * start of the first record.  All of it is compressed (report_packed.h): rows
 * are alike, and become a quarter.
 *
 *     [id, url, method, status, version, conn, start, parts, bytes, ip, error,
 *      attempts]
 *
 * A part is an exchange: [kind, after, phases, status, text, delay, conn],
 * `after` the end of the part before it; of a try with its length in place of
 * the phases; text is the URL of a redirect, and why a try was followed by
 * another one.  The last one is [kind, after, phases, unfinished].  An attempt
 * is [proto, addr, port, start, end, result, why]; they are told when there was
 * more to connecting than one that won.
 */

enum {
    URL_MAX = 400, /* bytes */
    TEXT_MAX = 300,
    ATTEMPTS_MAX = 16,
    PARTS_MAX = 64,
};

#define US_MAX 1e15 /* whoever claims more than 30 years */

/* ---- values ---- */

static void add_text(struct str *out, const char *s, size_t max)
{
    struct str text = {0};
    report_shorten(&text, s ? s : "", max);
    jsonl_quote(out, str_text(&text), text.len);
    str_fini(&text);
}

static int64_t to_us(double seconds)
{
    double us = seconds * 1e6;
    if (us > US_MAX)
        us = US_MAX;
    if (us < -US_MAX)
        us = -US_MAX;
    return (int64_t)(us + (us < 0 ? -0.5 : 0.5));
}

static void add_number(struct str *out, int64_t n)
{
    str_printf(out, "%" PRId64, n);
}

static void add_us(struct str *out, double seconds)
{
    add_number(out, to_us(seconds));
}

static void add_comma(struct str *out)
{
    str_add_char(out, ',');
}

/* ---- the exchanges ---- */

static int64_t phase_us(const struct phases *p, size_t i)
{
    return p->lasted[i] > 0 ? to_us(p->lasted[i]) : 0;
}

/* Those at the end that took no time are left out.  What they took in all. */
static int64_t add_phases(struct str *out, const struct phases *p)
{
    int64_t sum = 0;
    size_t n = PHASES;
    while (n && !phase_us(p, n - 1))
        n--;
    str_add_char(out, '[');
    for (size_t i = 0; i < n; i++) {
        if (i)
            add_comma(out);
        add_number(out, phase_us(p, i));
        sum += phase_us(p, i);
    }
    str_add_char(out, ']');
    return sum;
}

/* *end: of the part before, then of this one, as the page counts it. */
static void add_part(struct str *out, const struct shown_exchange *x,
                     int64_t *end)
{
    static const char kinds[] = {
        [SHOWN_LAST] = '0', [SHOWN_REDIRECT] = '1', [SHOWN_TRY] = '2'};
    int64_t start = to_us(x->start);
    str_printf(out, "[%c,%" PRId64 ",", kinds[x->kind], start - *end);
    *end = start;
    if (x->kind == SHOWN_TRY) {
        add_us(out, x->lasted);
        *end += to_us(x->lasted);
    } else {
        *end += add_phases(out, &x->phases);
    }
    if (x->kind != SHOWN_LAST) {
        str_printf(out, ",%d,", x->status);
        add_text(out, x->kind == SHOWN_TRY ? x->why : x->url, TEXT_MAX);
        add_comma(out);
        add_us(out, x->delay);
        str_printf(out, ",%" PRIu64, x->conn);
    } else if (x->unfinished > 0) {
        add_comma(out);
        add_us(out, x->unfinished);
    }
    str_add_char(out, ']');
}

/* The last one in any case. */
static void add_parts(struct str *out, const struct report_record *r,
                      struct shown_exchange *last)
{
    struct report_exchanges all;
    yyjson_val *value;
    int64_t end = 0;
    size_t n = 0;
    str_add_char(out, '[');
    report_exchanges_begin(&all, r);
    while (report_exchanges_next(&all, last, &value)) {
        if (++n > PARTS_MAX && last->kind != SHOWN_LAST)
            continue;
        if (n > 1)
            add_comma(out);
        add_part(out, last, &end);
    }
    str_add_char(out, ']');
}

/* ---- attempts ---- */

static bool has_more_than_a_winner(yyjson_val *attempts)
{
    const char *result =
        report_exchanges_string(yyjson_arr_get_first(attempts), "result");
    size_t n = yyjson_arr_size(attempts);
    return n > 1 || (n == 1 && (!result || strcmp(result, "won") != 0));
}

static void add_attempts(struct str *out, yyjson_val *attempts)
{
    yyjson_arr_iter iter;
    yyjson_val *a;
    size_t n = 0;
    yyjson_arr_iter_init(attempts, &iter);
    str_add_char(out, '[');
    while ((a = yyjson_arr_iter_next(&iter)) && n < ATTEMPTS_MAX) {
        double start = report_exchanges_number(a, "start", 0);
        str_add_text(out, n++ ? ",[" : "[");
        add_text(out, report_exchanges_string(a, "proto"), TEXT_MAX);
        add_comma(out);
        add_text(out, report_exchanges_string(a, "addr"), TEXT_MAX);
        str_printf(out, ",%.0f,", report_exchanges_number(a, "port", 0));
        add_us(out, start);
        add_comma(out);
        add_us(out, report_exchanges_number(a, "end", start));
        add_comma(out);
        add_text(out, report_exchanges_string(a, "result"), TEXT_MAX);
        add_comma(out);
        add_text(out, report_exchanges_string(a, "why"), TEXT_MAX);
        str_add_char(out, ']');
    }
    str_add_char(out, ']');
}

/* ---- rows ---- */

static void add_tail(const struct report_record *r, struct str *out)
{
    yyjson_val *attempts = report_record_value(r, "attempts");
    bool has_attempts = has_more_than_a_winner(attempts);
    struct str why = {0};
    if (!r->is_ok)
        report_record_error(r, &why);
    if (why.len || has_attempts) {
        add_comma(out);
        add_text(out, str_text(&why), TEXT_MAX);
    }
    if (has_attempts) {
        add_comma(out);
        add_attempts(out, attempts);
    }
    str_fini(&why);
}

static void add_row(const struct report_export *e,
                    const struct report_record *r, struct str *out)
{
    double began = report_record_started(r);
    const char *url = report_record_string(r, "url_effective");
    const char *ip = report_record_string(r, "remote_ip");
    struct shown_exchange last = {0};
    struct str id = {0};
    struct str parts = {0};
    add_parts(&parts, r, &last);
    report_record_id(r, &id);
    str_add_text(out, e->n ? ",\n[" : "[");
    add_text(out, str_text(&id), TEXT_MAX);
    add_comma(out);
    add_text(out, url ? url : report_record_string(r, "url"), URL_MAX);
    add_comma(out);
    add_text(out, last.method, TEXT_MAX);
    str_printf(out, ",%d,", last.status);
    add_text(out, last.version, TEXT_MAX);
    str_printf(out, ",%" PRIu64 ",", last.conn);
    add_us(out, began - e->base);
    add_comma(out);
    str_add(out, str_span(&parts));
    str_printf(out, ",%.0f,", report_record_number(r, "size_download", 0));
    add_text(out, ip, TEXT_MAX);
    add_tail(r, out);
    str_add_char(out, ']');
    str_fini(&id);
    str_fini(&parts);
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    struct str row = {0};
    if (!e->n)
        e->base = report_record_started(r);
    add_row(e, r, &row);
    report_packed_add(e->state, str_span(&row), out);
    str_fini(&row);
}

static bool begin(struct report_export *e, struct str *out)
{
    report_page_begin(out);
    e->state = report_packed_new();
    report_packed_add(e->state, SPAN_LIT("["), out);
    return true;
}

static void end(struct report_export *e, struct str *out)
{
    report_packed_add(e->state, SPAN_LIT("]"), out);
    report_packed_end(e->state, out);
    report_page_end(out);
}

const struct report_export_kind report_waterfall_page_kind = {
    .begin = begin, .add = add, .end = end};
