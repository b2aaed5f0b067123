#include "args/command.h"

#include <string.h>

const struct command *command_find(const struct command *table,
                                   const char *name)
{
    for (const struct command *c = table; c->name; c++) {
        if (strcmp(c->name, name) == 0 ||
            (c->alias && strcmp(c->alias, name) == 0))
            return c;
    }
    return NULL;
}

void command_line_take_out(struct command_line *line, int at)
{
    char **argv = line->argv + at;
    memmove(argv, argv + 1, (size_t)(line->argc - at) * sizeof *argv);
    line->argc--;
}
