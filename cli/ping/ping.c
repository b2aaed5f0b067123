#include "ping/ping.h"

#include <string.h>

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

/* By PING frames or version probes, which are no requests: as far as can be known
 * before the server has chosen its protocol. */
static bool asks_by_frames(const struct ping_options *o,
                           const struct operation *op)
{
    const struct qv_options *e = &op->how.engine;
    struct qv_url u;
    struct qv_error error;
    if (o->version_probe)
        return true;
    if (o->head || websocket_url_is(o->url) ||
        !qv_url_parse(&u, o->url, op->proto_default, &error))
        return false;
    bool is_secure = strcmp(u.scheme, "https") == 0;
    qv_url_free(&u);
    if (!is_secure)
        return e->http == QV_HTTP_2_PRIOR;
    return e->http != QV_HTTP_1_0 && e->http != QV_HTTP_1_1 &&
           e->http_max != QV_HTTP_BOUND_1_1;
}

/* An option of this command line that counts what pools do; NULL: there is none.  One
 * of a configuration file is for all commands, and may come to nothing here. */
static const char *counting_option(const struct parser *p)
{
    static const char *const names[] = {"stats", "stats-out", "metrics"};
    const struct occurrences *given = p->given[SCOPE_SESSION];
    for (size_t i = 0; given && i < given->len; i++)
        for (size_t n = 0; n < sizeof names / sizeof names[0]; n++)
            if (given->at[i].place.layer == OCCURRENCE_LINE &&
                !given->at[i].is_negated &&
                strcmp(given->at[i].option->name, names[n]) == 0)
                return names[n];
    return NULL;
}

static bool finish(struct request_command *c)
{
    struct ping_options *o = c->options;
    struct operation *op = c->cmdline->first;
    if (!check(o, &c->parser))
        return false;
    const char *counting = counting_option(&c->parser);
    if (counting && asks_by_frames(o, op))
        return parser_fail(&c->parser,
                           "option --%s counts requests, which %s not; --head "
                           "asks by requests",
                           counting,
                           o->version_probe ? "a version probe is"
                                            : "PING frames are");
    cmdline_url_target(op)->url = o->url;
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
