#include "input/input_jsonl.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/json.h"
#include "core/base/header_line.h"
#include "core/base/xalloc.h"
#include "entry/expect_json.h"
#include "input/input_table.h"

/*
 * A line is copied into its entry and parsed there, in place: the strings of
 * the request are those of the line.  The values that yyjson makes are needed
 * only while the line is read; for lines of the usual size they go into one
 * block of memory that serves all of them.
 *
 * Numbers are kept as text, so that an id, a tag or a JSON body leaves as it
 * came: 1.10 stays 1.10, and 2^64 is no 1.8446744073709552e19.
 */
enum {
    SMALL_LINE = 8 * 1024,
    ID_MAX = 1024, /* of what find_id() looks for */
};

static const yyjson_read_flag flags =
    YYJSON_READ_INSITU | YYJSON_READ_NUMBER_AS_RAW;

struct input_jsonl {
    void *values; /* memory of a small line's */
    size_t values_len;
    struct str scratch;
    /* --defaults */
    yyjson_doc *defaults;
    yyjson_val *expect;
    yyjson_val *sha256;
};

/* What is read when the rest is known. */
struct later {
    yyjson_val *expect;
    yyjson_val *sha256;
};

struct input_jsonl *input_jsonl_new(void)
{
    struct input_jsonl *j = xalloc_zeroed(1, sizeof *j);
    j->values_len = yyjson_read_max_memory_usage(SMALL_LINE, flags);
    j->values = xalloc_zeroed(j->values_len, 1);
    return j;
}

void input_jsonl_free(struct input_jsonl *j)
{
    if (!j)
        return;
    yyjson_doc_free(j->defaults);
    str_fini(&j->scratch);
    free(j->values);
    free(j);
}

/* ---- the id ---- */

static bool needs_no_escape(const char *s, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)s[i] < ' ' || s[i] == '"' || s[i] == '\\')
            return false;
    }
    return true;
}

/* As JSON text again; what is wrong with it, or NULL. */
static const char *set_id(struct input_jsonl *j, struct entry *e, yyjson_val *v)
{
    const char *s = yyjson_get_str(v);
    size_t len = yyjson_get_len(v);
    char *id;
    if (yyjson_is_raw(v)) {
        e->id = entry_memory_copy(e, yyjson_get_raw(v), len);
        return NULL;
    }
    if (!s)
        return "expected a string or a number";
    if (memchr(s, '\0', len))
        return "a NUL cannot stand here";
    if (needs_no_escape(s, len)) {
        id = entry_memory_alloc(e, len + 3);
        id[0] = '"';
        memcpy(id + 1, s, len);
        id[len + 1] = '"';
        id[len + 2] = '\0';
    } else {
        str_clear(&j->scratch);
        json_quote(&j->scratch, s);
        id = entry_memory_copy(e, j->scratch.base, j->scratch.len);
    }
    e->id = id;
    return NULL;
}

/* Behind a string or a number at s; NULL when it does not end. */
static const char *end_of_value(const char *s, const char *end)
{
    if (s < end && *s == '"') {
        for (s++; s < end && *s != '"'; s++)
            s += *s == '\\';
        return s < end ? s + 1 : NULL;
    }
    while (s < end && *s && strchr("+-.0123456789eE", *s))
        s++;
    return s < end ? s : NULL;
}

static const char *skip_blanks(const char *s, const char *end)
{
    while (s < end && *s && strchr(" \t\r\n", *s))
        s++;
    return s;
}

void input_jsonl_find_id(struct input_jsonl *j, struct entry *e,
                         const char *line, size_t len)
{
    static const char key[] = "\"id\"";
    const size_t key_len = sizeof key - 1;
    const char *end = line + (len < ID_MAX ? len : ID_MAX);
    const char *s = skip_blanks(line, end);
    if (s == end || *s != '{')
        return;
    s = skip_blanks(s + 1, end);
    if ((size_t)(end - s) < key_len || memcmp(s, key, key_len) != 0)
        return;
    s = skip_blanks(s + key_len, end);
    if (s == end || *s != ':')
        return;
    s = skip_blanks(s + 1, end);
    const char *behind = end_of_value(s, end);
    if (!behind || behind == s)
        return;
    yyjson_doc *doc =
        yyjson_read(s, (size_t)(behind - s), YYJSON_READ_NUMBER_AS_RAW);
    if (doc) {
        (void)set_id(j, e, yyjson_doc_get_root(doc));
        yyjson_doc_free(doc);
    }
}

/* ---- expectations ---- */

/* expect_json() wants numbers, and the values lie one behind the other. */
static bool make_numbers(yyjson_val *v)
{
    yyjson_val *end = unsafe_yyjson_get_next(v);
    for (; v < end; v++) {
        if (yyjson_is_raw(v) &&
            !yyjson_read_number(yyjson_get_raw(v), v, 0, NULL, NULL))
            return false;
    }
    return true;
}

static bool read_expect(struct entry *e, yyjson_val *v)
{
    char message[120] = "";
    if (!make_numbers(v))
        return entry_fail(e, QV_EXIT_USAGE, "expect: a number is out of range");
    e->expect = expect_json(v, message, sizeof message);
    return e->expect || entry_fail(e, QV_EXIT_USAGE, "%s", message);
}

/* The field "sha256" beside "expect". */
static bool add_sha256(struct entry *e, yyjson_val *v)
{
    const char *hex = yyjson_get_str(v);
    if (!e->expect)
        e->expect = expect_new();
    return (hex && !memchr(hex, '\0', yyjson_get_len(v)) &&
            expect_set_sha256(e->expect, hex)) ||
           entry_fail(e, QV_EXIT_USAGE,
                      "sha256: expected 64 hexadecimal digits");
}

static bool read_later(struct entry *e, const struct later *l)
{
    return (!l->expect || read_expect(e, l->expect)) &&
           (!l->sha256 || add_sha256(e, l->sha256));
}

void input_jsonl_expect(struct input_jsonl *j, struct entry *e)
{
    struct later l = {.expect = j->expect, .sha256 = j->sha256};
    (void)read_later(e, &l);
}

/* ---- a line ---- */

struct reading {
    struct input_jsonl *j;
    struct input_fields fields;
    struct later later;
    uint64_t seen; /* fields of the table, a bit each */
    bool is_defaults;
};

static bool unknown_field(struct entry *e, const char *name)
{
    if (name[0] == 'x' && name[1] == '-')
        return true;
    struct str meant = {0};
    input_table_near(name, &meant);
    (void)entry_fail(e, QV_EXIT_USAGE, "unknown field \"%.60s\"%s", name,
                     str_text(&meant));
    str_fini(&meant);
    return false;
}

static bool read_field(struct reading *r, yyjson_val *key, yyjson_val *value)
{
    struct entry *e = r->fields.entry;
    const char *name = yyjson_get_str(key);
    int at = input_table_find(name, yyjson_get_len(key));
    const struct input_field *field = &input_table[at < 0 ? 0 : at];
    if (at < 0)
        return unknown_field(e, name);
    if (r->seen & (uint64_t)1 << at)
        return entry_fail(e, QV_EXIT_USAGE, "field \"%s\" is there twice",
                          field->name);
    r->seen |= (uint64_t)1 << at;
    if (r->is_defaults && field->is_line_only)
        return entry_fail(e, QV_EXIT_USAGE, "%s: has no default", field->name);
    if (strcmp(field->name, "expect") == 0)
        r->later.expect = value;
    else if (strcmp(field->name, "sha256") == 0)
        r->later.sha256 = value;
    r->fields.name = field->name;
    return field->read(&r->fields, value);
}

static bool read_fields(struct reading *r, yyjson_val *root)
{
    yyjson_obj_iter iter;
    yyjson_val *key;
    yyjson_obj_iter_init(root, &iter);
    while ((key = yyjson_obj_iter_next(&iter))) {
        if (!read_field(r, key, yyjson_obj_iter_get_val(key)))
            return false;
    }
    return true;
}

/* The line as values, the strings of which live as long as the entry.  pool:
 * NULL for malloc(). */
static yyjson_doc *parse(struct entry *e, const char *line, size_t len,
                         const yyjson_alc *pool)
{
    char *copy = entry_memory_alloc(e, len + YYJSON_PADDING_SIZE);
    yyjson_read_err error = {0};
    memcpy(copy, line, len);
    memset(copy + len, 0, YYJSON_PADDING_SIZE);
    yyjson_doc *doc = yyjson_read_opts(copy, len, flags, pool, &error);
    if (!doc)
        entry_fail(e, QV_EXIT_USAGE, "not JSON at byte %zu: %s", error.pos + 1,
                   error.msg);
    return doc;
}

static bool has_two_priorities(const struct entry_fields *a)
{
    for (size_t i = 0; a->priority && i < a->nheaders; i++) {
        if (header_line_is_named(a->headers[i], SPAN_LIT("priority")))
            return true;
    }
    return false;
}

static bool read_root(struct reading *r, yyjson_val *root)
{
    struct entry *e = r->fields.entry;
    const char *wrong = NULL;
    yyjson_val *id;
    if (!yyjson_is_obj(root))
        return entry_fail(e, QV_EXIT_USAGE, "expected a JSON object");
    id = r->is_defaults ? NULL : yyjson_obj_getn(root, "id", 2);
    if (id)
        wrong = set_id(r->j, e, id);
    if (wrong)
        return entry_fail(e, QV_EXIT_USAGE, "id: %s", wrong);
    if (!read_fields(r, root))
        return false;
    if (!r->is_defaults && !r->fields.ask->url)
        return entry_fail(e, QV_EXIT_USAGE, "url: is missing");
    if (has_two_priorities(r->fields.ask))
        return entry_fail(e, QV_EXIT_USAGE,
                          "priority: headers has one as well");
    return true;
}

void input_jsonl_read(struct input_jsonl *j, struct entry *e, const char *line,
                      size_t len)
{
    struct reading r = {
        .j = j,
        .fields = {.entry = e,
                   .ask = entry_memory_ask(e),
                   .scratch = &j->scratch},
        .later = {.expect = j->expect, .sha256 = j->sha256},
    };
    bool is_small = len <= SMALL_LINE;
    yyjson_alc pool;
    if (is_small)
        yyjson_alc_pool_init(&pool, j->values, j->values_len);
    yyjson_doc *doc = parse(e, line, len, is_small ? &pool : NULL);
    if (!doc) {
        input_jsonl_find_id(j, e, line, len);
        return;
    }
    if (read_root(&r, yyjson_doc_get_root(doc)))
        (void)read_later(e, &r.later);
    if (!is_small)
        yyjson_doc_free(doc);
}

bool input_jsonl_defaults(struct input_jsonl *j, struct entry *e,
                          const char *json)
{
    struct reading r = {
        .j = j,
        .fields = {.entry = e,
                   .ask = entry_memory_ask(e),
                   .scratch = &j->scratch},
        .is_defaults = true,
    };
    j->defaults = parse(e, json, strlen(json), NULL);
    if (!j->defaults)
        return false;
    if (!read_root(&r, yyjson_doc_get_root(j->defaults)) ||
        !read_later(e, &r.later))
        return false;
    j->expect = r.later.expect;
    j->sha256 = r.later.sha256;
    return true;
}
