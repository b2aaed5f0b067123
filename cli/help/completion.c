#include "help/completion.h"

#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "base/whole_file.h"
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

/* False when quiver knows no such shell. */
static bool render(const struct command *table, const char *shell,
                   struct str *out)
{
    if (strcmp(shell, "bash") == 0)
        completion_bash(table, out);
    else if (strcmp(shell, "zsh") == 0)
        completion_zsh(table, out);
    else if (strcmp(shell, "fish") == 0)
        completion_fish(table, out);
    else
        return false;
    return true;
}

struct completion_args {
    struct parser parser;
    const char *shell; /* NULL: none was named */
};

static bool on_shell(struct parser *p, const char *operand)
{
    struct completion_args *a = QV_OWNER(p, struct completion_args, parser);
    if (a->shell)
        return parser_fail(p, "completion takes one shell");
    a->shell = operand;
    return true;
}

int completion_main(const struct command_line *line)
{
    struct completion_args a = {
        .parser = {.line = line,
                   .groups = line->command->groups,
                   .on_operand = on_shell},
    };
    struct str out = {0};
    int status;
    if (!answer_read(&a.parser, &status))
        return status;
    if (!a.shell || !render(line->table, a.shell, &out))
        return complain_usage("completion: say bash, zsh or fish");
    bool ok = whole_file_write(&out, STDOUT_FILENO);
    str_fini(&out);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}
