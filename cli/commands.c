#include "commands.h"

#include <string.h>

#include "args/command.h"
#include "args/options_general.h"
#include "args/parser.h"
#include "batch/batch.h"
#include "batch/batch_options.h"
#include "cache/cache_command.h"
#include "channel/channel.h"
#include "channel/channel_options.h"
#include "config/options_config.h"
#include "config_command.h"
#include "core/base/str.h"
#include "fetch/fetch.h"
#include "help/completion.h"
#include "help/help_command.h"
#include "help/version_command.h"
#include "hints/hints.h"
#include "ping/ping.h"
#include "ping/ping_options.h"
#include "probe/probe.h"
#include "probe/probe_options.h"
#include "report/report_command.h"
#include "request/options.h"
#include "serve/serve_command.h"
#include "serve/serve_config.h"
#include "terminal/complain.h"
#include "tunnel/tunnel.h"
#include "tunnel/tunnel_options.h"

/* ---- which option tables a command takes ---- */

static const struct option_group *const batch_groups[] = {
    &options_batch,
#define GROUP(table, fetch, batch, channel, tunnel, ping, probe)               \
    OPTION_GROUPS_##batch(table)
#include "config/option_groups.def"
#undef GROUP
    NULL,
};
static const struct option_group *const channel_groups[] = {
    &options_channel,
#define GROUP(table, fetch, batch, channel, tunnel, ping, probe)               \
    OPTION_GROUPS_##channel(table)
#include "config/option_groups.def"
#undef GROUP
    NULL,
};
static const struct option_group *const tunnel_groups[] = {
    &options_tunnel,
#define GROUP(table, fetch, batch, channel, tunnel, ping, probe)               \
    OPTION_GROUPS_##tunnel(table)
#include "config/option_groups.def"
#undef GROUP
    NULL,
};
static const struct option_group *const ping_groups[] = {
    &options_ping,
#define GROUP(table, fetch, batch, channel, tunnel, ping, probe)               \
    OPTION_GROUPS_##ping(table)
#include "config/option_groups.def"
#undef GROUP
    NULL,
};
static const struct option_group *const probe_groups[] = {
    &options_probe,
#define GROUP(table, fetch, batch, channel, tunnel, ping, probe)               \
    OPTION_GROUPS_##probe(table)
#include "config/option_groups.def"
#undef GROUP
    NULL,
};
static const struct option_group *const serve_groups[] = {
    &options_serve, &options_serve_tuning, &options_general, NULL};
static const struct option_group *const report_groups[] = {
    &options_report, &options_general, NULL};
static const struct option_group *const cache_groups[] = {
    &options_cache, &options_general, NULL};
static const struct option_group *const version_groups[] = {
    &options_version, &options_general, NULL};
static const struct option_group *const plain_groups[] = {&options_general,
                                                          NULL};

/* ---- the commands ---- */

const struct command commands[] = {
    {.name = "fetch",
     .transfers = true,
     .alias = "get",
     .synopsis = "[options] URL... [--next [options] URL...]",
     .summary = "transfer URLs; the default command",
     .text =
         "Fetches each URL over HTTP/1.1, HTTP/2 or HTTP/3 and writes the "
         "body to standard output, or to the files that -o and -O name.  "
         "Options are those of curl wherever curl has them.  They may "
         "stand before and after URLs; URLs of one origin share "
         "connections; with -Z they are fetched at the same time.\n\n"
         "A URL without a scheme means https, but http for localhost and "
         "numeric addresses.  {one,two} and [1-9] in a URL stand for "
         "several.\n\n"
         "\"quiver METHOD URL [ITEM...]\", with a method in capitals, "
         "sends one request in HTTPie's words; --items tells what an item "
         "can be.\n\n"
         "A terminal is shown answers in a form for people, with nothing in "
         "them that it would obey: see --pretty, --color and --print.  "
         "Pipes and files get every byte as it came.",
     .groups = options_fetch,
     .run = fetch_main},
    {.name = "batch",
     .transfers = true,
     .synopsis = "[options] [FILE...|-]",
     .summary = "do many requests from a list, a JSON record each",
     .text = "Reads requests from the files, or from standard input as they "
             "come, sends them over few connections, many at a time, and "
             "writes one line of JSON for each: what was asked, what was "
             "answered, how long each part took, and what went wrong.  The "
             "formats are those of quiver-batch(5).\n\n"
             "Each entry is reported exactly once, a bad line too, and the "
             "others go on.  A record appears as soon as its exchange has "
             "ended, so that quiver can be one part of a pipeline.  Memory "
             "does not grow with the input.\n\n"
             "With -o FILE a journal is kept beside it: a run that was "
             "interrupted or killed goes on with --resume.  The first Ctrl-C "
             "lets finish what is on its way, the second ends at once.\n\n"
             "Options about requests, connections and TLS are those of fetch: "
             "they are what every entry starts from.",
     .groups = batch_groups,
     .run = batch_main},
    {.name = "channel",
     .synopsis = "[--protocol NAME] [options] URL",
     .summary = "open a channel: datagrams, WebSocket, raw bytes",
     .text = "Opens a stream that stays open both ways, sends what it reads "
             "from standard input, and writes what comes to standard output: "
             "HTTP datagrams and capsules (RFC 9297), WebSocket (RFC 6455, "
             "8441 and 9220), or, with --upgrade, the bytes of another "
             "protocol.  It goes over whichever version of HTTP the server has "
             "it on.\n\n"
             "Nothing is read before the channel is open.  When the input has "
             "ended our side is closed, and what still comes is written until "
             "the peer has closed too, or --linger is over.  When the peer "
             "closes first the command ends at once.  Without a usable input "
             "(closed, /dev/null) it listens.  The first Ctrl-C closes the "
             "channel, the second one ends at once.\n\n"
             "Options about the request, connections and TLS are those of "
             "fetch.",
     .groups = channel_groups,
     .run = channel_main},
    {.name = "ws",
     .synopsis = "[options] URL",
     .summary = "the same as channel --protocol websocket",
     .text = "Opens a WebSocket, with the options of channel.  The URL may be "
             "one of ws://, wss://, http:// or https://; see "
             "quiver-channel(1).",
     .groups = channel_groups,
     .run = channel_ws_main},
    {.name = "tunnel",
     .synopsis = "udp|tcp [options] --via PROXY SPEC...",
     .summary = "lead ports of this machine through a proxy",
     .text = "Listens at ports of this machine and leads what comes there "
             "through an HTTP proxy to its target: TCP by CONNECT, UDP by "
             "CONNECT-UDP (RFC 9298), over HTTP/1.1, HTTP/2 or HTTP/3.  A SPEC "
             "is that of ssh's -L: [BIND:]PORT:HOST:PORT, with IPv6 addresses "
             "in brackets.  Without BIND it listens at loopback; * is every "
             "address, and port 0 any free one.  What it listens at is printed "
             "on standard error.  - and a HOST:PORT in place of a SPEC are "
             "standard input and output, for ssh's ProxyCommand; for UDP what "
             "one read gives is a packet.\n\n"
             "All flows share a connection to the proxy where HTTP/2 or HTTP/3 "
             "is spoken.  A connection to a TCP port is a flow, and each side "
             "of it ends alone; so is each peer of a UDP port, until it has "
             "been idle for --flow-idle.  UDP packets go in datagrams of QUIC, "
             "and in capsules where there are none or a packet is too large.  "
             "When the connection to the proxy is lost its flows end, and the "
             "next one opens another.\n\n"
             "A flow that the proxy refuses is told, with its reason, and the "
             "others go on.  The command ends with Ctrl-C; with standard input "
             "and output when the stream is over, and with 97 when the proxy "
             "refuses; with 113 when the proxy has no such tunnels at all.\n\n"
             "Options about requests, connections and TLS are those of fetch, "
             "and are about the proxy: -u is sent as Proxy-Authorization.",
     .words = {"udp tcp"},
     .groups = tunnel_groups,
     .run = tunnel_main},
    {.name = "ping",
     .synopsis = "[options] URL",
     .summary = "measure round trips over QUIC, HTTP/2 or WebSocket",
     .text =
         "Opens a connection as a request would, by the same ways and races, "
         "and asks the server again and again whether it is there: by PING of "
         "QUIC, by PING of HTTP/2, by the ping of a WebSocket when the URL is "
         "one (ws://, wss://), and by HEAD requests where there is nothing "
         "else: HTTP/1.1.  A line tells each answer with its time, and what "
         "was not answered within --wait; a summary comes at the end, with "
         "loss, the least, mean and largest time, their standard deviation, "
         "and jitter: the mean difference from one answer to the next.\n\n"
         "A peer may keep QUIC's acknowledgement back for a while, and says "
         "how long: that is no time of the path and is taken from it.  When "
         "one acknowledgement answers several, the others count as answered "
         "and have no time.\n\n"
         "With Ctrl-C, after -n, or when --max-time is over the summary is "
         "written and the command ends: with 0 if anything was answered, else "
         "with 28, or with the error that kept it from connecting.  A "
         "connection that is lost is told and opened again.\n\n"
         "With --version-probe nothing is opened: it tells whether QUIC is "
         "spoken, in which versions, or whether UDP is blocked.",
     .groups = ping_groups,
     .run = ping_main},
    {.name = "probe",
     .synopsis = "[--require NAME,...] [options] URL",
     .summary = "tell what a server does, and what it lacks",
     .text =
         "Looks at a server from all sides, by HEAD requests that each have a "
         "connection of their own, and tells in sections what they have shown: "
         "dns, what was asked of whom, and the records; race, each attempt at "
         "an address as a request would make it, and both families; tls, the "
         "versions, the certificate, who vouches for it and for how long, and "
         "a stapled OCSP answer; http, each version tried by itself, and those "
         "of QUIC; settings, those of HTTP/2 and HTTP/3 and QUIC's transport "
         "parameters; altsvc; 0rtt, whether a later connection is resumed and "
         "may begin with early data; datagrams, with the largest and the "
         "path's MTU; and a verdict.\n\n"
         "With --require it fails with 115 and the names of what lacks.  "
         "Without, the exit status is 0 if anything was answered, else that of "
         "a request.",
     .groups = probe_groups,
     .run = probe_main},
    {.name = "report",
     .synopsis = "[options] RESULTS...",
     .summary = "read the results of a batch: summary, merge, exports",
     .text = "Reads the records that `batch` has written, and says what they "
             "come to: counts, response codes and percentiles of times.  With "
             "--merge it brings the results of several shards together, one "
             "record of each entry in the order of the input.  Records become "
             "a table, test cases, an HTTP archive or a picture with --csv, "
             "--junit, --har and --waterfall.\n\n"
             "Records pass one by one: memory does not grow with them, but "
             "for --merge of files that are not in order, which takes 16 "
             "bytes a record.\n\n"
             "Lines that are no records, as the torn last line of a run that "
             "was killed, are named and left out.  The exit status is 110 when "
             "there were such lines, when entries of --input have no record, "
             "or when the files are not of one input.",
     .groups = report_groups,
     .run = report_command_run},
    {.name = "serve",
     .synopsis = "[options] [FOLDER]",
     .summary = "serve a folder over all HTTP versions",
     .text =
         "Serves the folder (default: the current one) to clients on this "
         "machine: HTTP/1.1, HTTP/2 and HTTP/3 at https://localhost:8443/ "
         "and plain HTTP at http://localhost:8080/.  It is meant for "
         "demonstrations and tests.\n\n"
         "Beside files it answers /echo (what was sent, as JSON), "
         "/status/N, /delay/MS, /bytes/N, /upload (counts and hashes), "
         "/trailers, /redirect/N and /sse (?n= events, one each ?ms=).  /ws is "
         "a WebSocket echo, in the "
         "subprotocol of ?subprotocol= and with compression, unless "
         "?deflate=no says otherwise.  /datagram takes any protocol (CONNECT "
         "with :protocol, or Upgrade) and sends HTTP datagrams and capsules "
         "back, or with ?raw any bytes.  /wt does the same with the datagrams "
         "and streams of a WebTransport session.  CONNECT and CONNECT-UDP (at "
         "/.well-known/masque/udp/) lead to the targets that --allow-tcp and "
         "--allow-udp name, and to no other.  It ends with Ctrl-C: the "
         "first "
         "finishes what runs, the second ends at once.",
     .groups = serve_groups,
     .run = serve_command_run},
    {.name = "cache",
     .synopsis = "list | show | clear [KIND [ORIGIN]]",
     .summary = "see and clear what earlier runs have learned",
     .text =
         "What --state keeps in its folder, and files of their own: altsvc "
         "(alternative services), broken (those of them that did not work), "
         "hsts (hosts that want TLS), tickets (TLS sessions) and cookies.\n\n"
         "list tells how many entries that hold there are of each kind, and "
         "in which file.  show prints them, one a line: whose it is, what it "
         "is, and until when it holds.  clear takes them away, and says how "
         "many they were.\n\n"
         "KIND is one of these words; without one it is all that is in the "
         "folder, where no cookies are: --file names a file of them.  ORIGIN "
         "is a URL or a host, with a port or without: what is known of that "
         "and, of cookies and HSTS, of names below.  Of tickets only a hash "
         "of what they are for is kept: they are cleared together.\n\n"
         "Files are changed under the lock that other runs take to write "
         "them.  One that cannot be read or is damaged is said so: exit 116.",
     .words = {"list show clear", "altsvc broken hsts tickets cookies"},
     .groups = cache_groups,
     .run = cache_command_run},
    {.name = "config",
     .synopsis = "check [FILE] | show [options] URL",
     .summary = "check the configuration, show what holds for a URL",
     .text = "check reads the configuration file, or another one, and tells "
             "every mistake in it with its line (exit 2).\n\n"
             "show prints the options that hold for the URL, each with the "
             "place that it comes from: a line of a file, the command line, or "
             "the default.  Options of the command line count as for fetch.  "
             "Passwords and keys are shown as <redacted> unless "
             "--show-secrets is given.",
     .words = {"check show"},
     .groups = options_fetch,
     .run = config_command_run},
    {.name = "completion",
     .synopsis = "bash|zsh|fish",
     .summary = "print a completion script for the shell",
     .words = {"bash zsh fish"},
     .groups = plain_groups,
     .run = completion_main},
    {.name = "help",
     .synopsis = "[SUBJECT | [COMMAND] OPTION | WORD...]",
     .summary = "explain an option, a command or a subject",
     .groups = plain_groups,
     .run = help_command_run},
    {.name = "version",
     .synopsis = "[--json]",
     .summary = "print versions and features",
     .groups = version_groups,
     .run = version_command_run},
    {.name = NULL},
};

/* Names that later versions give a meaning: nobody shall get used to them as
 * host names. */
static const char *const reserved[] = {
    "agent",
    "cache",
    "load",
    NULL,
};

static bool is_reserved(const char *name)
{
    for (size_t i = 0; reserved[i]; i++) {
        if (strcmp(reserved[i], name) == 0)
            return true;
    }
    return false;
}

/* HTTPie's "quiver POST URL": all capitals, 3 to 16 of them. */
static bool is_method(const char *operand)
{
    size_t n = strspn(operand, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    return n >= 3 && n <= 16 && !operand[n];
}

static int refuse_reserved(const char *operand)
{
    struct str text = {0};
    str_printf(&text,
               "command '%.20s' is not in this version; for a host of that "
               "name type 'http://%.20s'",
               operand, operand);
    int status = complain_usage(text.base);
    str_fini(&text);
    return status;
}

static void tell_hints(void)
{
    static const char *names[sizeof commands / sizeof commands[0]];
    for (size_t i = 0; commands[i].name; i++)
        names[i] = commands[i].name;
    hints_know_commands(names);
}

int commands_main(int argc, char **argv)
{
    tell_hints();
    int at = parser_first_operand(commands[0].groups, argc, argv);
    struct command_line line = {
        .command = at ? command_find(commands, argv[at]) : NULL,
        .table = commands,
        .argc = argc,
        .argv = argv,
    };
    if (line.command) {
        command_line_take_out(&line, at);
        return line.command->run(&line);
    }
    if (at && is_reserved(argv[at]))
        return refuse_reserved(argv[at]);
    line.command = commands;
    if (at && is_method(argv[at])) {
        line.method = argv[at];
        command_line_take_out(&line, at);
    }
    return commands[0].run(&line);
}
