/*
 * What sockets are told: most of these change how the network treats the packets
 * of a connection, none of them what it carries; a PROXY line comes before that.
 */
#include <stdlib.h>
#include <string.h>

#include "args/parser.h"
#include "base/number.h"
#include "request/cmdline.h"
#include "request/options.h"

#define FLAG(member)    .kind = OPTION_FLAG, OPTION_AT(REQUEST, member)
#define STRING(member)  .kind = OPTION_STRING, OPTION_AT(REQUEST, member)
#define SECONDS(member) .kind = OPTION_SECONDS, OPTION_AT(REQUEST, member)
#define CALL(function, member)                                                 \
    .kind = OPTION_CALL, .call = (function), OPTION_AT(REQUEST, member)

static struct qv_options *engine(struct parser *p)
{
    struct request_options *r = p->scope[SCOPE_REQUEST];
    return &r->engine;
}

/* ---- a Unix socket, by its path or by its name ---- */

static bool take_path(struct parser *p, const struct option *o, const char *arg)
{
    (void)o;
    engine(p)->unix_socket = arg;
    engine(p)->abstract_socket = false;
    return true;
}

static bool take_name(struct parser *p, const struct option *o, const char *arg)
{
    (void)o;
    engine(p)->unix_socket = arg;
    engine(p)->abstract_socket = true;
    return true;
}

/* ---- "8000-8100" ---- */

/* As curl: a blank may stand on each side of the dash. */
static const char *skip_dash(const char *at)
{
    at += *at == ' ' || *at == '\t';
    if (*at != '-')
        return NULL;
    at++;
    return at + (*at == ' ' || *at == '\t');
}

static bool read_ports(const char *arg, uint64_t *first, uint64_t *last)
{
    char text[8];
    size_t len = strspn(arg, "0123456789");
    if (len == 0 || len >= sizeof text)
        return false;
    memcpy(text, arg, len);
    text[len] = '\0';
    if (!number_parse(text, UINT16_MAX, first))
        return false;
    *last = *first;
    if (!arg[len])
        return true;
    const char *end = skip_dash(arg + len);
    return end && number_parse(end, UINT16_MAX, last) && *first > 0 &&
           *last >= *first;
}

static bool take_ports(struct parser *p, const struct option *o,
                       const char *arg)
{
    uint64_t first = 0;
    uint64_t last = 0;
    if (!read_ports(arg, &first, &last))
        return parser_fail(p,
                           "option --%s: '%.40s' is neither a port nor two "
                           "with a dash between them",
                           o->name, arg);
    engine(p)->local_port = (unsigned)first;
    engine(p)->local_ports = first ? (unsigned)(last - first + 1) : 0;
    return true;
}

/* ---- what packets are marked with ---- */

/* RFC 2474, 2597, 3246, 5865, 8622; RFC 3168; RFC 1349.  In the order of their
 * names. */
static const struct mark {
    const char *name;
    unsigned char value;
} marks[] = {
    {"AF11", 0x28},        {"AF12", 0x30},        {"AF13", 0x38},
    {"AF21", 0x48},        {"AF22", 0x50},        {"AF23", 0x58},
    {"AF31", 0x68},        {"AF32", 0x70},        {"AF33", 0x78},
    {"AF41", 0x88},        {"AF42", 0x90},        {"AF43", 0x98},
    {"CE", 0x03},          {"CS0", 0x00},         {"CS1", 0x20},
    {"CS2", 0x40},         {"CS3", 0x60},         {"CS4", 0x80},
    {"CS5", 0xa0},         {"CS6", 0xc0},         {"CS7", 0xe0},
    {"ECT0", 0x02},        {"ECT1", 0x01},        {"EF", 0xb8},
    {"LE", 0x04},          {"LOWCOST", 0x02},     {"LOWDELAY", 0x10},
    {"MINCOST", 0x02},     {"RELIABILITY", 0x04}, {"THROUGHPUT", 0x08},
    {"VOICE-ADMIT", 0xb0},
};

static int compare_mark(const void *name, const void *row)
{
    const struct mark *mark = row;
    return strcmp(name, mark->name);
}

static bool take_tos(struct parser *p, const struct option *o, const char *arg)
{
    uint64_t value = 0;
    const struct mark *mark = bsearch(arg, marks, sizeof marks / sizeof *marks,
                                      sizeof *marks, compare_mark);
    if (mark)
        value = mark->value;
    else if (!number_parse(arg, UINT8_MAX, &value))
        return parser_fail(p,
                           "option --%s: '%.20s' is neither 0 to 255 nor a "
                           "name such as CS5, AF41 or EF",
                           o->name, arg);
    engine(p)->ip_tos = (unsigned)value;
    return true;
}

/* ---- */

static bool take_client(struct parser *p, const struct option *o,
                        const char *arg)
{
    (void)o;
    engine(p)->haproxy = true;
    engine(p)->haproxy_client = arg;
    return true;
}

static const struct option rows[] = {
    {.name = "unix-socket",
     .not_empty = true,
     .argument = "<path>",
     CALL(take_path, engine.unix_socket),
     .category = CATEGORY_CONNECTION,
     .values = VALUES_FILE,
     .brief = "Connect to this Unix socket",
     .text = "Connects through the socket instead of the network.",
     .example = "--unix-socket /run/app.sock http://localhost/",
     .since = "0.1.0"},
    {.name = "abstract-unix-socket",
     .not_empty = true,
     .argument = "<name>",
     CALL(take_name, engine.unix_socket),
     .category = CATEGORY_CONNECTION,
     .brief = "Connect to this abstract Unix socket",
     .text = "Connects through a socket that has a name in Linux' abstract "
             "namespace and no file.  Without the @ that other tools show "
             "before it.",
     .example = "--abstract-unix-socket app http://localhost/",
     .since = "0.1.0"},
    {.name = "local-port",
     .argument = "<port[-port]>",
     CALL(take_ports, engine.local_port),
     .category = CATEGORY_CONNECTION,
     .brief = "Connect from one of these ports",
     .text = "The first of these ports of ours that is free is the one a "
             "connection is made from, over TCP as over QUIC.  There can be as "
             "many connections as ports, and a port that was used is not free "
             "at once.  Exit 45 when none is.",
     .example = "--local-port 8000-8100 https://example.com/",
     .since = "0.1.0"},
    {.name = "no-tcp-nodelay",
     FLAG(engine.no_tcp_nodelay),
     .category = CATEGORY_CONNECTION,
     .brief = "Gather small segments",
     .text = "Segments are sent at once (--tcp-nodelay); with this the system "
             "may wait for more to send in the same one (RFC 896).",
     .example = "--no-tcp-nodelay https://example.com/",
     .since = "0.1.0"},
    {.name = "no-keepalive",
     FLAG(engine.no_keepalive),
     .category = CATEGORY_CONNECTION,
     .brief = "Do not probe silent TCP connections",
     .text = "TCP's keepalive probes are sent after 60 seconds of silence "
             "(--keepalive); with this they are not.  HTTP/2 and HTTP/3 ask "
             "with their own PING in any case.",
     .example = "--no-keepalive https://example.com/",
     .since = "0.1.0"},
    {.name = "keepalive-time",
     .argument = "<seconds>",
     SECONDS(engine.keepalive_time),
     .category = CATEGORY_CONNECTION,
     .usual = "60",
     .brief = "Silence before a TCP keepalive probe",
     .text = "As long as nothing is heard for this time, and again after each "
             "probe that nobody answered.  TCP counts whole seconds.",
     .example = "--keepalive-time 20 https://example.com/",
     .since = "0.1.0"},
    {.name = "keepalive-cnt",
     .argument = "<num>",
     .kind = OPTION_NUMBER,
     OPTION_AT(REQUEST, engine.keepalive_probes),
     .category = CATEGORY_CONNECTION,
     .usual = "9",
     .max = 127,
     .min = 1,
     .brief = "Unanswered probes that end it",
     .text = "After so many keepalive probes without an answer the TCP "
             "connection is over.",
     .example = "--keepalive-cnt 3 https://example.com/",
     .since = "0.1.0"},
    {.name = "tcp-fastopen",
     FLAG(engine.tcp_fastopen),
     .category = CATEGORY_CONNECTION,
     .brief = "Send the first bytes with the SYN",
     .text = "TCP Fast Open (RFC 7413): to a server that has given us its "
             "cookie before, what is sent first goes out before the connection "
             "is there.  Where it is refused, that is found out as the first "
             "bytes are lost.",
     .example = "--tcp-fastopen https://example.com/",
     .since = "0.1.0"},
    {.name = "mptcp",
     FLAG(engine.mptcp),
     .category = CATEGORY_CONNECTION,
     .brief = "Use Multipath TCP",
     .text = "TCP connections offer RFC 8684 to the server, over several "
             "networks at once where both sides have them.  A kernel or a "
             "server without it makes plain ones.  No effect on HTTP/3.",
     .example = "--mptcp https://example.com/",
     .since = "0.1.0"},
    {.name = "ip-tos",
     .argument = "<name|number>",
     CALL(take_tos, engine.ip_tos),
     .category = CATEGORY_CONNECTION,
     .brief = "Mark packets for routers",
     .text = "Type of service of IPv4, traffic class of IPv6, over TCP as over "
             "QUIC: 0 to 255, or CS0 to CS7, AF11 to AF43, EF, VOICE-ADMIT, "
             "LE, ECT1, ECT0, CE, LOWCOST, LOWDELAY, THROUGHPUT, RELIABILITY, "
             "MINCOST.  QUIC keeps the two lowest bits for itself (RFC 3168).",
     .example = "--ip-tos CS5 https://example.com/",
     .since = "0.1.0"},
    {.name = "vlan-priority",
     .argument = "<num>",
     .kind = OPTION_NUMBER,
     OPTION_AT(REQUEST, engine.vlan_priority),
     .category = CATEGORY_CONNECTION,
     .max = 7,
     .brief = "Priority in an Ethernet VLAN, 0 to 7",
     .text = "The priority of IEEE 802.1Q, as far as the network interface "
             "passes it on.  7 takes the right to administrate the network.",
     .example = "--vlan-priority 4 https://example.com/",
     .since = "0.1.0"},
    {.name = "haproxy-protocol",
     FLAG(engine.haproxy),
     .category = CATEGORY_CONNECTION,
     .brief = "Begin connections with a PROXY line",
     .text = "The first line of each TCP connection to the origin is that of "
             "HAProxy's PROXY protocol, version 1, with the addresses and "
             "ports of the connection.  It comes before TLS, and behind a "
             "proxy's tunnel.  HTTP/3 has no place for it and is not used; "
             "exit 1 with --http3-only.",
     .example = "--haproxy-protocol https://example.com/",
     .since = "0.1.0"},
    {.name = "haproxy-clientip",
     .not_empty = true,
     .argument = "<address>",
     CALL(take_client, engine.haproxy_client),
     .category = CATEGORY_CONNECTION,
     .brief = "Name this client in the PROXY line",
     .text = "As --haproxy-protocol, with this address in place of those of "
             "the connection.",
     .example = "--haproxy-clientip 203.0.113.9 https://example.com/",
     .since = "0.1.0"},
};

const struct option_group options_sockets = {rows,
                                             sizeof rows / sizeof rows[0]};
