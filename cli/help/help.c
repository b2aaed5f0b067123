#include "help/help.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "base/nearest.h"
#include "base/whole_file.h"
#include "core/quiver.h"
#include "help/help_index.h"
#include "help/help_manual.h"
#include "help/help_option.h"
#include "help/help_pages.h"
#include "help/help_wrap.h"
#include "terminal/complain.h"

enum {
    SCREEN_OPTIONS = 40, /* more than that do not fit a screen */
};

enum choice {
    CHOOSE_ALL,
    CHOOSE_IMPORTANT,
    CHOOSE_IMPORTANT_WITHOUT_TRANSFERS,
    CHOOSE_CATEGORY
};

static bool is_chosen(const struct option *o, enum choice by,
                      enum option_category category)
{
    switch (by) {
    case CHOOSE_ALL:
        return true;
    case CHOOSE_IMPORTANT:
        return o->important;
    case CHOOSE_IMPORTANT_WITHOUT_TRANSFERS:
        return o->important && !o->of_transfers;
    case CHOOSE_CATEGORY:
        return o->category == category;
    }
    return false;
}

static void add_rows(struct str *out, const struct option_group *const *groups,
                     enum choice by, enum option_category category)
{
    size_t n;
    const struct option **all = option_sorted(groups, &n);
    for (size_t i = 0; i < n; i++)
        if (is_chosen(all[i], by, category))
            help_option_add_row(out, all[i]);
    free(all);
}

/* Those that need no word of explanation share a line. */
static void add_commands(const struct command *table, struct str *out)
{
    struct str rest = {0};
    str_add_text(out, "Commands:\n");
    for (const struct command *c = table; c->name; c++) {
        if (c->text)
            str_printf(out, "  %-11s %s\n", c->name, c->summary);
        else
            str_printf(&rest, "%s%s", rest.len ? ", " : "  ", c->name);
    }
    str_printf(out, "%s\n", str_text(&rest));
    str_fini(&rest);
}

static void render_short(const struct command *table, struct str *out)
{
    str_add_text(out, "Usage: quiver [options] URL...\n"
                      "       quiver COMMAND [options] ...\n");
    add_commands(table, out);
    str_add_text(out, "Options used most:\n");
    add_rows(out, table->groups, CHOOSE_IMPORTANT, CATEGORY_COUNT);
    str_add_text(out, "More: quiver --help all, --help category, quiver help "
                      "COMMAND, man quiver\n");
}

static void render_all(const struct command *table, struct str *out)
{
    str_add_text(out, "Usage: quiver [options] URL...\n");
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

static void render_categories(const struct command *table, struct str *out)
{
    for (enum option_category c = 0; c < CATEGORY_COUNT; c++) {
        if (has_category(table, c))
            str_printf(out, " %-12s %s\n", option_category_name(c),
                       option_category_title(c));
    }
    str_add_text(out, " all          every option\n");
}

static bool render_category(const struct command *table, const char *name,
                            struct str *out)
{
    for (enum option_category c = 0; c < CATEGORY_COUNT; c++) {
        if (has_category(table, c) &&
            strcmp(option_category_name(c), name) == 0) {
            str_printf(out, "%s: %s\n", name, option_category_title(c));
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
static void add_options(struct str *out, const struct command *c)
{
    size_t n = count_options(c);
    if (n <= SCREEN_OPTIONS) {
        str_add_text(out, "\nOptions:\n");
        add_rows(out, c->groups, CHOOSE_ALL, CATEGORY_COUNT);
        return;
    }
    str_add_text(out, "\nOptions used most:\n");
    add_rows(out, c->groups,
             c->transfers ? CHOOSE_IMPORTANT
                          : CHOOSE_IMPORTANT_WITHOUT_TRANSFERS,
             CATEGORY_COUNT);
    str_printf(out, "All %zu: quiver %s --help all, man quiver-%s\n", n,
               c->name, c->name);
}

static bool render_command(const struct command *table, const char *name,
                           struct str *out)
{
    const struct command *c = command_find(table, name);
    if (!c)
        return false;
    str_printf(out, "Usage: quiver %s %s\n", c->name, c->synopsis);
    if (c->text) {
        str_add_char(out, '\n');
        help_wrap(out, c->text, 0);
    } else {
        str_printf(out, "       %s\n", c->summary);
    }
    add_options(out, c);
    return true;
}

/* False when there is no such subject. */
static bool render(const struct command *table, const char *subject,
                   struct str *out)
{
    if (!*subject) {
        render_short(table, out);
        return true;
    }
    if (strcmp(subject, "all") == 0) {
        render_all(table, out);
        return true;
    }
    if (strcmp(subject, "manual") == 0) {
        help_manual_render(table, out);
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

static int finish(struct str *out)
{
    bool ok = whole_file_write(out, STDOUT_FILENO);
    str_fini(out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

static void try_subjects(struct nearest *n, const struct command *table)
{
    const char *page;
    for (const struct command *c = table; c->name; c++)
        nearest_try(n, c->name);
    for (enum option_category c = 0; c < CATEGORY_COUNT; c++)
        nearest_try(n, option_category_name(c));
    for (size_t i = 0; (page = help_pages_subject(i)); i++)
        nearest_try(n, page);
}

static void try_options(struct nearest *n, const struct command *table)
{
    for (const struct command *c = table; c->name; c++) {
        for (size_t g = 0; c->groups && c->groups[g]; g++) {
            for (size_t i = 0; i < c->groups[g]->len; i++)
                nearest_try(n, c->groups[g]->options[i].name);
        }
    }
}

static void add_subjects(const struct command *table, struct str *out)
{
    str_add_text(out, "; there is: all, category, manual");
    for (const struct command *c = table; c->name; c++)
        str_printf(out, ", %s", c->name);
    help_pages_subjects(table, ", ", out);
}

static int complain(const struct command *table, const char *subject)
{
    struct str text = {0};
    struct nearest subjects;
    struct nearest options;
    nearest_begin(&subjects, subject, strlen(subject));
    nearest_begin(&options, subject, strlen(subject));
    try_subjects(&subjects, table);
    try_options(&options, table);
    str_printf(&text, "no help about '%.40s'", subject);
    if (nearest_is_nearer(&options, &subjects))
        nearest_add(&options, "--", &text);
    else if (nearest_word(&subjects))
        nearest_add(&subjects, "", &text);
    else
        add_subjects(table, &text);
    int status = complain_usage(text.base);
    str_fini(&text);
    return status;
}

/* A word that is no subject: an option's name, or what to look for. */
static bool find(const struct command *table, const char *const *words,
                 size_t n, struct str *out)
{
    struct str dashed = {0};
    bool is_option = false;
    if (n == 1) {
        str_printf(&dashed, "--%s", words[0]);
        is_option = help_option_render(table, NULL, dashed.base, out);
        str_fini(&dashed);
        if (is_option)
            str_add_char(out, '\n');
    }
    return help_index_render(table, words, n, out) || is_option;
}

int help_print(const struct command *table, const char *const *words, size_t n)
{
    static const char *const nothing[] = {""};
    struct str out = {0};
    const struct command *c;
    if (n == 0)
        return help_print(table, nothing, 1);
    if (n == 1 && words[0][0] == '-')
        return help_option_print(table, NULL, words[0]);
    c = command_find(table, words[0]);
    if (n == 2 && c && words[1][0] == '-')
        return help_option_print(table, c, words[1]);
    if ((n == 1 && render(table, words[0], &out)) ||
        find(table, words, n, &out))
        return finish(&out);
    str_fini(&out);
    return complain(table, words[0]);
}

int help_print_for(const struct command_line *line, const char *subject)
{
    const struct command *c = line->command;
    struct str out = {0};
    if (strcmp(subject, "manual") == 0) {
        help_manual_render(c, &out);
        return finish(&out);
    }
    if (subject[0] == '-')
        return help_option_print(line->table, c, subject);
    /* `quiver --help` is about the whole program. */
    if (c == line->table || strcmp(subject, "all") != 0) {
        if (!*subject && c != line->table)
            subject = c->name;
        return help_print(line->table, &subject, 1);
    }
    str_printf(&out, "Usage: quiver %s %s\n", c->name, c->synopsis);
    add_rows(&out, c->groups, CHOOSE_ALL, CATEGORY_COUNT);
    return finish(&out);
}
