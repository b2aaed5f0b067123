#include "input/input_har.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/base/xalloc.h"
#include "input/input_body.h"
#include "input/input_fields.h"
#include "input/input_har_form.h"
#include "input/input_har_scan.h"
#include "input/input_headers.h"

struct input_har {
    const char *file;
    struct input_notes *notes;
    struct input_har_scan scan;
    struct str scratch;
    yyjson_doc *doc; /* of the entry to be taken; NULL: it has no request */
    yyjson_read_err error;
    uint64_t nforeign; /* requests that are not HTTP's */
    uint64_t first_foreign;
    char scheme[24]; /* of the first */
};

/* What belongs to a connection, or follows from the URL and the body: the
 * request that is sent makes its own. */
static const char *const dropped[] = {
    "host",       "content-length",   "connection",
    "keep-alive", "proxy-connection", "transfer-encoding",
    "upgrade",    "http2-settings",   "te",
};

struct input_har *input_har_new(const char *file, size_t max,
                                struct input_notes *notes)
{
    struct input_har *h = xalloc_zeroed(1, sizeof *h);
    h->file = file;
    h->notes = notes;
    h->scan.max = max;
    return h;
}

static void drop_doc(struct input_har *h)
{
    yyjson_doc_free(h->doc);
    h->doc = NULL;
}

void input_har_free(struct input_har *h)
{
    if (!h)
        return;
    drop_doc(h);
    input_har_scan_fini(&h->scan);
    str_fini(&h->scratch);
    free(h);
}

/* ---- entries, one after the other ---- */

static void tell_foreign(const struct input_har *h)
{
    char text[160];
    if (!h->nforeign)
        return;
    (void)snprintf(text, sizeof text,
                   "%" PRIu64 " %s passed over: no http: or https: (entry "
                   "%" PRIu64 " has %s:)",
                   h->nforeign, h->nforeign == 1 ? "entry is" : "entries are",
                   h->first_foreign, h->scheme);
    input_notes_file(h->notes, text);
}

/* The entries before were given out: they are good. */
static bool fail(const struct input_har *h, struct qv_error *error)
{
    tell_foreign(h);
    *error = (struct qv_error){
        .status = QV_EXIT_USAGE, .name = "usage", .class_name = "invalid"};
    (void)snprintf(error->text, sizeof error->text, "%.150s is no %sHAR: %s",
                   h->file, h->scan.nentries ? "whole " : "", h->scan.why);
    return false;
}

/* Length of a scheme that is not HTTP's; 0: it is, or there is none, as in
 * "localhost:8080/". */
static size_t foreign_scheme(const char *url)
{
    static const char *const opaque[] = {
        "data:", "blob:", "about:", "javascript:"};
    size_t len =
        strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                    "0123456789+-.");
    if (strncasecmp(url, "http:", 5) == 0 || strncasecmp(url, "https:", 6) == 0)
        return 0;
    for (size_t i = 0; i < sizeof opaque / sizeof *opaque; i++) {
        if (strncasecmp(url, opaque[i], strlen(opaque[i])) == 0)
            return len;
    }
    return len && strncmp(url + len, "://", 3) == 0 ? len : 0;
}

/* Parses what was found; false: it is passed over. */
static bool accept(struct input_har *h)
{
    const struct str *text = &h->scan.request;
    const char *url;
    size_t len;
    drop_doc(h);
    if (!text->len)
        return true;
    h->doc = yyjson_read_opts(text->base, text->len,
                              YYJSON_READ_NUMBER_AS_RAW |
                                  YYJSON_READ_ALLOW_INF_AND_NAN |
                                  YYJSON_READ_ALLOW_INVALID_UNICODE,
                              NULL, &h->error);
    url = yyjson_get_str(yyjson_obj_get(yyjson_doc_get_root(h->doc), "url"));
    len = url ? foreign_scheme(url) : 0;
    if (!len)
        return true;
    if (!h->nforeign++) {
        h->first_foreign = h->scan.nentries;
        (void)snprintf(h->scheme, sizeof h->scheme, "%.*s", (int)len, url);
    }
    return false;
}

enum input_har_state input_har_read(struct input_har *h, const char *bytes,
                                    size_t len, size_t *used,
                                    struct qv_error *error)
{
    *used = 0;
    for (;;) {
        size_t n;
        enum input_har_scan_event event =
            input_har_scan_read(&h->scan, bytes + *used, len - *used, &n);
        *used += n;
        switch (event) {
        case HAR_SCAN_MORE:
            return INPUT_HAR_MORE;
        case HAR_SCAN_ENTRY:
            if (accept(h))
                return INPUT_HAR_ENTRY;
            break;
        case HAR_SCAN_BAD:
            (void)fail(h, error);
            return INPUT_HAR_BAD;
        }
    }
}

bool input_har_end(struct input_har *h, struct qv_error *error)
{
    if (!input_har_scan_end(&h->scan))
        return fail(h, error);
    tell_foreign(h);
    return true;
}

uint64_t input_har_place(const struct input_har *h)
{
    return h->scan.nentries;
}

/* ---- a request ---- */

static bool is_dropped(const char *name)
{
    for (size_t i = 0; i < sizeof dropped / sizeof *dropped; i++) {
        if (strcasecmp(name, dropped[i]) == 0)
            return true;
    }
    return name[0] == ':'; /* HTTP/2's and HTTP/3's */
}

/* Has it half a surrogate pair?  See input_har_scan.h. */
static bool is_torn(yyjson_val *v)
{
    const char *s = yyjson_get_str(v);
    size_t len = yyjson_get_len(v);
    for (size_t i = 0; s && i + 1 < len; i++) {
        if ((unsigned char)s[i] == 0xed && (unsigned char)s[i + 1] >= 0xa0)
            return true;
    }
    return false;
}

/* Can it be sent?  If not, *why is about it. */
static bool is_good_header(yyjson_val *name, yyjson_val *value, struct str *why)
{
    if (!input_headers_check(name, value, why))
        return false;
    if (yyjson_is_null(value))
        str_printf(why, "%.60s: expected a string", yyjson_get_str(name));
    else if (is_torn(value))
        str_printf(why, "%.60s: its value has half a character",
                   yyjson_get_str(name));
    return !why->len;
}

/* One that was never sent so, or cannot be, costs the others nothing. */
static bool read_headers(struct input_fields *f, yyjson_val *list,
                         struct input_notes *notes)
{
    yyjson_arr_iter iter;
    yyjson_val *v;
    f->name = "headers";
    input_headers_reserve(f, yyjson_arr_size(list));
    yyjson_arr_iter_init(list, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        yyjson_val *name = yyjson_obj_get(v, "name");
        yyjson_val *value = yyjson_obj_get(v, "value");
        if (yyjson_is_str(name) && is_dropped(yyjson_get_str(name)))
            continue;
        if (!is_good_header(name, value, f->scratch)) {
            str_add_text(f->scratch, ": this header is left out");
            input_notes_entry(notes, f->entry->line, f->scratch->base);
        } else if (!input_headers_add(f, name, value)) {
            return false;
        }
    }
    return true;
}

/* Bytes of the body as they were sent, -1: unknown. */
static int64_t body_size(yyjson_val *request)
{
    yyjson_val *v = yyjson_obj_get(request, "bodySize");
    const char *digits = yyjson_get_raw(v);
    char *end;
    long long n;

    if (!digits)
        return -1;
    n = strtoll(digits, &end, 10);
    return end > digits && n >= 0 ? n : -1;
}

/* The fields of a form, where its text was not kept. */
static bool read_params(struct input_fields *f, yyjson_val *request,
                        yyjson_val *params, const char *type)
{
    if (type && strncasecmp(type, "multipart/", 10) == 0)
        return input_fields_fail(f,
                                 "the text of the multipart body is missing");
    if (!input_har_form(f->scratch, params, body_size(request)))
        return input_fields_fail(f, "a parameter has no name");
    f->ask->body.bytes = input_fields_keep(f);
    f->ask->body.len = f->scratch->len;
    return true;
}

static bool read_text(struct input_fields *f, yyjson_val *data)
{
    yyjson_val *text = yyjson_obj_get(data, "text");
    const char *encoding = yyjson_get_str(yyjson_obj_get(data, "encoding"));
    struct qv_body *body = &f->ask->body;
    if (encoding && strcmp(encoding, "base64") == 0) {
        body->bytes = input_body_decode(f->entry, yyjson_get_str(text),
                                        yyjson_get_len(text), &body->len);
        return body->bytes || input_fields_fail(f, "not base64");
    }
    if (is_torn(text))
        return input_fields_fail(f, "the text has half a character");
    body->len = yyjson_get_len(text);
    body->bytes = entry_memory_copy(f->entry, yyjson_get_str(text), body->len);
    return true;
}

/* An illegal one is left out as any other header. */
static void read_type(struct input_fields *f, yyjson_val *mime,
                      struct input_notes *notes)
{
    const char *type = yyjson_get_str(mime);
    if (!type || !*type)
        return;
    if (!input_headers_is_value(type, yyjson_get_len(mime)) || is_torn(mime)) {
        input_notes_entry(notes, f->entry->line,
                          "postData: its type cannot be sent and is left out");
        return;
    }
    str_clear(f->scratch);
    str_printf(f->scratch, "Content-Type: %s", type);
    f->ask->content_type = input_fields_keep(f);
}

/* Neither text nor fields.  Exporters write an empty postData for requests that
 * had no body, and leave out large ones, which must not become empty ones. */
static bool read_nothing(struct input_fields *f, yyjson_val *request,
                         yyjson_val *data)
{
    int64_t size = body_size(request);
    if (!qv_method_means_content(f->ask->method))
        return true;
    if (size > 0)
        return input_fields_fail(f,
                                 "the archive has not kept the body (%lld "
                                 "bytes)",
                                 (long long)size);
    if (!yyjson_is_str(yyjson_obj_get(data, "text")) &&
        !yyjson_is_arr(yyjson_obj_get(data, "params")))
        return true;
    f->ask->body.kind = QV_BODY_BYTES;
    f->ask->given |= ENTRY_FIELD_BODY;
    return true;
}

static bool read_body(struct input_fields *f, yyjson_val *request,
                      struct input_notes *notes)
{
    yyjson_val *data = yyjson_obj_get(request, "postData");
    yyjson_val *mime = yyjson_obj_get(data, "mimeType");
    yyjson_val *params = yyjson_obj_get(data, "params");
    bool has_text = yyjson_get_len(yyjson_obj_get(data, "text"));
    f->name = "postData";
    if (!has_text && !yyjson_arr_size(params)) {
        if (!read_nothing(f, request, data))
            return false;
    } else {
        f->ask->body.kind = QV_BODY_BYTES;
        f->ask->given |= ENTRY_FIELD_BODY;
        if (!(has_text ? read_text(f, data)
                       : read_params(f, request, params, yyjson_get_str(mime))))
            return false;
    }
    if (f->ask->body.kind != QV_BODY_NONE)
        read_type(f, mime, notes);
    return true;
}

static bool copy_string(struct input_fields *f, yyjson_val *request,
                        const char *name, const char **out)
{
    yyjson_val *v = yyjson_obj_get(request, name);
    const char *s;
    f->name = name;
    if (!input_fields_string(f, v, &s))
        return false;
    if (is_torn(v))
        return input_fields_fail(f, "it has half a character");
    *out = entry_memory_copy(f->entry, s, strlen(s));
    return true;
}

/* False after a message. */
static bool has_request(const struct input_har *h, struct entry *e)
{
    if (h->doc)
        return true;
    if (h->scan.is_too_long)
        return entry_fail(e, QV_EXIT_USAGE, "request: longer than %zu bytes",
                          h->scan.max);
    if (h->scan.request.len)
        return entry_fail(e, QV_EXIT_USAGE, "request: %.80s", h->error.msg);
    return entry_fail(e, QV_EXIT_USAGE, "request: expected an object");
}

void input_har_take(struct input_har *h, struct entry *e)
{
    yyjson_val *request = yyjson_doc_get_root(h->doc);
    struct input_fields f = {
        .entry = e, .ask = entry_memory_ask(e), .scratch = &h->scratch};
    f.ask->is_item = true;
    if (!has_request(h, e))
        return;
    f.ask->given |= ENTRY_FIELD_METHOD;
    if (!copy_string(&f, request, "url", &f.ask->url) ||
        !copy_string(&f, request, "method", &f.ask->method) ||
        !read_headers(&f, yyjson_obj_get(request, "headers"), h->notes))
        return;
    if (!input_headers_is_token(f.ask->method, strlen(f.ask->method))) {
        entry_fail(e, QV_EXIT_USAGE, "method: \"%.40s\" is no method",
                   f.ask->method);
        return;
    }
    (void)read_body(&f, request, h->notes);
}
