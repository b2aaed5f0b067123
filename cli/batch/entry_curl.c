/*
 * The entry's request has what options and line come to: its method, its fields, its
 * body.  All else the line may say over the options is added behind them.
 */
#include "batch/entry_curl.h"

#include <string.h>

#include "base/redact.h"
#include "config/config_given.h"
#include "core/base/header_line.h"
#include "engine/as_curl.h"
#include "entry/entry_memory.h"
#include "request/cmdline.h"

struct line {
    struct str *out;
    const struct entry *entry;
    const struct cmdline *cmdline;
};

/* ---- what the request says itself ---- */

/* Options whose work is in the request already, or that are the output's. */
static bool is_left_out(const struct option *option)
{
    static const char *const names[] = {
        "header", "request", "get",      "head",        "json",  "url-query",
        "form",   "output",  "checksum", "form-string", "items", "fail-early",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(option->name, names[i]) == 0)
            return true;
    return option->scope == SCOPE_BATCH ||
           strncmp(option->name, "data", 4) == 0;
}

static void add_method(struct line *l)
{
    const struct qv_request *r = &l->entry->request;
    const char *method = r->custom_method ? r->custom_method : r->method;
    bool has_body = r->body.kind != QV_BODY_NONE;
    if (r->head || (method && strcmp(method, "HEAD") == 0))
        as_curl_word(l->out, "--head");
    else if (method && strcmp(method, has_body ? "POST" : "GET") != 0)
        as_curl_pair(l->out, "--request", method);
}

static void add_header(struct line *l, const char *text)
{
    struct span name = header_line_name(text);
    struct str shown = {0};
    bool is_hidden = !l->cmdline->show_secrets &&
                     redact_is_field((const char *)name.base, name.len);
    if (is_hidden)
        str_printf(&shown, "%.*s: %s", (int)name.len, (const char *)name.base,
                   REDACT_SHOWN_AS);
    else
        str_add_text(&shown, text);
    as_curl_pair(l->out, "--header", str_text(&shown));
    str_fini(&shown);
}

/* What curl would add to a body of --data-binary by itself. */
static void add_headers(struct line *l)
{
    const struct qv_request *r = &l->entry->request;
    bool has_type = r->body.kind == QV_BODY_NONE;
    for (size_t i = 0; i < r->nheaders; i++) {
        add_header(l, r->headers[i]);
        has_type |=
            header_line_is_named(r->headers[i], SPAN_LIT("content-type"));
    }
    if (!has_type)
        as_curl_pair(l->out, "--header", "Content-Type:");
    if (r->priority) {
        struct str text = {0};
        str_printf(&text, "Priority: %s", r->priority);
        as_curl_pair(l->out, "--header", str_text(&text));
        str_fini(&text);
    }
}

/* ---- what the line says over the options ---- */

static void add_number(struct line *l, const char *option, double n)
{
    str_printf(l->out, " %s %.10g", option, n);
}

static void add_switch(struct line *l, const char *option, bool is_on)
{
    str_printf(l->out, " --%s%s", is_on ? "" : "no-", option);
}

static void add_each(struct line *l, const char *option,
                     const char *const *texts)
{
    for (; texts && *texts; texts++)
        as_curl_pair(l->out, option, *texts);
}

static const char *version_option(enum qv_http http)
{
    switch (http) {
    case QV_HTTP_1_0:
        return "--http1.0";
    case QV_HTTP_1_1:
        return "--http1.1";
    case QV_HTTP_2:
        return "--http2";
    case QV_HTTP_2_PRIOR:
        return "--http2-prior-knowledge";
    case QV_HTTP_3:
        return "--http3";
    case QV_HTTP_3_ONLY:
        return "--http3-only";
    case QV_HTTP_AUTO:
        break;
    }
    return NULL;
}

static void add_times(struct line *l, const struct qv_options *o,
                      unsigned given)
{
    const double ns = 1e9;
    if (given & ENTRY_FIELD_MAX_TIME)
        add_number(l, "--max-time", (double)o->max_time / ns);
    if (given & ENTRY_FIELD_CONNECT_TIMEOUT)
        add_number(l, "--connect-timeout", (double)o->connect_timeout / ns);
    if (given & ENTRY_FIELD_RETRY)
        add_number(l, "--retry", o->retry.max);
    if (given & ENTRY_FIELD_RETRY_DELAY)
        add_number(l, "--retry-delay", (double)o->retry.delay / ns);
    if (given & ENTRY_FIELD_MAX_REDIRS)
        add_number(l, "--max-redirs", o->max_redirs);
}

static void add_places(struct line *l, const struct qv_options *o,
                       unsigned given)
{
    if (given & ENTRY_FIELD_RESOLVE)
        add_each(l, "--resolve", o->resolve);
    if (given & ENTRY_FIELD_CONNECT_TO)
        add_each(l, "--connect-to", o->connect_to);
    if ((given & ENTRY_FIELD_PROXY) && o->proxy) {
        struct str url = {0};
        if (l->cmdline->show_secrets)
            str_add_text(&url, o->proxy);
        else
            redact_add_url(&url, o->proxy);
        as_curl_pair(l->out, "--proxy", str_text(&url));
        str_fini(&url);
    }
    if ((given & ENTRY_FIELD_CERT) && o->cert_file)
        as_curl_pair(l->out, "--cert", o->cert_file);
    if ((given & ENTRY_FIELD_CERT) && o->key_pass)
        as_curl_pair(l->out, "--pass",
                     l->cmdline->show_secrets ? o->key_pass : REDACT_SHOWN_AS);
    if ((given & ENTRY_FIELD_KEY) && o->key_file)
        as_curl_pair(l->out, "--key", o->key_file);
}

static void add_fields(struct line *l)
{
    const struct qv_options *o = l->entry->request.options;
    unsigned given = entry_memory_ask(l->entry)->given;
    const struct entry *defaults = entry_memory_defaults_of(l->entry);
    if (defaults)
        given |= entry_memory_ask(defaults)->given;
    const char *version =
        given & ENTRY_FIELD_HTTP ? version_option(o->http) : NULL;
    if (version)
        as_curl_word(l->out, version);
    if (given & ENTRY_FIELD_FOLLOW)
        add_switch(l, "location", o->follow);
    if (given & ENTRY_FIELD_INSECURE)
        add_switch(l, "insecure", o->insecure);
    add_times(l, o, given);
    add_places(l, o, given);
    if (l->entry->output) {
        as_curl_word(l->out, "--create-dirs");
        as_curl_pair(l->out, "--output", l->entry->output);
    }
}

/* ---- the body ---- */

/* For printf(1), whose %b has octal numbers behind a zero: each byte that means
 * something to it, or to nobody, is one. */
static void add_printf(struct str *out, const char *bytes, size_t len)
{
    str_add_text(out, "printf %b '");
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)bytes[i];
        if (c < ' ' || c >= 0x7f || c == '\\' || c == '\'')
            str_printf(out, "\\0%03o", c);
        else
            str_add_char(out, (char)c);
    }
    str_add_char(out, '\'');
}

static bool is_argument(const struct qv_body *b)
{
    return b->kind == QV_BODY_BYTES && memchr(b->bytes, '\0', b->len) == NULL;
}

static bool is_file(const struct qv_body *b)
{
    return b->kind == QV_BODY_PARTS && b->nparts == 1 && b->parts[0].path;
}

/* What comes before curl, for a body that goes through a pipe. */
static void add_pipe(struct str *out, const struct qv_body *b)
{
    if (b->kind == QV_BODY_NONE || is_argument(b) || is_file(b))
        return;
    str_add_text(out, "{ ");
    if (b->kind == QV_BODY_BYTES) {
        add_printf(out, b->bytes, b->len);
        str_add_text(out, "; ");
    }
    for (size_t i = 0; b->kind == QV_BODY_PARTS && i < b->nparts; i++) {
        if (b->parts[i].path) {
            str_add_text(out, "cat -- ");
            as_curl_quote(out, b->parts[i].path);
        } else {
            add_printf(out, b->parts[i].bytes, b->parts[i].len);
        }
        str_add_text(out, "; ");
    }
    str_add_text(out, "} | ");
}

static void add_body(struct line *l)
{
    const struct qv_body *b = &l->entry->request.body;
    struct str text = {0};
    if (b->kind == QV_BODY_NONE)
        return;
    if (is_argument(b)) {
        str_add(&text, span_of(b->bytes, b->len));
        as_curl_pair(l->out, "--data-raw", str_text(&text));
    } else if (is_file(b)) {
        str_printf(&text, "@%s", b->parts[0].path);
        as_curl_pair(l->out, "--data-binary", str_text(&text));
    } else {
        as_curl_pair(l->out, "--data-binary", "@-");
    }
    str_fini(&text);
}

/* ---- the whole ---- */

/* Brackets and braces are no globs here; the scheme is written out. */
static void add_url(struct line *l, const struct config_given *given)
{
    const char *text = l->entry->request.url;
    struct str url = {0};
    if (strpbrk(text, "[]{}"))
        as_curl_word(l->out, "--globoff");
    if (!strstr(text, "://"))
        str_printf(&url, "%s://", given->url.scheme);
    if (l->cmdline->show_secrets)
        str_add_text(&url, text);
    else
        redact_add_url(&url, text);
    if (text[0] == '-')
        as_curl_word(l->out, "--url");
    as_curl_word(l->out, str_text(&url));
    str_fini(&url);
}

bool entry_curl_add(struct str *out, const struct entry *e,
                    const struct cmdline *s, struct config *config,
                    const struct operation *op, struct qv_error *error)
{
    struct line l = {.out = out, .entry = e, .cmdline = s};
    struct config_given given;
    if (!config_given(&given, config, op, e->request.url, error))
        return false;
    add_pipe(out, &e->request.body);
    str_add_text(out, "curl");
    as_curl_options(out, s, &given, is_left_out);
    add_fields(&l);
    add_method(&l);
    add_headers(&l);
    add_body(&l);
    add_url(&l, &given);
    config_given_fini(&given);
    return true;
}
