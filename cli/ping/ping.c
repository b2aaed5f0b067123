#include "ping/ping.h"

#include "args/parser.h"
#include "config/config.h"
#include "help/answer.h"
#include "ping/ping_options.h"
#include "ping/ping_run.h"
#include "request/cmdline.h"
#include "request/cmdline_finish.h"

#define SECOND UINT64_C(1000000000)

/* Of --version-probe: enough for a loss. */
#define VERSION_PROBES 3

static bool on_url(struct parser *p, const char *operand)
{
    struct ping_options *o = p->scope[SCOPE_PING];
    if (o->url)
        return parser_fail(p, "ping takes one URL");
    o->url = operand;
    return true;
}

static bool check(struct ping_options *o, struct parser *p)
{
    if (!o->url)
        return parser_fail(p, "ping needs a URL");
    if (o->head && o->version_probe)
        return parser_fail(p, "--head and --version-probe are two ways to ask");
    if (ping_is_websocket(o->url) && (o->head || o->version_probe))
        return parser_fail(p, "a WebSocket is asked by its own pings: without "
                              "--head and --version-probe");
    if (!o->has_interval)
        o->interval = SECOND;
    if (o->wait == 0)
        o->wait = 2 * SECOND;
    if (o->version_probe && o->count == 0)
        o->count = VERSION_PROBES;
    return true;
}

static int run(struct ping_options *o, struct cmdline *s, struct config *c,
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
    return ping_run(o, s, c);
}

int ping_main(const struct command_line *line)
{
    struct ping_options o = {.url = NULL};
    struct cmdline *s = cmdline_new();
    struct config *c = config_new(line->table);
    struct parser p = {
        .groups = line->command->groups,
        .scope = {[SCOPE_SESSION] = s,
                  [SCOPE_OPERATION] = s->first,
                  [SCOPE_REQUEST] = &s->first->how,
                  [SCOPE_PING] = &o},
        .owned = &s->owned,
        .line = line,
        .on_operand = on_url,
    };
    int status = run(&o, s, c, &p, line);
    cmdline_free(s);
    config_free(c);
    return status;
}
