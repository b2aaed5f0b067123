#include "completion.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "core/quiver.h"
#include "help.h"
#include "options.h"
#include "parser.h"
#include "report.h"
#include "version.h"
#include "writeout.h"

/*
 * The scripts hold lists and no cleverness: whatever they offer stands in
 * them, so completing costs no process and works when quiver is broken.
 */

static const char methods[] = "GET HEAD POST PUT DELETE OPTIONS PATCH TRACE";

static void add_commands(struct text *out)
{
    for (const struct command *c = command_table; c->name; c++)
        text_addf(out, "%s%s", c == command_table ? "" : " ", c->name);
}

static void add_categories(struct text *out)
{
    text_puts(out, "all category");
    for (int c = 0; c < CATEGORY_COUNT; c++)
        text_addf(out, " %s", option_category_name(c));
}

static void add_subjects(struct text *out)
{
    add_categories(out);
    text_putc(out, ' ');
    add_commands(out);
    text_puts(out, " exit-codes write-out differences");
}

static void add_write_out(struct text *out)
{
    for (const struct writeout_name *n = writeout_names; n->name; n++)
        text_addf(out, "%s%%{%s}", n == writeout_names ? "" : " ", n->name);
}

/* The words an argument may be, for arguments that have such. */
static bool add_values(struct text *out, enum option_values v)
{
    switch (v) {
    case VALUES_METHOD:
        text_puts(out, methods);
        return true;
    case VALUES_TLS:
        text_puts(out, "1.2 1.3 default");
        return true;
    case VALUES_WRITE_OUT:
        add_write_out(out);
        return true;
    case VALUES_CATEGORY:
        add_subjects(out);
        return true;
    case VALUES_ANY:
    case VALUES_FILE:
    case VALUES_FOLDER:
    case VALUES_DATA:
        return false;
    }
    return false;
}

/* ---- bash ---- */

static void bash_names(struct text *out, const struct command *c)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);

    for (size_t i = 0; i < n; i++) {
        text_addf(out, "%s--%s", i ? " " : "", all[i]->name);
        if (all[i]->letter)
            text_addf(out, " -%c", all[i]->letter);
    }
    free(all);
}

static void bash_pattern(struct text *out, const struct option **all, size_t n,
                         enum option_values v)
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        if (!all[i]->argument || all[i]->values != v)
            continue;
        text_addf(out, "%s--%s", any ? "|" : "    ", all[i]->name);
        if (all[i]->letter)
            text_addf(out, "|-%c", all[i]->letter);
        any = true;
    }
    text_puts(out, ")\n");
}

static void bash_values(struct text *out)
{
    static const enum option_values words[] = {
        VALUES_METHOD, VALUES_TLS, VALUES_WRITE_OUT, VALUES_CATEGORY};
    size_t n;
    const struct option **all = option_sorted(options_fetch, &n);

    text_puts(out, "    case $prev in\n");
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        bash_pattern(out, all, n, words[i]);
        text_puts(out, "        COMPREPLY=($(compgen -W '");
        add_values(out, words[i]);
        text_puts(out, "' -- \"$cur\"))\n        return\n        ;;\n");
    }
    bash_pattern(out, all, n, VALUES_FILE);
    text_puts(out, "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                   "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_FOLDER);
    text_puts(out, "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
                   "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_DATA);
    text_puts(out, "        if [[ $cur == @* ]]; then\n"
                   "            COMPREPLY=($(compgen -P @ -f -- "
                   "\"${cur#@}\"))\n        fi\n        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_ANY);
    text_puts(out, "        return\n        ;;\n    esac\n");
    free(all);
}

static void render_bash(struct text *out)
{
    text_puts(out, "# bash completion for quiver\n"
                   "# Made by `quiver completion bash`; do not edit.\n\n"
                   "_quiver() {\n"
                   "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
                   "    local prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                   "    local command=${COMP_WORDS[1]} options\n"
                   "    COMPREPLY=()\n");
    bash_values(out);
    text_puts(out, "    case $command in\n");
    for (const struct command *c = command_table + 1; c->name; c++) {
        text_addf(out, "    %s)\n        options='", c->name);
        bash_names(out, c);
        text_puts(out, "'\n        ;;\n");
    }
    text_puts(out, "    *)\n        options='");
    bash_names(out, command_table);
    text_puts(out, "'\n        ;;\n    esac\n"
                   "    if [[ $cur == -* ]]; then\n"
                   "        COMPREPLY=($(compgen -W \"$options\" -- "
                   "\"$cur\"))\n"
                   "    elif [[ $command == help && $COMP_CWORD -eq 2 ]]; "
                   "then\n        COMPREPLY=($(compgen -W '");
    add_subjects(out);
    text_puts(out, "' -- \"$cur\"))\n"
                   "    elif [[ $command == completion && $COMP_CWORD -eq 2 "
                   "]]; then\n"
                   "        COMPREPLY=($(compgen -W 'bash zsh fish' -- "
                   "\"$cur\"))\n"
                   "    elif [[ $command == serve && $COMP_CWORD -gt 1 ]]; "
                   "then\n"
                   "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
                   "    elif [[ $COMP_CWORD -eq 1 ]]; then\n"
                   "        COMPREPLY=($(compgen -W '");
    add_commands(out);
    text_puts(out, "' -- \"$cur\"))\n    fi\n}\n\n"
                   "complete -F _quiver quiver\n");
}

/* ---- zsh ---- */

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

static void zsh_action(struct text *out, const struct option *o)
{
    size_t len = strlen(o->argument);
    struct text name = {0};

    text_add(&name, o->argument + 1, len - 2);
    text_putc(out, ':');
    zsh_text(out, name.at);
    text_putc(out, ':');
    text_fini(&name);
    if (o->values == VALUES_FILE || o->values == VALUES_DATA) {
        text_puts(out, "_files");
    } else if (o->values == VALUES_FOLDER) {
        text_puts(out, "_files -/");
    } else if (o->values == VALUES_METHOD || o->values == VALUES_TLS) {
        text_putc(out, '(');
        add_values(out, o->values);
        text_putc(out, ')');
    }
}

static void zsh_option(struct text *out, const struct option *o)
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
        zsh_action(out, o);
    text_puts(out, "' \\\n");
}

static void zsh_options(struct text *out, const struct command *c,
                        const char *rest)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);

    text_puts(out, "        _arguments -s -S \\\n");
    for (size_t i = 0; i < n; i++)
        zsh_option(out, all[i]);
    text_addf(out, "            %s\n", rest);
    free(all);
}

static void render_zsh(struct text *out)
{
    text_puts(out, "#compdef quiver\n"
                   "# Made by `quiver completion zsh`; do not edit.\n\n"
                   "_quiver_commands() {\n    local -a commands\n"
                   "    commands=(\n");
    for (const struct command *c = command_table; c->name; c++) {
        text_addf(out, "        '%s:", c->name);
        zsh_text(out, c->summary);
        text_puts(out, "'\n");
    }
    text_puts(out, "    )\n    _describe command commands\n}\n\n"
                   "_quiver() {\n    case ${words[2]} in\n    serve)\n");
    zsh_options(out, command_find("serve"), "'*:folder:_files -/'");
    text_puts(out, "        ;;\n    help)\n        compadd ");
    add_subjects(out);
    text_puts(out, "\n        ;;\n    completion)\n"
                   "        compadd bash zsh fish\n        ;;\n    *)\n");
    zsh_options(out, command_table,
                "'1:command or URL:_quiver_commands' '*:URL:_urls'");
    text_puts(out, "        ;;\n    esac\n}\n\n_quiver \"$@\"\n");
}

/* ---- fish ---- */

static void fish_text(struct text *out, const char *s)
{
    text_putc(out, '\'');
    for (; *s; s++) {
        if (*s == '\'' || *s == '\\')
            text_putc(out, '\\');
        text_putc(out, *s);
    }
    text_putc(out, '\'');
}

static void fish_option(struct text *out, const struct option *o,
                        const char *when)
{
    struct text values = {0};

    text_addf(out, "complete -c quiver -n '%s'", when);
    if (o->letter)
        text_addf(out, " -s '%c'", o->letter);
    text_addf(out, " -l %s", o->name);
    if (o->argument) {
        text_puts(out, " -x");
        if (add_values(&values, o->values)) {
            text_puts(out, " -a ");
            fish_text(out, values.at);
        } else if (o->values == VALUES_FILE || o->values == VALUES_DATA) {
            text_puts(out, " -a '(__fish_complete_path)'");
        } else if (o->values == VALUES_FOLDER) {
            text_puts(out, " -a '(__fish_complete_directories)'");
        }
    }
    text_puts(out, " -d ");
    fish_text(out, o->brief);
    text_putc(out, '\n');
    text_fini(&values);
}

static void fish_options(struct text *out, const struct command *c,
                         const char *when)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);

    for (size_t i = 0; i < n; i++)
        fish_option(out, all[i], when);
    free(all);
}

static void render_fish(struct text *out)
{
    text_puts(out, "# fish completion for quiver\n"
                   "# Made by `quiver completion fish`; do not edit.\n\n"
                   "complete -c quiver -f\n");
    for (const struct command *c = command_table; c->name; c++) {
        text_addf(out, "complete -c quiver -n __fish_use_subcommand -a %s -d ",
                  c->name);
        fish_text(out, c->summary);
        text_putc(out, '\n');
    }
    text_puts(out, "complete -c quiver -n '__fish_seen_subcommand_from "
                   "completion' -a 'bash zsh fish'\n"
                   "complete -c quiver -n '__fish_seen_subcommand_from help' "
                   "-a '");
    add_subjects(out);
    text_puts(out, "'\n");
    fish_options(out, command_table,
                 "not __fish_seen_subcommand_from serve help completion "
                 "version");
    fish_options(out, command_find("serve"),
                 "__fish_seen_subcommand_from serve");
}

bool completion_render(struct text *out, const char *shell)
{
    if (!strcmp(shell, "bash"))
        render_bash(out);
    else if (!strcmp(shell, "zsh"))
        render_zsh(out);
    else if (!strcmp(shell, "fish"))
        render_fish(out);
    else
        return false;
    return true;
}

static bool on_shell(struct parser *p, const char *operand)
{
    const char **shell = p->scope[SCOPE_SESSION];

    if (*shell)
        return parser_fail(p, "completion takes one shell");
    *shell = operand;
    return true;
}

int completion_main(const struct command *c, int argc, char **argv)
{
    const char *shell = NULL;
    struct parser p = {
        .command = c,
        .scope = {[SCOPE_SESSION] = &shell},
        .on_operand = on_shell,
    };
    struct text out = {0};
    bool ok;

    if (!parser_run(&p, argc, argv))
        return report_usage(p.error);
    if (p.help)
        return help_print(*p.help ? p.help : c->name);
    if (p.wants_version)
        return version_print();
    if (!shell || !completion_render(&out, shell))
        return report_usage("completion: say bash, zsh or fish");
    ok = text_write(&out, STDOUT_FILENO);
    text_fini(&out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}
