#include "args/parser.h"
#include "base/number.h"
#include "ping/ping_options.h"

#define FLAG(member) .kind = OPTION_FLAG, OPTION_AT(PING, member)

/* 0 is a time as well: as soon as the one before is settled. */
static bool interval(struct parser *p, const struct option *o, const char *arg)
{
    struct ping_options *ping = p->scope[SCOPE_PING];
    ping->has_interval = true;
    if (number_seconds(arg, &ping->interval))
        return true;
    return parser_fail(p, "option --%s: '%.60s' is no time in seconds", o->name,
                       arg);
}

static const struct option rows[] = {
    {.name = "count",
     .letter = 'n',
     .argument = "<num>",
     .kind = OPTION_NUMBER,
     OPTION_AT(PING, count),
     .category = CATEGORY_PROBE,
     .important = true,
     .brief = "Ask so often, then end",
     .text = "Without it ping asks until Ctrl-C; with --version-probe three "
             "times.",
     .example = "ping -n 5 https://example.com/",
     .since = "0.1.0"},
    {.name = "interval",
     .letter = 'i',
     .argument = "<seconds>",
     .kind = OPTION_CALL,
     .call = interval,
     OPTION_AT(PING, interval),
     .category = CATEGORY_PROBE,
     .important = true,
     .usual = "1",
     .brief = "Time from one to the next",
     .text = "Whether answers have come or not: many may be out at once.  0: "
             "the next one leaves as soon as the one before was answered or "
             "given up.",
     .example = "ping -i 0.2 https://example.com/",
     .since = "0.1.0"},
    {.name = "wait",
     .argument = "<seconds>",
     .kind = OPTION_SECONDS,
     OPTION_AT(PING, wait),
     .category = CATEGORY_PROBE,
     .usual = "2",
     .brief = "Wait so long for an answer",
     .text = "What was not answered by then is lost.  An answer that comes "
             "later is told, and counted as late, not as an answer.",
     .example = "ping --wait 0.5 https://example.com/",
     .since = "0.1.0"},
    {.name = "head",
     .letter = 'I',
     FLAG(head),
     .category = CATEGORY_PROBE,
     .important = true,
     .brief = "Ask by HEAD requests",
     .text = "The time is that from the request to the first byte of the "
             "answer, whatever its status: what the server does is part of it. "
             " So it is where there is no PING: HTTP/1.1.",
     .example = "ping -I https://example.com/",
     .since = "0.1.0"},
    {.name = "version-probe",
     FLAG(version_probe),
     .category = CATEGORY_PROBE,
     .important = true,
     .brief = "Ask which versions of QUIC there are",
     .text =
         "Sends packets of a QUIC version that is reserved for nobody to speak "
         "(RFC 9000 15): whoever speaks QUIC names the versions that it does "
         "(RFC 9000 6), without a handshake.  In the end it says what that "
         "means: quic, with the versions; no-quic, when the network says that "
         "nobody listens at the port, so UDP does get there (exit 7); "
         "udp-blocked, when UDP is not answered and TCP to the same port is "
         "(exit 28); unreachable, when neither is.  A server that is silent on "
         "unknown versions is asked by a handshake as well.",
     .example = "ping --version-probe https://example.com/",
     .since = "0.1.0"},
    {.name = "json",
     FLAG(json),
     .category = CATEGORY_PROBE,
     .brief = "Write lines of JSON",
     .text = "One for each event: open, answer, loss, late, down, and summary "
             "at the end.  Times are in seconds.",
     .example = "ping --json -n 5 https://example.com/",
     .since = "0.1.0"},
    {.name = "summary",
     FLAG(summary),
     .category = CATEGORY_PROBE,
     .brief = "Write the summary alone",
     .text = "No line for each answer.",
     .example = "ping --summary -n 100 -i 0 https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_ping = {rows, sizeof rows / sizeof rows[0]};
