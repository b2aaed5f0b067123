#include "help/help_index.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "args/command.h"
#include "args/option.h"
#include "core/base/xalloc.h"
#include "help/help_option.h"
#include "help/help_pages.h"
#include "help/help_wrap.h"

/*
 * What is called so comes first, with a line each; an option that only speaks of
 * it is named.  One letter, and words that stand everywhere ("the"), find much:
 * that is for whoever asks to say better.
 */

struct search {
    const char *const *words;
    size_t n;
};

static bool is_word_char(char c)
{
    return isalnum((unsigned char)c) != 0;
}

static bool has_word(const char *text, const char *word)
{
    size_t len = strlen(word);
    bool is_start = true;
    for (; *text; text++) {
        if (is_start && strncasecmp(text, word, len) == 0)
            return true;
        is_start = !is_word_char(*text);
    }
    return false;
}

/* Each word is in one of the texts; NULL at the end. */
static bool has_all(const struct search *s, const char *const *texts)
{
    for (size_t i = 0; i < s->n; i++) {
        const char *const *t = texts;
        while (*t && !has_word(*t, s->words[i]))
            t++;
        if (!*t)
            return false;
    }
    return true;
}

static bool matches(const struct search *s, const char *text)
{
    return has_all(s, (const char *const[]){text, NULL});
}

/* ---- options ---- */

static bool is_titled(const struct search *s, const struct option *o)
{
    return has_all(s, (const char *const[]){o->name, o->brief, NULL});
}

static bool speaks_of(const struct search *s, const struct option *o)
{
    return has_all(s, (const char *const[]){o->name, o->brief, o->text,
                                            option_category_title(o->category),
                                            NULL});
}

struct found {
    const struct option *option;
    const struct command *command;
};

static int by_name(const void *a, const void *b)
{
    const struct found *x = a;
    const struct found *y = b;
    return strcmp(x->option->name, y->option->name);
}

static void find_options(const struct search *s, const struct command *table,
                         bool (*is_found)(const struct search *s,
                                          const struct option *o),
                         struct found **found, size_t *n)
{
    struct help_option_at at = {0};
    const struct command *c;
    const struct option *o;
    size_t cap = 0;
    *found = NULL;
    *n = 0;
    while ((o = help_option_next(table, &at, &c))) {
        if (!is_found(s, o))
            continue;
        *found = xalloc_room(*found, *n, &cap, sizeof **found);
        (*found)[(*n)++] = (struct found){o, c};
    }
    if (*n)
        qsort(*found, *n, sizeof **found, by_name);
}

static void add_titled(const struct search *s, const struct command *table,
                       struct str *out)
{
    struct found *found;
    size_t n;
    find_options(s, table, is_titled, &found, &n);
    if (n)
        str_add_text(out, "Options:\n");
    for (size_t i = 0; i < n; i++) {
        help_option_add_row(out, found[i].option);
        if (found[i].command != table) { /* before the line's end */
            out->len--;
            str_printf(out, " (%s)\n", found[i].command->name);
        }
    }
    free(found);
}

static bool only_speaks_of(const struct search *s, const struct option *o)
{
    return !is_titled(s, o) && speaks_of(s, o);
}

static void add_mentions(const struct search *s, const struct command *table,
                         struct str *out)
{
    struct found *found;
    struct str list = {0};
    size_t n;
    find_options(s, table, only_speaks_of, &found, &n);
    if (n)
        str_add_text(&list, "Also told of in:");
    for (size_t i = 0; i < n; i++)
        str_printf(&list, " --%s%s", found[i].option->name,
                   i + 1 < n ? "," : "");
    if (n)
        help_wrap(out, list.base, 0);
    str_fini(&list);
    free(found);
}

/* ---- the rest ---- */

static void add_commands(const struct search *s, const struct command *table,
                         struct str *out)
{
    bool any = false;
    for (const struct command *c = table; c->name; c++) {
        if (!has_all(s, (const char *const[]){c->name, c->summary,
                                              c->text ? c->text : "", NULL}))
            continue;
        str_printf(out, "%s  %-11s %s\n", any ? "" : "Commands:\n", c->name,
                   c->summary);
        any = true;
    }
}

/* Lines of a page that is a list; of another one its name, if a paragraph has
 * the words. */
static void add_page(const struct search *s, const char *subject,
                     struct str *page, struct str *out)
{
    bool is_list = help_pages_is_list(subject);
    const char *end = is_list ? "\n" : "\n\n";
    char *next;
    bool any = false;
    for (char *at = page->base; at && *at && (is_list || !any); at = next) {
        next = strstr(at, end);
        if (next) {
            *next = '\0';
            next += strlen(end);
        }
        if (!matches(s, at))
            continue;
        if (is_list)
            str_printf(out, "%s%s%s\n", any ? "" : subject, any ? "" : ":\n",
                       at);
        any = true;
    }
    if (any && !is_list)
        str_printf(out, "%s: see \"quiver help %s\"\n", subject, subject);
}

static void add_pages(const struct search *s, struct str *out)
{
    const char *subject;
    for (size_t i = 0; (subject = help_pages_subject(i)); i++) {
        struct str page = {0};
        (void)help_pages_render(&page, subject);
        add_page(s, subject, &page, out);
        str_fini(&page);
    }
}

static void add_environment(const struct search *s, struct str *out)
{
    bool any = false;
    for (const struct help_variable *v = help_pages_environment; v->name; v++) {
        struct str row = {0};
        if (!has_all(s, (const char *const[]){v->name, v->text, NULL}))
            continue;
        str_printf(&row, "%s: %s", v->name, v->text);
        if (!any)
            str_add_text(out, "environment:\n");
        help_wrap(out, row.base, 2);
        str_fini(&row);
        any = true;
    }
}

bool help_index_render(const struct command *table, const char *const *words,
                       size_t nwords, struct str *out)
{
    const struct search s = {words, nwords};
    size_t before = out->len;
    add_titled(&s, table, out);
    add_commands(&s, table, out);
    add_pages(&s, out);
    add_environment(&s, out);
    add_mentions(&s, table, out);
    if (out->len == before)
        return false;
    str_add_text(out, "More of an option: quiver help --NAME\n");
    return true;
}
