#include "tunnel/tunnel.h"

#include <string.h>

#include "args/command.h"
#include "args/parser.h"
#include "config/config.h"
#include "core/base/str.h"
#include "help/answer.h"
#include "request/cmdline.h"
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

static int run(struct tunnel_options *o, struct cmdline *s, struct config *c,
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
    /* What holds for the proxy's origin is found by its URL. */
    cmdline_url_target(s->first)->url = o->via;
    if (!cmdline_finish(s, p))
        return parser_complain(p);
    return tunnel_run(o, s, c);
}

int tunnel_main(const struct command_line *line)
{
    struct tunnel_options o = {.has_kind = false};
    struct cmdline *s = cmdline_new();
    struct config *c = config_new(line->table);
    struct parser p = {
        .line = line,
        .groups = line->command->groups,
        .scope = {[SCOPE_SESSION] = s,
                  [SCOPE_OPERATION] = s->first,
                  [SCOPE_REQUEST] = &s->first->how,
                  [SCOPE_TUNNEL] = &o},
        .owned = &s->owned,
        .on_operand = on_operand,
    };
    int status = run(&o, s, c, &p, line);
    strings_fini(&o.specs);
    strings_disown(&o.owned);
    cmdline_free(s);
    config_free(c);
    return status;
}
