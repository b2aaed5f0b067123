#include "help/completion_fish.h"

#include <stdlib.h>

#include "args/command.h"
#include "args/option.h"
#include "help/completion_words.h"

static void fish_text(struct text *out, const char *s)
{
    text_putc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            text_putc(out, '\\');
        text_putc(out, *s);
    }
    text_putc(out, '\'');
}

static void fish_option(const struct command *table, struct text *out,
                        const struct option *o, const char *when)
{
    struct text values = {0};
    text_addf(out, "complete -c quiver -n '%s'", when);
    if (o->letter)
        text_addf(out, " -s '%c'", o->letter);
    text_addf(out, " -l %s", o->name);
    if (o->argument) {
        text_puts(out, " -x");
        if (completion_words_values(table, o->values, &values)) {
            text_puts(out, " -a ");
            fish_text(out, values.at);
        } else if (o->values == VALUES_FILE || o->values == VALUES_DATA) {
            text_puts(out, " -a '(__fish_complete_path)'");
        } else if (o->values == VALUES_FOLDER) {
            text_puts(out, " -a '(__fish_complete_directories)'");
        }
    }
    text_puts(out, " -d ");
    fish_text(out, o->brief);
    text_putc(out, '\n');
    text_fini(&values);
}

static void fish_options(const struct command *table, struct text *out,
                         const struct command *c, const char *when)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);
    for (size_t i = 0; i < n; i++)
        fish_option(table, out, all[i], when);
    free(all);
}

static void fish_command(const struct command *table, struct text *out,
                         const struct command *c)
{
    struct text when = {0};
    text_addf(&when, "__fish_seen_subcommand_from %s", c->name);
    fish_options(table, out, c, when.at);
    text_fini(&when);
}

void completion_fish(const struct command *table, struct text *out)
{
    struct text others = {0};
    text_puts(out, "# fish completion for quiver\n"
                   "# Made by `quiver completion fish`; do not edit.\n\n"
                   "complete -c quiver -f\n");
    for (const struct command *c = table; c->name; c++) {
        text_addf(out, "complete -c quiver -n __fish_use_subcommand -a %s -d ",
                  c->name);
        fish_text(out, c->summary);
        text_putc(out, '\n');
    }
    text_puts(out, "complete -c quiver -n '__fish_seen_subcommand_from "
                   "completion' -a 'bash zsh fish'\n"
                   "complete -c quiver -n '__fish_seen_subcommand_from "
                   "config' -a 'check show'\n"
                   "complete -c quiver -n '__fish_seen_subcommand_from help' "
                   "-a '");
    completion_words_subjects(table, out);
    text_puts(out, "'\n");
    text_puts(&others, "not __fish_seen_subcommand_from");
    for (const struct command *c = table + 1; c->name; c++)
        text_addf(&others, " %s", c->name);
    fish_options(table, out, table, others.at);
    text_fini(&others);
    for (const struct command *c = table + 1; c->text; c++)
        fish_command(table, out, c);
}
