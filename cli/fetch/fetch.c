#include "fetch/fetch.h"

#include "command/request_command.h"
#include "engine/as_curl.h"
#include "fetch/run.h"
#include "request/cmdline_finish.h"

static void on_next(struct parser *p)
{
    config_begin(p, cmdline_next(p->scope[SCOPE_SESSION]));
}

static bool finish(struct request_command *c)
{
    return cmdline_finish(c->cmdline, &c->parser);
}

static int run(struct request_command *c)
{
    return c->cmdline->as_curl ? as_curl_print(c->cmdline, c->config)
                               : run_session(c->cmdline, c->config);
}

int fetch_main(const struct command_line *line)
{
    static const struct request_command_ops ops = {
        .scope = SCOPE_NONE,
        .on_operand = request_command_on_url,
        .on_next = on_next,
        .finish = finish,
        .run = run,
    };
    return request_command_main(line, &ops, NULL);
}
