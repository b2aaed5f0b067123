#include "probe/probe.h"

#include <strings.h>

#include "args/parser.h"
#include "config/config.h"
#include "help/answer.h"
#include "probe/probe_options.h"
#include "probe/probe_run.h"
#include "request/cmdline.h"
#include "request/cmdline_finish.h"

#define SECOND UINT64_C(1000000000)

#define WAIT (5 * SECOND)

static bool on_url(struct parser *p, const char *operand)
{
    struct probe_options *o = p->scope[SCOPE_PROBE];
    if (o->url)
        return parser_fail(p, "probe takes one URL");
    o->url = operand;
    return true;
}

static bool check(struct probe_options *o, struct parser *p)
{
    if (!o->url)
        return parser_fail(p, "probe needs a URL");
    if (strncasecmp(o->url, "ws://", 5) == 0 ||
        strncasecmp(o->url, "wss://", 6) == 0)
        return parser_fail(p, "probe takes http:// and https:// URLs");
    if (o->wait == 0)
        o->wait = WAIT;
    return true;
}

static int run(struct probe_options *o, struct cmdline *s, struct config *c,
               struct parser *p, const struct command_line *line)
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
    if (!check(o, p))
        return parser_complain(p);
    cmdline_url_target(s->first)->url = o->url;
    if (!cmdline_finish(s, p))
        return parser_complain(p);
    return probe_run(o, s, c);
}

int probe_main(const struct command_line *line)
{
    struct probe_options o = {.url = NULL};
    struct cmdline *s = cmdline_new();
    struct config *c = config_new(line->table);
    struct parser p = {
        .groups = line->command->groups,
        .scope = {[SCOPE_SESSION] = s,
                  [SCOPE_OPERATION] = s->first,
                  [SCOPE_REQUEST] = &s->first->how,
                  [SCOPE_PROBE] = &o},
        .owned = &s->owned,
        .line = line,
        .on_operand = on_url,
    };
    int status = run(&o, s, c, &p, line);
    cmdline_free(s);
    config_free(c);
    return status;
}
