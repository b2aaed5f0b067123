#include "help/completion_words.h"

#include <stdlib.h>

#include "args/command.h"
#include "help/help_pages.h"
#include "record/variables.h"

static const char methods[] = "GET HEAD POST PUT DELETE OPTIONS PATCH TRACE";

void completion_words_commands(const struct command *table, struct str *out)
{
    for (const struct command *c = table; c->name; c++)
        str_printf(out, "%s%s", c == table ? "" : " ", c->name);
}

static void add_categories(const struct command *table, struct str *out)
{
    str_add_text(out, "all category");
    for (enum option_category c = 0; c < CATEGORY_COUNT; c++) {
        if (!command_find(table, option_category_name(c)))
            str_printf(out, " %s", option_category_name(c));
    }
}

void completion_words_subjects(const struct command *table, struct str *out)
{
    add_categories(table, out);
    str_add_char(out, ' ');
    completion_words_commands(table, out);
    help_pages_subjects(table, " ", out);
}

static void add_write_out(struct str *out)
{
    size_t n;
    struct variable_name *all = variables_names(&n);
    for (size_t i = 0; i < n; i++)
        str_printf(out, "%s%%{%s}", i ? " " : "", all[i].name);
    free(all);
}

bool completion_words_values(const struct command *table, enum option_values v,
                             struct str *out)
{
    if (v == VALUES_METHOD)
        str_add_text(out, methods);
    else if (v == VALUES_TLS)
        str_add_text(out, "1.2 1.3 default");
    else if (v == VALUES_WRITE_OUT)
        add_write_out(out);
    else if (v == VALUES_CATEGORY)
        completion_words_subjects(table, out);
    else if (v == VALUES_BATCH_FORMAT)
        str_add_text(out, "auto jsonl urls curl har");
    else if (v == VALUES_BATCH_BODY)
        str_add_text(out, "inline file hash none");
    else if (v == VALUES_BATCH_FSYNC)
        str_add_text(out, "none batch each");
    else if (v == VALUES_BATCH_PROGRESS)
        str_add_text(out, "auto plain json none");
    else
        return false;
    return true;
}
