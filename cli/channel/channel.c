#include "channel/channel.h"

#include "channel/channel_options.h"
#include "channel/echo_test.h"
#include "channel/exec.h"
#include "channel/piping.h"
#include "channel/prompt.h"
#include "channel/session.h"
#include "command/request_command.h"
#include "request/cmdline_finish.h"

/* Options of fetch's tables that speak of a request which a channel is not. */
static bool check_request(const struct operation *op, struct parser *p)
{
    if (op->nurls > 1)
        return parser_fail(p, "a channel has one URL");
    if (op->data.is_any || op->get)
        return parser_fail(p, "-d and its kin have no meaning for a channel: "
                              "its input is sent");
    if (op->ntargets > 0 && op->targets[0].has_upload)
        return parser_fail(p, "-T has no meaning for a channel: its input is "
                              "sent");
    if (op->head)
        return parser_fail(p, "-I has no meaning for a channel");
    if (op->method != NULL)
        return parser_fail(p, "-X has no meaning for a channel; see --method");
    return true;
}

static struct speaker *(*speaker_for(const struct channel_options *o))(
    struct session *s)
{
    if (o->exec != NULL)
        return exec_new;
    if (o->echo_test != 0)
        return echo_test_new;
    bool is_piped = o->replay != NULL || o->in != PAYLOAD_DEFAULT ||
                    (o->out != PAYLOAD_DEFAULT && o->out != PAYLOAD_HEX);
    return is_piped || !prompt_is_possible() ? piping_new : prompt_new;
}

static bool finish(struct request_command *c)
{
    const struct operation *op = c->cmdline->first;
    return cmdline_finish(c->cmdline, &c->parser) &&
           check_request(op, &c->parser) &&
           channel_options_finish(c->options, &c->parser, op->targets[0].url);
}

static int run(struct request_command *c)
{
    return session_run(c->options, c->cmdline, c->config,
                       speaker_for(c->options));
}

static int main_for(const struct command_line *line, const char *protocol)
{
    struct channel_options o;
    static const struct request_command_ops ops = {
        .scope = SCOPE_CHANNEL,
        .on_operand = request_command_on_url,
        .finish = finish,
        .run = run,
    };
    channel_options_init(&o);
    o.protocol = protocol;
    int status = request_command_main(line, &ops, &o);
    channel_options_fini(&o);
    return status;
}

int channel_main(const struct command_line *line)
{
    return main_for(line, NULL);
}

int channel_ws_main(const struct command_line *line)
{
    return main_for(line, "websocket");
}
