#include "ping/ping.h"

#include "base/websocket_url.h"
#include "command/request_command.h"
#include "ping/ping_options.h"
#include "ping/ping_run.h"
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
    if (websocket_url_is(o->url) && (o->head || o->version_probe))
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

static bool finish(struct request_command *c)
{
    struct ping_options *o = c->options;
    if (!check(o, &c->parser))
        return false;
    cmdline_url_target(c->cmdline->first)->url = o->url;
    return cmdline_finish(c->cmdline, &c->parser);
}

static int run(struct request_command *c)
{
    return ping_run(c->options, c->cmdline, c->config);
}

int ping_main(const struct command_line *line)
{
    struct ping_options o = {.url = NULL};
    static const struct request_command_ops ops = {
        .scope = SCOPE_PING,
        .on_operand = on_url,
        .finish = finish,
        .run = run,
    };
    return request_command_main(line, &ops, &o);
}
