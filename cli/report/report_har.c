#include <string.h>

#include "base/json.h"
#include "base/jsonl.h"
#include "core/quiver.h"
#include "report/report_export.h"

/*
 * HAR 1.2.  Records do not hold the request's fields and body, which the
 * format cannot do without: those lists are empty and the sizes -1.  Times are
 * in ms, and connect has ssl in it, as the format wants it; -1 is "did not
 * happen".
 */

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static void add_key(struct str *out, const char *key)
{
    str_printf(out, "%s\"%s\":", out->base[out->len - 1] == '{' ? "" : ",",
               key);
}

static void add_number(struct str *out, const char *key, double n)
{
    add_key(out, key);
    str_printf(out, "%.0f", n);
}

static void add_ms(struct str *out, const char *key, double ms)
{
    add_key(out, key);
    str_printf(out, ms < 0 ? "%.0f" : "%.3f", ms);
}

static double phase(const struct report_record *r, const char *path)
{
    double seconds = report_record_number(r, path, -1);
    return seconds < 0 ? -1 : seconds * 1e3;
}

static double sum(double a, double b)
{
    return (a > 0 ? a : 0) + (b > 0 ? b : 0);
}

/* `time` is the sum of these, but for ssl. */
static void add_timings(const struct report_record *r, struct str *out)
{
    double queue = phase(r, "phases.queue");
    double dns = phase(r, "phases.dns");
    double tls = phase(r, "phases.tls");
    double tcp = phase(r, "phases.connect");
    double connect = tcp < 0 && tls < 0 ? -1 : sum(tcp, tls);
    double send = sum(phase(r, "phases.send"), 0);
    double wait = sum(phase(r, "phases.wait"), 0);
    double receive = sum(phase(r, "phases.receive"), 0);
    add_ms(out, "time", sum(queue, dns) + sum(connect, send) + wait + receive);
    json_open(out, "timings", '{');
    add_ms(out, "blocked", queue);
    add_ms(out, "dns", dns);
    add_ms(out, "connect", connect);
    add_ms(out, "ssl", tls);
    add_ms(out, "send", send);
    add_ms(out, "wait", wait);
    add_ms(out, "receive", receive);
    json_close(out, '}');
}

static void add_pair(struct str *out, const char *name, const char *value)
{
    json_open(out, NULL, '{');
    json_string(out, "name", name);
    json_string(out, "value", value);
    json_close(out, '}');
}

static void add_query(const struct report_record *r, struct str *out)
{
    const char *url = report_record_string(r, "url");
    const char *at = url ? strchr(url, '?') : NULL;
    json_open(out, "queryString", '[');
    while (at && *at && *at != '#') {
        size_t len = strcspn(++at, "&#");
        size_t name = strcspn(at, "=&#");
        struct str key = {0};
        struct str value = {0};
        str_add(&key, span_of(at, name));
        str_add(&value,
                span_of(at + name + (name < len), len - name - (name < len)));
        if (len)
            add_pair(out, key.base, value.base);
        str_fini(&key);
        str_fini(&value);
        at += len;
    }
    json_close(out, ']');
}

/* "HTTP/1.1", "HTTP/2", "HTTP/3" */
static void add_version(const struct report_record *r, struct str *out)
{
    const char *version = report_record_string(r, "http_version");
    struct str name = {0};
    str_printf(&name, "HTTP/%s", version && *version ? version : "0");
    json_string(out, "httpVersion", name.base);
    str_fini(&name);
}

static void add_request(const struct report_record *r, struct str *out)
{
    json_open(out, "request", '{');
    json_string(out, "method", or_empty(report_record_string(r, "method")));
    json_string(out, "url", or_empty(report_record_string(r, "url")));
    add_version(r, out);
    json_open(out, "cookies", '[');
    json_close(out, ']');
    json_open(out, "headers", '[');
    json_close(out, ']');
    add_query(r, out);
    add_number(out, "headersSize", -1);
    add_number(out, "bodySize", report_record_number(r, "size_upload", -1));
    json_close(out, '}');
}

static void add_values(struct str *out, const char *name, yyjson_val *values)
{
    yyjson_arr_iter iter;
    yyjson_val *value;
    yyjson_arr_iter_init(values, &iter);
    while ((value = yyjson_arr_iter_next(&iter)))
        add_pair(out, name, or_empty(yyjson_get_str(value)));
}

/* With iterators: the macro for objects adds to NULL where there is none. */
static void add_headers(const struct report_record *r, struct str *out)
{
    yyjson_obj_iter iter;
    yyjson_val *name;
    json_open(out, "headers", '[');
    yyjson_obj_iter_init(report_record_value(r, "headers"), &iter);
    while ((name = yyjson_obj_iter_next(&iter)))
        add_values(out, yyjson_get_str(name), yyjson_obj_iter_get_val(name));
    json_close(out, ']');
}

static void add_body(const struct report_record *r, struct str *out)
{
    const char *encoding = report_record_string(r, "body.encoding");
    yyjson_val *body = report_record_value(r, "body.text");
    if (!yyjson_is_str(body))
        return;
    add_key(out, "text");
    jsonl_quote(out, yyjson_get_str(body), yyjson_get_len(body));
    if (encoding && strcmp(encoding, "base64") == 0)
        json_string(out, "encoding", encoding);
}

static void add_content(const struct report_record *r, struct str *out)
{
    double delivered = report_record_number(r, "size_delivered", -1);
    double received = report_record_number(r, "size_download", -1);
    json_open(out, "content", '{');
    add_number(out, "size", delivered);
    if (delivered >= 0 && received >= 0)
        add_number(out, "compression", delivered - received);
    json_string(out, "mimeType",
                or_empty(report_record_string(r, "content_type")));
    add_body(r, out);
    json_close(out, '}');
}

static void add_response(const struct report_record *r, struct str *out)
{
    json_open(out, "response", '{');
    add_number(out, "status", report_record_number(r, "response_code", 0));
    json_string(out, "statusText", "");
    add_version(r, out);
    json_open(out, "cookies", '[');
    json_close(out, ']');
    add_headers(r, out);
    add_content(r, out);
    json_string(out, "redirectURL",
                or_empty(report_record_string(r, "redirect_url")));
    add_number(out, "headersSize", report_record_number(r, "size_header", -1));
    add_number(out, "bodySize", report_record_number(r, "size_download", -1));
    if (!r->is_ok) {
        struct str why = {0};
        report_record_error(r, &why);
        json_string(out, "_error", why.base);
        str_fini(&why);
    }
    json_close(out, '}');
}

static void begin(struct str *out)
{
    str_add_text(out, "{\"log\":{\"version\":\"1.2\",\"creator\":{\"name\":"
                      "\"quiver\",\"version\":");
    json_quote(out, qv_version());
    str_add_text(out, "},\"entries\":[\n");
}

static void add(struct report_export *e, const struct report_record *r,
                struct str *out)
{
    const char *ip = report_record_string(r, "remote_ip");
    struct str entry = {0};
    struct str id = {0};
    struct str conn = {0};
    json_open(&entry, NULL, '{');
    json_string(&entry, "startedDateTime",
                or_empty(report_record_string(r, "started")));
    add_timings(r, &entry);
    add_request(r, &entry);
    add_response(r, &entry);
    json_open(&entry, "cache", '{');
    json_close(&entry, '}');
    if (ip)
        json_string(&entry, "serverIPAddress", ip);
    str_printf(&conn, "%.0f", report_record_number(r, "conn_id", 0));
    json_string(&entry, "connection", conn.base);
    report_record_id(r, &id);
    json_string(&entry, "_id", id.base);
    json_close(&entry, '}');
    if (e->n)
        str_add_text(out, ",\n");
    str_add(out, span_of(entry.base, entry.len));
    str_fini(&entry);
    str_fini(&id);
    str_fini(&conn);
}

static void end(const struct report_export *e, struct str *out)
{
    (void)e;
    str_add_text(out, "\n]}}\n");
}

const struct report_export_kind report_har_kind = {
    .begin = begin, .add = add, .end = end};
