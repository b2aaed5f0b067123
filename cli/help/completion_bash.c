#include "help/completion_bash.h"

#include <stdlib.h>
#include <string.h>

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

/* With "=" its value may be completed as well. */
static bool takes(const struct option *o, enum option_values v)
{
    return o->argument && o->values == v &&
           (!o->may_lack_argument || v != VALUES_ANY);
}

static bool is_used(const struct option **all, size_t n, enum option_values v)
{
    for (size_t i = 0; i < n; i++) {
        if (takes(all[i], v))
            return true;
    }
    return false;
}

static void bash_pattern(struct str *out, const struct option **all, size_t n,
                         enum option_values v)
{
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        if (!takes(all[i], v))
            continue;
        str_printf(out, "%s--%s%s", any ? "|" : "    ", all[i]->name,
                   all[i]->may_lack_argument ? "=" : "");
        if (all[i]->letter && !all[i]->may_lack_argument)
            str_printf(out, "|-%c", all[i]->letter);
        any = true;
    }
    str_add_text(out, ")\n");
}

static bool has_group(const struct option_group *const *groups, size_t len,
                      const struct option_group *group)
{
    for (size_t i = 0; i < len; i++) {
        if (groups[i] == group)
            return true;
    }
    return false;
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
            if (has_group(groups, len, c->groups[i]))
                continue;
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

/* "@" and a file, whatever else it may be. */
static void bash_at_file(struct str *out)
{
    str_add_text(out, "        if [[ $cur == @* ]]; then\n"
                      "            COMPREPLY=($(compgen -P @ -f -- "
                      "\"${cur#@}\"))\n            return\n        fi\n");
}

/* An option that must have an argument is the same with "=" as without. */
static void bash_joined(struct str *out, const struct option **all, size_t n)
{
    bool any = false;
    str_add_text(out, "    case $prev in\n");
    for (size_t i = 0; i < n; i++) {
        if (!all[i]->argument || !all[i]->may_lack_argument)
            continue;
        str_printf(out, "%s--%s=", any ? "|" : "    ", all[i]->name);
        any = true;
    }
    str_add_text(out, ") ;;\n    *) prev=${prev%=} ;;\n    esac\n");
}

static void bash_values(const struct command *table, struct str *out)
{
    size_t n;
    const struct option **all = every_option(table, &n);
    bash_joined(out, all, n);
    str_add_text(out, "    case $prev in\n");
    for (enum option_values v = 0; v < VALUES_COUNT; v++) {
        struct str values = {0};
        if (completion_words_values(table, v, &values) && is_used(all, n, v)) {
            bash_pattern(out, all, n, v);
            if (v == VALUES_HEADER)
                bash_at_file(out);
            str_printf(out,
                       "        COMPREPLY=($(compgen -W '%s' -- \"$cur\"))\n"
                       "        return\n        ;;\n",
                       values.base);
        }
        str_fini(&values);
    }
    bash_pattern(out, all, n, VALUES_INTERFACE);
    str_add_text(out, "        COMPREPLY=($(compgen -W \"$(ls /sys/class/net "
                      "2> /dev/null)\" -- \"$cur\"))\n"
                      "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_FILE);
    str_add_text(out, "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                      "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_FOLDER);
    str_add_text(out, "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
                      "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_DATA);
    bash_at_file(out);
    str_add_text(out, "        return\n        ;;\n");
    bash_pattern(out, all, n, VALUES_ANY);
    str_add_text(out, "        return\n        ;;\n    esac\n");
    free(all);
}

static void bash_operands(const struct command *table, struct str *out)
{
    for (const struct command *c = table; c->name; c++) {
        for (int i = 0; i < 2 && c->words[i]; i++)
            str_printf(out,
                       "    elif [[ $command == %s && $place -eq %d ]]; "
                       "then\n"
                       "        COMPREPLY=($(compgen -W '%s' -- "
                       "\"$cur\"))\n",
                       c->name, i + 1, c->words[i]);
    }
}

/* The first word that is no option, nor what follows a =. */
static void bash_command(struct str *out)
{
    str_add_text(out, "    for ((i = 1; i < COMP_CWORD; i++)); do\n"
                      "        case ${COMP_WORDS[i]} in\n"
                      "        =) ((i++)) ;;\n"
                      "        -*) ;;\n"
                      "        *)\n"
                      "            command=${COMP_WORDS[i]} at=$i\n"
                      "            break\n"
                      "            ;;\n"
                      "        esac\n"
                      "    done\n"
                      "    place=$((COMP_CWORD - at))\n");
}

void completion_bash(const struct command *table, struct str *out)
{
    str_add_text(out, "# bash completion for quiver\n"
                      "# Made by `quiver completion bash`; do not edit.\n\n"
                      "_quiver() {\n"
                      "    local cur=${COMP_WORDS[COMP_CWORD]}\n"
                      "    local prev=${COMP_WORDS[COMP_CWORD-1]}\n"
                      "    local command= options i at=0 place\n"
                      "    # --name=value is three words, or two of them.\n"
                      "    if [[ $cur == = ]]; then\n"
                      "        cur=\n"
                      "        prev+==\n"
                      "    elif [[ $prev == = && $COMP_CWORD -gt 2 ]]; then\n"
                      "        prev=${COMP_WORDS[COMP_CWORD-2]}=\n"
                      "    fi\n"
                      "    COMPREPLY=()\n");
    bash_values(table, out);
    bash_command(out);
    str_add_text(out, "    case $command in\n");
    for (const struct command *c = table + 1; c->name; c++) {
        bool explains = strcmp(c->name, "help") == 0;
        str_printf(out, "    %s)\n        options='", c->name);
        bash_names(out, explains ? table : c);
        str_add_text(out, "'\n        ;;\n");
    }
    str_add_text(out, "    *)\n        options='");
    bash_names(out, table);
    str_add_text(out, "'\n        ;;\n    esac\n"
                      "    if [[ $cur == -* ]]; then\n"
                      "        COMPREPLY=($(compgen -W \"$options\" -- "
                      "\"$cur\"))\n"
                      "    elif [[ $command == help && $place -eq 1 ]]; "
                      "then\n        COMPREPLY=($(compgen -W '");
    completion_words_subjects(table, out);
    str_add_text(out, "' -- \"$cur\"))\n");
    bash_operands(table, out);
    str_add_text(out,
                 "    elif [[ $command == config && ${COMP_WORDS[at+1]} == "
                 "check ]]; then\n"
                 "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                 "    elif [[ $command == serve ]]; then\n"
                 "        COMPREPLY=($(compgen -d -- \"$cur\"))\n"
                 "    elif [[ $command == @(batch|config|report) ]]; "
                 "then\n"
                 "        COMPREPLY=($(compgen -f -- \"$cur\"))\n"
                 "    elif [[ -z $command ]]; then\n"
                 "        COMPREPLY=($(compgen -W '");
    completion_words_commands(table, out);
    str_add_text(out, "' -- \"$cur\"))\n    fi\n}\n\n"
                      "complete -F _quiver quiver\n");
}
