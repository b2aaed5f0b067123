#include "help/completion_fish.h"

#include <stdlib.h>
#include <string.h>

#include "args/command.h"
#include "args/option.h"
#include "help/completion_words.h"

static void fish_text(struct str *out, const char *s)
{
    str_add_char(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            str_add_char(out, '\\');
        str_add_char(out, *s);
    }
    str_add_char(out, '\'');
}

static void fish_option(const struct command *table, struct str *out,
                        const struct option *o, const char *when)
{
    struct str values = {0};
    str_printf(out, "complete -c quiver -n '%s'", when);
    if (o->letter)
        str_printf(out, " -s '%c'", o->letter);
    str_printf(out, " -l %s", o->name);
    if (o->argument) {
        if (!o->may_lack_argument)
            str_add_text(out, " -x");
        if (completion_words_values(table, o->values, &values)) {
            str_add_text(out, " -a ");
            fish_text(out, values.base);
        } else if (o->values == VALUES_INTERFACE) {
            str_add_text(out, " -a '(ls /sys/class/net 2>/dev/null)'");
        } else if (o->values == VALUES_FILE || o->values == VALUES_DATA) {
            str_add_text(out, " -a '(__fish_complete_path)'");
        } else if (o->values == VALUES_FOLDER) {
            str_add_text(out, " -a '(__fish_complete_directories)'");
        }
    }
    str_add_text(out, " -d ");
    fish_text(out, o->brief);
    str_add_char(out, '\n');
    str_fini(&values);
}

static void fish_options(const struct command *table, struct str *out,
                         const struct command *c, const char *when)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);
    for (size_t i = 0; i < n; i++)
        fish_option(table, out, all[i], when);
    free(all);
}

static void fish_command(const struct command *table, struct str *out,
                         const struct command *c)
{
    struct str when = {0};
    str_printf(&when, "__fish_seen_subcommand_from %s", c->name);
    fish_options(table, out, c, when.base);
    str_fini(&when);
}

/* The second word is offered behind one of the first. */
static void fish_operands(struct str *out, const struct command *c)
{
    const char *seen = "__fish_seen_subcommand_from";
    if (c->words[0])
        str_printf(out,
                   "complete -c quiver -n '%s %s; and not %s %s' -a '%s'\n",
                   seen, c->name, seen, c->words[0], c->words[0]);
    if (c->words[1])
        str_printf(out, "complete -c quiver -n '%s %s; and %s %s' -a '%s'\n",
                   seen, c->name, seen, c->words[0], c->words[1]);
}

void completion_fish(const struct command *table, struct str *out)
{
    struct str others = {0};
    str_add_text(out, "# fish completion for quiver\n"
                      "# Made by `quiver completion fish`; do not edit.\n\n"
                      "complete -c quiver -f\n");
    for (const struct command *c = table; c->name; c++) {
        str_printf(out, "complete -c quiver -n __fish_use_subcommand -a %s -d ",
                   c->name);
        fish_text(out, c->summary);
        str_add_char(out, '\n');
    }
    for (const struct command *c = table; c->name; c++)
        fish_operands(out, c);
    str_add_text(out, "complete -c quiver -n '__fish_seen_subcommand_from "
                      "help' -a '");
    completion_words_subjects(table, out);
    str_add_text(out, "'\n");
    str_add_text(&others, "not __fish_seen_subcommand_from");
    /* help tells about the options of the default command. */
    for (const struct command *c = table + 1; c->name; c++) {
        if (strcmp(c->name, "help") != 0)
            str_printf(&others, " %s", c->name);
    }
    fish_options(table, out, table, others.base);
    str_fini(&others);
    for (const struct command *c = table + 1; c->text; c++)
        fish_command(table, out, c);
}
