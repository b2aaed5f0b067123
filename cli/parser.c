#include "parser.h"

#include <assert.h>
#include <limits.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "foreign.h"
#include "mem.h"
#include "number.h"
#include "text.h"

bool parser_fail(struct parser *p, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(p->error, sizeof(p->error), format, args);
    va_end(args);
    return false;
}

static bool takes_argument(const struct option *o)
{
    return o->argument && o->kind != OPTION_HELP;
}

static void *place(struct parser *p, const struct option *o)
{
    return (char *)p->scope[o->scope] + o->at;
}

static bool bad_number(struct parser *p, const struct option *o,
                       const char *arg)
{
    return parser_fail(p, "option --%s: '%.60s' is not a proper number",
                       o->name, arg);
}

static bool store_number(struct parser *p, const struct option *o,
                         const char *arg)
{
    uint64_t n;
    bool negative;

    assert(arg);
    negative = arg[0] == '-';

    switch (o->kind) {
    case OPTION_NUMBER:
        if (!number_parse(arg, UINT_MAX, &n))
            return bad_number(p, o, arg);
        *(unsigned *)place(p, o) = (unsigned)n;
        return true;
    case OPTION_INTEGER:
        if (!number_parse(arg + negative, INT_MAX, &n))
            return bad_number(p, o, arg);
        *(int *)place(p, o) = negative ? -(int)n : (int)n;
        return true;
    case OPTION_PORT:
        if (!number_parse(arg, UINT16_MAX, &n))
            return bad_number(p, o, arg);
        *(uint16_t *)place(p, o) = (uint16_t)n;
        return true;
    case OPTION_SECONDS:
        if (!number_seconds(arg, &n))
            return bad_number(p, o, arg);
        *(uint64_t *)place(p, o) = n;
        return true;
    case OPTION_SIZE:
        if (!number_size(arg, &n))
            return bad_number(p, o, arg);
        *(uint64_t *)place(p, o) = n;
        return true;
    default:
        return false;
    }
}

static bool store(struct parser *p, const struct given *g)
{
    const struct option *o = g->option;
    const char *arg = g->argument;

    switch (o->kind) {
    case OPTION_FLAG:
        *(bool *)place(p, o) = !g->is_negated;
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
    case OPTION_PORT:
    case OPTION_SECONDS:
    case OPTION_SIZE:
        return store_number(p, o, arg);
    }
    return false;
}

bool parser_again(struct parser *p, const struct given *g)
{
    struct givens *given = p->given[g->option->scope];
    bool ok;

    p->given[g->option->scope] = NULL;
    ok = store(p, g);
    p->given[g->option->scope] = given;
    return ok;
}

void parser_record(struct parser *p, const struct option *o, const char *arg)
{
    struct given g = {.option = o, .argument = arg, .place = p->place};

    p->is_recorded = true;
    if (p->given[o->scope])
        givens_add(p->given[o->scope], &g);
}

/* May it stand where it was found? */
static bool check_place(struct parser *p, const struct option *o)
{
    if (p->place.layer == GIVEN_SECTION && o->kind != OPTION_NOTHING &&
        (o->scope != SCOPE_OPERATION || o->where != WHERE_ANY))
        return parser_fail(p,
                           "option --%s cannot depend on the origin: it has no "
                           "place in a section",
                           o->name);
    if (p->place.layer == GIVEN_GLOBAL && o->where >= WHERE_NO_CONFIG)
        return parser_fail(p,
                           "option --%s belongs on the command line or in a "
                           "file of -K",
                           o->name);
    if (p->place.layer == GIVEN_FILE && o->where == WHERE_TYPED)
        return parser_fail(p, "option --%s belongs on the command line",
                           o->name);
    return true;
}

/* "~/" of files: no shell has looked at them. */
static const char *expand(struct parser *p, const struct option *o,
                          const char *arg)
{
    bool is_path = o->values == VALUES_FILE || o->values == VALUES_FOLDER;
    bool may_be_at = o->values == VALUES_DATA || o->values == VALUES_WRITE_OUT;
    const char *home = getenv("HOME");
    struct text t = {0};

    if (!p->place.file || !arg || !home)
        return arg;
    if (is_path && !strncmp(arg, "~/", 2))
        text_addf(&t, "%s%s", home, arg + 1);
    else if (may_be_at && !strncmp(arg, "@~/", 3))
        text_addf(&t, "@%s%s", home, arg + 2);
    else
        return arg;
    return strings_own(p->owned, text_take(&t));
}

/* Even what another layer overrules is tried first, so that a bad value is
 * found. */
static bool apply_given(struct parser *p, const struct option *o,
                        const char *arg, bool is_negated)
{
    struct givens *list = p->given[o->scope];
    struct given g = {
        .option = o,
        .argument = expand(p, o, arg),
        .is_negated = is_negated,
        .place = p->place,
    };
    const struct given *nearer;

    p->is_recorded = false;
    if (!check_place(p, o) || !store(p, &g))
        return false;
    if (!list)
        return true;
    nearer = givens_overruling(list, &g);
    if (nearer && !parser_again(p, nearer))
        return false;
    if (!p->is_recorded)
        givens_add(list, &g);
    return true;
}

static bool apply(struct parser *p, const struct option *o, const char *arg)
{
    return apply_given(p, o, arg, false);
}

/* A secret in argv would be shown to everybody by ps. */
static bool apply_secret(struct parser *p, const struct option *o, char *arg)
{
    char *copy = strings_own(p->owned, mem_string(arg));

    memset(arg, ' ', strlen(arg));
    return apply(p, o, copy);
}

static bool apply_argument(struct parser *p, const struct option *o, char *arg)
{
    return o->secret ? apply_secret(p, o, arg) : apply(p, o, arg);
}

static bool fail_foreign(struct parser *p, const char *name, size_t len)
{
    enum foreign f = foreign_find(name, len);

    if (f == FOREIGN_UNKNOWN && len > 3 && !strncmp(name, "no-", 3))
        f = foreign_find(name + 3, len - 3);
    return parser_fail(p, "option --%.*s %s", (int)(len < 80 ? len : 80), name,
                       foreign_text(f));
}

/* --no-X of a flag X, and --X of a flag called no-X. */
static bool apply_negated(struct parser *p, const char *name, size_t len)
{
    const struct option_group *const *groups = p->command->groups;
    const struct option *o = NULL;
    char full[64];

    if (len > 3 && !strncmp(name, "no-", 3)) {
        o = option_find(groups, name + 3, len - 3);
    } else if (len + 4 < sizeof(full)) {
        int n = snprintf(full, sizeof(full), "no-%.*s", (int)len, name);

        o = option_find(groups, full, (size_t)n);
    }
    if (o && o->kind == OPTION_NOTHING)
        return true;
    if (!o || o->kind != OPTION_FLAG)
        return fail_foreign(p, name, len);
    return apply_given(p, o, NULL, true);
}

/* What is left of the command line; `at` is the next argument. */
struct rest {
    char **argv;
    int argc;
    int at;
};

static char *next_argument(struct rest *r)
{
    return r->at < r->argc ? r->argv[r->at++] : NULL;
}

static bool long_option(struct parser *p, struct rest *r, char *name)
{
    char *value = strchr(name, '=');
    size_t len = value ? (size_t)(value - name) : strlen(name);
    const struct option *o = option_find(p->command->groups, name, len);

    if (!o) {
        if (value)
            return fail_foreign(p, name, len);
        return apply_negated(p, name, len);
    }
    if (value)
        value++;
    if (o->kind == OPTION_HELP)
        return apply(p, o, value ? value : next_argument(r));
    if (!takes_argument(o)) {
        if (value)
            return parser_fail(p, "option --%s takes no argument", o->name);
        return apply(p, o, NULL);
    }
    if (!value)
        value = next_argument(r);
    if (!value)
        return parser_fail(p, "option --%s requires %s", o->name, o->argument);
    return apply_argument(p, o, value);
}

static bool fail_letter(struct parser *p, char letter)
{
    const char *name;
    enum foreign f = foreign_find_letter(letter, &name);

    if (f != FOREIGN_UNKNOWN)
        return parser_fail(p, "option -%c (--%s) %s", letter, name,
                           foreign_text(f));
    if (letter > ' ' && letter < 127)
        return parser_fail(p, "option -%c is unknown", letter);
    return parser_fail(p, "option -\\x%02x is unknown", letter & 0xff);
}

static bool short_options(struct parser *p, struct rest *r, char *letters)
{
    const struct option_group *const *groups = p->command->groups;

    for (; *letters; letters++) {
        const struct option *o = option_find_letter(groups, *letters);
        char *value;

        if (!o)
            return fail_letter(p, *letters);
        if (o->kind == OPTION_HELP)
            return apply(p, o, next_argument(r));
        if (!takes_argument(o)) {
            if (!apply(p, o, NULL))
                return false;
            continue;
        }
        value = letters[1] ? letters + 1 : next_argument(r);
        if (!value)
            return parser_fail(p, "option -%c requires %s", *letters,
                               o->argument);
        return apply_argument(p, o, value);
    }
    return true;
}

bool parser_run(struct parser *p, int argc, char **argv)
{
    struct rest r = {.argv = argv, .argc = argc, .at = 1};
    bool options = true;
    char *arg;

    p->place = (struct given_place){.layer = GIVEN_LINE};
    while ((arg = next_argument(&r))) {
        bool ok;

        if (options && !strcmp(arg, "--")) {
            options = false;
            continue;
        }
        if (!options || arg[0] != '-' || !arg[1])
            ok = p->on_operand(p, arg);
        else if (arg[1] == '-')
            ok = long_option(p, &r, arg + 2);
        else
            ok = short_options(p, &r, arg + 1);
        if (!ok)
            return false;
        if (p->help || p->wants_version)
            return true;
    }
    return true;
}

bool parser_line(struct parser *p, char *option, char *argument)
{
    struct rest r = {.argv = &argument, .argc = argument != NULL};
    bool ok;

    if (option[0] != '-' || !option[1])
        ok = long_option(p, &r, option);
    else if (option[1] == '-')
        ok = long_option(p, &r, option + 2);
    else
        ok = short_options(p, &r, option + 1);
    /* A comment may follow an option that takes nothing. */
    if (ok && r.at < r.argc && *argument && *argument != '#')
        return parser_fail(p, "option %.80s takes no argument", option);
    return ok;
}

/* How many arguments follow the option in `arg`. */
static int arguments_of(const struct option_group *const *groups,
                        const char *arg)
{
    const struct option *o;

    if (arg[1] == '-') {
        if (strchr(arg, '='))
            return 0;
        o = option_find(groups, arg + 2, strlen(arg + 2));
        return o && takes_argument(o);
    }
    for (arg++; *arg; arg++) {
        o = option_find_letter(groups, *arg);
        if (o && takes_argument(o))
            return !arg[1];
    }
    return 0;
}

int parser_first_operand(const struct option_group *const *groups, int argc,
                         char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--"))
            return 0;
        if (argv[i][0] != '-' || !argv[i][1])
            return i;
        i += arguments_of(groups, argv[i]);
    }
    return 0;
}
