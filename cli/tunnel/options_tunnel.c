#include <string.h>

#include "args/parser.h"
#include "base/number.h"
#include "request/cmdline.h"
#include "tunnel/tunnel_options.h"

#define STRING(member)  .kind = OPTION_STRING, OPTION_AT(TUNNEL, member)
#define NUMBER(member)  .kind = OPTION_NUMBER, OPTION_AT(TUNNEL, member)
#define SECONDS(member) .kind = OPTION_SECONDS, OPTION_AT(TUNNEL, member)

static bool transport(struct parser *p, const struct option *o, const char *arg)
{
    static const struct parser_word words[] = {
        {"auto", QV_CHANNEL_OVER_ANY},
        {"datagram", QV_CHANNEL_OVER_QUIC},
        {"capsule", QV_CHANNEL_OVER_CAPSULES},
        {NULL, 0},
    };
    struct tunnel_options *c = p->scope[SCOPE_TUNNEL];
    int transport = QV_CHANNEL_OVER_ANY;
    if (!parser_choose(p, o, arg, words, &transport))
        return false;
    c->transport = (enum qv_channel_transport)transport;
    return true;
}

/* The row of all commands (telemetry), with an argument that it may have here. */
static bool stats(struct parser *p, const struct option *o, const char *arg)
{
    struct tunnel_options *t = p->scope[SCOPE_TUNNEL];
    struct cmdline *s = p->scope[SCOPE_SESSION];
    if (arg == NULL)
        s->telemetry.stats = true;
    else if (!number_seconds(arg, &t->stats_every) || t->stats_every == 0)
        return parser_fail(p, "option --%s: '%.60s' is no time in seconds",
                           o->name, arg);
    return true;
}

static const struct option rows[] = {
    {.name = "via",
     .argument = "<proxy>",
     STRING(via),
     .category = CATEGORY_TUNNEL,
     .important = true,
     .brief = "The proxy that the tunnel leads through",
     .text = "An origin, as https://proxy.example:4433; or, for UDP, the URI "
             "template at which the proxy answers CONNECT-UDP (RFC 9298), "
             "with the variables {target_host} and {target_port}.  An origin "
             "stands for the template "
             "/.well-known/masque/udp/{target_host}/{target_port}/ below it; "
             "for TCP the origin of a template is asked.",
     .example = "tunnel udp 5353:192.0.2.53:53 "
                "--via 'https://p.example/m?h={target_host}&p={target_port}'",
     .since = "0.1.0"},
    {.name = "transport",
     .argument = "<auto|datagram|capsule>",
     .kind = OPTION_CALL,
     .scope = SCOPE_TUNNEL,
     .call = transport,
     .category = CATEGORY_TUNNEL,
     .important = true,
     .values = VALUES_CHANNEL_TRANSPORT,
     .brief = "What carries UDP packets",
     .text = "datagram: QUIC's own, which need HTTP/3; a packet that fits none "
             "is dropped, and counted.  capsule: the stream, on which packets "
             "arrive in order and wait for each other.  auto, the default: "
             "datagrams where both sides have them and the packet fits, else "
             "capsules.",
     .example = "tunnel udp 5353:192.0.2.53:53 --via https://proxy.example "
                "--transport datagram",
     .since = "0.1.0"},
    {.name = "flow-idle",
     .argument = "<seconds>",
     SECONDS(flow_idle),
     .category = CATEGORY_TUNNEL,
     .important = true,
     .brief = "End UDP flows after this silence (120)",
     .text = "A flow ends when no packet of it has passed for so long, either "
             "way; the peer's next packet begins another.",
     .example = "tunnel udp 5353:192.0.2.53:53 --via https://proxy.example "
                "--flow-idle 30",
     .since = "0.1.0"},
    {.name = "max-flows",
     .argument = "<num>",
     NUMBER(max_flows),
     .category = CATEGORY_TUNNEL,
     .brief = "UDP flows at once (1024)",
     .text = "When one more begins, the one that has been idle for longest "
             "ends.",
     .example = "tunnel udp 5353:192.0.2.53:53 --via https://proxy.example "
                "--max-flows 16",
     .since = "0.1.0"},
    {.name = "open-timeout",
     .argument = "<seconds>",
     SECONDS(open_timeout),
     .category = CATEGORY_TUNNEL,
     .brief = "Wait so long for the proxy's answer",
     .text = "A flow for which the proxy has not answered by then is given up "
             "(28).",
     .example = "tunnel tcp 8022:host.example:22 --via https://proxy.example "
                "--open-timeout 10",
     .since = "0.1.0"},
    {.name = "stats",
     .argument = "<seconds>",
     .may_lack_argument = true,
     .kind = OPTION_CALL,
     .call = stats,
     OPTION_AT(TUNNEL, stats_every),
     .category = CATEGORY_TUNNEL,
     .important = true,
     .brief = "Print what has passed, at the end or so often",
     .text = "A line on standard error: flows, packets and bytes each way, "
             "packets that were dropped and why, those that are held for lost, "
             "the round-trip time to the proxy, and the largest packet that "
             "goes in a datagram.  With a time, as in --stats=10, it comes "
             "again and again, and once more at the end; without, at the end "
             "alone, with the line of JSON that --stats gives elsewhere.",
     .example = "tunnel udp 51820:wg.example:51820 --via https://proxy.example "
                "--stats=10",
     .since = "0.1.0"},
};

const struct option_group options_tunnel = {rows, sizeof rows / sizeof rows[0]};
