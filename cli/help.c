#include "help.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "complain.h"
#include "core/quiver.h"
#include "help_pages.h"
#include "mdoc.h"
#include "options.h"
#include "parser.h"
#include "version.h"

enum {
    BRIEF_COLUMN = 34,
    SCREEN_OPTIONS = 40, /* more than that do not fit a screen */
};

static void add_row(struct text *out, const struct option *o)
{
    size_t start = out->len;
    size_t used;

    if (o->letter)
        text_addf(out, " -%c, --%s", o->letter, o->name);
    else
        text_addf(out, "     --%s", o->name);
    if (o->argument)
        text_addf(out, " %s", o->argument);
    used = out->len - start;
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

static void add_commands(struct text *out)
{
    text_puts(out, "Commands:\n");
    for (const struct command *c = command_table; c->name; c++)
        text_addf(out, "  %-11s %s\n", c->name, c->summary);
}

static void render_short(struct text *out)
{
    text_puts(out, "Usage: quiver [options] URL...\n"
                   "       quiver COMMAND [options] ...\n");
    add_commands(out);
    text_puts(out, "Options used most:\n");
    add_rows(out, options_fetch, CHOOSE_IMPORTANT, CATEGORY_COUNT);
    text_puts(out, "More: quiver --help all, --help category, quiver help "
                   "COMMAND, man quiver\n");
}

static void render_all(struct text *out)
{
    text_puts(out, "Usage: quiver [options] URL...\n");
    add_rows(out, options_fetch, CHOOSE_ALL, CATEGORY_COUNT);
}

/* Others are read with `quiver help COMMAND`. */
static bool is_of_fetch(int c)
{
    return c != CATEGORY_SERVE && c != CATEGORY_REPORT && c != CATEGORY_BATCH;
}

static void render_categories(struct text *out)
{
    for (int c = 0; c < CATEGORY_COUNT; c++) {
        if (is_of_fetch(c))
            text_addf(out, " %-12s %s\n", option_category_name(c),
                      option_category_title(c));
    }
    text_puts(out, " all          every option\n");
}

static bool render_category(struct text *out, const char *name)
{
    for (int c = 0; c < CATEGORY_COUNT; c++) {
        if (is_of_fetch(c) && !strcmp(option_category_name(c), name)) {
            text_addf(out, "%s: %s\n", name, option_category_title(c));
            add_rows(out, options_fetch, CHOOSE_CATEGORY, c);
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

static bool render_command(struct text *out, const char *name)
{
    const struct command *c = command_find(name);

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

bool help_render(struct text *out, const char *subject)
{
    if (!*subject) {
        render_short(out);
        return true;
    }
    if (!strcmp(subject, "all")) {
        render_all(out);
        return true;
    }
    if (!strcmp(subject, "category")) {
        render_categories(out);
        return true;
    }
    return help_pages_render(out, subject) || render_category(out, subject) ||
           render_command(out, subject);
}

static int finish(struct text *out)
{
    bool ok = text_write(out, STDOUT_FILENO);

    text_fini(out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

int help_print(const char *subject)
{
    struct text out = {0};

    if (!help_render(&out, subject)) {
        text_addf(&out, "no help about '%.40s'; there is: all, category",
                  subject);
        for (const struct command *c = command_table; c->name; c++)
            text_addf(&out, ", %s", c->name);
        help_pages_subjects(&out, ", ");
        complain_usage(out.at);
        text_fini(&out);
        return QV_EXIT_USAGE;
    }
    return finish(&out);
}

int help_print_for(const struct command *c, const char *subject)
{
    struct text out = {0};

    if (strcmp(subject, "all") != 0)
        return help_print(*subject ? subject : c->name);
    text_addf(&out, "Usage: quiver %s %s\n", c->name, c->synopsis);
    add_rows(&out, c->groups, CHOOSE_ALL, CATEGORY_COUNT);
    return finish(&out);
}

struct help_args {
    struct parser parser;
    const char *subjects[2];
    size_t n;
};

static bool on_subject(struct parser *p, const char *operand)
{
    struct help_args *a = p->scope[SCOPE_SESSION];

    if (a->n == 2)
        return parser_fail(p, "help explains one subject");
    a->subjects[a->n++] = operand;
    return true;
}

int help_main(const struct command *c, int argc, char **argv)
{
    struct help_args a = {
        .parser = {.command = c, .on_operand = on_subject},
        .subjects = {"", ""},
    };
    struct text page = {0};

    a.parser.scope[SCOPE_SESSION] = &a;
    if (!parser_run(&a.parser, argc, argv))
        return parser_complain(&a.parser);
    if (a.parser.wants_version)
        return version_print();
    if (a.parser.help)
        return help_print_for(c, a.parser.help);
    /* How the committed man pages are made. */
    if (!strcmp(a.subjects[0], "mdoc") && mdoc_render(&page, a.subjects[1]))
        return finish(&page);
    if (a.n == 2)
        return complain_usage("help explains one subject");
    return help_print(a.subjects[0]);
}
