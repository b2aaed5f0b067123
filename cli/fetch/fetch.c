#include "fetch/fetch.h"

#include <string.h>

#include "args/command.h"
#include "args/parser.h"
#include "config/config.h"
#include "core/quiver.h"
#include "engine/as_curl.h"
#include "fetch/run.h"
#include "help/answer.h"
#include "request/cmdline.h"
#include "request/cmdline_finish.h"
#include "request/items.h"

static bool on_url(struct parser *p, const char *operand)
{
    if (strcmp(operand, "-") == 0)
        return parser_fail(p, "- is no URL; --url @- reads them from standard "
                              "input");
    cmdline_url_target(p->scope[SCOPE_OPERATION])->url = operand;
    return true;
}

static void on_next(struct parser *p)
{
    config_begin(p, cmdline_next(p->scope[SCOPE_SESSION]));
}

static int run(struct cmdline *s, struct config *c, struct parser *p,
               const struct command_line *line)
{
    int status;
    config_start(c, p, line->argc, line->argv);
    bool ok = parser_run(p, line->argc, line->argv);
    if (answer(p, line, &status))
        return status;
    status = config_report(c, s->silent);
    if (!ok)
        return parser_complain(p);
    if (status)
        return status;
    if (!cmdline_finish(s, p))
        return parser_complain(p);
    return s->as_curl ? as_curl_print(s, c) : run_session(s, c);
}

int fetch_main(const struct command_line *line)
{
    struct cmdline *s = cmdline_new();
    struct config *c = config_new(line->table);
    struct parser p = {
        .line = line,
        .groups = line->command->groups,
        .scope = {[SCOPE_SESSION] = s,
                  [SCOPE_OPERATION] = s->first,
                  [SCOPE_REQUEST] = &s->first->how},
        .owned = &s->owned,
        .on_operand = on_url,
        .on_next = on_next,
    };
    if (line->method)
        items_set_method(s->first, line->method);
    int status = run(s, c, &p, line);
    cmdline_free(s);
    config_free(c);
    return status;
}
