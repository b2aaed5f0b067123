#include "input/input_group.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args/curlrc.h"
#include "args/parser.h"
#include "config/options_config.h"
#include "core/base/xalloc.h"
#include "entry/entry_memory.h"
#include "input/input_notes.h"
#include "request/cmdline_finish.h"

/*
 * Every line goes through the parser of the command line, with the rows of
 * `fetch`.  Options about a whole run have a command line of the group's own to
 * write into, where nobody looks for them: a configuration made for curl has
 * its `silent` and `parallel`, and they do no harm.
 */

/* These would do something at once. */
static const char *const refused[] = {"config",  "stderr",  "help", "version",
                                      "as-curl", "dry-run", "items"};

/* What the defaults were given counts for other origins too. */
static void begin_with(struct operation *op, const struct operation *defaults)
{
    cmdline_copy_operation(op, defaults);
    for (size_t i = 0; i < defaults->given.len; i++)
        occurrences_add(&op->given, &defaults->given.at[i]);
}

struct input_group *input_group_new(const struct operation *defaults)
{
    struct input_group *g = xalloc_zeroed(1, sizeof *g);
    g->cmdline = cmdline_new();
    g->cmdline->is_batch = true;
    g->op = g->cmdline->first;
    g->nrefs = 1;
    if (defaults)
        begin_with(g->op, defaults);
    return g;
}

void input_group_ref(struct input_group *g)
{
    g->nrefs++;
}

void input_group_unref(struct input_group *g)
{
    if (!g || --g->nrefs)
        return;
    if (g->pool)
        entry_memory_forget(g->pool, g->op);
    if (g->on_gone)
        g->on_gone(g->user, g->op);
    cmdline_free(g->cmdline);
    free(g->lines);
    free(g);
}

void input_group_fail(struct input_group *g, uint64_t line, const char *message)
{
    if (!g->first_line)
        g->first_line = line;
    if (g->bad_line)
        return;
    g->bad_line = line;
    (void)snprintf(g->message, sizeof g->message, "%s", message);
}

static const char *bare(const char *option)
{
    return option + strspn(option, "-");
}

static bool is_next(const char *option)
{
    return strcmp(bare(option), "next") == 0 || strcmp(option, "-:") == 0;
}

static const struct option *find(const char *option)
{
    const char *name = bare(option);
    if (option[0] == '-' && option[1] != '-')
        return option_find_letter(options_fetch, *name);
    return option_find(options_fetch, name, strlen(name));
}

static bool is_refused(const struct option *o)
{
    for (size_t i = 0; o && i < sizeof refused / sizeof *refused; i++) {
        if (strcmp(o->name, refused[i]) == 0)
            return true;
    }
    return false;
}

/* As if it came later on the command line than what the group began with.
 * What concerns a target or the body is never made again for another origin,
 * so no record of it is needed; a group may have many of them. */
static bool give(struct input_group *g, struct curlrc_line *l, char *error,
                 size_t size)
{
    struct parser p = {
        .groups = options_fetch,
        .scope = {[SCOPE_SESSION] = g->cmdline,
                  [SCOPE_OPERATION] = g->op,
                  [SCOPE_REQUEST] = &g->op->how},
        .owned = &g->cmdline->owned,
        .given = {[SCOPE_REQUEST] = &g->op->given},
        .place = {.layer = OCCURRENCE_LINE},
    };
    if (parser_line(&p, l->option, l->argument))
        return true;
    (void)snprintf(error, size, "%s", p.error);
    return false;
}

static void note_url(struct input_group *g, uint64_t line)
{
    g->lines =
        xalloc_room(g->lines, g->nlines, &g->lines_cap, sizeof *g->lines);
    g->lines[g->nlines++] = line;
}

bool input_group_line(struct input_group *g, const char *line, size_t len,
                      uint64_t number, struct input_notes *notes)
{
    struct curlrc_line l;
    char error[sizeof g->message];
    size_t blank = 0;
    while (blank < len && line[blank] && strchr(" \t\v\f\r", line[blank]))
        blank++;
    if (blank == len || line[blank] == '#')
        return false;
    if (memchr(line, '\0', len)) {
        input_group_fail(g, number, "a NUL in it");
        return false;
    }
    curlrc_line(&l, strings_own(&g->cmdline->owned, xalloc_copy(line, len)));
    if (!l.option)
        return false;
    if (l.flaw)
        input_notes_line(notes, number, l.flaw);
    if (is_next(l.option))
        return true;
    if (!g->first_line)
        g->first_line = number;
    const struct option *o = find(l.option);
    if (is_refused(o)) {
        (void)snprintf(error, sizeof error, "option %.60s has no place here",
                       l.option);
        input_group_fail(g, number, error);
    } else if (!give(g, &l, error, sizeof error)) {
        input_group_fail(g, number, error);
    }
    /* A line may name a file of URLs. */
    while (g->nlines < g->op->nurls)
        note_url(g, number);
    return false;
}

void input_group_finish(struct input_group *g)
{
    struct parser p = {.owned = &g->cmdline->owned};
    if (!g->bad_line && !cmdline_finish(g->cmdline, &p))
        input_group_fail(g, g->first_line, p.error);
    if (g->first_line && !g->nlines)
        input_group_fail(g, g->first_line,
                         "no URL for the options from here on");
}
