#include "serve/json.h"

#include <stdlib.h>

#include "base/utf8.h"

bool json_is_utf8(struct span bytes)
{
    return utf8_valid_len(bytes) == bytes.len;
}

yyjson_mut_val *json_text(yyjson_mut_doc *doc, struct span bytes)
{
    size_t good = utf8_valid_len(bytes);
    if (good == bytes.len)
        return yyjson_mut_strncpy(
            doc, bytes.len > 0 ? (const char *)bytes.base : "", bytes.len);
    struct str fixed;
    str_init(&fixed);
    while (bytes.len > 0) {
        str_add(&fixed, span_of(bytes.base, good));
        if (good < bytes.len) {
            str_add_text(&fixed, "\xef\xbf\xbd");
            good++;
        }
        bytes = span_of(bytes.base + good, bytes.len - good);
        good = utf8_valid_len(bytes);
    }
    yyjson_mut_val *value =
        yyjson_mut_strncpy(doc, str_text(&fixed), fixed.len);
    str_fini(&fixed);
    return value;
}

void json_add(yyjson_mut_doc *doc, yyjson_mut_val *object, const char *key,
              struct span bytes)
{
    yyjson_mut_obj_add(object, yyjson_mut_strcpy(doc, key),
                       json_text(doc, bytes));
}

static bool is_first(const struct fields *f, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (span_equal_nocase(f->items[i].name, f->items[at].name))
            return false;
    return true;
}

/* The value of all fields that are called as the one at `at`. */
static yyjson_mut_val *field_values(yyjson_mut_doc *doc, const struct fields *f,
                                    size_t at)
{
    yyjson_mut_val *list = yyjson_mut_arr(doc);
    for (size_t i = at; i < f->len; i++)
        if (span_equal_nocase(f->items[i].name, f->items[at].name))
            yyjson_mut_arr_append(list, json_text(doc, f->items[i].value));
    return yyjson_mut_arr_size(list) > 1 ? list
                                         : json_text(doc, f->items[at].value);
}

yyjson_mut_val *json_fields(yyjson_mut_doc *doc, const struct fields *f)
{
    yyjson_mut_val *object = yyjson_mut_obj(doc);
    for (size_t i = 0; i < f->len; i++)
        if (is_first(f, i))
            yyjson_mut_obj_add(object, json_text(doc, f->items[i].name),
                               field_values(doc, f, i));
    return object;
}

void json_finish(yyjson_mut_doc *doc, bool is_pretty, struct str *out)
{
    /* U+0080 to U+009F are controls to a terminal; they go with all else. */
    size_t len;
    char *text = yyjson_mut_write(
        doc, is_pretty ? YYJSON_WRITE_PRETTY : YYJSON_WRITE_ESCAPE_UNICODE,
        &len);
    if (text != NULL)
        str_add(out, span_of(text, len));
    free(text);
    yyjson_mut_doc_free(doc);
}
