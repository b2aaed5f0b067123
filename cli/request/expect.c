#include "request/expect.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "base/redact.h"
#include "base/status_list.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"

/*
 * The body is searched as it comes, so that a needle is found in a body of any
 * size, and across the border of two pieces: of each piece's end as much is
 * kept as could be the start of the needle.
 */

struct field {
    struct span name;
    const char *value;
    enum expect_wish wish;
};

struct needle {
    const char *text;
    size_t len;
    struct seen {
        char *tail; /* the last bytes, fewer than len */
        size_t ntail;
        bool is_found;
    } seen, marked; /* by now, and at expect_mark() */
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

/* ---- what is expected ---- */

struct expect *expect_new(void)
{
    struct expect *e = xalloc_zeroed(1, sizeof *e);
    e->max_time = -1;
    return e;
}

bool expect_add_statuses(struct expect *e, const char *list)
{
    return status_list_parse(&e->status, list);
}

bool expect_add_status(struct expect *e, uint64_t status)
{
    return status_list_add(&e->status, status, status);
}

bool expect_has_status(const struct expect *e)
{
    return e->status.is_set;
}

void expect_add_field(struct expect *e, struct span name, enum expect_wish wish,
                      const char *value)
{
    e->fields =
        xalloc_room(e->fields, e->nfields, &e->fields_cap, sizeof *e->fields);
    e->fields[e->nfields++] =
        (struct field){.name = name, .value = value, .wish = wish};
}

void expect_set_max_time(struct expect *e, double seconds)
{
    e->max_time = seconds;
}

void expect_add_needle(struct expect *e, const char *text, size_t len)
{
    e->needles = xalloc_room(e->needles, e->nneedles, &e->needles_cap,
                             sizeof *e->needles);
    e->needles[e->nneedles++] =
        (struct needle){.text = text,
                        .len = len,
                        .seen.tail = xalloc_zeroed(len, 1),
                        .marked.tail = xalloc_zeroed(len, 1)};
}

bool expect_set_sha256(struct expect *e, const char *hex)
{
    if (strlen(hex) != 64)
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

void expect_free(struct expect *e)
{
    if (!e)
        return;
    for (size_t i = 0; i < e->nneedles; i++) {
        free(e->needles[i].seen.tail);
        free(e->needles[i].marked.tail);
    }
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
    size_t first = n->seen.ntail;
    for (size_t from = 0; from < first; from++) {
        size_t before = first - from;
        size_t rest = n->len - before;
        if (rest <= len && memcmp(n->seen.tail + from, n->text, before) == 0 &&
            memcmp(data, n->text + before, rest) == 0)
            return true;
    }
    return false;
}

static void keep_tail(struct needle *n, const char *data, size_t len)
{
    size_t max = n->len - 1;
    if (len >= max) {
        memcpy(n->seen.tail, data + len - max, max);
        n->seen.ntail = max;
        return;
    }
    size_t drop = n->seen.ntail + len > max ? n->seen.ntail + len - max : 0;
    memmove(n->seen.tail, n->seen.tail + drop, n->seen.ntail - drop);
    n->seen.ntail -= drop;
    memcpy(n->seen.tail + n->seen.ntail, data, len);
    n->seen.ntail += len;
}

void expect_body(struct expect *e, const void *data, size_t len)
{
    for (size_t i = 0; i < e->nneedles; i++) {
        struct needle *n = &e->needles[i];
        if (n->seen.is_found)
            continue;
        n->seen.is_found =
            crosses(n, data, len) || memmem(data, len, n->text, n->len) != NULL;
        if (!n->seen.is_found)
            keep_tail(n, data, len);
    }
}

void expect_restart(struct expect *e)
{
    for (size_t i = 0; i < e->nneedles; i++) {
        e->needles[i].seen.is_found = false;
        e->needles[i].seen.ntail = 0;
    }
}

static void copy_seen(struct seen *to, const struct seen *from)
{
    memcpy(to->tail, from->tail, from->ntail);
    to->ntail = from->ntail;
    to->is_found = from->is_found;
}

void expect_mark(struct expect *e)
{
    for (size_t i = 0; i < e->nneedles; i++)
        copy_seen(&e->needles[i].marked, &e->needles[i].seen);
}

void expect_back(struct expect *e)
{
    for (size_t i = 0; i < e->nneedles; i++)
        copy_seen(&e->needles[i].seen, &e->needles[i].marked);
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

struct verdict {
    struct str *names;
    struct str *told;
    bool is_bad;
};

__attribute__((format(printf, 3, 4))) static void
add_failed(struct verdict *v, const char *name, const char *format, ...)
{
    va_list args;
    v->is_bad = true;
    if (v->names->len)
        str_add_char(v->names, ',');
    json_quote(v->names, name);
    str_printf(v->told, "%s%s ", v->told->len ? "; " : "", name);
    va_start(args, format);
    str_vprintf(v->told, format, args);
    va_end(args);
}

/* All lines of the field together: a list in several lines is one list (RFC 9110
 * 5.3).  False: there is none, and *all is empty. */
static bool join_lines(const struct qv_result *r, struct span name,
                       struct str *all)
{
    bool is_there = false;
    for (size_t i = 0; i < r->nfields; i++) {
        if (!span_equal_nocase(span_str(r->fields[i].name), name))
            continue;
        str_printf(all, "%s%s", is_there ? ", " : "", r->fields[i].value);
        is_there = true;
    }
    return is_there;
}

/* One line of the field is the value that is wanted, or all together are. */
static bool has_value(const struct qv_result *r, const struct field *wanted,
                      const struct str *all)
{
    for (size_t i = 0; i < r->nfields; i++) {
        const struct qv_field *f = &r->fields[i];
        if (span_equal_nocase(span_str(f->name), wanted->name) &&
            is_same_list(f->value, wanted->value))
            return true;
    }
    return is_same_list(str_text(all), wanted->value);
}

/* value: NULL: it is missing. */
static void add_failed_field(struct verdict *v, const char *name,
                             const struct field *f, const struct str *value)
{
    if (!value)
        add_failed(v, name, "is missing");
    else if (redact_is_field((const char *)f->name.base, f->name.len))
        add_failed(v, name,
                   f->wish == EXPECT_ABSENT
                       ? "is there instead of none"
                       : "is not the one that was expected");
    else if (f->wish == EXPECT_ABSENT)
        add_failed(v, name, "is '%.60s' instead of none", str_text(value));
    else
        add_failed(v, name, "is '%.60s' instead of '%.60s'", str_text(value),
                   f->value);
}

static void check_field(const struct field *f, const struct qv_result *r,
                        struct verdict *v)
{
    struct str all = {0};
    struct str name = {0};
    bool is_there = join_lines(r, f->name, &all);
    bool is_good = f->wish == EXPECT_ABSENT ? !is_there : is_there;
    if (is_good && f->wish == EXPECT_EQUALS)
        is_good = has_value(r, f, &all);
    str_add_text(&name, "header.");
    str_add(&name, f->name);
    if (!is_good)
        add_failed_field(v, str_text(&name), f, is_there ? &all : NULL);
    str_fini(&name);
    str_fini(&all);
}

static void check_status(const struct expect *e, int status, struct verdict *v)
{
    struct str wanted = {0};
    if (!e->status.is_set || status_list_has(&e->status, status))
        return;
    status_list_write(&e->status, &wanted);
    add_failed(v, "status", "is %d instead of %.60s", status,
               str_text(&wanted));
    str_fini(&wanted);
}

/* One name for all of them. */
static void check_needles(const struct expect *e, struct verdict *v)
{
    for (size_t i = 0; i < e->nneedles; i++) {
        const struct needle *n = &e->needles[i];
        if (n->seen.is_found)
            continue;
        add_failed(v, "body_contains", "does not hold: '%.*s' is not there",
                   (int)(n->len < 60 ? n->len : 60), n->text);
        return;
    }
}

bool expect_check(const struct expect *e, const struct qv_result *result,
                  const char *sha256, struct str *failed, struct str *told)
{
    struct verdict v = {.names = failed, .told = told};
    check_status(e, result->response_code, &v);
    for (size_t i = 0; i < e->nfields; i++)
        check_field(&e->fields[i], result, &v);
    if (e->has_sha256 && (!sha256 || strcmp(sha256, e->sha256) != 0))
        add_failed(&v, "sha256", "is %s instead of %s",
                   sha256 ? sha256 : "not known", e->sha256);
    if (e->max_time >= 0 && result->time_total > e->max_time)
        add_failed(&v, "max_time", "is %.3f s instead of %.3f s at most",
                   result->time_total, e->max_time);
    check_needles(e, &v);
    return !v.is_bad;
}
