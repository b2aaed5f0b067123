#include <inttypes.h>
#include <string.h>

#include "report/report_export.h"

/*
 * RFC 4180: a head line, CRLF, quotes around what has a comma, a quote or a
 * line's end in it.  What is unknown is empty.
 *
 * A spreadsheet takes a cell that begins with = + - @ (or their full-width
 * forms), a tab or a line's end for a formula, quoted or not, and what a server
 * has said must not be computed.  As OWASP ("CSV Injection") recommends, an
 * apostrophe in front makes it text.  --csv-raw is for programs, which take the
 * apostrophe for a part of the value.
 */
static const char *const columns[] = {
    "seq",
    "id",
    "url",
    "url_effective",
    "method",
    "http_version",
    "response_code",
    "content_type",
    "exitcode",
    "errormsg",
    "error.class",
    "error.name",
    "started",
    "time_total",
    "time_starttransfer",
    "phases.queue",
    "phases.dns",
    "phases.connect",
    "phases.tls",
    "phases.send",
    "phases.wait",
    "phases.receive",
    "size_download",
    "size_delivered",
    "size_upload",
    "num_redirects",
    "num_retries",
    "remote_ip",
    "remote_port",
    "conn_id",
};

static bool is_formula(const char *s, size_t len)
{
    /* U+FF1D, U+FF0B, U+FF0D, U+FF20 */
    static const char *const wide[] = {"\xef\xbc\x9d", "\xef\xbc\x8b",
                                       "\xef\xbc\x8d", "\xef\xbc\xa0"};
    if (!len)
        return false;
    for (size_t i = 0; i < sizeof wide / sizeof wide[0]; i++) {
        if (len >= 3 && memcmp(s, wide[i], 3) == 0)
            return true;
    }
    return *s && strchr("=+-@\t\r\n", *s);
}

static bool needs_quotes(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        /* Some locales part cells with ';' or a tab. */
        if (s[i] && strchr(",;\"\t\r\n", s[i]))
            return true;
    }
    return false;
}

static void add_quoted(struct str *out, const char *s, size_t len,
                       const char *front)
{
    str_printf(out, "\"%s", front);
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '"')
            str_add_char(out, '"');
        str_add_char(out, s[i]);
    }
    str_add_char(out, '"');
}

static void add_string(struct str *out, const char *s, size_t len, bool is_raw)
{
    bool is_harmful = !is_raw && is_formula(s, len);
    if (is_harmful || needs_quotes(s, len))
        add_quoted(out, s, len, is_harmful ? "'" : "");
    else
        str_add(out, span_of(s, len));
}

static void add_value(struct str *out, yyjson_val *v, bool is_raw)
{
    if (yyjson_is_str(v))
        add_string(out, yyjson_get_str(v), yyjson_get_len(v), is_raw);
    else if (yyjson_is_uint(v))
        str_printf(out, "%" PRIu64, yyjson_get_uint(v));
    else if (yyjson_is_sint(v))
        str_printf(out, "%" PRId64, yyjson_get_sint(v));
    else if (yyjson_is_num(v))
        str_printf(out, "%.6f", yyjson_get_num(v)); /* seconds */
    else if (yyjson_is_bool(v))
        str_add_text(out, yyjson_get_bool(v) ? "true" : "false");
}

static bool begin(struct report_export *e, struct str *out)
{
    (void)e;
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++)
        str_printf(out, "%s%s", i ? "," : "", columns[i]);
    str_add_text(out, "\r\n");
    return true;
}

static void add_row(struct str *out, const struct report_record *r, bool is_raw)
{
    for (size_t i = 0; i < sizeof columns / sizeof columns[0]; i++) {
        if (i)
            str_add_char(out, ',');
        add_value(out, report_record_value(r, columns[i]), is_raw);
    }
    str_add_text(out, "\r\n");
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    (void)e;
    add_row(out, r, false);
}

static void add_raw(struct report_export *e, const struct report_record *r,
                    struct str *out)
{
    (void)e;
    add_row(out, r, true);
}

const struct report_export_kind report_csv_kind = {.begin = begin, .add = add};
const struct report_export_kind report_csv_raw_kind = {.begin = begin,
                                                       .add = add_raw};
