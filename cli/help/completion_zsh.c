#include "help/completion_zsh.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "args/command.h"
#include "args/option.h"
#include "help/completion_words.h"

/* Text within '...[...]': brackets and quotes end it. */
static void zsh_text(struct str *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\'')
            str_add_text(out, "'\\''");
        else if (strchr("[]:\\", *s))
            str_printf(out, "\\%c", *s);
        else
            str_add_char(out, *s);
    }
}

static void zsh_action(const struct command *table, struct str *out,
                       const struct option *o)
{
    size_t len = strlen(o->argument);
    struct str name = {0};
    struct str values = {0};
    str_add(&name, span_of(o->argument + 1, len - 2));
    str_add_char(out, ':');
    zsh_text(out, name.base);
    str_add_char(out, ':');
    str_fini(&name);
    if (completion_words_values(table, o->values, &values))
        str_printf(out, "(%s)", values.base);
    else if (o->values == VALUES_INTERFACE)
        str_add_text(out, "_net_interfaces");
    else if (o->values == VALUES_FILE || o->values == VALUES_DATA)
        str_add_text(out, "_files");
    else if (o->values == VALUES_FOLDER)
        str_add_text(out, "_files -/");
    str_fini(&values);
}

static void zsh_option(const struct command *table, struct str *out,
                       const struct option *o)
{
    bool repeats = o->kind == OPTION_CALL || o->kind == OPTION_LIST;
    str_add_text(out, "            '");
    if (repeats)
        str_add_text(out, "*");
    else if (o->letter)
        str_printf(out, "(-%c --%s)", o->letter, o->name);
    if (o->letter)
        str_printf(out, "'{-%c,--%s}'[", o->letter, o->name);
    else
        str_printf(out, "--%s%s[", o->name, o->may_lack_argument ? "=-" : "");
    zsh_text(out, o->brief);
    str_add_char(out, ']');
    if (o->may_lack_argument)
        str_add_char(out, ':');
    if (o->argument)
        zsh_action(table, out, o);
    str_add_text(out, "' \\\n");
}

static void zsh_options(const struct command *table, struct str *out,
                        const struct command *c, const char *rest)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);
    str_add_text(out, "        _arguments -s -S \\\n");
    for (size_t i = 0; i < n; i++)
        zsh_option(table, out, all[i]);
    str_printf(out, "            %s\n", rest);
    free(all);
}

/* Behind the command's name, which is operand 1. */
static void zsh_operands(struct str *out, const struct command *c)
{
    for (int i = 0; i < 2 && c->words[i]; i++)
        str_printf(out, "'%d:what:(%s)' ", i + 2, c->words[i]);
    if (strcmp(c->name, "serve") == 0)
        str_add_text(out, "'*:folder:_files -/'");
    else if (strcmp(c->name, "config") == 0)
        str_add_text(out, "'*:file or URL:_files'");
    else
        str_add_text(out, "'*:file:_files'");
}

void completion_zsh(const struct command *table, struct str *out)
{
    str_add_text(out, "#compdef quiver\n"
                      "# Made by `quiver completion zsh`; do not edit.\n\n"
                      "_quiver_commands() {\n    local -a commands\n"
                      "    commands=(\n");
    for (const struct command *c = table; c->name; c++) {
        str_printf(out, "        '%s:", c->name);
        zsh_text(out, c->summary);
        str_add_text(out, "'\n");
    }
    str_add_text(out, "    )\n    _describe command commands\n}\n\n"
                      "_quiver() {\n    case ${words[2]} in\n");
    for (const struct command *c = table + 1; c->text; c++) {
        assert(c->name != NULL);
        str_printf(out, "    %s)\n", c->name);
        struct str rest = {0};
        zsh_operands(&rest, c);
        zsh_options(table, out, c, rest.base);
        str_fini(&rest);
        str_add_text(out, "        ;;\n");
    }
    str_add_text(out, "    help)\n        if [[ $PREFIX == -* ]]; then\n");
    zsh_options(table, out, table, "'*:word:'");
    str_add_text(out, "        else\n            compadd ");
    completion_words_subjects(table, out);
    str_add_text(out, "\n        fi\n        ;;\n");
    for (const struct command *c = table + 1; c->name; c++) {
        if (!c->text && c->words[0])
            str_printf(out, "    %s)\n        compadd %s\n        ;;\n",
                       c->name, c->words[0]);
    }
    str_add_text(out, "    *)\n");
    zsh_options(table, out, table,
                "'1:command or URL:_quiver_commands' '*:URL:_urls'");
    str_add_text(out, "        ;;\n    esac\n}\n\n_quiver \"$@\"\n");
}
