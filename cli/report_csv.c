#include <inttypes.h>
#include <string.h>

#include "report_export.h"

/*
 * RFC 4180: a head line, CRLF, quotes around what has a comma, a quote or a
 * line's end in it.  What is unknown is empty.
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

static void add_string(struct text *out, const char *s, size_t len)
{
    bool needs_quotes = false;

    for (size_t i = 0; i < len && !needs_quotes; i++)
        needs_quotes = s[i] && strchr(",\"\r\n", s[i]);
    if (!needs_quotes) {
        text_add(out, s, len);
        return;
    }
    text_putc(out, '"');
    for (size_t i = 0; i < len; i++) {
        if (s[i] == '"')
            text_putc(out, '"');
        text_putc(out, s[i]);
    }
    text_putc(out, '"');
}

static void add_value(struct text *out, yyjson_val *v)
{
    if (yyjson_is_str(v))
        add_string(out, yyjson_get_str(v), yyjson_get_len(v));
    else if (yyjson_is_uint(v))
        text_addf(out, "%" PRIu64, yyjson_get_uint(v));
    else if (yyjson_is_num(v))
        text_addf(out, "%.6f", yyjson_get_num(v)); /* seconds */
    else if (yyjson_is_bool(v))
        text_puts(out, yyjson_get_bool(v) ? "true" : "false");
}

static void begin(struct text *out)
{
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
        text_addf(out, "%s%s", i ? "," : "", columns[i]);
    text_puts(out, "\r\n");
}

static void add(struct report_export *e, const struct report_record *r,
                struct text *out)
{
    (void)e;
    for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
        if (i)
            text_putc(out, ',');
        add_value(out, report_record_value(r, columns[i]));
    }
    text_puts(out, "\r\n");
}

const struct report_export_kind report_csv_kind = {.begin = begin, .add = add};
