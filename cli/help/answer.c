#include "help/answer.h"

#include "args/parser.h"
#include "help/help.h"
#include "help/version.h"

bool answer(const struct parser *p, const struct command_line *line,
            int *status)
{
    if (p->help)
        *status = help_print_for(line, p->help);
    else if (p->wants_version)
        *status = version_print();
    return p->help || p->wants_version;
}
