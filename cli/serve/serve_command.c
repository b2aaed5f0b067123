#include "serve/serve_command.h"

#include <unistd.h>

#include "args/command.h"
#include "args/parser.h"
#include "help/answer.h"
#include "serve/serve.h"
#include "serve/serve_config.h"
#include "serve/serve_metrics.h"
#include "terminal/complain.h"

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
    int status;
    if (!parser_run(&p, line->argc, line->argv))
        return parser_complain(&p);
    if (answer(&p, line, &status))
        return status;
    if (!config.server.cert_file != !config.server.key_file)
        return complain_usage("--cert and --key belong together");
    if (config.metrics && !serve_metrics_is_port(config.metrics))
        return complain_usage("--metrics takes a port");
    if (config.no_tls && config.no_plain)
        return complain_usage("--no-tls and --no-plain leave nothing to serve");
    config.server.allow_tcp = config.allow_tcp.at;
    config.server.nallow_tcp = config.allow_tcp.len;
    config.server.allow_udp = config.allow_udp.at;
    config.server.nallow_udp = config.allow_udp.len;
    set_ports(&config);
    config.server.has_tls = !config.no_tls;
    config.server.has_plain = !config.no_plain;
    if (!config.server.root)
        config.server.root = ".";
    if (!config.log)
        config.log = isatty(STDOUT_FILENO) ? "text" : "none";
    status = serve_main(&config);
    strings_fini(&config.allow_tcp);
    strings_fini(&config.allow_udp);
    strings_disown(&owned);
    return status;
}
