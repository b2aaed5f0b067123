#include "args/parser.h"
#include "request/cmdline.h"
#include "request/options.h"

#define FLAG(member)    .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define STRING(member)  .kind = OPTION_STRING, OPTION_AT(REQUEST, member)
#define LIST(member)    .kind = OPTION_LIST, OPTION_AT(REQUEST, member)
#define SECONDS(member) .kind = OPTION_SECONDS, OPTION_AT(REQUEST, member)
#define FAMILY(v)                                                              \
    .kind = OPTION_CHOICE, .value = (v), OPTION_AT(REQUEST, engine.family)

static bool set_parallel_max(struct parser *p, const struct option *o,
                             const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    unsigned n = 0;
    for (const char *c = arg; *c; c++) {
        if (*c < '0' || *c > '9' || n > 99999)
            return parser_fail(p, "option --%s: '%.20s' is not a proper number",
                               o->name, arg);
        n = n * 10 + (unsigned)(*c - '0');
    }
    /* As curl: nonsense means the default, and 65535 is the most. */
    s->parallel_max = n ? n : PARALLEL_MAX_DEFAULT;
    if (s->parallel_max > 65535)
        s->parallel_max = 65535;
    return true;
}

static const struct option rows[] = {
    {.name = "ipv4",
     .letter = '4',
     FAMILY(QV_FAMILY_IPV4),
     .category = CATEGORY_CONNECTION,
     .brief = "Use IPv4 addresses only",
     .text = "Of a name, IPv4 addresses only.  An address in the URL is taken "
             "as it stands.",
     .example = "-4 https://example.com/",
     .since = "0.1.0"},
    {.name = "ipv6",
     .letter = '6',
     FAMILY(QV_FAMILY_IPV6),
     .category = CATEGORY_CONNECTION,
     .brief = "Use IPv6 addresses only",
     .text = "Of a name, IPv6 addresses only.  An address in the URL is taken "
             "as it stands.",
     .example = "-6 https://example.com/",
     .since = "0.1.0"},
    {.name = "resolve",
     .argument = "<[+]host:port:addr[,addr]...>",
     LIST(resolve),
     .empty_is_none = true,
     .category = CATEGORY_CONNECTION,
     .brief = "Use this address for host:port",
     .text = "Answers for the name instead of the resolver.  May be given "
             "several times.",
     .example = "--resolve example.com:443:127.0.0.1 https://example.com/",
     .since = "0.1.0"},
    {.name = "connect-to",
     .argument = "<host1:port1:host2:port2>",
     LIST(connect_to),
     .empty_is_none = true,
     .category = CATEGORY_CONNECTION,
     .brief = "Connect to host2 in place of host1",
     .text = "Requests for host1:port1 go to host2:port2; TLS and the request "
             "keep the first name.  An empty host or port means any, or the "
             "same.",
     .example = "--connect-to ::localhost:8443 https://example.com/",
     .since = "0.1.0"},
    {.name = "interface",
     .not_empty = true,
     .argument = "<name>",
     .values = VALUES_INTERFACE,
     STRING(engine.interface),
     .category = CATEGORY_CONNECTION,
     .brief = "Send from this interface or address",
     .text = "The name of a network interface, or a local address, over TCP "
             "as over QUIC.  if!NAME is an interface, host!ADDRESS an address, "
             "ifhost!NAME!ADDRESS both; where an address stands, the name of a "
             "host may stand as well.",
     .example = "--interface eth0 https://example.com/",
     .since = "0.1.0"},
    {.name = "no-npn",
     .kind = OPTION_NOTHING,
     .category = CATEGORY_TLS,
     .brief = "Accepted, without effect",
     .text = "What was before ALPN is spoken by nobody; accepted for curl's "
             "scripts.",
     .example = "--no-npn https://example.com/",
     .since = "0.1.0"},
    {.name = "no-alpn",
     FLAG(engine.no_alpn),
     .category = CATEGORY_CONNECTION,
     .brief = "Offer no protocols in TLS",
     .text = "Sends no ALPN extension: the connection speaks HTTP/1.1.",
     .example = "--no-alpn https://example.com/",
     .since = "0.1.0"},
    {.name = "parallel",
     .letter = 'Z',
     .kind = OPTION_FLAG,
     OPTION_AT(SESSION, parallel),
     .category = CATEGORY_CONNECTION,
     .important = true,
     .of_transfers = true,
     .brief = "Fetch all URLs at the same time",
     .text = "Up to --parallel-max transfers run at once, over as few "
             "connections as the protocol allows.  What they write to "
             "standard output comes in the order of the URLs and is never "
             "mixed; see --parallel-output.",
     .example = "-Z https://example.com/a https://example.com/b",
     .since = "0.1.0"},
    {.name = "parallel-max",
     .argument = "<num>",
     .kind = OPTION_CALL,
     .call = set_parallel_max,
     .category = CATEGORY_CONNECTION,
     OPTION_AT(SESSION, parallel_max),
     .usual = "50",
     .brief = "At most this many at a time (50)",
     .text = "Limits -Z.  Where the system allows fewer files and sockets "
             "(ulimit -n), fewer run at the same time.",
     .example = "-Z --parallel-max 4 'https://example.com/[1-100]'",
     .since = "0.1.0"},
    {.name = "jobs",
     .letter = 'j',
     .argument = "<num>",
     .kind = OPTION_CALL,
     .call = set_parallel_max,
     .category = CATEGORY_CONNECTION,
     OPTION_AT(SESSION, parallel_max),
     .brief = "The same as --parallel-max",
     .text = "The same as --parallel-max.  (curl's -j is "
             "--junk-session-cookies.)",
     .example = "-Z -j 4 'https://example.com/[1-100]'",
     .since = "0.1.0"},
    {.name = "parallel-max-host",
     .argument = "<num>",
     .kind = OPTION_NUMBER,
     OPTION_AT(SESSION, parallel_max_host),
     .category = CATEGORY_CONNECTION,
     .brief = "Connections to one host at most",
     .text = "Limits the connections that are open to one scheme, host and "
             "port at the same time, all of them counted: those that are being "
             "made, and those that only finish what they have.",
     .example = "-Z --parallel-max-host 2 'https://example.com/[1-9]'",
     .since = "0.1.0"},
    {.name = "parallel-immediate",
     .kind = OPTION_NOTHING,
     .category = CATEGORY_CONNECTION,
     .brief = "Accepted, without effect",
     .text = "The pool decides when a new connection pays; accepted for "
             "curl's scripts.",
     .example = "-Z --parallel-immediate 'https://example.com/[1-9]'",
     .since = "0.1.0"},
    {.name = "connect-timeout",
     .argument = "<seconds>",
     SECONDS(engine.connect_timeout),
     .category = CATEGORY_TIMEOUT,
     .usual = "300",
     .brief = "Time allowed to connect",
     .text = "Name, connection and TLS or QUIC handshake together; fractions "
             "are allowed.  Exit 28.",
     .example = "--connect-timeout 2.5 https://example.com/",
     .since = "0.1.0"},
    {.name = "max-time",
     .letter = 'm',
     .argument = "<seconds>",
     SECONDS(engine.max_time),
     .category = CATEGORY_TIMEOUT,
     .important = true,
     .brief = "Time allowed for a transfer",
     .text = "Everything together, redirects as well; fractions are allowed.  "
             "With --retry each try has this time.  The time before a transfer "
             "begins (-j, --rate) does not count.  Exit 28.",
     .example = "-m 10 https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_network = {rows,
                                             sizeof rows / sizeof rows[0]};
