#include "fetch.h"

#include "command.h"
#include "core/quiver.h"
#include "help.h"
#include "parser.h"
#include "report.h"
#include "run.h"
#include "session.h"
#include "version.h"

static bool on_url(struct parser *p, const char *operand)
{
    session_url_target(p->scope[SCOPE_OPERATION])->url = operand;
    return true;
}

static void on_next(struct parser *p)
{
    p->scope[SCOPE_OPERATION] = session_next(p->scope[SCOPE_SESSION]);
}

int fetch_main(const struct command *c, int argc, char **argv)
{
    struct session *s = session_new();
    struct parser p = {
        .command = c,
        .scope = {[SCOPE_SESSION] = s, [SCOPE_OPERATION] = s->first},
        .owned = &s->owned,
        .on_operand = on_url,
        .on_next = on_next,
    };
    int status;

    if (!parser_run(&p, argc, argv))
        status = report_usage(p.error);
    else if (p.help)
        status = help_print(p.help);
    else if (p.wants_version)
        status = version_print();
    else if (!session_finish(s, &p))
        status = report_usage(p.error);
    else
        status = run_session(s);
    session_free(s);
    return status;
}
