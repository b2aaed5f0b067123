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
