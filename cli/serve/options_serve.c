#include <string.h>

#include "args/parser.h"
#include "base/number.h"
#include "core/base/str.h"
#include "serve/serve_config.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(SERVE, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(SERVE, member)
#define NUMBER(member) .kind = OPTION_NUMBER, OPTION_AT(SERVE, member)
#define LIST(member)   .kind = OPTION_LIST, OPTION_AT(SERVE, member)

static bool log_format(struct parser *p, const struct option *o,
                       const char *arg)
{
    static const char *const words[] = {"text", "json", "none", NULL};
    struct serve_config *c = p->scope[SCOPE_SERVE];
    size_t i = 0;
    while (words[i] && strcmp(arg, words[i]) != 0)
        i++;
    if (!words[i])
        return parser_fail_word(p, o, arg, words);
    c->log = arg;
    return true;
}

/* Several add up, to one list. */
static bool bind_address(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct serve_config *c = p->scope[SCOPE_SERVE];
    struct str list = {0};
    (void)o;
    str_printf(&list, "%s%s%s", c->server.bind ? c->server.bind : "",
               c->server.bind ? "," : "", arg);
    c->server.bind = strings_own(p->owned, str_take(&list));
    return true;
}

/* The first one stands in the place of the default. */
static bool add_port(struct parser *p, const char *name, const char *text,
                     uint16_t *first, struct serve_ports *ports)
{
    uint64_t number;
    if (!number_parse(text, UINT16_MAX, &number))
        return parser_fail(p, "option --%s: '%s' is not from 0 to 65535", name,
                           text);
    if (ports->n > SERVE_PORTS_MAX)
        return parser_fail(p, "option --%s: more than %d ports", name,
                           SERVE_PORTS_MAX + 1);
    if (ports->n++ == 0)
        *first = (uint16_t)number;
    else
        ports->more[ports->n - 2] = (uint16_t)number;
    return true;
}

static bool add_ports(struct parser *p, const struct option *o, const char *arg)
{
    struct serve_config *c = p->scope[SCOPE_SERVE];
    bool is_plain = strcmp(o->name, "plain-port") == 0;
    uint16_t *first = is_plain ? &c->server.plain_port : &c->server.port;
    struct span rest = span_str(arg);
    struct span text;
    while (span_next(&rest, ',', &text)) {
        struct str one = {0};
        str_printf(&one, "%.*s", SPAN_ARG(span_trim(text)));
        bool is_good = add_port(p, o->name, str_text(&one), first,
                                is_plain ? &c->plain_ports : &c->ports);
        str_fini(&one);
        if (!is_good)
            return false;
    }
    return true;
}

static const struct option rows[] = {
    {.name = "port",
     .letter = 'p',
     .argument = "<ports>",
     .kind = OPTION_CALL,
     .scope = SCOPE_SERVE,
     .call = add_ports,
     .category = CATEGORY_SERVE,
     .important = true,
     .brief = "Port of TLS and QUIC (8443)",
     .text = "HTTP/1.1 and HTTP/2 on this TCP port, HTTP/3 on the UDP port of "
             "the same number.  0 takes any free one, which is printed.  "
             "Several, with commas between them or in several options, are "
             "one server: a QUIC connection that moves to another of its "
             "ports or addresses goes on.",
     .example = "serve --port 9443,9444",
     .since = "0.1.0"},
    {.name = "plain-port",
     .argument = "<ports>",
     .kind = OPTION_CALL,
     .scope = SCOPE_SERVE,
     .call = add_ports,
     .category = CATEGORY_SERVE,
     .important = true,
     .brief = "Port without TLS (8080)",
     .text = "HTTP/1.1, and HTTP/2 with prior knowledge.  0 takes any free "
             "one, which is printed.  There may be several, as of --port.",
     .example = "serve --plain-port 0",
     .since = "0.1.0"},
    {.name = "no-tls",
     FLAG(no_tls),
     .category = CATEGORY_SERVE,
     .brief = "Serve the plain port only",
     .text = "Opens neither the TLS nor the QUIC port.",
     .example = "serve --no-tls",
     .since = "0.1.0"},
    {.name = "no-plain",
     FLAG(no_plain),
     .category = CATEGORY_SERVE,
     .brief = "Serve the TLS and QUIC port only",
     .text = "Does not open the plain port.",
     .example = "serve --no-plain",
     .since = "0.1.0"},
    {.name = "bind",
     .argument = "<addresses>",
     .kind = OPTION_CALL,
     .scope = SCOPE_SERVE,
     .call = bind_address,
     .category = CATEGORY_SERVE,
     .important = true,
     .brief = "Listen at these addresses",
     .text = "Numeric addresses with commas between them; may be given several "
             "times, 16 addresses in all.  Without it the server can be "
             "reached from this machine only, over IPv4 and IPv6.",
     .example = "serve --bind 192.0.2.1 --bind 2001:db8::1",
     .since = "0.1.0"},
    {.name = "cert",
     .argument = "<file>",
     STRING(server.cert_file),
     .category = CATEGORY_SERVE,
     .values = VALUES_FILE,
     .important = true,
     .brief = "Certificate chain (PEM)",
     .text = "Without it a throw-away certificate for localhost is made, and "
             "the --cacert that fits it is printed.",
     .example = "serve --cert cert.pem --key key.pem",
     .since = "0.1.0"},
    {.name = "key",
     .argument = "<file>",
     STRING(server.key_file),
     .category = CATEGORY_SERVE,
     .values = VALUES_FILE,
     .important = true,
     .brief = "Private key (PEM)",
     .text = "The key that belongs to --cert.",
     .example = "serve --cert cert.pem --key key.pem",
     .since = "0.1.0"},
    {.name = "rpk",
     FLAG(server.raw_key),
     .category = CATEGORY_SERVE,
     .brief = "Show the certificate's key alone",
     .text = "A raw public key in place of a certificate (RFC 7250).  Only "
             "clients that know the key and ask for it can connect, as "
             "quiver with --rpk and --pinnedpubkey.",
     .example = "serve --rpk --cert cert.pem --key key.pem",
     .since = "0.1.0"},
    {.name = "staple",
     .argument = "<file>",
     STRING(server.staple_file),
     .category = CATEGORY_SERVE,
     .values = VALUES_FILE,
     .brief = "Send this OCSP answer along",
     .text = "A response of an OCSP responder about --cert (DER), for clients "
             "that ask for the certificate's status.",
     .example = "serve --cert cert.pem --key key.pem --staple cert.ocsp",
     .since = "0.1.0"},
    {.name = "retry",
     FLAG(server.retry),
     .category = CATEGORY_SERVE,
     .brief = "Answer first QUIC packets with Retry",
     .text = "Clients must show that they own their address before the server "
             "keeps anything about them.",
     .example = "serve --retry",
     .since = "0.1.0"},
    {.name = "early-data",
     FLAG(server.early_data),
     .category = CATEGORY_SERVE,
     .brief = "Take early data (0-RTT), over TCP and QUIC",
     .text = "A client that was here before may send its request in the first "
             "packet.  Each ticket is good for that once, so nobody can send "
             "it again; methods that are not safe are answered by 425, and so "
             "is /early-reject.  /echo tells \"early\".  Without the option "
             "sessions are resumed all the same.",
     .example = "serve --early-data",
     .since = "0.1.0"},
    {.name = "max-requests",
     .argument = "<num>",
     .kind = OPTION_SIZE,
     OPTION_AT(SERVE, server.max_requests),
     .category = CATEGORY_SERVE,
     .brief = "Requests served by one connection",
     .text = "After that many the connection is closed gracefully: GOAWAY, or "
             "Connection: close.",
     .example = "serve --max-requests 1000",
     .since = "0.1.0"},
    {.name = "max-connections",
     .argument = "<num>",
     NUMBER(server.max_connections),
     .category = CATEGORY_SERVE,
     .brief = "Connections open at once (4096)",
     .text = "TCP and QUIC together.",
     .example = "serve --max-connections 100",
     .since = "0.1.0"},
    {.name = "allow-tcp",
     .argument = "<host:port>",
     LIST(allow_tcp),
     .category = CATEGORY_SERVE,
     .important = true,
     .brief = "Open TCP tunnels to this target",
     .text = "CONNECT is answered, in every version of HTTP, for a target that "
             "is named, and with 403 for any other; may be given several "
             "times.  HOST is a name, an address (IPv6 in brackets), or *.NAME "
             "for every name below that one; PORT is a number, or * for all of "
             "them.  There is no pattern for all hosts."
             "\n\n"
             "What is compared is what the client asks for: a name that is "
             "allowed is not its address, nor an address its names.  A name is "
             "looked up once, and what came of that is connected to.  The "
             "server answers 200 when the connection is there; otherwise "
             "Proxy-Status says why it is not (RFC 9209).",
     .example = "serve --allow-tcp git.example:22 --allow-tcp '*.lab.test:443'",
     .since = "0.1.0"},
    {.name = "allow-udp",
     .argument = "<host:port>",
     LIST(allow_udp),
     .category = CATEGORY_SERVE,
     .important = true,
     .brief = "Open UDP tunnels to this target",
     .text = "CONNECT-UDP (RFC 9298) is answered at "
             "/.well-known/masque/udp/HOST/PORT/ for a target that is named, "
             "as --allow-tcp says: in HTTP/3 with QUIC's datagrams, else, and "
             "for packets too large for those, with capsules.",
     .example = "serve --allow-udp 192.0.2.53:53 --allow-udp '[::1]:*'",
     .since = "0.1.0"},
    {.name = "flow-idle",
     .argument = "<seconds>",
     .kind = OPTION_SECONDS,
     OPTION_AT(SERVE, server.flow_idle),
     .category = CATEGORY_SERVE,
     .brief = "End UDP tunnels after this silence (120)",
     .text = "A tunnel of --allow-udp ends when no packet has passed for so "
             "long, either way.",
     .example = "serve --allow-udp 192.0.2.53:53 --flow-idle 30",
     .since = "0.1.0"},
    {.name = "log",
     .argument = "<format>",
     .values = VALUES_LOG,
     .kind = OPTION_CALL,
     .scope = SCOPE_SERVE,
     .call = log_format,
     .category = CATEGORY_SERVE,
     .important = true,
     .brief = "Log requests: text, json or none",
     .text = "One line for each request on standard output; the default is "
             "text on a terminal and none otherwise.  A reader that does not "
             "read stops nobody: about 1 MiB waits for it, lines beyond that "
             "are dropped, and their number is told at the end.",
     .example = "serve --log json",
     .since = "0.1.0"},
    {.name = "metrics",
     .argument = "<port>",
     STRING(metrics),
     .category = CATEGORY_SERVE,
     .brief = "Offer metrics in Prometheus' text format",
     .text = "GET /metrics on this port of 127.0.0.1 and ::1 is answered, over "
             "plain HTTP; ADDRESS:PORT listens there instead, and port 0 takes "
             "any free one, which is printed.  Counted are requests by "
             "protocol and status, bytes, connections, QUIC handshakes, "
             "retries and refusals; see quiver-telemetry(7).",
     .example = "serve --metrics 9100",
     .since = "0.1.0"},
    {.name = "qlog-dir",
     .argument = "<dir>",
     .values = VALUES_FOLDER,
     STRING(qlog_folder),
     .category = CATEGORY_SERVE,
     .brief = "Write a trace of each connection (qlog)",
     .text = "A file for each HTTP/3 and HTTP/2 connection, named "
             "ID_server.sqlog, in this folder, which is made if it is "
             "missing; see --qlog-dir of quiver-fetch(1).  Fields that carry "
             "secrets are <redacted>.  In place of QLOGDIR.",
     .example = "serve --qlog-dir traces",
     .since = "0.1.0"},
    {.name = "silent",
     .letter = 's',
     FLAG(silent),
     .category = CATEGORY_SERVE,
     .brief = "Do not print where it listens",
     .text = "Prints nothing but errors.",
     .example = "serve --silent",
     .since = "0.1.0"},
};

const struct option_group options_serve = {rows, sizeof rows / sizeof rows[0]};
