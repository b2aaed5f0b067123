#include "input/input_headers.h"

#include <string.h>

#include "request/message_calls.h"

/* More in one request is a mistake, or meant to be expensive. */
enum {
    HEADERS_MAX = 4096
};

bool input_headers_is_token(const char *s, size_t len)
{
    static const char odd[] = "!#$%&'*+-.^_`|~";
    for (size_t i = 0; i < len; i++) {
        char c = s[i];
        bool is_alnum = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                        (c >= 'A' && c <= 'Z');
        if (!is_alnum && (!c || !strchr(odd, c)))
            return false;
    }
    return len > 0;
}

bool input_headers_is_value(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];
        if ((c < ' ' && c != '\t') || c == 0x7f)
            return false;
    }
    return true;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

bool input_headers_check(yyjson_val *name, yyjson_val *value, struct str *why)
{
    const char *n = yyjson_get_str(name);
    str_clear(why);
    if (!n || !input_headers_is_token(n, yyjson_get_len(name)))
        str_printf(why, "\"%.60s\" is no header name", n ? n : "");
    else if (!yyjson_is_str(value) && !yyjson_is_null(value))
        str_printf(why, "%.60s: expected a string", n);
    else if (yyjson_is_str(value) &&
             !input_headers_is_value(yyjson_get_str(value),
                                     yyjson_get_len(value)))
        str_printf(why, "%.60s: its value has a control byte", n);
    return !why->len;
}

/* "Name: value"; "Name;" for an empty one, "Name:" for none at all: what
 * struct qv_request takes. */
bool input_headers_add(struct input_fields *f, yyjson_val *name,
                       yyjson_val *value)
{
    const char *n = yyjson_get_str(name);
    size_t nlen = yyjson_get_len(name);
    const char *v = yyjson_is_null(value) ? "" : yyjson_get_str(value);
    size_t vlen = yyjson_is_null(value) ? 0 : yyjson_get_len(value);
    if (!input_headers_check(name, value, f->scratch))
        return input_fields_fail(f, "%s", f->scratch->base);
    if (f->ask->nheaders == HEADERS_MAX)
        return input_fields_fail(f, "more than %d", HEADERS_MAX);
    for (; vlen && is_blank(v[0]); vlen--)
        v++;
    while (vlen && is_blank(v[vlen - 1]))
        vlen--;
    char *header = entry_memory_alloc(f->entry, nlen + vlen + 3);
    memcpy(header, n, nlen);
    header[nlen] = vlen || yyjson_is_null(value) ? ':' : ';';
    header[nlen + 1] = vlen ? ' ' : '\0';
    memcpy(header + nlen + 2, v, vlen);
    header[nlen + 2 + vlen] = '\0';
    f->ask->headers[f->ask->nheaders++] = header;
    return true;
}

static bool add_all(struct input_fields *f, yyjson_val *name,
                    yyjson_val *values)
{
    yyjson_arr_iter iter;
    yyjson_val *v;
    if (!yyjson_is_arr(values))
        return input_headers_add(f, name, values);
    yyjson_arr_iter_init(values, &iter);
    while ((v = yyjson_arr_iter_next(&iter))) {
        if (yyjson_is_null(v))
            return input_fields_fail(f, "%.60s: expected strings",
                                     yyjson_get_str(name));
        if (!input_headers_add(f, name, v))
            return false;
    }
    return true;
}

/* How many headers an object or an array of pairs makes, at most. */
static size_t count(yyjson_val *v)
{
    size_t n = 0;
    yyjson_obj_iter iter;
    yyjson_val *key;
    if (yyjson_is_arr(v))
        return yyjson_arr_size(v);
    yyjson_obj_iter_init(v, &iter);
    while ((key = yyjson_obj_iter_next(&iter))) {
        yyjson_val *value = yyjson_obj_iter_get_val(key);
        n += yyjson_is_arr(value) ? yyjson_arr_size(value) : 1;
    }
    return n;
}

static bool read_object(struct input_fields *f, yyjson_val *v)
{
    yyjson_obj_iter iter;
    yyjson_val *key;
    const char *twice = input_fields_twice(v);
    if (twice)
        return input_fields_fail(f,
                                 "\"%.60s\" is there twice; an array gives "
                                 "a name several values",
                                 twice);
    yyjson_obj_iter_init(v, &iter);
    while ((key = yyjson_obj_iter_next(&iter))) {
        if (!add_all(f, key, yyjson_obj_iter_get_val(key)))
            return false;
    }
    return true;
}

static bool read_pairs(struct input_fields *f, yyjson_val *v)
{
    yyjson_arr_iter iter;
    yyjson_val *pair;
    yyjson_arr_iter_init(v, &iter);
    while ((pair = yyjson_arr_iter_next(&iter))) {
        if (!yyjson_is_arr(pair) || yyjson_arr_size(pair) != 2)
            return input_fields_fail(f, "expected pairs of name and value");
        if (!input_headers_add(f, yyjson_arr_get_first(pair),
                               yyjson_arr_get_last(pair)))
            return false;
    }
    return true;
}

void input_headers_reserve(struct input_fields *f, size_t n)
{
    if (n > HEADERS_MAX)
        n = HEADERS_MAX;
    f->ask->headers =
        entry_memory_alloc(f->entry, (n + 1) * sizeof *f->ask->headers);
}

bool input_headers_read(struct input_fields *f, yyjson_val *v)
{
    if (!yyjson_is_obj(v) && !yyjson_is_arr(v))
        return input_fields_fail(f, "expected an object or an array of pairs");
    input_headers_reserve(f, count(v));
    return yyjson_is_obj(v) ? read_object(f, v) : read_pairs(f, v);
}

/* Read as headers are, into a list of their own. */
bool input_headers_trailers(struct input_fields *f, yyjson_val *v)
{
    struct entry_fields *ask = f->ask;
    const char **headers = ask->headers;
    size_t nheaders = ask->nheaders;
    ask->headers = NULL;
    ask->nheaders = 0;
    bool ok = input_headers_read(f, v);
    ask->trailers = ask->headers;
    ask->ntrailers = ask->nheaders;
    ask->headers = headers;
    ask->nheaders = nheaders;
    for (size_t i = 0; ok && i < ask->ntrailers; i++) {
        const char *line = ask->trailers[i];
        if (!strchr(line, ' ')) /* "Name:" or "Name;" */
            ok = input_fields_fail(f, "\"%.*s\" needs a value",
                                   (int)strcspn(line, ":;"), line);
    }
    return ok;
}

bool input_headers_priority(struct input_fields *f, yyjson_val *v)
{
    const char *wrong;
    if (!input_fields_string(f, v, &f->ask->priority))
        return false;
    wrong = message_calls_bad_priority(f->ask->priority);
    return !wrong || input_fields_fail(f, "%s", wrong);
}
