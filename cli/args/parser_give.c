#include "args/parser_give.h"

#include <assert.h>
#include <inttypes.h>
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "args/parser.h"
#include "base/number.h"
#include "core/base/str.h"
#include "core/quiver.h"

#define NS 1e9 /* a second */

/*
 * An option does its work at once, where it is read: data pieces, URLs and
 * outputs pair up in the order of the line.  But what a file of -K says must not
 * overrule what was typed before it.  So the option that is read does its work
 * in any case, which also tries its value, and one of a nearer layer that says
 * the same thing does its own again.
 */

static void *place(struct parser *p, const struct option *o)
{
    assert(o->has_at && p->scope[o->scope]);
    return (char *)p->scope[o->scope] + o->at;
}

static bool bad_number(struct parser *p, const struct option *o,
                       const char *arg)
{
    return parser_fail(
        p, "option --%s: '%.60s' is not a proper number%s", o->name, arg,
        o->kind == OPTION_SECONDS ? ": seconds, as 30 or 0.5" : "");
}

/* A bound as people write it. */
static void add_bound(struct str *out, const struct option *o, uint64_t value)
{
    if (o->kind == OPTION_SECONDS)
        str_printf(out, "%g", (double)value / NS);
    else
        str_printf(out, "%" PRIu64, value);
}

static bool out_of_bounds(struct parser *p, const struct option *o,
                          const char *arg)
{
    struct str text = {0};
    add_bound(&text, o, o->min);
    str_add_text(&text, " to ");
    add_bound(&text, o, o->max);
    if (o->has_none)
        str_add_text(&text, ", or 0 for none");
    bool fails = parser_fail(p, "option --%s: '%.60s' is not from %s", o->name,
                             arg, str_text(&text));
    str_fini(&text);
    return fails;
}

/* The number, when it is one and the row allows it. */
static bool read_number(struct parser *p, const struct option *o,
                        const char *arg, uint64_t *n)
{
    bool is_number = o->kind == OPTION_SECONDS ? number_seconds(arg, n)
                     : o->kind == OPTION_SIZE  ? number_size(arg, n)
                                               : number_parse(arg, UINT_MAX, n);
    if (!is_number)
        return bad_number(p, o, arg);
    if (o->has_none && *n == 0)
        *n = QV_NONE;
    else if (o->max && (*n < o->min || *n > o->max))
        return out_of_bounds(p, o, arg);
    return true;
}

static bool store_number(struct parser *p, const struct option *o,
                         const char *arg)
{
    uint64_t n;
    assert(arg);
    bool negative = arg[0] == '-';

    switch (o->kind) {
    case OPTION_NUMBER:
        if (!read_number(p, o, arg, &n))
            return false;
        *(unsigned *)place(p, o) = (unsigned)n;
        return true;
    case OPTION_INTEGER:
        if (!number_parse(arg + negative, negative ? 1 : INT_MAX, &n))
            return bad_number(p, o, arg);
        *(int *)place(p, o) = negative ? -(int)n : (int)n;
        return true;
    case OPTION_SECONDS:
    case OPTION_SIZE:
        if (!read_number(p, o, arg, &n))
            return false;
        *(uint64_t *)place(p, o) = n;
        return true;
    default:
        return false;
    }
}

static bool store_word(struct parser *p, const struct option *o,
                       const char *arg)
{
    if (arg == NULL)
        return false;
    for (int i = 0; o->words[i]; i++) {
        if (strcmp(o->words[i], arg) == 0) {
            *(int *)place(p, o) = o->value + i;
            return true;
        }
    }
    return parser_fail_word(p, o, arg, o->words);
}

static bool store(struct parser *p, const struct occurrence *g)
{
    const struct option *o = g->option;
    const char *arg = g->argument;
    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)place(p, o) = !g->is_negated;
        p->nbefore = g->place.nbefore;
        return o->call == NULL || o->call(p, o, NULL);
    case OPTION_BIT:
        if (g->is_negated)
            *(unsigned *)place(p, o) &= ~(unsigned)o->value;
        else
            *(unsigned *)place(p, o) |= (unsigned)o->value;
        return true;
    case OPTION_CHOICE:
        *(int *)place(p, o) = o->value;
        return true;
    case OPTION_STRING:
        *(const char **)place(p, o) = arg;
        return true;
    case OPTION_LIST:
        strings_add(place(p, o), arg);
        return true;
    case OPTION_WORD:
        return store_word(p, o, arg);
    case OPTION_CALL:
        return o->call(p, o, arg);
    case OPTION_NEXT:
        if (!p->on_next)
            return parser_fail(p, "option --next has no meaning here");
        p->on_next(p);
        return true;
    case OPTION_HELP:
        p->help = arg ? arg : "";
        return true;
    case OPTION_VERSION:
        p->wants_version = true;
        return true;
    case OPTION_NOTHING:
        return true;
    case OPTION_NUMBER:
    case OPTION_INTEGER:
    case OPTION_SECONDS:
    case OPTION_SIZE:
        return store_number(p, o, arg);
    }
    return false;
}

bool parser_again(struct parser *p, const struct occurrence *g)
{
    struct occurrences *given = p->given[g->option->scope];
    p->given[g->option->scope] = NULL;
    bool ok = store(p, g);
    p->given[g->option->scope] = given;
    return ok;
}

void parser_record(struct parser *p, const struct option *o, const char *arg)
{
    struct occurrence g = {.option = o, .argument = arg, .place = p->place};
    p->is_recorded = true;
    if (p->given[o->scope])
        occurrences_add(p->given[o->scope], &g);
}

/* May it stand where it was found? */
static bool check_place(struct parser *p, const struct option *o)
{
    if (p->place.layer != OCCURRENCE_LINE && o->where == WHERE_TYPED)
        return parser_fail(p, "option --%s belongs on the command line",
                           o->name);
    if (p->place.layer == OCCURRENCE_SECTION && o->kind != OPTION_NOTHING &&
        (o->scope != SCOPE_REQUEST || o->where != WHERE_ANY))
        return parser_fail(p,
                           "option --%s cannot depend on the origin: it has no "
                           "place in a section",
                           o->name);
    if (p->place.layer == OCCURRENCE_GLOBAL && o->where >= WHERE_NO_CONFIG)
        return parser_fail(p,
                           "option --%s belongs on the command line or in a "
                           "file of -K",
                           o->name);
    return true;
}

/* "~/" of files: no shell has looked at them. */
static const char *expand(struct parser *p, const struct option *o,
                          const char *arg)
{
    bool is_path = o->values == VALUES_FILE || o->values == VALUES_FOLDER;
    bool may_be_at = o->values == VALUES_DATA || o->values == VALUES_HEADER ||
                     o->values == VALUES_WRITE_OUT;
    const char *home = getenv("HOME");
    struct str t = {0};
    if (!p->place.file || !arg || !home)
        return arg;
    if (is_path && strncmp(arg, "~/", 2) == 0)
        str_printf(&t, "%s%s", home, arg + 1);
    else if (may_be_at && strncmp(arg, "@~/", 3) == 0)
        str_printf(&t, "@%s%s", home, arg + 2);
    else
        return arg;
    return strings_own(p->owned, str_take(&t));
}

bool parser_give(struct parser *p, const struct option *o, const char *arg,
                 bool is_negated)
{
    struct occurrences *list = p->given[o->scope];
    struct occurrence g = {
        .option = o,
        .argument = expand(p, o, arg),
        .is_negated = is_negated,
        .place = p->place,
    };
    p->is_recorded = false;
    if (o->not_empty && arg && !*arg)
        return parser_fail(p, "option --%s: its argument is empty", o->name);
    if (!check_place(p, o))
        return false;
    if (o->empty_is_none && arg && !*arg)
        return true;
    if (!store(p, &g))
        return false;
    if (!list)
        return true;
    const struct occurrence *nearer = occurrences_overruling(list, &g);
    if (nearer && !parser_again(p, nearer))
        return false;
    if (!p->is_recorded)
        occurrences_add(list, &g);
    return true;
}
