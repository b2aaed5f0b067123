#include "args/parser.h"

#include <assert.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "args/command.h"
#include "args/parser_give.h"
#include "args/unknown_option.h"
#include "args/variables.h"
#include "base/nearest.h"
#include "core/base/xalloc.h"
#include "core/quiver.h"
#include "hints/hint.h"
#include "hints/hints.h"
#include "terminal/complain.h"

bool parser_fail(struct parser *p, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(p->error, sizeof p->error, format, args);
    va_end(args);
    p->status = QV_EXIT_USAGE;
    return false;
}

bool parser_fail_read(struct parser *p, const char *path)
{
    (void)parser_fail(p, "cannot read %.100s: %s", path, strerror(errno));
    p->status = QV_EXIT_READ;
    return false;
}

bool parser_fail_word(struct parser *p, const struct option *o, const char *arg,
                      const char *const *words)
{
    struct str text = {0};
    struct nearest n;
    nearest_begin(&n, arg, strlen(arg));
    nearest_try_all(&n, words);
    for (size_t i = 0; words[i]; i++)
        str_printf(&text, "%s%s", i ? ", " : "", words[i]);
    nearest_add(&n, "", &text);
    (void)parser_fail(p, "option --%s: '%.60s' is none of %s", o->name, arg,
                      str_text(&text));
    str_fini(&text);
    return false;
}

bool parser_choose(struct parser *p, const struct option *o, const char *arg,
                   const struct parser_word *words, int *value)
{
    const char *names[PARSER_WORDS_MAX + 1] = {NULL};
    for (size_t i = 0; words[i].name; i++) {
        assert(i < PARSER_WORDS_MAX);
        names[i] = words[i].name;
        if (strcmp(words[i].name, arg) == 0) {
            *value = words[i].value;
            return true;
        }
    }
    return parser_fail_word(p, o, arg, names);
}

/* Where more is told about what was wrong. */
static void add_subject(const struct parser *p, struct str *out)
{
    const struct command_line *line = p->line;
    bool is_default = !line || line->command == line->table;
    if (p->about)
        str_printf(out, "quiver help %s%s--%s",
                   is_default ? "" : line->command->name, is_default ? "" : " ",
                   p->about->name);
    else if (!is_default)
        str_printf(out, "quiver %s --help", line->command->name);
}

int parser_complain(const struct parser *p)
{
    struct str subject = {0};
    if (p->status == QV_EXIT_USAGE) {
        add_subject(p, &subject);
        complain_usage_about(p->error, str_text(&subject));
        str_fini(&subject);
        return QV_EXIT_USAGE;
    }
    complain_error(p->status, NULL, p->error);
    hints_tell(&(struct hint_facts){.status = p->status,
                                    .name = "",
                                    .text = p->error,
                                    .typed = "",
                                    .scheme = "",
                                    .host = ""});
    return p->status;
}

/* More about the option is told where its help is. */
static bool blame(struct parser *p, const struct option *o)
{
    p->about = o;
    return false;
}

static bool takes_argument(const struct option *o)
{
    return o->argument && o->kind != OPTION_HELP;
}

static bool apply(struct parser *p, const struct option *o, const char *arg)
{
    return parser_give(p, o, arg, false) || blame(p, o);
}

static bool fail_missing(struct parser *p, const struct option *o,
                         const char *before, const char *name)
{
    (void)parser_fail(p, "option %s%s requires %s", before, name, o->argument);
    return blame(p, o);
}

/* A secret in argv would be shown to everybody by ps. */
static bool apply_secret(struct parser *p, const struct option *o, char *arg)
{
    char *copy = strings_own(p->owned, xalloc_string(arg));
    memset(arg, ' ', strlen(arg));
    return apply(p, o, copy);
}

static bool apply_expanded(struct parser *p, const struct option *o, char *arg)
{
    const char *text = variables_expand(p, arg);
    if (o->secret)
        memset(arg, ' ', strlen(arg));
    return text && apply(p, o, text);
}

static bool apply_argument(struct parser *p, const struct option *o, char *arg)
{
    return o->secret ? apply_secret(p, o, arg) : apply(p, o, arg);
}

/* "expand-NAME": the option NAME, with variables in its argument. */
static const char expanding[] = "expand-";

static bool is_expanding(const char *name)
{
    return strncmp(name, expanding, sizeof expanding - 1) == 0;
}

/* Ends the text's life as p->error. */
static bool fail_text(struct parser *p, struct str *text)
{
    (void)parser_fail(p, "%s", str_text(text));
    str_fini(text);
    return false;
}

static bool fail_unknown(struct parser *p, const char *name, size_t len)
{
    struct str text = {0};
    unknown_option_tell(p->line, p->groups, name, len, &text);
    return fail_text(p, &text);
}

static bool fail_letter(struct parser *p, const char *letters, char letter)
{
    struct str text = {0};
    unknown_option_tell_letter(p->line, p->groups, letters, letter, &text);
    return fail_text(p, &text);
}

/* --no-X of a flag X, and --X of a flag called no-X. */
static bool apply_negated(struct parser *p, const char *name, size_t len)
{
    const struct option_group *const *groups = p->groups;
    const struct option *o = NULL;
    char full[64];
    if (len > 3 && strncmp(name, "no-", 3) == 0) {
        o = option_find(groups, name + 3, len - 3);
    } else if (len + 4 < sizeof full) {
        int n = snprintf(full, sizeof full, "no-%.*s", (int)len, name);
        o = option_find(groups, full, (size_t)n);
    }
    if (o && o->kind == OPTION_NOTHING)
        return true;
    if (!o || (o->kind != OPTION_FLAG && o->kind != OPTION_BIT))
        return fail_unknown(p, name, len);
    return parser_give(p, o, NULL, true);
}

/* What is left of the command line; `at` is the next argument. */
struct rest {
    char **argv;
    int argc;
    int at;
    bool is_line; /* of a file: an argument belongs to the option */
};

static char *next_argument(struct rest *r)
{
    return r->at < r->argc ? r->argv[r->at++] : NULL;
}

/* Its argument may not be left out: there would be nothing to expand. */
static bool expanding_option(struct parser *p, struct rest *r, char *name)
{
    char *value = strchr(name, '=');
    size_t len = value ? (size_t)(value - name) : strlen(name);
    const struct option *o = option_find(p->groups, name, len);
    if (!o)
        return fail_unknown(p, name, len);
    if (!takes_argument(o))
        return parser_fail(p, "option --%s takes no argument to expand",
                           o->name);
    value = value ? value + 1 : next_argument(r);
    if (!value)
        return fail_missing(p, o, "--expand-", o->name);
    return apply_expanded(p, o, value);
}

static bool long_option(struct parser *p, struct rest *r, char *name)
{
    if (is_expanding(name))
        return expanding_option(p, r, name + sizeof expanding - 1);
    char *value = strchr(name, '=');
    size_t len = value ? (size_t)(value - name) : strlen(name);
    const struct option *o = option_find(p->groups, name, len);
    if (!o) {
        if (value)
            return fail_unknown(p, name, len);
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
    if (!value && (!o->may_lack_argument || r->is_line))
        value = next_argument(r);
    if (!value && o->may_lack_argument)
        return apply(p, o, NULL);
    if (!value)
        return fail_missing(p, o, "--", o->name);
    return apply_argument(p, o, value);
}

/* How often the letter at `at` has stood in this argument before. */
static unsigned nbefore(const char *letters, const char *at)
{
    unsigned n = 0;
    for (const char *c = letters; c < at; c++)
        n += *c == *at;
    return n;
}

static bool short_options(struct parser *p, struct rest *r, char *letters)
{
    const struct option_group *const *groups = p->groups;
    const char *first = letters;
    for (; *letters; letters++) {
        const struct option *o = option_find_letter(groups, *letters);
        char *value;
        if (!o)
            return fail_letter(p, first, *letters);
        if (o->kind == OPTION_HELP)
            return apply(p, o, next_argument(r));
        if (!takes_argument(o)) {
            p->place.nbefore = nbefore(first, letters);
            bool ok = apply(p, o, NULL);
            p->place.nbefore = 0;
            if (!ok)
                return false;
            continue;
        }
        value = letters[1] ? letters + 1 : next_argument(r);
        if (!value)
            return fail_missing(p, o, "-", (char[]){*letters, '\0'});
        return apply_argument(p, o, value);
    }
    return true;
}

const struct option *parser_stray(const struct parser *p)
{
    for (size_t g = 0; p->groups[g]; g++) {
        for (size_t i = 0; i < p->groups[g]->len; i++) {
            const struct option *o = &p->groups[g]->options[i];
            if (o->scope != SCOPE_NONE && !p->scope[o->scope])
                return o;
        }
    }
    return NULL;
}

/* A dash of a text processor: nobody has a host or a file of that name without
 * knowing it. */
static bool give_operand(struct parser *p, const char *operand, bool options)
{
    if (options && unknown_option_has_odd_dash(operand))
        return parser_fail(p,
                           "'%.60s' begins with a typographic dash (%.3s): "
                           "type '-' for an option, or '--' before it",
                           operand, operand);
    return p->on_operand(p, operand);
}

bool parser_run(struct parser *p, int argc, char **argv)
{
    struct rest r = {.argv = argv, .argc = argc, .at = 1};
    bool options = true;
    char *arg;
    assert(!parser_stray(p));
    p->place = (struct occurrence_place){.layer = OCCURRENCE_LINE};
    while ((arg = next_argument(&r))) {
        bool ok;
        if (options && strcmp(arg, "--") == 0) {
            options = false;
            continue;
        }
        if (!options || arg[0] != '-' || !arg[1])
            ok = give_operand(p, arg, options);
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
    struct rest r = {
        .argv = &argument, .argc = argument != NULL, .is_line = true};
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
        const char *name = arg + 2;
        bool expands = is_expanding(name);
        if (strchr(arg, '='))
            return 0;
        name += expands ? sizeof expanding - 1 : 0;
        o = option_find(groups, name, strlen(name));
        return o && takes_argument(o) && (expands || !o->may_lack_argument);
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
        if (strcmp(argv[i], "--") == 0)
            return 0;
        if (argv[i][0] != '-' || !argv[i][1])
            return i;
        i += arguments_of(groups, argv[i]);
    }
    return 0;
}
