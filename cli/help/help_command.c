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
#include "terminal/complain.h"

struct help_args {
    struct parser parser;
    const char *subjects[2];
    size_t n;
};

static bool on_subject(struct parser *p, const char *operand)
{
    struct help_args *a = QV_OWNER(p, struct help_args, parser);
    if (a->n == 2)
        return parser_fail(p, "help explains one subject");
    a->subjects[a->n++] = operand;
    return true;
}

static int print_page(struct str *page)
{
    bool ok = whole_file_write(page, STDOUT_FILENO);
    str_fini(page);
    return ok ? QV_EXIT_OK : QV_EXIT_WRITE;
}

int help_command_run(const struct command_line *line)
{
    struct help_args a = {
        .parser = {.groups = line->command->groups, .on_operand = on_subject},
        .subjects = {"", ""},
    };
    struct str page = {0};
    int status;
    if (!parser_run(&a.parser, line->argc, line->argv))
        return parser_complain(&a.parser);
    if (answer(&a.parser, line, &status))
        return status;
    /* How the committed man pages are made. */
    if (strcmp(a.subjects[0], "mdoc") == 0 &&
        mdoc_render(line->table, a.subjects[1], &page))
        return print_page(&page);
    if (a.n == 2)
        return complain_usage("help explains one subject");
    return help_print(line->table, a.subjects[0]);
}
