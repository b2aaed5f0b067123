#include "entry/expect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <yyjson.h>

#include "base/json.h"
#include "base/nearest.h"
#include "base/status_list.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"

/*
 * The body is searched as it comes, so that a needle is found in a body of any
 * size, and across the border of two pieces: of each piece's end as much is
 * kept as could be the start of the needle.
 */

enum field_wish {
    FIELD_PRESENT,
    FIELD_ABSENT,
    FIELD_EQUALS,
};

struct field {
    const char *name;
    const char *value;
    enum field_wish wish;
};

struct needle {
    const char *text;
    size_t len;
    char *tail; /* the last bytes, fewer than len */
    size_t ntail;
    bool is_found;
};

struct expect {
    struct status_list status;
    struct field *fields;
    size_t nfields;
    size_t fields_cap;
    struct needle *needles;
    size_t nneedles;
    size_t needles_cap;
    double max_time; /* s; < 0: any */
    bool has_sha256;
    char sha256[65];
};

struct complaint {
    char *text;
    size_t size;
};

static bool fail(const struct complaint *c, const char *text)
{
    (void)snprintf(c->text, c->size, "expect: %s", text);
    return false;
}

static struct expect *make(void)
{
    struct expect *e = xalloc_zeroed(1, sizeof *e);
    e->max_time = -1;
    return e;
}

/* Of the value, or of each in an array of them. */
static bool each_of(struct expect *e, yyjson_val *v,
                    bool (*take)(struct expect *e, yyjson_val *one))
{
    bool ok = true;
    size_t i;
    size_t n;
    yyjson_val *one;
    if (!yyjson_is_arr(v))
        return take(e, v);
    yyjson_arr_foreach(v, i, n, one) ok = ok && take(e, one);
    return ok;
}

/* ---- the members ---- */

static bool one_status(struct expect *e, yyjson_val *v)
{
    if (yyjson_is_str(v))
        return status_list_parse(&e->status, yyjson_get_str(v));
    return yyjson_is_uint(v) &&
           status_list_add(&e->status, yyjson_get_uint(v), yyjson_get_uint(v));
}

static bool take_status(struct expect *e, yyjson_val *v,
                        const struct complaint *c)
{
    return (each_of(e, v, one_status) && e->status.is_set) ||
           fail(c, "status must be as 200 or \"200-299,304\"");
}

static void add_field(struct expect *e, const char *name, enum field_wish wish,
                      const char *value)
{
    e->fields =
        xalloc_room(e->fields, e->nfields, &e->fields_cap, sizeof *e->fields);
    e->fields[e->nfields++] =
        (struct field){.name = name, .value = value, .wish = wish};
}

/* "etag", ["etag", "date"] or {"etag": true, "age": false, "via": "x"}. */
static bool take_header(struct expect *e, yyjson_val *v,
                        const struct complaint *c)
{
    bool ok = true;
    size_t i;
    size_t n;
    yyjson_val *key;
    yyjson_val *item;
    if (yyjson_is_str(v)) {
        add_field(e, yyjson_get_str(v), FIELD_PRESENT, NULL);
    } else if (yyjson_is_arr(v)) {
        yyjson_arr_foreach(v, i, n, item)
        {
            ok = ok && yyjson_is_str(item);
            if (ok)
                add_field(e, yyjson_get_str(item), FIELD_PRESENT, NULL);
        }
    } else if (yyjson_is_obj(v)) {
        yyjson_obj_foreach(v, i, n, key, item)
        {
            ok = ok && (yyjson_is_str(item) || yyjson_is_bool(item));
            if (ok)
                add_field(e, yyjson_get_str(key),
                          yyjson_is_str(item)    ? FIELD_EQUALS
                          : yyjson_is_true(item) ? FIELD_PRESENT
                                                 : FIELD_ABSENT,
                          yyjson_get_str(item));
        }
    } else {
        ok = false;
    }
    return ok || fail(c, "header must be a name, an array of names, or an "
                         "object of names with a value, true or false");
}

static bool take_max_time(struct expect *e, yyjson_val *v,
                          const struct complaint *c)
{
    if (!yyjson_is_num(v) || yyjson_get_num(v) < 0)
        return fail(c, "max_time must be seconds");
    e->max_time = yyjson_get_num(v);
    return true;
}

static bool add_needle(struct expect *e, yyjson_val *v)
{
    struct needle needle = {.text = yyjson_get_str(v),
                            .len = yyjson_get_len(v)};
    if (!yyjson_is_str(v) || !needle.len)
        return false;
    needle.tail = xalloc_zeroed(needle.len, 1);
    e->needles = xalloc_room(e->needles, e->nneedles, &e->needles_cap,
                             sizeof *e->needles);
    e->needles[e->nneedles++] = needle;
    return true;
}

static bool take_contains(struct expect *e, yyjson_val *v,
                          const struct complaint *c)
{
    return each_of(e, v, add_needle) ||
           fail(c, "body_contains must be a text or an array of them");
}

static bool set_sha256(struct expect *e, const char *hex)
{
    if (!hex || strlen(hex) != 64)
        return false;
    for (size_t i = 0; i < 64; i++) {
        char c = hex[i];
        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if ((c < '0' || c > '9') && (c < 'a' || c > 'f'))
            return false;
        e->sha256[i] = c;
    }
    e->has_sha256 = true;
    return true;
}

static bool take_sha256(struct expect *e, yyjson_val *v,
                        const struct complaint *c)
{
    return set_sha256(e, yyjson_get_str(v)) ||
           fail(c, "sha256 must be 64 hexadecimal digits");
}

static const struct {
    const char *name;
    bool (*take)(struct expect *e, yyjson_val *v, const struct complaint *c);
} members[] = {
    {"status", take_status},          {"header", take_header},
    {"sha256", take_sha256},          {"max_time", take_max_time},
    {"body_contains", take_contains},
};

static bool take_member(struct expect *e, const char *name, yyjson_val *v,
                        const struct complaint *c)
{
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (strcmp(members[i].name, name) == 0)
            return members[i].take(e, v, c);
    }
    if (strncmp(name, "x-", 2) == 0)
        return true;
    struct nearest n;
    struct str meant = {0};
    nearest_begin(&n, name, strlen(name));
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        nearest_try(&n, members[i].name);
    nearest_add(&n, "", &meant);
    (void)snprintf(c->text, c->size, "expect: unknown field \"%.60s\"%s", name,
                   str_text(&meant));
    str_fini(&meant);
    return false;
}

struct expect *expect_new(struct yyjson_val *value, char *message,
                          size_t message_size)
{
    struct complaint c = {message, message_size};
    bool ok = true;
    size_t i;
    size_t n;
    yyjson_val *key;
    yyjson_val *v;
    if (!yyjson_is_obj(value)) {
        fail(&c, "must be an object");
        return NULL;
    }
    struct expect *e = make();
    yyjson_obj_foreach(value, i, n, key, v) ok =
        ok && take_member(e, yyjson_get_str(key), v, &c);
    if (ok)
        return e;
    expect_free(e);
    return NULL;
}

bool expect_add_sha256(struct expect **e, const char *hex)
{
    if (!*e)
        *e = make();
    return set_sha256(*e, hex);
}

void expect_free(struct expect *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->nneedles; i++)
        free(e->needles[i].tail);
    free(e->needles);
    free(e->fields);
    free(e);
}

bool expect_wants_sha256(const struct expect *e)
{
    return e && e->has_sha256;
}

/* ---- the body ---- */

/* The needle's start in what came before, its rest in this piece? */
static bool crosses(const struct needle *n, const char *data, size_t len)
{
    size_t first = n->ntail;
    for (size_t from = 0; from < first; from++) {
        size_t before = first - from;
        size_t rest = n->len - before;
        if (rest <= len && memcmp(n->tail + from, n->text, before) == 0 &&
            memcmp(data, n->text + before, rest) == 0)
            return true;
    }
    return false;
}

static void keep_tail(struct needle *n, const char *data, size_t len)
{
    size_t max = n->len - 1;
    if (len >= max) {
        memcpy(n->tail, data + len - max, max);
        n->ntail = max;
        return;
    }
    size_t drop = n->ntail + len > max ? n->ntail + len - max : 0;
    memmove(n->tail, n->tail + drop, n->ntail - drop);
    n->ntail -= drop;
    memcpy(n->tail + n->ntail, data, len);
    n->ntail += len;
}

void expect_body(struct expect *e, const void *data, size_t len)
{
    for (size_t i = 0; i < e->nneedles; i++) {
        struct needle *n = &e->needles[i];
        if (n->is_found)
            continue;
        n->is_found =
            crosses(n, data, len) || memmem(data, len, n->text, n->len) != NULL;
        if (!n->is_found)
            keep_tail(n, data, len);
    }
}

void expect_restart(struct expect *e)
{
    for (size_t i = 0; i < e->nneedles; i++) {
        e->needles[i].is_found = false;
        e->needles[i].ntail = 0;
    }
}

/* ---- a field's value ---- */

/* Cuts the next element off a list, without the blanks around it; false: there
 * is none.  A comma between quotes is none that separates. */
static bool next_element(const char **rest, const char **element, size_t *len)
{
    bool is_quoted = false;
    const char *end;
    *rest += strspn(*rest, ", \t");
    for (end = *rest; *end && (is_quoted || *end != ','); end++) {
        if (is_quoted && *end == '\\' && end[1])
            end++;
        else if (*end == '"')
            is_quoted = !is_quoted;
    }
    *element = *rest;
    *rest = end;
    while (end > *element && strchr(" \t", end[-1]))
        end--;
    *len = (size_t)(end - *element);
    return *len > 0;
}

/* A value without a comma is a list of one. */
static bool is_same_list(const char *a, const char *b)
{
    const char *x;
    const char *y;
    size_t xlen;
    size_t ylen;
    for (;;) {
        bool has_x = next_element(&a, &x, &xlen);
        bool has_y = next_element(&b, &y, &ylen);
        if (!has_x || !has_y)
            return has_x == has_y;
        if (xlen != ylen || memcmp(x, y, xlen) != 0)
            return false;
    }
}

/* ---- the verdict ---- */

static void add_failed(struct str *failed, const char *name)
{
    if (failed->len)
        str_add_char(failed, ',');
    json_quote(failed, name);
}

/* One line of the field is the value that is wanted, or all its lines together
 * are: a list in several lines is one list (RFC 9110 5.3). */
static bool has_field(const struct qv_result *r, const struct field *wanted)
{
    struct str all = {0};
    bool is_there = false;
    bool is_good = false;
    for (size_t i = 0; i < r->nfields && !is_good; i++) {
        const struct qv_field *f = &r->fields[i];
        if (strcasecmp(f->name, wanted->name) != 0)
            continue;
        is_good = wanted->wish != FIELD_EQUALS ||
                  is_same_list(f->value, wanted->value);
        str_printf(&all, "%s%s", is_there ? ", " : "", f->value);
        is_there = true;
    }
    is_good =
        is_good || (is_there && is_same_list(str_text(&all), wanted->value));
    str_fini(&all);
    return is_good;
}

static void check_fields(const struct expect *e, const struct qv_result *r,
                         struct str *failed)
{
    for (size_t i = 0; i < e->nfields; i++) {
        const struct field *f = &e->fields[i];
        struct str name = {0};
        if (has_field(r, f) == (f->wish != FIELD_ABSENT))
            continue;
        str_printf(&name, "header.%s", f->name);
        add_failed(failed, name.base);
        str_fini(&name);
    }
}

static bool is_all_found(const struct expect *e)
{
    for (size_t i = 0; i < e->nneedles; i++) {
        if (!e->needles[i].is_found)
            return false;
    }
    return true;
}

bool expect_check(const struct expect *e, const struct qv_result *result,
                  const char *sha256, struct str *failed)
{
    size_t before = failed->len;
    if (e->status.is_set && !status_list_has(&e->status, result->response_code))
        add_failed(failed, "status");
    check_fields(e, result, failed);
    if (e->has_sha256 && (!sha256 || strcmp(sha256, e->sha256) != 0))
        add_failed(failed, "sha256");
    if (e->max_time >= 0 && result->time_total > e->max_time)
        add_failed(failed, "max_time");
    if (!is_all_found(e))
        add_failed(failed, "body_contains");
    return failed->len == before;
}
