#include "input/input_har_form.h"

#include <string.h>

#include "request/postdata.h"

/*
 * HAR does not say whether names and values are percent-encoded.  Chromium,
 * WebKit and the old Edge write them as they were sent; Firefox and mitmproxy
 * decode them.  Where an exporter has kept the size of the body, it says which
 * of the two it was.  Else fields are taken for encoded when all of them could
 * be and one has an escape: without any, both readings mean the same but for
 * '+'.
 */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
           (c >= 'A' && c <= 'F');
}

/* Could an encoder of forms have written it?  *has_escape is set for %XX. */
static bool is_encoded(yyjson_val *v, bool *has_escape)
{
    const char *s = yyjson_get_str(v);
    size_t len = yyjson_get_len(v);
    for (size_t i = 0; i < len; i++) {
        if (s[i] <= ' ' || s[i] > '~' || strchr("\"#&<>=\\^`{|}", s[i]))
            return false;
        if (s[i] != '%')
            continue;
        if (len - i < 3 || !is_hex(s[i + 1]) || !is_hex(s[i + 2]))
            return false;
        *has_escape = true;
    }
    return true;
}

static bool are_encoded(yyjson_val *params)
{
    yyjson_arr_iter iter;
    yyjson_val *v;
    bool has_escape = false;
    yyjson_arr_iter_init(params, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        if (!is_encoded(yyjson_obj_get(v, "name"), &has_escape) ||
            !is_encoded(yyjson_obj_get(v, "value"), &has_escape))
            return false;
    }
    return has_escape;
}

static void add(struct str *out, yyjson_val *v, bool is_plain)
{
    const char *s = yyjson_get_str(v);
    if (s && is_plain)
        str_add(out, span_of(s, yyjson_get_len(v)));
    else if (s)
        postdata_encode(out, s, yyjson_get_len(v));
}

/* is_plain: as it stands there. */
static void join(struct str *out, yyjson_val *params, bool is_plain)
{
    yyjson_arr_iter iter;
    yyjson_val *v;
    str_clear(out);
    yyjson_arr_iter_init(params, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        if (out->len)
            str_add_char(out, '&');
        add(out, yyjson_obj_get(v, "name"), is_plain);
        str_add_char(out, '=');
        add(out, yyjson_obj_get(v, "value"), is_plain);
    }
}

static bool have_names(yyjson_val *params)
{
    yyjson_arr_iter iter;
    yyjson_val *v;
    yyjson_arr_iter_init(params, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        if (!yyjson_is_str(yyjson_obj_get(v, "name")))
            return false;
    }
    return true;
}

bool input_har_form(struct str *out, yyjson_val *params, int64_t body_size)
{
    struct str plain = {0};
    bool is_plain;
    if (!have_names(params))
        return false;
    join(&plain, params, true);
    join(out, params, false);
    if ((int64_t)plain.len == body_size)
        is_plain = true;
    else if ((int64_t)out->len == body_size)
        is_plain = false;
    else
        is_plain = are_encoded(params);
    if (is_plain) {
        str_clear(out);
        str_add(out, span_of(plain.base, plain.len));
    }
    str_fini(&plain);
    return true;
}
