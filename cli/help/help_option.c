#include "help/help_option.h"

#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "args/option.h"
#include "args/unknown_option.h"
#include "base/whole_file.h"
#include "core/quiver.h"
#include "help/help_manual.h"
#include "help/help_wrap.h"
#include "terminal/complain.h"

static const char indent[] = "       ";

enum {
    BRIEF_COLUMN = 34,
    KIN_MAX = 8 /* options of the same family that are named */
};

void help_option_add_row(struct str *out, const struct option *o)
{
    size_t start = out->len;
    if (o->letter)
        str_printf(out, " -%c, --%s", o->letter, o->name);
    else
        str_printf(out, "     --%s", o->name);
    help_manual_add_argument(out, o);
    size_t used = out->len - start;
    str_add_spaces(out, used < BRIEF_COLUMN ? BRIEF_COLUMN - used : 1);
    str_printf(out, " %s\n", o->brief);
}

/* ---- the rows of all commands ---- */

static bool has_row(const struct command *c, const struct option *o)
{
    for (size_t g = 0; c->groups[g]; g++) {
        const struct option_group *group = c->groups[g];
        if (o >= group->options && o < group->options + group->len)
            return true;
    }
    return false;
}

static bool is_first(const struct command *table, const struct command *c,
                     const struct option *o)
{
    for (; table != c; table++) {
        if (has_row(table, o))
            return false;
    }
    return true;
}

const struct option *help_option_next(const struct command *table,
                                      struct help_option_at *at,
                                      const struct command **command)
{
    for (; table[at->command].name; at->command++, at->group = 0) {
        const struct command *c = &table[at->command];
        for (; c->groups[at->group]; at->group++, at->row = 0) {
            const struct option_group *group = c->groups[at->group];
            while (at->row < group->len) {
                const struct option *o = &group->options[at->row++];
                if (!is_first(table, c, o) ||
                    option_find(c->groups, o->name, strlen(o->name)) != o)
                    continue;
                *command = c;
                return o;
            }
        }
    }
    return NULL;
}

/* ---- one of them ---- */

/* ws and config take what channel and fetch take. */
static bool is_alias(const struct command *table, const struct command *c)
{
    for (; table != c; table++) {
        if (table->groups == c->groups)
            return true;
    }
    return false;
}

static void add_commands(const struct command *table, const struct option *o,
                         struct str *out)
{
    bool any = false;
    str_printf(out, "%sWorks with: ", indent);
    for (const struct command *c = table; c->name; c++) {
        if (is_alias(table, c) ||
            option_find(c->groups, o->name, strlen(o->name)) != o)
            continue;
        str_printf(out, "%s%s", any ? ", " : "", c->name);
        any = true;
    }
    str_add_char(out, '\n');
}

static void add_place(const struct option *o, struct str *out)
{
    const char *where = "command line";
    if (o->where == WHERE_ANY && o->scope == SCOPE_REQUEST)
        where = "command line, configuration file, sections for origins";
    else if (o->where <= WHERE_NO_ORIGIN)
        where = "command line, configuration file outside of sections";
    else if (o->where == WHERE_NO_CONFIG)
        where = "command line, files of -K";
    str_printf(out, "%sMay stand in: %s\n", indent, where);
}

/* "proxy-user" is of the family "proxy". */
static size_t family_len(const char *name)
{
    return strcspn(name, "-.0123456789");
}

static void add_kin(const struct command *c, const struct option *o,
                    struct str *out)
{
    size_t len = family_len(o->name);
    size_t n = 0;
    for (size_t g = 0; c->groups[g] && len; g++) {
        for (size_t i = 0; i < c->groups[g]->len; i++) {
            const struct option *k = &c->groups[g]->options[i];
            if (strcmp(k->name, o->name) == 0 || n == KIN_MAX ||
                family_len(k->name) != len ||
                memcmp(k->name, o->name, len) != 0)
                continue;
            str_printf(out, "%s--%s", n ? ", " : "", k->name);
            n++;
        }
    }
}

static void add_option(const struct command *table, const struct command *c,
                       const struct option *o, struct str *out)
{
    struct str kin = {0};
    help_manual_add_option(out, o);
    str_printf(out, "%sCategory: %s; since %s\n", indent,
               option_category_name(o->category), o->since);
    add_commands(table, o, out);
    add_place(o, out);
    add_kin(c, o, &kin);
    if (kin.len) {
        struct str line = {0};
        str_printf(&line, "See also: %s", kin.base);
        help_wrap(out, line.base, sizeof indent - 1);
        str_fini(&line);
    }
    str_fini(&kin);
}

/* Of two rows of a command with one letter the first has it. */
static bool is_called(const struct command *c, const struct option *o,
                      const char *word)
{
    if (word[0] == '-' && word[1] != '-')
        return word[1] && !word[2] &&
               option_find_letter(c->groups, word[1]) == o;
    if (strncmp(word, "--", 2) == 0)
        word += 2;
    if (strcmp(o->name, word) == 0)
        return true;
    return strncmp(word, "no-", 3) == 0 && strcmp(o->name, word + 3) == 0 &&
           (o->kind == OPTION_FLAG || o->kind == OPTION_BIT);
}

bool help_option_render(const struct command *table,
                        const struct command *command, const char *word,
                        struct str *out)
{
    struct help_option_at at = {0};
    const struct command *first;
    const struct option *o;
    size_t before = out->len;
    while ((o = help_option_next(table, &at, &first))) {
        if ((command && !has_row(command, o)) ||
            !is_called(command ? command : first, o, word))
            continue;
        if (out->len > before)
            str_add_char(out, '\n');
        add_option(table, command ? command : first, o, out);
    }
    return out->len > before;
}

static int complain(const struct command *table, const struct command *command,
                    const char *word)
{
    const struct command_line line = {
        .command = command ? command : table,
        .table = table,
    };
    struct str text = {0};
    struct str more = {0};
    if (word[1] == '-')
        unknown_option_tell(&line, line.command->groups, word + 2,
                            strlen(word + 2), &text);
    else
        unknown_option_tell_letter(&line, line.command->groups, word + 1,
                                   word[1], &text);
    if (command && command != table)
        str_printf(&more, "quiver %s --help", command->name);
    int status = complain_usage_about(str_text(&text), str_text(&more));
    str_fini(&text);
    str_fini(&more);
    return status;
}

int help_option_print(const struct command *table,
                      const struct command *command, const char *word)
{
    struct str out = {0};
    /* What the command lacks may be another's. */
    if (!help_option_render(table, command, word, &out) &&
        !help_option_render(table, NULL, word, &out))
        return complain(table, command, word);
    bool ok = whole_file_write(&out, STDOUT_FILENO);
    str_fini(&out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}
