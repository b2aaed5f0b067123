#include "completion.h"

#include <string.h>
#include <unistd.h>

#include "command.h"
#include "complain.h"
#include "completion_bash.h"
#include "completion_fish.h"
#include "completion_zsh.h"
#include "core/quiver.h"
#include "help.h"
#include "parser.h"
#include "version.h"

/*
 * The scripts hold lists and no cleverness: whatever they offer stands in
 * them, so completing costs no process and works when quiver is broken.
 */

bool completion_render(struct text *out, const char *shell)
{
    if (!strcmp(shell, "bash"))
        completion_bash(out);
    else if (!strcmp(shell, "zsh"))
        completion_zsh(out);
    else if (!strcmp(shell, "fish"))
        completion_fish(out);
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
        return parser_complain(&p);
    if (p.help)
        return help_print_for(c, p.help);
    if (p.wants_version)
        return version_print();
    if (!shell || !completion_render(&out, shell))
        return complain_usage("completion: say bash, zsh or fish");
    ok = text_write(&out, STDOUT_FILENO);
    text_fini(&out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}
