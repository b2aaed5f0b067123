#include "input/input_body.h"

#include <string.h>

#include "core/base/base64.h"
#include "request/postdata.h"

bool input_body_claim(struct input_fields *f)
{
    if (f->body)
        return input_fields_fail(f,
                                 "%s is there as well; a request has one "
                                 "body",
                                 f->body);
    f->body = f->name;
    f->ask->given |= ENTRY_FIELD_BODY;
    return true;
}

static void set_bytes(struct input_fields *f, const void *bytes, size_t len)
{
    f->ask->body =
        (struct qv_body){.kind = QV_BODY_BYTES, .bytes = bytes, .len = len};
}

bool input_body_text(struct input_fields *f, yyjson_val *v)
{
    if (!input_body_claim(f))
        return false;
    if (!yyjson_is_str(v))
        return input_fields_fail(f, "expected a string");
    set_bytes(f, yyjson_get_str(v), yyjson_get_len(v));
    return true;
}

const void *input_body_decode(struct entry *e, const char *text, size_t len,
                              size_t *n)
{
    void *out = entry_memory_alloc(e, base64_room(len));
    return base64_decode(out, n, text, len) ? out : NULL;
}

bool input_body_base64(struct input_fields *f, yyjson_val *v)
{
    const void *bytes;
    size_t n;
    if (!input_body_claim(f))
        return false;
    if (!yyjson_is_str(v))
        return input_fields_fail(f, "expected a string");
    bytes =
        input_body_decode(f->entry, yyjson_get_str(v), yyjson_get_len(v), &n);
    if (!bytes)
        return input_fields_fail(f, "not base64");
    set_bytes(f, bytes, n);
    return true;
}

bool input_body_file(struct input_fields *f, yyjson_val *v)
{
    struct qv_body_part *part;
    const char *path;
    if (!input_body_claim(f) || !input_fields_string(f, v, &path))
        return false;
    if (!*path)
        return input_fields_fail(f, "expected the name of a file");
    part = entry_memory_alloc(f->entry, sizeof *part);
    *part = (struct qv_body_part){.path = path};
    f->ask->body =
        (struct qv_body){.kind = QV_BODY_PARTS, .parts = part, .nparts = 1};
    return true;
}

bool input_body_json(struct input_fields *f, yyjson_val *v)
{
    size_t len;
    if (!input_body_claim(f))
        return false;
    const char *text = input_fields_json(f, v, &len);
    set_bytes(f, text, len);
    f->ask->content_type = "Content-Type: application/json";
    f->ask->is_json = true;
    return true;
}

static bool add_pair(struct input_fields *f, yyjson_val *key, yyjson_val *value)
{
    struct str *t = f->scratch;
    const char *s = yyjson_get_str(value);
    size_t len = yyjson_get_len(value);
    if (yyjson_is_raw(value)) {
        s = yyjson_get_raw(value);
    } else if (yyjson_is_bool(value)) {
        s = yyjson_get_bool(value) ? "true" : "false";
        len = strlen(s);
    }
    if (!s)
        return input_fields_fail(f,
                                 "%.60s: expected a string, a number or a "
                                 "truth value",
                                 yyjson_get_str(key));
    if (t->len)
        str_add_char(t, '&');
    postdata_encode(t, yyjson_get_str(key), yyjson_get_len(key));
    str_add_char(t, '=');
    postdata_encode(t, s, len);
    return true;
}

static bool add_pairs(struct input_fields *f, yyjson_val *key,
                      yyjson_val *values)
{
    yyjson_arr_iter iter;
    yyjson_val *v;
    if (!yyjson_is_arr(values))
        return add_pair(f, key, values);
    yyjson_arr_iter_init(values, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        if (!add_pair(f, key, v))
            return false;
    }
    return true;
}

bool input_body_form(struct input_fields *f, yyjson_val *v)
{
    yyjson_obj_iter iter;
    yyjson_val *key;
    if (!input_body_claim(f))
        return false;
    if (!yyjson_is_obj(v))
        return input_fields_fail(f, "expected an object");
    const char *twice = input_fields_twice(v);
    if (twice)
        return input_fields_fail(f,
                                 "\"%.60s\" is there twice; an array gives "
                                 "a name several values",
                                 twice);
    str_clear(f->scratch);
    yyjson_obj_iter_init(v, &iter);
    while ((key = yyjson_obj_iter_next(&iter))) {
        if (!add_pairs(f, key, yyjson_obj_iter_get_val(key)))
            return false;
    }
    set_bytes(f, input_fields_keep(f), f->scratch->len);
    f->ask->content_type = "Content-Type: application/x-www-form-urlencoded";
    return true;
}
