#include "args/variables.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "args/parser.h"
#include "args/variables_functions.h"
#include "base/whole_file.h"
#include "core/base/span.h"
#include "core/base/str.h"
#include "core/base/xalloc.h"

/*
 * What curl passes over with a warning (a name that is none, an assignment
 * without a value) is refused here: a request with a hole in it is not what
 * somebody meant.  What only looks like a variable within a text stays text, as
 * with curl: "{{" is common in templates and JSON.
 */

enum {
    NAME_MAX_LEN = 127 /* curl's */
};

struct variable {
    struct variable *next;
    struct str name;
    struct str value; /* any bytes */
};

static struct variable *all;

void variables_clear(void)
{
    while (all) {
        struct variable *v = all;
        all = v->next;
        str_fini(&v->name);
        str_fini(&v->value);
        free(v);
    }
}

static struct variable *find(struct span name)
{
    for (struct variable *v = all; v; v = v->next) {
        if (span_equal(str_span(&v->name), name))
            return v;
    }
    return NULL;
}

/* Takes the value over. */
static void put(struct span name, struct str *value)
{
    struct variable *v = find(name);
    if (!v) {
        v = xalloc_zeroed(1, sizeof *v);
        str_add(&v->name, name);
        v->next = all;
        all = v;
    }
    str_fini(&v->value);
    v->value = *value;
    *value = (struct str){0};
}

static size_t name_len(const char *text)
{
    return strspn(text, "abcdefghijklmnopqrstuvwxyz"
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_");
}

/* ---- setting ---- */

/* Bytes of a source: from the first to the last, both included. */
struct part {
    uint64_t from;
    uint64_t to; /* UINT64_MAX: to the end */
};

/* "[2-5]" or "[2-]"; *at moves behind it.  Without a bracket: all. */
static bool read_part(const char **at, struct part *part)
{
    char *end;
    *part = (struct part){.to = UINT64_MAX};
    if (**at != '[')
        return true;
    const char *digits = *at + 1;
    if (*digits < '0' || *digits > '9')
        return false;
    errno = 0;
    part->from = strtoull(digits, &end, 10);
    if (errno || *end++ != '-')
        return false;
    if (*end != ']') {
        if (*end < '0' || *end > '9')
            return false;
        part->to = strtoull(end, &end, 10);
    }
    if (errno || *end != ']' || part->from > part->to)
        return false;
    *at = end + 1;
    return true;
}

static void add_text(struct str *value, const char *text, struct part part)
{
    size_t len = strlen(text);
    if (part.from >= len)
        return;
    if (part.to >= len)
        part.to = len - 1;
    str_add(value, span_of(text + part.from, part.to - part.from + 1));
}

/* No more of a file is read than is wanted: it may be large. */
static bool add_file(struct parser *p, struct str *value, const char *path,
                     struct part part)
{
    return whole_file_read_part(value, path, part.from, part.to) ||
           parser_fail_read(p, path);
}

/* `from` is behind the name and the part. */
static bool read_value(struct parser *p, struct str *value, const char *from,
                       struct part part)
{
    if (*from == '@')
        return add_file(p, value, from + 1, part);
    add_text(value, from + 1, part);
    return true;
}

static const char *imported(struct span name)
{
    struct str text = {0};
    str_add(&text, name);
    const char *value = getenv(text.base);
    str_fini(&text);
    return value;
}

static bool fail_name(struct parser *p, const struct option *o, const char *arg)
{
    return parser_fail(p,
                       "option --%s: '%.60s' is not NAME=TEXT, NAME@FILE or "
                       "%%NAME",
                       o->name, arg);
}

bool variables_set(struct parser *p, const struct option *o, const char *arg)
{
    bool is_imported = arg[0] == '%';
    const char *at = arg + is_imported;
    struct span name = span_of(at, name_len(at));
    struct str value = {0};
    struct part part;
    /* Nothing of it depends on the origin, and a pipe is read but once. */
    p->is_recorded = true;
    at += name.len;
    if (!name.len || name.len > NAME_MAX_LEN)
        return fail_name(p, o, arg);
    if (!read_part(&at, &part))
        return parser_fail(p,
                           "option --%s: '%.60s': a part is [FIRST-LAST] or "
                           "[FIRST-]",
                           o->name, arg);
    const char *set = is_imported ? imported(name) : NULL;
    if (*at != '=' && *at != '@' && (*at || !is_imported))
        return fail_name(p, o, arg);
    if (!set && !*at)
        return parser_fail(p,
                           "option --%s: there is no %.60s in the environment",
                           o->name, arg + 1);
    if (set)
        add_text(&value, set, part);
    else if (!read_value(p, &value, at, part)) {
        str_fini(&value);
        return false;
    }
    put(name, &value);
    return true;
}

/* ---- expanding ---- */

/* A place for a variable, "{{name:function}}". */
struct slot {
    struct span name;
    struct span functions; /* with the colon of each */
    const char *end;       /* behind the braces */
};

/* False: `at` only begins like one. */
static bool read_slot(const char *at, struct slot *slot)
{
    const char *close = strstr(at, "}}");
    if (!close)
        return false;
    at += 2;
    slot->name = span_of(at, name_len(at));
    at += slot->name.len;
    slot->functions = span_of(at, (size_t)(close - at));
    slot->end = close + 2;
    return slot->name.len && slot->name.len <= NAME_MAX_LEN &&
           (at == close || *at == ':');
}

static bool fill(struct parser *p, struct str *out, const struct slot *slot)
{
    const struct variable *v = find(slot->name);
    struct str value = {0};
    struct span bad;
    bool ok = true;
    if (v)
        str_add(&value, str_span(&v->value));
    if (!variables_apply(&value, slot->functions, &bad))
        ok = parser_fail(p,
                         "{{%.*s%.*s}}: '%.*s' is no function; trim, json, "
                         "url, b64 and 64dec are",
                         SPAN_ARG(slot->name), SPAN_ARG(slot->functions),
                         SPAN_ARG(bad));
    else if (value.len && memchr(value.base, '\0', value.len))
        ok = parser_fail(p, "{{%.*s%.*s}} has a NUL in it; b64 would take it",
                         SPAN_ARG(slot->name), SPAN_ARG(slot->functions));
    else
        str_add(out, str_span(&value));
    str_fini(&value);
    return ok;
}

/* Takes over what stands at the next "{{", and moves behind it. */
static bool next_slot(struct parser *p, struct str *out, const char **text,
                      const char *braces)
{
    struct slot slot;
    if (braces > *text && braces[-1] == '\\') {
        str_add(out, span_of(*text, (size_t)(braces - 1 - *text)));
        str_add_text(out, "{{");
        *text = braces + 2;
        return true;
    }
    if (!read_slot(braces, &slot)) {
        str_add(out, span_of(*text, (size_t)(braces + 2 - *text)));
        *text = braces + 2;
        return true;
    }
    str_add(out, span_of(*text, (size_t)(braces - *text)));
    *text = slot.end;
    return fill(p, out, &slot);
}

char *variables_expand(struct parser *p, const char *text)
{
    struct str out = {0};
    const char *braces;
    while ((braces = strstr(text, "{{"))) {
        if (!next_slot(p, &out, &text, braces)) {
            str_fini(&out);
            return NULL;
        }
    }
    str_add_text(&out, text);
    return strings_own(p->owned, str_take(&out));
}
