#include "help/completion.h"

#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "core/quiver.h"
#include "help/answer.h"
#include "help/completion_bash.h"
#include "help/completion_fish.h"
#include "help/completion_zsh.h"
#include "terminal/complain.h"

/*
 * The scripts hold lists and no cleverness: whatever they offer stands in
 * them, so completing costs no process and works when quiver is broken.
 */

bool completion_render(const struct command *table, const char *shell,
                       struct text *out)
{
    if (!strcmp(shell, "bash"))
        completion_bash(table, out);
    else if (!strcmp(shell, "zsh"))
        completion_zsh(table, out);
    else if (!strcmp(shell, "fish"))
        completion_fish(table, out);
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

int completion_main(const struct command_line *line)
{
    const char *shell = NULL;
    struct parser p = {
        .groups = line->command->groups,
        .scope = {[SCOPE_SESSION] = &shell},
        .on_operand = on_shell,
    };
    struct text out = {0};
    int status;
    bool ok;

    if (!parser_run(&p, line->argc, line->argv))
        return parser_complain(&p);
    if (answer(&p, line, &status))
        return status;
    if (!shell || !completion_render(line->table, shell, &out))
        return complain_usage("completion: say bash, zsh or fish");
    ok = text_write(&out, STDOUT_FILENO);
    text_fini(&out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}
