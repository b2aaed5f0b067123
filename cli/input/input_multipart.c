#include "input/input_multipart.h"

#include <string.h>

#include "files/filename.h"
#include "input/input_body.h"
#include "request/multipart.h"

enum {
    PARTS_MAX = 4096,
};

static bool is_type(const char *s)
{
    if (!strchr(s, '/'))
        return false;
    for (; *s; s++) {
        if (*s < ' ' || *s > '~')
            return false;
    }
    return true;
}

/* "Name: value", or several. */
static bool read_headers(struct input_fields *f, yyjson_val *v,
                         struct multipart_part *p)
{
    if (!input_fields_strings(f, v, &p->headers))
        return false;
    while (p->headers[p->nheaders]) {
        if (!multipart_is_header(p->headers[p->nheaders]))
            return input_fields_fail(f, "headers: '%.60s' is no header",
                                     p->headers[p->nheaders]);
        p->nheaders++;
    }
    return true;
}

static bool read_member(struct input_fields *f, const char *key, yyjson_val *v,
                        struct multipart_part *p)
{
    const char *s = yyjson_get_str(v);
    bool is_value = strcmp(key, "value") == 0;
    if (strcmp(key, "headers") == 0)
        return read_headers(f, v, p);
    if (!s)
        return input_fields_fail(f, "%.40s: expected a string", key);
    if (memchr(s, '\0', yyjson_get_len(v)) && !is_value)
        return input_fields_fail(f, "%.40s: a NUL cannot stand here", key);
    if (is_value) {
        p->bytes = span_of(s, yyjson_get_len(v));
    } else if (strcmp(key, "name") == 0) {
        p->name = span_of(s, yyjson_get_len(v));
    } else if (strcmp(key, "file") == 0) {
        p->path = s;
        p->content = MULTIPART_FILE;
    } else if (strcmp(key, "filename") == 0) {
        p->filename = span_str(s);
    } else if (strcmp(key, "type") == 0) {
        p->type = span_str(s);
    } else if (strcmp(key, "encoder") == 0) {
        if (!multipart_encoder(p, span_str(s)))
            return input_fields_fail(f, "encoder: \"%.40s\" is none", s);
    } else {
        return input_fields_fail(f, "a part has no \"%.40s\"", key);
    }
    return true;
}

/* A file is named and typed by its path, as -F does it. */
static bool check_part(struct input_fields *f, struct multipart_part *p)
{
    bool is_file = p->content == MULTIPART_FILE;
    if (!p->name.base)
        return input_fields_fail(f, "a part has no name");
    if (is_file == (p->bytes.base != NULL))
        return input_fields_fail(f,
                                 "part \"%.*s\" needs either a value or a file",
                                 (int)(p->name.len < 40 ? p->name.len : 40),
                                 (const char *)p->name.base);
    if (is_file && !*p->path)
        return input_fields_fail(f, "file: expected the name of a file");
    if (p->type.base && !is_type((const char *)p->type.base))
        return input_fields_fail(f, "type: \"%.40s\" is no media type",
                                 (const char *)p->type.base);
    if (is_file && !p->filename.base)
        p->filename = span_str(filename_last(p->path));
    multipart_guess_type(p);
    return true;
}

static bool read_part(struct input_fields *f, yyjson_val *v,
                      struct multipart_part *p)
{
    yyjson_obj_iter iter;
    yyjson_val *key;
    *p = (struct multipart_part){0};
    if (!yyjson_is_obj(v))
        return input_fields_fail(f, "expected an array of objects");
    const char *twice = input_fields_twice(v);
    if (twice)
        return input_fields_fail(f, "\"%.40s\" is there twice", twice);
    yyjson_obj_iter_init(v, &iter);
    while ((key = yyjson_obj_iter_next(&iter))) {
        if (!read_member(f, yyjson_get_str(key), yyjson_obj_iter_get_val(key),
                         p))
            return false;
    }
    return check_part(f, p);
}

static bool finish(struct input_fields *f, const struct multipart_part *first)
{
    struct entry_fields *a = f->ask;
    struct multipart m;
    multipart_init(&m, first, &(struct multipart_how){.type = NULL});
    struct qv_body_part *parts =
        entry_memory_alloc(f->entry, m.npieces * sizeof *parts);
    multipart_parts(
        &m, entry_memory_copy(f->entry, str_text(&m.text), m.text.len), parts);
    a->body = (struct qv_body){
        .kind = QV_BODY_PARTS, .parts = parts, .nparts = m.npieces};
    str_clear(f->scratch);
    str_printf(f->scratch, "Content-Type: %s", str_text(&m.content_type));
    a->content_type = input_fields_keep(f);
    a->is_multipart = true;
    multipart_fini(&m);
    return true;
}

bool input_multipart_read(struct input_fields *f, yyjson_val *v)
{
    struct multipart_part *parts;
    yyjson_arr_iter iter;
    yyjson_val *item;
    size_t n = yyjson_arr_size(v);
    size_t at = 0;
    if (!input_body_claim(f))
        return false;
    if (!yyjson_is_arr(v) || !n)
        return input_fields_fail(f, "expected an array of objects");
    if (n > PARTS_MAX)
        return input_fields_fail(f, "more than %d parts", PARTS_MAX);
    parts = entry_memory_alloc(f->entry, n * sizeof *parts);
    yyjson_arr_iter_init(v, &iter);
    while ((item = yyjson_arr_iter_next(&iter))) {
        if (!read_part(f, item, &parts[at]))
            return false;
        if (++at < n)
            parts[at - 1].next = &parts[at];
    }
    return finish(f, parts);
}
