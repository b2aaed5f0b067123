#include "config/config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "args/parser.h"
#include "config/config_read.h"
#include "config/config_self.h"
#include "core/base/xalloc.h"
#include "terminal/complain.h"

struct config *config_new(const struct command *table)
{
    struct config *c = xalloc_zeroed(1, sizeof *c);
    c->commands = table;
    return c;
}

static void free_made(struct config *c)
{
    struct config_made *m;
    for (size_t at = 0; (m = map_next(&c->made, &at));)
        config_made_free(m);
    map_fini(&c->made);
}

void config_free(struct config *c)
{
    if (!c)
        return;
    free_made(c);
    for (size_t i = 0; i < c->nsections; i++) {
        config_origin_fini(&c->sections[i].origin);
        occurrences_fini(&c->sections[i].given);
    }
    free(c->sections);
    occurrences_fini(&c->global);
    occurrences_fini(&c->cmdline);
    free(c->mistakes.at);
    free(c->oddities.at);
    strings_disown(&c->owned);
    free(c);
}

/* ---- the default file and the command line ---- */

static bool is_disabled(int argc, char **argv)
{
    return argc > 1 && (strncmp(argv[1], "-q", 2) == 0 ||
                        strcmp(argv[1], "--disable") == 0);
}

/* The value of an option that only this command has is looked at here. */
static void give_again(struct parser *p, const struct occurrence *g)
{
    if (!parser_again(p, g))
        config_mistake(p->config, &g->place, p->error);
    p->error[0] = '\0';
}

/* Does the command have it?  Two commands may have a row each of one option. */
static bool knows(const struct option_group *const *groups,
                  const struct option *o)
{
    const struct option *own = option_find(groups, o->name, strlen(o->name));
    return own == o || (own && o->has_at && own->kind == o->kind &&
                        own->scope == o->scope && own->at == o->at);
}

/* The global part holds for every command: of those that a command does not
 * know it takes no notice. */
static void give_global(struct parser *p, enum option_scope scope)
{
    const struct occurrences *global = &p->config->global;
    for (size_t i = 0; i < global->len; i++) {
        const struct occurrence *g = &global->at[i];
        if (g->option->scope == scope && knows(p->groups, g->option))
            give_again(p, g);
    }
}

void config_start(struct config *c, struct parser *p, int argc, char **argv)
{
    const char *path = is_disabled(argc, argv) ? NULL : config_read_path(c);
    p->config = c;
    if (path)
        config_read(c, path, getenv("QUIVER_CONFIG") != NULL);
    for (enum option_scope s = 0; s < SCOPE_COUNT; s++) {
        p->given[s] = &c->cmdline;
        if (s != SCOPE_OPERATION && s != SCOPE_REQUEST)
            give_global(p, s);
    }
    config_begin(p, p->scope[SCOPE_OPERATION]);
}

void config_begin(struct parser *p, struct operation *op)
{
    cmdline_aim(p, op);
    p->given[SCOPE_OPERATION] = &op->given;
    p->given[SCOPE_REQUEST] = &op->given;
    give_global(p, SCOPE_OPERATION);
    give_global(p, SCOPE_REQUEST);
}

/* ---- mistakes ---- */

static void remark(struct config *c, struct config_remarks *list,
                   const struct occurrence_place *place, const char *text)
{
    size_t first = 0;
    while (first < list->len && list->at[first].place.file != place->file)
        first++;
    list->at = xalloc_room(list->at, list->len, &list->cap, sizeof *list->at);
    list->at[list->len] = (struct config_remark){
        .place = *place,
        .text = strings_own(&c->owned, xalloc_string(text)),
        .number = list->len,
        .first = first,
    };
    list->len++;
}

void config_mistake(struct config *c, const struct occurrence_place *place,
                    const char *text)
{
    remark(c, &c->mistakes, place, text);
}

void config_oddity(struct config *c, const struct occurrence_place *place,
                   const char *text)
{
    remark(c, &c->oddities, place, text);
}

void config_unreadable(struct config *c, const char *path, int error)
{
    struct occurrence_place place = {.file = path};
    struct str text = {0};
    str_printf(&text, "cannot be read: %s", strerror(error));
    remark(c, &c->mistakes, &place, text.base);
    str_fini(&text);
}

char *config_text(struct config *c, const char *path, struct str *text)
{
    struct occurrence_place place = {.file = path, .line = 1};
    size_t len = text->len;
    char *bytes = strings_own(&c->owned, str_take(text));
    if (strlen(bytes) != len) {
        for (const char *at = bytes; *at; at++)
            place.line += *at == '\n';
        config_mistake(c, &place, "a NUL byte: this is no text");
    }
    return bytes;
}

/* Files in the order in which they were read, lines in theirs. */
static int by_place(const void *a, const void *b)
{
    const struct config_remark *x = a;
    const struct config_remark *y = b;
    if (x->first != y->first)
        return x->first < y->first ? -1 : 1;
    if (x->place.line != y->place.line)
        return x->place.line < y->place.line ? -1 : 1;
    return x->number < y->number ? -1 : 1;
}

static void print(const struct config_remarks *list, const char *kind)
{
    if (list->len)
        qsort(list->at, list->len, sizeof *list->at, by_place);
    for (size_t i = 0; i < list->len; i++) {
        const struct config_remark *r = &list->at[i];
        if (r->place.line)
            complain_notice("%s:%u: %s%s", r->place.file, r->place.line, kind,
                            r->text);
        else
            complain_notice("%s: %s%s", r->place.file, kind, r->text);
    }
}

int config_report(const struct config *c, bool is_silent)
{
    const struct config_remarks *wrong = &c->mistakes;
    if (!is_silent)
        print(&c->oddities, "warning: ");
    print(wrong, "");
    for (size_t i = 0; i < wrong->len; i++) {
        if (wrong->at[i].place.line)
            return QV_EXIT_USAGE;
    }
    return wrong->len ? QV_EXIT_READ : QV_EXIT_OK;
}
