#include "channel/channel.h"

#include "args/command.h"
#include "args/parser.h"
#include "channel/channel_options.h"
#include "channel/echo_test.h"
#include "channel/exec.h"
#include "channel/piping.h"
#include "channel/prompt.h"
#include "channel/session.h"
#include "config/config.h"
#include "help/answer.h"
#include "request/cmdline.h"
#include "request/cmdline_finish.h"

static bool on_url(struct parser *p, const char *operand)
{
    cmdline_url_target(p->scope[SCOPE_OPERATION])->url = operand;
    return true;
}

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

static int run(struct channel_options *o, struct cmdline *s, struct config *c,
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
    if (!cmdline_finish(s, p) || !check_request(s->first, p) ||
        !channel_options_finish(o, p, s->first->targets[0].url))
        return parser_complain(p);
    return session_run(o, s, c, speaker_for(o));
}

static int main_for(const struct command_line *line, const char *protocol)
{
    struct channel_options o;
    struct cmdline *s = cmdline_new();
    struct config *c = config_new(line->table);
    struct parser p = {
        .line = line,
        .groups = line->command->groups,
        .scope = {[SCOPE_SESSION] = s,
                  [SCOPE_OPERATION] = s->first,
                  [SCOPE_REQUEST] = &s->first->how,
                  [SCOPE_CHANNEL] = &o},
        .owned = &s->owned,
        .on_operand = on_url,
    };
    channel_options_init(&o);
    o.protocol = protocol;
    int status = run(&o, s, c, &p, line);
    channel_options_fini(&o);
    cmdline_free(s);
    config_free(c);
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
