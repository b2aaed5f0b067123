#include "help/help_command.h"

#include <string.h>
#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "base/whole_file.h"
#include "core/quiver.h"
#include "help/answer.h"
#include "help/help.h"
#include "help/mdoc.h"

static int print_page(struct str *page)
{
    bool ok = whole_file_write(page, STDOUT_FILENO);
    str_fini(page);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

/* `quiver help --help`, and what else every command has, alone. */
static bool is_own_option(const struct command_line *line)
{
    const struct option_group *const *groups = line->command->groups;
    const char *word = line->argc == 2 ? line->argv[1] : "";
    if (word[0] != '-')
        return false;
    if (word[1] == '-')
        return option_find(groups, word + 2, strlen(word + 2));
    return option_find_letter(groups, word[1]) && !word[2];
}

static bool no_operand(struct parser *p, const char *operand)
{
    return parser_fail(p, "no help about '%.40s'", operand);
}

static int run_own_option(const struct command_line *line)
{
    struct parser p = {
        .line = line,
        .groups = line->command->groups,
        .on_operand = no_operand,
    };
    int status;
    return answer_read(&p, &status) ? QV_EXIT_OK : status;
}

int help_command_run(const struct command_line *line)
{
    const char *const *words = (const char *const *)line->argv + 1;
    size_t n = (size_t)line->argc - 1;
    struct str page = {0};
    if (is_own_option(line))
        return run_own_option(line);
    /* How the committed man pages are made. */
    if (n == 2 && strcmp(words[0], "mdoc") == 0 &&
        mdoc_render(line->table, words[1], &page))
        return print_page(&page);
    return help_print(line->table, words, n);
}
