#include "serve/serve_command.h"

#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "help/answer.h"
#include "serve/serve.h"
#include "serve/serve_config.h"
#include "serve/serve_metrics.h"

static bool on_folder(struct parser *p, const char *operand)
{
    struct serve_config *c = p->scope[SCOPE_SERVE];
    if (c->server.root)
        return parser_fail(p, "serve takes one folder");
    c->server.root = operand;
    return true;
}

static void set_ports(struct serve_config *c)
{
    c->server.more_ports = c->ports.more;
    c->server.nmore_ports = c->ports.n > 1 ? c->ports.n - 1 : 0;
    c->server.more_plain_ports = c->plain_ports.more;
    c->server.nmore_plain_ports =
        c->plain_ports.n > 1 ? c->plain_ports.n - 1 : 0;
}

static bool check(const struct serve_config *c, struct parser *p)
{
    if (!c->server.cert_file != !c->server.key_file)
        return parser_fail(p, "--cert and --key belong together");
    if (c->metrics && !serve_metrics_is_port(c->metrics))
        return parser_fail(p, "--metrics takes a port");
    if (c->no_tls && c->no_plain)
        return parser_fail(p, "--no-tls and --no-plain leave nothing to serve");
    return true;
}

static void finish(struct serve_config *c)
{
    c->server.allow_tcp = c->allow_tcp.at;
    c->server.nallow_tcp = c->allow_tcp.len;
    c->server.allow_udp = c->allow_udp.at;
    c->server.nallow_udp = c->allow_udp.len;
    set_ports(c);
    c->server.has_tls = !c->no_tls;
    c->server.has_plain = !c->no_plain;
    if (!c->server.root)
        c->server.root = ".";
    if (!c->log)
        c->log = isatty(STDOUT_FILENO) ? "text" : "none";
}

static int run(struct serve_config *c, struct parser *p)
{
    int status;
    if (!answer_read(p, &status))
        return status;
    if (!check(c, p))
        return parser_complain(p);
    finish(c);
    return serve_main(c);
}

int serve_command_run(const struct command_line *line)
{
    struct serve_config config = {
        .server = {.port = SERVE_PORT_DEFAULT,
                   .plain_port = SERVE_PLAIN_PORT_DEFAULT},
    };
    struct strings_owned owned = {0};
    struct parser p = {
        .line = line,
        .groups = line->command->groups,
        .scope = {[SCOPE_SERVE] = &config},
        .owned = &owned,
        .on_operand = on_folder,
    };
    int status = run(&config, &p);
    strings_fini(&config.allow_tcp);
    strings_fini(&config.allow_udp);
    strings_disown(&owned);
    return status;
}
