#include "help/help.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "core/quiver.h"
#include "help/help_pages.h"
#include "terminal/complain.h"

enum {
    BRIEF_COLUMN = 34,
    SCREEN_OPTIONS = 40, /* more than that do not fit a screen */
};

static void add_row(struct text *out, const struct option *o)
{
    size_t start = out->len;
    if (o->letter)
        text_addf(out, " -%c, --%s", o->letter, o->name);
    else
        text_addf(out, "     --%s", o->name);
    if (o->argument)
        text_addf(out, " %s", o->argument);
    size_t used = out->len - start;
    text_spaces(out, used < BRIEF_COLUMN ? BRIEF_COLUMN - used : 1);
    text_addf(out, " %s\n", o->brief);
}

enum choice {
    CHOOSE_ALL,
    CHOOSE_IMPORTANT,
    CHOOSE_CATEGORY
};

static void add_rows(struct text *out, const struct option_group *const *groups,
                     enum choice by, enum option_category category)
{
    size_t n;
    const struct option **all = option_sorted(groups, &n);
    for (size_t i = 0; i < n; i++) {
        if (by == CHOOSE_ALL || (by == CHOOSE_IMPORTANT && all[i]->important) ||
            (by == CHOOSE_CATEGORY && all[i]->category == category))
            add_row(out, all[i]);
    }
    free(all);
}

static void add_commands(const struct command *table, struct text *out)
{
    text_puts(out, "Commands:\n");
    for (const struct command *c = table; c->name; c++)
        text_addf(out, "  %-11s %s\n", c->name, c->summary);
}

static void render_short(const struct command *table, struct text *out)
{
    text_puts(out, "Usage: quiver [options] URL...\n"
                   "       quiver COMMAND [options] ...\n");
    add_commands(table, out);
    text_puts(out, "Options used most:\n");
    add_rows(out, table->groups, CHOOSE_IMPORTANT, CATEGORY_COUNT);
    text_puts(out, "More: quiver --help all, --help category, quiver help "
                   "COMMAND, man quiver\n");
}

static void render_all(const struct command *table, struct text *out)
{
    text_puts(out, "Usage: quiver [options] URL...\n");
    add_rows(out, table->groups, CHOOSE_ALL, CATEGORY_COUNT);
}

/* Those of other commands are read with `quiver help COMMAND`. */
static bool has_category(const struct command *command,
                         enum option_category category)
{
    for (size_t g = 0; command->groups[g]; g++) {
        for (size_t i = 0; i < command->groups[g]->len; i++) {
            if (command->groups[g]->options[i].category == category)
                return true;
        }
    }
    return false;
}

static void render_categories(const struct command *table, struct text *out)
{
    for (enum option_category c = 0; c < CATEGORY_COUNT; c++) {
        if (has_category(table, c))
            text_addf(out, " %-12s %s\n", option_category_name(c),
                      option_category_title(c));
    }
    text_puts(out, " all          every option\n");
}

static bool render_category(const struct command *table, const char *name,
                            struct text *out)
{
    for (enum option_category c = 0; c < CATEGORY_COUNT; c++) {
        if (has_category(table, c) &&
            strcmp(option_category_name(c), name) == 0) {
            text_addf(out, "%s: %s\n", name, option_category_title(c));
            add_rows(out, table->groups, CHOOSE_CATEGORY, c);
            return true;
        }
    }
    return false;
}

static size_t count_options(const struct command *c)
{
    size_t n;
    free(option_sorted(c->groups, &n));
    return n;
}

/* A command with all of fetch's options shows those used most. */
static void add_options(struct text *out, const struct command *c)
{
    size_t n = count_options(c);
    if (n <= SCREEN_OPTIONS) {
        text_puts(out, "\nOptions:\n");
        add_rows(out, c->groups, CHOOSE_ALL, CATEGORY_COUNT);
        return;
    }
    text_puts(out, "\nOptions used most:\n");
    add_rows(out, c->groups, CHOOSE_IMPORTANT, CATEGORY_COUNT);
    text_addf(out, "All %zu: quiver %s --help all, man quiver-%s\n", n, c->name,
              c->name);
}

static bool render_command(const struct command *table, const char *name,
                           struct text *out)
{
    const struct command *c = command_find(table, name);
    if (!c)
        return false;
    text_addf(out, "Usage: quiver %s %s\n", c->name, c->synopsis);
    if (c->text) {
        text_putc(out, '\n');
        help_pages_wrap(out, c->text, "");
    } else {
        text_addf(out, "       %s\n", c->summary);
    }
    add_options(out, c);
    return true;
}

bool help_render(const struct command *table, const char *subject,
                 struct text *out)
{
    if (!*subject) {
        render_short(table, out);
        return true;
    }
    if (strcmp(subject, "all") == 0) {
        render_all(table, out);
        return true;
    }
    if (strcmp(subject, "category") == 0) {
        render_categories(table, out);
        return true;
    }
    return help_pages_render(out, subject) ||
           render_category(table, subject, out) ||
           render_command(table, subject, out);
}

static int finish(struct text *out)
{
    bool ok = text_write(out, STDOUT_FILENO);
    text_fini(out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

int help_print(const struct command *table, const char *subject)
{
    struct text out = {0};
    if (!help_render(table, subject, &out)) {
        text_addf(&out, "no help about '%.40s'; there is: all, category",
                  subject);
        for (const struct command *c = table; c->name; c++)
            text_addf(&out, ", %s", c->name);
        help_pages_subjects(table, ", ", &out);
        complain_usage(out.at);
        text_fini(&out);
        return QV_EXIT_USAGE;
    }
    return finish(&out);
}

int help_print_for(const struct command_line *line, const char *subject)
{
    const struct command *c = line->command;
    struct text out = {0};
    /* `quiver --help` is about the whole program. */
    if (c == line->table || strcmp(subject, "all") != 0)
        return help_print(line->table,
                          *subject || c == line->table ? subject : c->name);
    text_addf(&out, "Usage: quiver %s %s\n", c->name, c->synopsis);
    add_rows(&out, c->groups, CHOOSE_ALL, CATEGORY_COUNT);
    return finish(&out);
}
