#include "input/input_table.h"

#include <limits.h>
#include <string.h>

#include "base/nearest.h"
#include "base/strings.h"
#include "entry/capture.h"
#include "files/sums.h"
#include "input/input_body.h"
#include "input/input_headers.h"
#include "input/input_multipart.h"

/* ---- the request ---- */

static bool read_url(struct input_fields *f, yyjson_val *v)
{
    if (!input_fields_string(f, v, &f->ask->url))
        return false;
    return *f->ask->url || input_fields_fail(f, "expected a URL");
}

static bool read_method(struct input_fields *f, yyjson_val *v)
{
    const char *s;
    if (!input_fields_string(f, v, &s))
        return false;
    if (!input_headers_is_token(s, strlen(s)))
        return input_fields_fail(f, "\"%.40s\" is no method", s);
    f->ask->method = s;
    f->ask->given |= ENTRY_FIELD_METHOD;
    return true;
}

static bool read_http(struct input_fields *f, yyjson_val *v)
{
    static const struct {
        const char *name;
        enum qv_http http;
    } versions[] = {
        {"auto", QV_HTTP_AUTO}, {"1.1", QV_HTTP_1_1},
        {"2", QV_HTTP_2},       {"2-only", QV_HTTP_2_PRIOR},
        {"3", QV_HTTP_3},       {"3-only", QV_HTTP_3_ONLY},
    };
    const char *s = yyjson_get_str(v);
    for (size_t i = 0; s && i < sizeof versions / sizeof *versions; i++) {
        if (strcmp(s, versions[i].name) == 0) {
            f->ask->options.http = versions[i].http;
            f->ask->given |= ENTRY_FIELD_HTTP;
            return true;
        }
    }
    return input_fields_fail(f, "expected one of \"auto\", \"1.1\", \"2\", "
                                "\"2-only\", \"3\", \"3-only\"");
}

/* ---- time and patience ---- */

static bool read_timeout(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_MAX_TIME;
    return input_fields_seconds(f, v, &f->ask->options.max_time);
}

static bool read_connect_timeout(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_CONNECT_TIMEOUT;
    return input_fields_seconds(f, v, &f->ask->options.connect_timeout);
}

static bool read_retry(struct input_fields *f, yyjson_val *v)
{
    int64_t n;
    if (!input_fields_integer(f, v, 0, INT_MAX, &n))
        return false;
    f->ask->options.retry.max = (unsigned)n;
    f->ask->given |= ENTRY_FIELD_RETRY;
    return true;
}

static bool read_retry_delay(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_RETRY_DELAY;
    return input_fields_seconds(f, v, &f->ask->options.retry.delay);
}

static bool read_max_redirs(struct input_fields *f, yyjson_val *v)
{
    int64_t n;
    if (!input_fields_integer(f, v, -1, INT_MAX, &n))
        return false;
    f->ask->options.max_redirs = (int)n;
    f->ask->given |= ENTRY_FIELD_MAX_REDIRS;
    return true;
}

static bool read_follow(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_FOLLOW;
    return input_fields_bool(f, v, &f->ask->options.follow);
}

/* ---- the connection ---- */

static bool read_insecure(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_INSECURE;
    return input_fields_bool(f, v, &f->ask->options.insecure);
}

static bool read_resolve(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_RESOLVE;
    return input_fields_strings(f, v, &f->ask->options.resolve);
}

/* "": none, whatever the environment says. */
static bool read_proxy(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_PROXY;
    f->ask->options.proxy_why = "the entry";
    return input_fields_string(f, v, &f->ask->options.proxy);
}

static bool read_connect_to(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_CONNECT_TO;
    return input_fields_strings(f, v, &f->ask->options.connect_to);
}

/* "file[:password]", where "\:" is a colon of the file's name: as --cert. */
static bool read_cert(struct input_fields *f, yyjson_val *v)
{
    const char *s;
    char *to;
    if (!input_fields_string(f, v, &s))
        return false;
    char *file = to = entry_memory_copy(f->entry, s, strlen(s));
    for (; *s && *s != ':'; s++) {
        if (*s == '\\' && (s[1] == ':' || s[1] == '\\'))
            s++;
        *to++ = *s;
    }
    *to = '\0';
    if (!*file)
        return input_fields_fail(f, "expected the name of a file");
    f->ask->options.cert_file = file;
    f->ask->options.key_pass = *s ? s + 1 : NULL;
    f->ask->given |= ENTRY_FIELD_CERT;
    return true;
}

static bool read_key(struct input_fields *f, yyjson_val *v)
{
    f->ask->given |= ENTRY_FIELD_KEY;
    return input_fields_string(f, v, &f->ask->options.key_file);
}

/* ---- what the batch does with the answer ---- */

static bool has_dots(const char *path)
{
    for (; *path; path += strspn(path, "/")) {
        size_t len = strcspn(path, "/");
        if (len == 2 && path[0] == '.' && path[1] == '.')
            return true;
        path += len;
    }
    return false;
}

/* A line may come from somebody else than who chose the folder. */
static bool read_output(struct input_fields *f, yyjson_val *v)
{
    const char *s = NULL;
    if (!yyjson_is_null(v) && !input_fields_string(f, v, &s))
        return false;
    f->entry->output = s;
    if (!s)
        return true;
    const char *last = strrchr(s, '/');
    last = last ? last + 1 : s;
    if (*s == '/')
        return input_fields_fail(f, "\"%.60s\" is not relative", s);
    if (has_dots(s))
        return input_fields_fail(f, "\"%.60s\" leads out of its folder", s);
    if (!*last || strcmp(last, ".") == 0)
        return input_fields_fail(f, "\"%.60s\" names no file", s);
    return true;
}

static bool read_continue(struct input_fields *f, yyjson_val *v)
{
    f->entry->has_continue = true;
    return input_fields_bool(f, v, &f->entry->is_continued);
}

static bool read_checksum(struct input_fields *f, yyjson_val *v)
{
    const char *const *list;
    size_t n = 0;
    if (!input_fields_strings(f, v, &list))
        return false;
    for (; list[n]; n++) {
        if (!sums_is_good(list[n]))
            return input_fields_fail(
                f, "expected sha256:HEX, sha512, sha1 or md5");
    }
    struct strings *sums = entry_memory_alloc(f->entry, sizeof *sums);
    *sums = (struct strings){
        .at = (const char **)(uintptr_t)list, .len = n, .cap = n};
    f->entry->checksums = n ? sums : NULL;
    return true;
}

static bool read_tags(struct input_fields *f, yyjson_val *v)
{
    size_t len;
    if (!yyjson_is_obj(v))
        return input_fields_fail(f, "expected an object");
    f->entry->tags = input_fields_json(f, v, &len);
    return true;
}

/* Read before the others, and with what `expect` has. */
static bool read_elsewhere(struct input_fields *f, yyjson_val *v)
{
    (void)f;
    (void)v;
    return true;
}

/* ---- other entries ---- */

static bool read_ids(struct input_fields *f, yyjson_val *v)
{
    bool is_list = yyjson_is_arr(v);
    size_t n = is_list ? yyjson_arr_size(v) : 1;
    const char **ids = entry_memory_alloc(f->entry, (n + 1) * sizeof *ids);
    yyjson_val *item = is_list ? yyjson_arr_get_first(v) : v;
    for (size_t i = 0; i < n; i++) {
        size_t len;
        if (!yyjson_is_str(item) && !yyjson_is_raw(item))
            return input_fields_fail(f, "expected an id or an array of them");
        ids[i] = input_fields_json(f, item, &len);
        item = unsafe_yyjson_get_next(item);
    }
    f->entry->after = ids;
    f->entry->nafter = n;
    return true;
}

static bool read_captures(struct input_fields *f, yyjson_val *v)
{
    if (!yyjson_is_obj(v))
        return input_fields_fail(f, "expected an object");
    size_t n = yyjson_obj_size(v);
    struct capture *list = entry_memory_alloc(f->entry, (n + 1) * sizeof *list);
    yyjson_obj_iter iter;
    yyjson_val *key;
    size_t i = 0;
    yyjson_obj_iter_init(v, &iter);
    while ((key = yyjson_obj_iter_next(&iter))) {
        const char *name;
        const char *text;
        const char *why = NULL;
        if (!input_fields_string(f, key, &name) ||
            !input_fields_string(f, yyjson_obj_iter_get_val(key), &text))
            return false;
        if (!capture_parse(&list[i++], name, text, &why))
            return input_fields_fail(f, "\"%.40s\": %s", name, why);
    }
    const char *twice = input_fields_twice(v);
    if (twice)
        return input_fields_fail(f, "\"%.40s\" is there twice", twice);
    f->entry->captures = list;
    f->entry->ncaptures = n;
    f->entry->has_captures = true;
    return true;
}

/* The frequent ones first. */
const struct input_field input_table[] = {
    {"url", read_url, true},
    {"id", read_elsewhere, true},
    {"method", read_method, false},
    {"headers", input_headers_read, false},
    {"json", input_body_json, false},
    {"body", input_body_text, false},
    {"timeout", read_timeout, false},
    {"retry", read_retry, false},
    {"expect", read_elsewhere, false},
    {"output", read_output, false},
    {"tags", read_tags, false},
    {"http", read_http, false},
    {"body_base64", input_body_base64, false},
    {"body_file", input_body_file, false},
    {"form", input_body_form, false},
    {"multipart", input_multipart_read, false},
    {"connect_timeout", read_connect_timeout, false},
    {"retry_delay", read_retry_delay, false},
    {"max_redirs", read_max_redirs, false},
    {"follow", read_follow, false},
    {"insecure", read_insecure, false},
    {"resolve", read_resolve, false},
    {"connect_to", read_connect_to, false},
    {"cert", read_cert, false},
    {"key", read_key, false},
    {"sha256", read_elsewhere, false},
    {"priority", input_headers_priority, false},
    {"proxy", read_proxy, false},
    {"after", read_ids, true},
    {"capture", read_captures, true},
    {"trailers", input_headers_trailers, false},
    {"checksum", read_checksum, true},
    {"continue", read_continue, true},
    {NULL, NULL, false},
};

int input_table_find(const char *name, size_t len)
{
    for (int i = 0; input_table[i].name; i++) {
        const char *n = input_table[i].name;
        if (n[0] == name[0] && strncmp(n, name, len) == 0 && !n[len])
            return i;
    }
    return -1;
}

void input_table_near(const char *name, struct str *out)
{
    struct nearest n;
    nearest_begin(&n, name, strlen(name));
    for (size_t i = 0; input_table[i].name; i++)
        nearest_try(&n, input_table[i].name);
    nearest_add(&n, "", out);
}
