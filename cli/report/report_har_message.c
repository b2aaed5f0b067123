/*
 * Importers differ in what they cannot do without: Chromium's DevTools throw at
 * a size that is no number, Firefox's at a URL that is none.  Versions are
 * spelled as Chromium's export does ("http/2.0", "h3"), which most viewers know.
 * HTTP/2 and 3 have pseudo fields among their headers, as browsers show them.
 */
#include "report/report_har_message.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "base/json.h"
#include "base/jsonl.h"
#include "base/redact.h"
#include "core/quiver.h"

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static void add_number(struct str *out, const char *key, double n)
{
    str_printf(out, "%s\"%s\":%.0f", out->base[out->len - 1] == '{' ? "" : ",",
               key, n);
}

static void add_pair(struct str *out, const char *name, const char *value)
{
    json_open(out, NULL, '{');
    json_string(out, "name", name);
    json_string(out, "value", value);
    json_close(out, '}');
}

static void add_piece(struct str *out, const char *key, const char *s,
                      size_t len)
{
    str_printf(out, "%s\"%s\":", out->base[out->len - 1] == '{' ? "" : ",",
               key);
    jsonl_quote(out, s, len);
}

/* ---- fields ---- */

/* With iterators: the macros for objects add to NULL where there is none. */
static void each_value(yyjson_val *headers, const char *only,
                       void (*add)(struct str *, const char *, const char *),
                       struct str *out)
{
    yyjson_obj_iter names;
    yyjson_val *name;
    yyjson_obj_iter_init(headers, &names);
    while ((name = yyjson_obj_iter_next(&names))) {
        yyjson_arr_iter values;
        yyjson_val *value;
        if (only && strcmp(only, yyjson_get_str(name)) != 0)
            continue;
        yyjson_arr_iter_init(yyjson_obj_iter_get_val(name), &values);
        while ((value = yyjson_arr_iter_next(&values)))
            add(out, yyjson_get_str(name), or_empty(yyjson_get_str(value)));
    }
}

static bool is_hidden(const char *value)
{
    return strcmp(value, REDACT_SHOWN_AS) == 0;
}

/* ---- cookies ---- */

static const char *trim(const char *s, size_t *len)
{
    while (*len && (*s == ' ' || *s == '\t')) {
        s++;
        --*len;
    }
    while (*len && (s[*len - 1] == ' ' || s[*len - 1] == '\t'))
        --*len;
    return s;
}

/* Opens the object of "name=value". */
static void open_cookie(struct str *out, const char *s, size_t len)
{
    s = trim(s, &len);
    const char *equals = memchr(s, '=', len);
    size_t name = equals ? (size_t)(equals - s) : 0;
    json_open(out, NULL, '{');
    add_piece(out, "name", s, name);
    s += name + (equals != NULL);
    add_piece(out, "value", s, len - name - (equals != NULL));
}

static void add_cookies(struct str *out, const char *name, const char *value)
{
    (void)name;
    while (*value && !is_hidden(value)) {
        size_t len = strcspn(value, ";");
        open_cookie(out, value, len);
        json_close(out, '}');
        value += len + (value[len] == ';');
    }
}

static void add_expires(struct str *out, const char *s, size_t len)
{
    struct str date = {0};
    int64_t seconds;
    str_add(&date, span_of(s, len));
    if (qv_date_parse(str_text(&date), &seconds)) {
        time_t t = (time_t)seconds;
        struct tm utc;
        char text[32];
        gmtime_r(&t, &utc);
        (void)strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &utc);
        json_string(out, "expires", text);
    }
    str_fini(&date);
}

static bool is_word(const char *s, size_t len, const char *word)
{
    return strlen(word) == len && strncasecmp(s, word, len) == 0;
}

static void add_attribute(struct str *out, const char *s, size_t len)
{
    s = trim(s, &len);
    const char *equals = memchr(s, '=', len);
    size_t name = equals ? (size_t)(equals - s) : len;
    const char *value = s + name + (equals != NULL);
    size_t rest = len - name - (equals != NULL);
    if (is_word(s, name, "secure"))
        json_bool(out, "secure", true);
    else if (is_word(s, name, "httponly"))
        json_bool(out, "httpOnly", true);
    else if (is_word(s, name, "path"))
        add_piece(out, "path", value, rest);
    else if (is_word(s, name, "domain"))
        add_piece(out, "domain", value, rest);
    else if (is_word(s, name, "samesite"))
        add_piece(out, "sameSite", value, rest);
    else if (is_word(s, name, "expires"))
        add_expires(out, value, rest);
}

static void add_set_cookie(struct str *out, const char *name, const char *value)
{
    (void)name;
    size_t len = strcspn(value, ";");
    if (is_hidden(value))
        return;
    open_cookie(out, value, len);
    while (value[len] == ';') {
        value += len + 1;
        len = strcspn(value, ";");
        add_attribute(out, value, len);
    }
    json_close(out, '}');
}

/* ---- what both have ---- */

static bool has_pseudo_fields(const struct har_message *m)
{
    return m->version &&
           (strcmp(m->version, "2") == 0 || strcmp(m->version, "3") == 0);
}

static void add_version(const struct har_message *m, struct str *out)
{
    const char *version = or_empty(m->version);
    char text[16];
    if (strcmp(version, "2") == 0)
        version = "http/2.0";
    else if (strcmp(version, "3") == 0)
        version = "h3";
    else if (*version && strcmp(version, "0") != 0) {
        (void)snprintf(text, sizeof text, "HTTP/%.4s", version);
        version = text;
    } else {
        version = "unknown";
    }
    json_string(out, "httpVersion", version);
}

/* ---- the request ---- */

static void add_query(const char *url, struct str *out)
{
    const char *at = strchr(url, '?');
    json_open(out, "queryString", '[');
    while (at && *at && *at != '#') {
        size_t len = strcspn(++at, "&#");
        size_t name = strcspn(at, "=&#");
        if (len) {
            json_open(out, NULL, '{');
            add_piece(out, "name", at, name);
            add_piece(out, "value", at + name + (name < len),
                      len - name - (name < len));
            json_close(out, '}');
        }
        at += len;
    }
    json_close(out, ']');
}

static const char *member(yyjson_val *object, const char *name)
{
    return or_empty(yyjson_get_str(yyjson_obj_get(object, name)));
}

static void add_first_fields(const struct har_message *m, struct str *out)
{
    size_t scheme = strcspn(m->url, ":");
    if (!has_pseudo_fields(m)) {
        add_pair(out, "host", member(m->sent, "authority"));
        return;
    }
    add_pair(out, ":authority", member(m->sent, "authority"));
    add_pair(out, ":method", member(m->sent, "method"));
    add_pair(out, ":path", member(m->sent, "target"));
    json_open(out, NULL, '{');
    json_string(out, "name", ":scheme");
    add_piece(out, "value", m->url, scheme);
    json_close(out, '}');
}

void har_message_request(const struct har_message *m, struct str *out)
{
    yyjson_val *headers = yyjson_obj_get(m->sent, "headers");
    json_open(out, "request", '{');
    json_string(out, "method", or_empty(m->method));
    json_string(out, "url", m->url);
    add_version(m, out);
    json_open(out, "cookies", '[');
    each_value(headers, "cookie", add_cookies, out);
    json_close(out, ']');
    json_open(out, "headers", '[');
    if (yyjson_is_obj(m->sent))
        add_first_fields(m, out);
    each_value(headers, NULL, add_pair, out);
    json_close(out, ']');
    add_query(m->url, out);
    add_number(out, "headersSize", -1);
    add_number(out, "bodySize", m->uploaded);
    json_close(out, '}');
}

/* ---- the answer ---- */

static void add_body(const struct har_message *m, struct str *out)
{
    yyjson_val *text = yyjson_obj_get(m->body, "text");
    const char *encoding = member(m->body, "encoding");
    if (!yyjson_is_str(text))
        return;
    add_piece(out, "text", yyjson_get_str(text), yyjson_get_len(text));
    if (strcmp(encoding, "base64") == 0)
        json_string(out, "encoding", encoding);
}

static void add_content(const struct har_message *m, struct str *out)
{
    double size = m->delivered >= 0 ? m->delivered : 0;
    json_open(out, "content", '{');
    add_number(out, "size", size);
    if (m->delivered >= 0 && m->received >= 0)
        add_number(out, "compression", m->delivered - m->received);
    json_string(out, "mimeType",
                m->content_type ? m->content_type : "x-unknown");
    add_body(m, out);
    json_close(out, '}');
}

void har_message_response(const struct har_message *m, struct str *out)
{
    json_open(out, "response", '{');
    add_number(out, "status", m->status);
    json_string(out, "statusText", "");
    add_version(m, out);
    json_open(out, "cookies", '[');
    each_value(m->headers, "set-cookie", add_set_cookie, out);
    json_close(out, ']');
    json_open(out, "headers", '[');
    each_value(m->headers, NULL, add_pair, out);
    json_close(out, ']');
    add_content(m, out);
    json_string(out, "redirectURL", or_empty(m->redirect));
    add_number(out, "headersSize", m->header_size);
    add_number(out, "bodySize", m->received);
    if (m->header_size >= 0 && m->received >= 0)
        add_number(out, "_transferSize", m->header_size + m->received);
    if (m->error)
        json_string(out, "_error", m->error);
    json_close(out, '}');
}
