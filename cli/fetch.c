#include "fetch.h"

#include "command.h"
#include "config.h"
#include "core/quiver.h"
#include "help.h"
#include "parser.h"
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
    config_begin(p, session_next(p->scope[SCOPE_SESSION]));
}

static int run(struct session *s, struct parser *p, int argc, char **argv)
{
    int status;
    bool ok;

    config_start(s->config, p, argc, argv);
    ok = parser_run(p, argc, argv);
    if (p->help)
        return help_print(p->help);
    if (p->wants_version)
        return version_print();
    status = config_report(s->config, s->silent);
    if (!ok)
        return parser_complain(p);
    if (status)
        return status;
    if (!session_finish(s, p))
        return parser_complain(p);
    return run_session(s);
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

    status = run(s, &p, argc, argv);
    session_free(s);
    return status;
}
