#include "help/completion_zsh.h"

#include <stdlib.h>
#include <string.h>

#include "args/command.h"
#include "args/option.h"
#include "help/completion_words.h"

/* Text within '...[...]': brackets and quotes end it. */
static void zsh_text(struct text *out, const char *s)
{
    for (; *s; s++) {
        if (*s == '\'')
            text_puts(out, "'\\''");
        else if (strchr("[]:\\", *s))
            text_addf(out, "\\%c", *s);
        else
            text_putc(out, *s);
    }
}

static void zsh_action(const struct command *table, struct text *out,
                       const struct option *o)
{
    size_t len = strlen(o->argument);
    struct text name = {0};
    struct text values = {0};
    text_add(&name, o->argument + 1, len - 2);
    text_putc(out, ':');
    zsh_text(out, name.at);
    text_putc(out, ':');
    text_fini(&name);
    if (completion_words_values(table, o->values, &values))
        text_addf(out, "(%s)", values.at);
    else if (o->values == VALUES_FILE || o->values == VALUES_DATA)
        text_puts(out, "_files");
    else if (o->values == VALUES_FOLDER)
        text_puts(out, "_files -/");
    text_fini(&values);
}

static void zsh_option(const struct command *table, struct text *out,
                       const struct option *o)
{
    bool repeats = o->kind == OPTION_CALL || o->kind == OPTION_LIST;
    text_puts(out, "            '");
    if (repeats)
        text_puts(out, "*");
    else if (o->letter)
        text_addf(out, "(-%c --%s)", o->letter, o->name);
    if (o->letter)
        text_addf(out, "'{-%c,--%s}'[", o->letter, o->name);
    else
        text_addf(out, "--%s[", o->name);
    zsh_text(out, o->brief);
    text_putc(out, ']');
    if (o->argument)
        zsh_action(table, out, o);
    text_puts(out, "' \\\n");
}

static void zsh_options(const struct command *table, struct text *out,
                        const struct command *c, const char *rest)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);
    text_puts(out, "        _arguments -s -S \\\n");
    for (size_t i = 0; i < n; i++)
        zsh_option(table, out, all[i]);
    text_addf(out, "            %s\n", rest);
    free(all);
}

static const char *operands(const char *command)
{
    if (strcmp(command, "serve") == 0)
        return "'*:folder:_files -/'";
    if (strcmp(command, "config") == 0)
        return "'2:what:(check show)' '*:file or URL:_files'";
    return "'*:file:_files'";
}

void completion_zsh(const struct command *table, struct text *out)
{
    text_puts(out, "#compdef quiver\n"
                   "# Made by `quiver completion zsh`; do not edit.\n\n"
                   "_quiver_commands() {\n    local -a commands\n"
                   "    commands=(\n");
    for (const struct command *c = table; c->name; c++) {
        text_addf(out, "        '%s:", c->name);
        zsh_text(out, c->summary);
        text_puts(out, "'\n");
    }
    text_puts(out, "    )\n    _describe command commands\n}\n\n"
                   "_quiver() {\n    case ${words[2]} in\n");
    for (const struct command *c = table + 1; c->text; c++) {
        text_addf(out, "    %s)\n", c->name);
        zsh_options(table, out, c, operands(c->name));
        text_puts(out, "        ;;\n");
    }
    text_puts(out, "    help)\n        compadd ");
    completion_words_subjects(table, out);
    text_puts(out, "\n        ;;\n    completion)\n"
                   "        compadd bash zsh fish\n        ;;\n    *)\n");
    zsh_options(table, out, table,
                "'1:command or URL:_quiver_commands' '*:URL:_urls'");
    text_puts(out, "        ;;\n    esac\n}\n\n_quiver \"$@\"\n");
}
