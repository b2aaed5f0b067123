#include "args/unknown_option.h"

#include <string.h>

#include "args/command.h"
#include "args/curl_unsupported.h"
#include "args/option.h"
#include "args/other_tools.h"
#include "base/nearest.h"

/*
 * From the certain to the guessed: a name that another program has, or another
 * command, is what somebody has learned; only what nobody knows was mistyped.
 * What this command calls otherwise goes first: it can be typed here.
 * Our own names go before those of other commands, and before those of curl
 * that quiver lacks.
 */

enum {
    SHOWN_MAX = 80 /* of a name, as it was typed */
};

/* What was typed, and for which command. */
struct stranger {
    const struct command_line *line; /* NULL: for none */
    const struct option_group *const *groups;
    const char *shown; /* with its dashes */
    struct str *out;
};

/* ---- other commands ---- */

/* ws and config have the rows of channel and fetch. */
static bool is_first_with(const struct command *table, const struct command *c)
{
    for (; table != c; table++) {
        if (table->groups == c->groups)
            return false;
    }
    return true;
}

typedef const struct option *(*find_function)(
    const struct option_group *const *groups, const void *what);

static const struct option *by_name(const struct option_group *const *groups,
                                    const void *what)
{
    const struct span *name = what;
    return option_find(groups, (const char *)name->base, name->len);
}

static const struct option *by_letter(const struct option_group *const *groups,
                                      const void *what)
{
    return option_find_letter(groups, *(const char *)what);
}

/* "fetch, batch and channel": those that have it; how many. */
static size_t add_commands(const struct command_line *line, find_function find,
                           const void *what, struct str *out)
{
    const char *names[16];
    size_t n = 0;
    for (const struct command *c = line->table; c->name; c++) {
        if (n < sizeof names / sizeof names[0] &&
            is_first_with(line->table, c) && find(c->groups, what))
            names[n++] = c->name;
    }
    for (size_t i = 0; i < n; i++)
        str_printf(out, "%s%s",
                   !i           ? ""
                   : i + 1 == n ? " and "
                                : ", ",
                   names[i]);
    return n;
}

/* False: no command has it. */
static bool tell_elsewhere(const struct stranger *s, find_function find,
                           const void *what)
{
    struct str where = {0};
    bool is_there = s->line && add_commands(s->line, find, what, &where);
    if (is_there)
        str_printf(s->out, "option %s works with %s, not with %s", s->shown,
                   str_text(&where), s->line->command->name);
    str_fini(&where);
    return is_there;
}

/* ---- other programs ---- */

static bool tell_curl(const struct stranger *s, const char *name, size_t len)
{
    enum curl_unsupported f = curl_unsupported_find(name, len);
    if (f == UNSUPPORTED_UNKNOWN && len > 3 && strncmp(name, "no-", 3) == 0)
        f = curl_unsupported_find(name + 3, len - 3);
    if (f != UNSUPPORTED_UNKNOWN)
        str_printf(s->out, "option %s %s", s->shown, curl_unsupported_text(f));
    return f != UNSUPPORTED_UNKNOWN;
}

static bool tell_other_tool(const struct stranger *s, const char *name,
                            size_t len)
{
    const struct other_tools_option *o = other_tools_find(name, len);
    const struct option *ours =
        o ? option_find(s->groups, o->ours, strlen(o->ours)) : NULL;
    if (!ours)
        return false;
    str_printf(s->out, "option %s is %s; here it is ", s->shown, o->tool);
    if (ours->letter)
        str_printf(s->out, "-%c, ", ours->letter);
    str_printf(s->out, "--%s", o->ours);
    if (o->argument)
        str_printf(s->out, " %s", o->argument);
    return true;
}

/* ---- what was meant ---- */

static bool may_be_negated(const struct option *o)
{
    return o->kind == OPTION_FLAG || o->kind == OPTION_BIT;
}

static void try_groups(struct nearest *n,
                       const struct option_group *const *groups,
                       bool is_negated)
{
    for (; *groups; groups++) {
        for (size_t i = 0; i < (*groups)->len; i++) {
            const struct option *o = &(*groups)->options[i];
            if (!is_negated || may_be_negated(o))
                nearest_try(n, o->name);
        }
    }
}

/* False: nothing of another command is near. */
static bool add_meant_elsewhere(const struct stranger *s, struct nearest *n)
{
    const struct command *c = s->line ? s->line->table : NULL;
    for (; c && c->name; c++) {
        try_groups(n, c->groups, false);
        if (nearest_word(n)) {
            nearest_add(n, "--", s->out);
            str_printf(s->out, " (with %s)", c->name);
            return true;
        }
    }
    return false;
}

static void add_meant_in_curl(struct nearest *n, struct str *out)
{
    const char *name;
    for (size_t i = 0; (name = curl_unsupported_name(i)); i++)
        nearest_try(n, name);
    nearest_add(n, "--", out);
    if (nearest_word(n))
        str_add_text(out, " (curl's, which quiver does not have)");
}

static void add_meant(const struct stranger *s, const char *name, size_t len)
{
    struct nearest n;
    struct nearest negated;
    nearest_begin(&n, name, len);
    try_groups(&n, s->groups, false);
    if (len > 3 && strncmp(name, "no-", 3) == 0) {
        nearest_begin(&negated, name + 3, len - 3);
        try_groups(&negated, s->groups, true);
        if (nearest_is_nearer(&negated, &n)) {
            nearest_add(&negated, "--no-", s->out);
            return;
        }
    }
    if (nearest_word(&n))
        nearest_add(&n, "--", s->out);
    else if (!add_meant_elsewhere(s, &n))
        add_meant_in_curl(&n, s->out);
}

void unknown_option_tell(const struct command_line *line,
                         const struct option_group *const *groups,
                         const char *name, size_t len, struct str *out)
{
    const struct span whole = span_of(name, len);
    struct str shown = {0};
    str_add_text(&shown, "--");
    str_add(&shown, span_of(name, len < SHOWN_MAX ? len : SHOWN_MAX));
    const struct stranger s = {line, groups, str_text(&shown), out};
    if (!tell_curl(&s, name, len) && !tell_other_tool(&s, name, len) &&
        !tell_elsewhere(&s, by_name, &whole)) {
        str_printf(out, "option %s is unknown", s.shown);
        add_meant(&s, name, len);
    }
    str_fini(&shown);
}

/* "-retry": its first letters may be options, the word is one. */
static bool tell_one_dash(const struct stranger *s, const char *letters)
{
    size_t len = strcspn(letters, "=");
    if (len < 2 || !option_find(s->groups, letters, len))
        return false;
    str_printf(s->out, "option -%s is unknown; did you mean --%s?", letters,
               letters);
    return true;
}

void unknown_option_tell_letter(const struct command_line *line,
                                const struct option_group *const *groups,
                                const char *letters, char letter,
                                struct str *out)
{
    const char shown[3] = {'-', letter, '\0'};
    const struct stranger s = {line, groups, shown, out};
    const char *name;
    if (tell_one_dash(&s, letters))
        return;
    enum curl_unsupported f = curl_unsupported_find_letter(letter, &name);
    if (f != UNSUPPORTED_UNKNOWN)
        str_printf(out, "option -%c (--%s) %s", letter, name,
                   curl_unsupported_text(f));
    else if (letter <= ' ' || letter >= 127)
        str_printf(out, "option -\\x%02x is unknown", letter & 0xff);
    else if (!tell_elsewhere(&s, by_letter, &letter))
        str_printf(out, "option %s is unknown", shown);
}

/* ---- dashes ---- */

bool unknown_option_has_odd_dash(const char *operand)
{
    /* Hyphen to horizontal bar (U+2010 to U+2015), and minus (U+2212). */
    const unsigned char *o = (const unsigned char *)operand;
    if (o[0] != 0xe2)
        return false;
    return (o[1] == 0x80 && o[2] >= 0x90 && o[2] <= 0x95) ||
           (o[1] == 0x88 && o[2] == 0x92);
}
