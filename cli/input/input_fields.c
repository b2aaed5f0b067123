#include "input/input_fields.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/xalloc.h"

/* More is a mistake, and less than what nanoseconds in 64 bits can hold. */
static const double seconds_max = 1e9;

bool input_fields_fail(struct input_fields *f, const char *format, ...)
{
    char text[160];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    return entry_fail(f->entry, QV_EXIT_USAGE, "%.40s: %s", f->name, text);
}

static bool copy_string(struct input_fields *f, yyjson_val *v,
                        const char *wanted, const char **out)
{
    const char *s = yyjson_get_str(v);
    if (!s)
        return input_fields_fail(f, "expected %s", wanted);
    if (memchr(s, '\0', yyjson_get_len(v)))
        return input_fields_fail(f, "a NUL cannot stand here");
    *out = s;
    return true;
}

bool input_fields_string(struct input_fields *f, yyjson_val *v,
                         const char **out)
{
    return copy_string(f, v, "a string", out);
}

bool input_fields_bool(struct input_fields *f, yyjson_val *v, bool *out)
{
    if (!yyjson_is_bool(v))
        return input_fields_fail(f, "expected true or false");
    *out = yyjson_get_bool(v);
    return true;
}

/* False: none, or one that no double can hold. */
static bool number(yyjson_val *raw, yyjson_val *out)
{
    return yyjson_is_raw(raw) &&
           yyjson_read_number(yyjson_get_raw(raw), out, 0, NULL, NULL);
}

bool input_fields_seconds(struct input_fields *f, yyjson_val *v, uint64_t *ns)
{
    yyjson_val n = {0};
    if (!number(v, &n))
        return input_fields_fail(f, "expected a number of seconds");
    double seconds = yyjson_get_num(&n);
    if (!(seconds >= 0 && seconds <= seconds_max))
        return input_fields_fail(f, "expected seconds from 0 to 1000000000");
    *ns = (uint64_t)(seconds * 1e9 + 0.5);
    return true;
}

bool input_fields_integer(struct input_fields *f, yyjson_val *v, int64_t min,
                          int64_t max, int64_t *out)
{
    yyjson_val n = {0};
    bool ok = number(v, &n) && yyjson_is_int(&n);
    if (ok && yyjson_is_uint(&n) && yyjson_get_uint(&n) > INT64_MAX)
        ok = false;
    if (ok)
        *out = yyjson_get_sint(&n);
    if (!ok || *out < min || *out > max)
        return input_fields_fail(f, "expected a whole number from %lld to %lld",
                                 (long long)min, (long long)max);
    return true;
}

bool input_fields_strings(struct input_fields *f, yyjson_val *v,
                          const char *const **out)
{
    static const char wanted[] = "a string or an array of strings";
    bool is_list = yyjson_is_arr(v);
    size_t n = is_list ? yyjson_arr_size(v) : 1;
    const char **list = entry_memory_alloc(f->entry, (n + 1) * sizeof *list);
    yyjson_val *item = is_list ? yyjson_arr_get_first(v) : v;
    for (size_t i = 0; i < n; i++) {
        if (!copy_string(f, item, wanted, &list[i]))
            return false;
        item = unsafe_yyjson_get_next(item);
    }
    list[n] = NULL;
    *out = list;
    return true;
}

static int by_key(const void *a, const void *b)
{
    const yyjson_val *const *x = a;
    const yyjson_val *const *y = b;
    size_t nx = unsafe_yyjson_get_len((void *)(uintptr_t)*x);
    size_t ny = unsafe_yyjson_get_len((void *)(uintptr_t)*y);
    int order = memcmp((*x)->uni.str, (*y)->uni.str, nx < ny ? nx : ny);

    return order ? order : (nx > ny) - (nx < ny);
}

/* A quadratic search is quicker for few keys; a hostile line has many. */
const char *input_fields_twice(yyjson_val *object)
{
    enum {
        FEW = 16
    };
    size_t n = yyjson_obj_size(object);
    yyjson_val *few[FEW];
    yyjson_val **keys = n <= FEW ? few : xalloc_zeroed(n, sizeof(void *));
    const char *found = NULL;
    yyjson_val *key = unsafe_yyjson_get_first(object);
    for (size_t i = 0; i < n; i++) {
        keys[i] = key;
        key = unsafe_yyjson_get_next(key + 1);
        for (size_t k = 0; n <= FEW && k < i && !found; k++) {
            if (!by_key(&keys[i], &keys[k]))
                found = keys[i]->uni.str;
        }
    }
    if (n > FEW)
        qsort(keys, n, sizeof(void *), by_key);
    for (size_t i = 1; n > FEW && i < n && !found; i++) {
        if (!by_key(&keys[i], &keys[i - 1]))
            found = keys[i]->uni.str;
    }
    if (keys != few)
        free(keys);
    return found;
}

const char *input_fields_json(struct input_fields *f, yyjson_val *v,
                              size_t *len)
{
    char *text = yyjson_val_write(v, 0, len);
    if (!text) { /* out of memory; strings were checked when they were read */
        text = xalloc_string("null");
        *len = strlen(text);
    }
    char *copy = entry_memory_copy(f->entry, text, *len);
    free(text);
    return copy;
}

char *input_fields_keep(struct input_fields *f)
{
    const char *at = f->scratch->base;
    return entry_memory_copy(f->entry, at ? at : "", f->scratch->len);
}
