#include "tunnel/tunnel.h"

#include <string.h>

#include "command/request_command.h"
#include "core/base/str.h"
#include "request/cmdline_finish.h"
#include "tunnel/tunnel_options.h"
#include "tunnel/tunnel_run.h"

static bool take_kind(struct parser *p, struct tunnel_options *o,
                      const char *operand)
{
    o->has_kind = true;
    o->kind = strcmp(operand, "tcp") == 0 ? QV_TUNNEL_TCP : QV_TUNNEL_UDP;
    if (strcmp(operand, "tcp") == 0 || strcmp(operand, "udp") == 0)
        return true;
    return parser_fail(p, "'%.40s' is neither udp nor tcp", operand);
}

/* "udp" or "tcp", then SPECs; "-" and its target are two. */
static bool on_operand(struct parser *p, const char *operand)
{
    struct tunnel_options *o = p->scope[SCOPE_TUNNEL];
    if (!o->has_kind)
        return take_kind(p, o, operand);
    if (o->is_stdio) {
        struct str spec = {0};
        str_printf(&spec, "-:%s", operand);
        o->is_stdio = false;
        strings_add(&o->specs, strings_own(&o->owned, str_take(&spec)));
    } else if (strcmp(operand, "-") == 0) {
        o->is_stdio = true;
    } else {
        strings_add(&o->specs, operand);
    }
    return true;
}

static bool check(struct tunnel_options *o, struct parser *p)
{
    if (!o->has_kind)
        return parser_fail(p, "a tunnel is one of udp or tcp");
    if (o->is_stdio)
        return parser_fail(p, "- needs a target: HOST:PORT");
    if (o->specs.len == 0)
        return parser_fail(p, "a tunnel needs what to listen at and where to: "
                              "[BIND:]PORT:HOST:PORT");
    if (!o->via)
        return parser_fail(p, "a tunnel needs a proxy: --via");
    return true;
}

static bool finish(struct request_command *c)
{
    struct tunnel_options *o = c->options;
    if (!check(o, &c->parser))
        return false;
    /* What holds for the proxy's origin is found by its URL. */
    cmdline_url_target(c->cmdline->first)->url = o->via;
    return cmdline_finish(c->cmdline, &c->parser);
}

static int run(struct request_command *c)
{
    return tunnel_run(c->options, c->cmdline, c->config);
}

int tunnel_main(const struct command_line *line)
{
    struct tunnel_options o = {.has_kind = false};
    static const struct request_command_ops ops = {
        .scope = SCOPE_TUNNEL,
        .on_operand = on_operand,
        .finish = finish,
        .run = run,
    };
    int status = request_command_main(line, &ops, &o);
    strings_fini(&o.specs);
    strings_disown(&o.owned);
    return status;
}
