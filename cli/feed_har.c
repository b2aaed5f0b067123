#include "feed_har.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "feed_body.h"
#include "feed_fields.h"
#include "feed_headers.h"
#include "mem.h"
#include "postdata.h"

struct feed_har {
    struct text text;
    struct text scratch;
    yyjson_doc *doc;
    yyjson_arr_iter entries;
};

/* What belongs to a connection, or follows from the URL and the body: the
 * request that is sent makes its own. */
static const char *const dropped[] = {
    "host",       "content-length",   "connection",
    "keep-alive", "proxy-connection", "transfer-encoding",
    "upgrade",    "http2-settings",   "te",
};

static struct feed_har *fail(struct feed_har *h, const char *file,
                             const char *why, struct qv_error *error)
{
    *error = (struct qv_error){
        .status = QV_EXIT_USAGE, .name = "usage", .class_name = "invalid"};
    (void)snprintf(error->text, sizeof(error->text), "%.150s is no HAR: %.80s",
                   file, why);
    feed_har_free(h);
    return NULL;
}

struct feed_har *feed_har_new(struct text *text, const char *file,
                              struct qv_error *error)
{
    struct feed_har *h = mem_new(1, sizeof(*h));
    static const char padding[YYJSON_PADDING_SIZE];
    yyjson_read_err reason = {.msg = "it is empty"};
    yyjson_val *list;
    size_t len = text->len;

    text_add(text, padding, sizeof(padding));
    h->text = *text;
    *text = (struct text){0};
    h->doc = yyjson_read_opts(h->text.at, len,
                              YYJSON_READ_INSITU | YYJSON_READ_NUMBER_AS_RAW,
                              NULL, &reason);
    if (!h->doc)
        return fail(h, file, reason.msg, error);
    list = yyjson_obj_get(yyjson_doc_get_root(h->doc), "log");
    list = yyjson_obj_get(list, "entries");
    if (!yyjson_arr_iter_init(list, &h->entries))
        return fail(h, file, "log.entries is not an array", error);
    return h;
}

void feed_har_free(struct feed_har *h)
{
    if (!h)
        return;
    yyjson_doc_free(h->doc);
    text_fini(&h->text);
    text_fini(&h->scratch);
    free(h);
}

bool feed_har_has(const struct feed_har *h)
{
    return h->entries.idx < h->entries.max;
}

static bool is_dropped(const char *name)
{
    for (size_t i = 0; i < sizeof(dropped) / sizeof(*dropped); i++) {
        if (!strcasecmp(name, dropped[i]))
            return true;
    }
    return name[0] == ':'; /* HTTP/2's and HTTP/3's */
}

static bool read_headers(struct feed_fields *f, yyjson_val *list)
{
    yyjson_arr_iter iter;
    yyjson_val *v;

    f->name = "headers";
    feed_headers_reserve(f, yyjson_arr_size(list));
    yyjson_arr_iter_init(list, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        yyjson_val *name = yyjson_obj_get(v, "name");

        if (yyjson_is_str(name) && is_dropped(yyjson_get_str(name)))
            continue;
        if (!feed_headers_add(f, name, yyjson_obj_get(v, "value")))
            return false;
    }
    return true;
}

/* The fields of a form, where its text was not kept. */
static bool read_params(struct feed_fields *f, yyjson_val *params,
                        const char *type)
{
    yyjson_arr_iter iter;
    yyjson_val *v;

    if (type && !strncasecmp(type, "multipart/", 10))
        return feed_fields_fail(f, "the text of the multipart body is missing");
    text_clear(f->scratch);
    yyjson_arr_iter_init(params, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        yyjson_val *name = yyjson_obj_get(v, "name");
        yyjson_val *value = yyjson_obj_get(v, "value");

        if (!yyjson_is_str(name))
            return feed_fields_fail(f, "a parameter has no name");
        if (f->scratch->len)
            text_putc(f->scratch, '&');
        postdata_encode(f->scratch, yyjson_get_str(name), yyjson_get_len(name));
        text_putc(f->scratch, '=');
        if (yyjson_is_str(value))
            postdata_encode(f->scratch, yyjson_get_str(value),
                            yyjson_get_len(value));
    }
    f->ask->body.bytes = feed_fields_keep(f);
    f->ask->body.len = f->scratch->len;
    return true;
}

static bool read_text(struct feed_fields *f, yyjson_val *data)
{
    yyjson_val *text = yyjson_obj_get(data, "text");
    const char *encoding = yyjson_get_str(yyjson_obj_get(data, "encoding"));
    struct qv_body *body = &f->ask->body;

    if (encoding && !strcmp(encoding, "base64")) {
        body->bytes = feed_body_decode(f->entry, yyjson_get_str(text),
                                       yyjson_get_len(text), &body->len);
        return body->bytes || feed_fields_fail(f, "not base64");
    }
    body->len = yyjson_get_len(text);
    body->bytes = entry_memory_copy(f->entry, yyjson_get_str(text), body->len);
    return true;
}

static bool read_body(struct feed_fields *f, yyjson_val *data)
{
    const char *type = yyjson_get_str(yyjson_obj_get(data, "mimeType"));
    yyjson_val *text = yyjson_obj_get(data, "text");
    yyjson_val *params = yyjson_obj_get(data, "params");
    bool ok = true;

    f->name = "postData";
    f->ask->body.kind = QV_BODY_BYTES;
    if (yyjson_is_str(text) && (yyjson_get_len(text) || !yyjson_is_arr(params)))
        ok = read_text(f, data);
    else if (yyjson_is_arr(params))
        ok = read_params(f, params, type);
    else
        f->ask->body.kind = QV_BODY_NONE;
    if (!ok || f->ask->body.kind == QV_BODY_NONE)
        return ok;
    f->ask->given |= GIVEN_BODY;
    if (!type || !*type)
        return true;
    if (strlen(type) != yyjson_get_len(yyjson_obj_get(data, "mimeType")) ||
        type[strcspn(type, "\r\n")])
        return feed_fields_fail(f, "the type has a line break");
    text_clear(f->scratch);
    text_addf(f->scratch, "Content-Type: %s", type);
    f->ask->content_type = feed_fields_keep(f);
    return true;
}

static bool copy_string(struct feed_fields *f, yyjson_val *request,
                        const char *name, const char **out)
{
    const char *s;

    f->name = name;
    if (!feed_fields_string(f, yyjson_obj_get(request, name), &s))
        return false;
    *out = entry_memory_copy(f->entry, s, strlen(s));
    return true;
}

void feed_har_take(struct feed_har *h, struct entry *e)
{
    yyjson_val *item = yyjson_arr_iter_next(&h->entries);
    yyjson_val *request = yyjson_obj_get(item, "request");
    yyjson_val *data = yyjson_obj_get(request, "postData");
    struct feed_fields f = {
        .entry = e, .ask = entry_memory_ask(e), .scratch = &h->scratch};

    f.ask->is_item = true;
    if (!yyjson_is_obj(request)) {
        entry_fail(e, QV_EXIT_USAGE, "request: expected an object");
        return;
    }
    f.ask->given |= GIVEN_METHOD;
    if (!copy_string(&f, request, "url", &f.ask->url) ||
        !copy_string(&f, request, "method", &f.ask->method) ||
        !read_headers(&f, yyjson_obj_get(request, "headers")))
        return;
    if (!feed_headers_is_token(f.ask->method, strlen(f.ask->method))) {
        entry_fail(e, QV_EXIT_USAGE, "method: \"%.40s\" is no method",
                   f.ask->method);
        return;
    }
    if (yyjson_is_obj(data))
        (void)read_body(&f, data);
}
