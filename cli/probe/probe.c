#include "probe/probe.h"

#include "base/websocket_url.h"
#include "command/request_command.h"
#include "probe/probe_options.h"
#include "probe/probe_run.h"
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
    if (websocket_url_is(o->url))
        return parser_fail(p, "probe takes http:// and https:// URLs");
    if (o->wait == 0)
        o->wait = WAIT;
    return true;
}

static bool finish(struct request_command *c)
{
    struct probe_options *o = c->options;
    if (!check(o, &c->parser))
        return false;
    cmdline_url_target(c->cmdline->first)->url = o->url;
    return cmdline_finish(c->cmdline, &c->parser);
}

static int run(struct request_command *c)
{
    return probe_run(c->options, c->cmdline, c->config);
}

int probe_main(const struct command_line *line)
{
    struct probe_options o = {.url = NULL};
    static const struct request_command_ops ops = {
        .scope = SCOPE_PROBE,
        .on_operand = on_url,
        .finish = finish,
        .run = run,
    };
    return request_command_main(line, &ops, &o);
}
