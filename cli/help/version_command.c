#include "help/version_command.h"

#include "args/command.h"
#include "args/parser.h"
#include "help/answer.h"
#include "help/version.h"

struct version_options {
    bool json;
};

static const struct option rows[] = {
    {.name = "json",
     .kind = OPTION_FLAG,
     .category = CATEGORY_GENERAL,
     OPTION_AT(VERSION, json),
     .where = WHERE_TYPED,
     .brief = "Print them as JSON",
     .text = "One object: version, commit (null when it was not built from a "
             "clone), libraries, protocols, features and license.",
     .example = "--json",
     .since = "0.1.0"},
};

const struct option_group options_version = {rows,
                                             sizeof rows / sizeof rows[0]};

static bool no_operand(struct parser *p, const char *operand)
{
    return parser_fail(p, "'%.40s': nothing follows version", operand);
}

int version_command_run(const struct command_line *line)
{
    struct version_options o = {0};
    struct parser p = {
        .line = line,
        .groups = line->command->groups,
        .scope = {[SCOPE_VERSION] = &o},
        .on_operand = no_operand,
    };
    int status;
    if (!answer_read(&p, &status))
        return status;
    return o.json ? version_print_json() : version_print();
}
