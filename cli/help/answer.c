#include "help/answer.h"

#include "args/command.h"
#include "args/parser.h"
#include "help/help.h"
#include "help/version.h"

bool answer_questions(const struct parser *p, int *status)
{
    if (p->help)
        *status = help_print_for(p->line, p->help);
    else if (p->wants_version)
        *status = version_print();
    return p->help || p->wants_version;
}

bool answer_read(struct parser *p, int *status)
{
    bool is_read = parser_run(p, p->line->argc, p->line->argv);
    if (answer_questions(p, status))
        return false;
    if (!is_read)
        *status = parser_complain(p);
    return is_read;
}
