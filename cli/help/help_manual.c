#include "help/help_manual.h"

#include <stdlib.h>

#include "help/help_wrap.h"

static const char indent[] = "       ";

static void add_section(struct str *out, const char *title)
{
    str_printf(out, "%s%s\n", out->len ? "\n" : "", title);
}

void help_manual_add_argument(struct str *out, const struct option *o)
{
    if (o->argument)
        str_printf(out, o->may_lack_argument ? "[=%s]" : " %s", o->argument);
}

static void add_head(struct str *out, const struct option *o)
{
    if (o->letter)
        str_printf(out, "  -%c, --%s", o->letter, o->name);
    else
        str_printf(out, "  --%s", o->name);
    help_manual_add_argument(out, o);
    str_add_char(out, '\n');
}

void help_manual_add_option(struct str *out, const struct option *o)
{
    add_head(out, o);
    help_wrap(out, o->text, sizeof indent - 1);
    if (o->usual)
        str_printf(out, "%sDefault: %s\n", indent, o->usual);
    str_printf(out, "%sExample: quiver %s\n", indent, o->example);
}

void help_manual_render(const struct command *c, struct str *out)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);
    add_section(out, "NAME");
    str_printf(out, "  quiver %s - %s\n", c->name, c->summary);
    add_section(out, "SYNOPSIS");
    str_printf(out, "  quiver %s %s\n", c->name, c->synopsis);
    if (c->text) {
        add_section(out, "DESCRIPTION");
        help_wrap(out, c->text, 2);
    }
    add_section(out, "OPTIONS");
    for (size_t i = 0; i < n; i++) {
        str_add_char(out, '\n');
        help_manual_add_option(out, all[i]);
    }
    free(all);
}
