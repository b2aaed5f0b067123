#include "help/completion_bash.h"

#include <stdlib.h>

#include "args/command.h"
#include "args/option.h"
#include "core/base/xalloc.h"
#include "help/completion_words.h"

static void bash_names(struct str *out, const struct command *c)
{
    size_t n;
    const struct option **all = option_sorted(c->groups, &n);
    for (size_t i = 0; i < n; i++) {
        str_printf(out, "%s--%s", i ? " " : "", all[i]->name);
        if (all[i]->letter)
            str_printf(out, " -%c", all[i]->letter);
    }
    free(all);
}

static void bash_pattern(struct str *out, const struct option **all, size_t n,
                         enum option_values v)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (!all[i]->argument || all[i]->may_lack_argument ||
            all[i]->values != v)
            continue;
        str_printf(out, "%s--%s", any ? "|" : "    ", all[i]->name);
        if (all[i]->letter)
            str_printf(out, "|-%c", all[i]->letter);
        any = true;
    }
    str_add_text(out, ")\n");
}

/* What an option takes is the same wherever there are two of a name. */
static const struct option **every_option(const struct command *table,
                                          size_t *n)
{
    const struct option_group **groups = NULL;
    size_t len = 0;
    size_t cap = 0;
    for (const struct command *c = table; c->name; c++) {
        for (size_t i = 0; c->groups[i]; i++) {
            groups = xalloc_room(groups, len, &cap, sizeof(void *));
            groups[len++] = c->groups[i];
        }
    }
    groups = xalloc_room(groups, len, &cap, sizeof(void *));
    groups[len] = NULL;
    const struct option **all = option_sorted(groups, n);
    free(groups);
    return all;
}

static void bash_values(const struct command *table, struct str *out)
{
    static const enum option_values words[] = {
        VALUES_METHOD,         VALUES_TLS,        VALUES_QUIC_VERSION,
        VALUES_QUIC_CC,        VALUES_WRITE_OUT,  VALUES_CATEGORY,
        VALUES_BATCH_FORMAT,   VALUES_BATCH_BODY, VALUES_BATCH_FSYNC,
        VALUES_BATCH_PROGRESS, VALUES_WHEN};
    size_t n;
    const struct option **all = every_option(table, &n);
    str_add_text(out, "    case $prev in\n");
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        bash_pattern(out, all, n, words[i]);
        str_add_text(out, "        COMPREPLY=($(compgen -W '");
        completion_words_values(table, words[i], out);
        str_add_text(out, "' -- \"$cur\"))\n        return\n        ;;\n");
    }
    bash_pattern(out, all, n, VALUES_FILE);
    str_add_text(out, "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                      "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_FOLDER);
    str_add_text(out, "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
                      "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_DATA);
    str_add_text(out,
                 "        if [[ $cur == @* ]]; then\n"
                 "            COMPREPLY=($(compgen -P @ -f -- "
                 "\"${cur#@}\"))\n        fi\n        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_ANY);
    str_add_text(out, "        return\n        ;;\n    esac\n");
    free(all);
}

void completion_bash(const struct command *table, struct str *out)
{
    str_add_text(out, "# bash completion for quiver\n"
                      "# Made by `quiver completion bash`; do not edit.\n\n"
                      "_quiver() {\n"
                      "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
                      "    local prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                      "    local command=${COMP_WORDS[1]} options\n"
                      "    COMPREPLY=()\n");
    bash_values(table, out);
    str_add_text(out, "    case $command in\n");
    for (const struct command *c = table + 1; c->name; c++) {
        str_printf(out, "    %s)\n        options='", c->name);
        bash_names(out, c);
        str_add_text(out, "'\n        ;;\n");
    }
    str_add_text(out, "    *)\n        options='");
    bash_names(out, table);
    str_add_text(out, "'\n        ;;\n    esac\n"
                      "    if [[ $cur == -* ]]; then\n"
                      "        COMPREPLY=($(compgen -W \"$options\" -- "
                      "\"$cur\"))\n"
                      "    elif [[ $command == help && $COMP_CWORD -eq 2 ]]; "
                      "then\n        COMPREPLY=($(compgen -W '");
    completion_words_subjects(table, out);
    str_add_text(out, "' -- \"$cur\"))\n"
                      "    elif [[ $command == completion && $COMP_CWORD -eq 2 "
                      "]]; then\n"
                      "        COMPREPLY=($(compgen -W 'bash zsh fish' -- "
                      "\"$cur\"))\n"
                      "    elif [[ $command == config && $COMP_CWORD -eq 2 ]]; "
                      "then\n"
                      "        COMPREPLY=($(compgen -W 'check show' -- "
                      "\"$cur\"))\n"
                      "    elif [[ $command == config && ${COMP_WORDS[2]} == "
                      "check ]]; then\n"
                      "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                      "    elif [[ $command == serve && $COMP_CWORD -gt 1 ]]; "
                      "then\n"
                      "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
                      "    elif [[ $command == @(batch|config|report) && "
                      "$COMP_CWORD -gt 1 ]]; then\n"
                      "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                      "    elif [[ $COMP_CWORD -eq 1 ]]; then\n"
                      "        COMPREPLY=($(compgen -W '");
    completion_words_commands(table, out);
    str_add_text(out, "' -- \"$cur\"))\n    fi\n}\n\n"
                      "complete -F _quiver quiver\n");
}
