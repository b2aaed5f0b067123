#include <string.h>
#include <strings.h>

#include "args/parser.h"
#include "request/cmdline.h"
#include "request/options.h"

#define FLAG(member)   .kind = OPTION_FLAG, OPTION_AT(SESSION, member)
#define STRING(member) .kind = OPTION_STRING, OPTION_AT(SESSION, member)
#define CALL(function, member)                                                 \
    .kind = OPTION_CALL, .call = (function), OPTION_AT(SESSION, member)

/*
 * -v, --trace and --trace-ascii stand for one another, as with curl: the last
 * one says what is written and where.
 */
static struct verbose_options *verbose_of(struct parser *p)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    return &s->telemetry.verbose;
}

static bool take_verbose(struct parser *p, const struct option *o,
                         const char *arg)
{
    const struct cmdline *s = p->scope[SCOPE_SESSION];
    struct verbose_options *v = verbose_of(p);
    (void)o, (void)arg;
    v->form = VERBOSE_LINES;
    v->path = NULL;
    if (!v->is_set || !s->verbose)
        v->is_timed = v->has_ids = false;
    v->has_decisions = s->verbose && p->nbefore >= 1;
    if (v->has_decisions)
        v->is_timed = v->has_ids = true;
    v->has_packets = s->verbose && p->nbefore >= 2;
    if (v->has_packets)
        v->form = VERBOSE_ASCII;
    return true;
}

static bool take_trace(struct parser *p, const struct option *o,
                       const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    struct verbose_options *v = verbose_of(p);
    if (!*arg)
        return parser_fail(p, "option --%s: the file name is empty", o->name);
    s->verbose = true;
    v->form = strcmp(o->name, "trace") == 0 ? VERBOSE_HEX : VERBOSE_ASCII;
    v->path = arg;
    return true;
}

static bool note_set(struct parser *p, const struct option *o, const char *arg)
{
    (void)o, (void)arg;
    verbose_of(p)->is_set = true;
    return true;
}

/* Secrets are not for what is looked at or passed on. */
static bool take_key_log(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    if (!*arg || strcmp(arg, "-") == 0)
        return parser_fail(p, "option --%s: secrets go to a file, not to '%s'",
                           o->name, arg);
    s->telemetry.key_log = arg;
    return true;
}

static bool is_word(const char *word, size_t len, const char *text)
{
    return len == strlen(text) && strncasecmp(word, text, len) == 0;
}

/* "ids,-time,http/2": of curl's components two are ours, and all that there is
 * to tell of the others is always told. */
static bool take_config(struct parser *p, const struct option *o,
                        const char *arg)
{
    struct verbose_options *v = verbose_of(p);
    (void)o;
    v->is_set = true;
    for (const char *at = arg; *at;) {
        size_t len = strcspn(at, ",");
        const char *next = at + len + (at[len] == ',');
        bool is_on = *at != '-';
        size_t sign = *at == '-' || *at == '+';
        bool is_all = is_word(at + sign, len - sign, "all");
        if (is_all || is_word(at + sign, len - sign, "ids"))
            v->has_ids = is_on;
        if (is_all || is_word(at + sign, len - sign, "time"))
            v->is_timed = is_on;
        at = next;
    }
    return true;
}

static bool take_explain(struct parser *p, const struct option *o,
                         const char *arg)
{
    struct cmdline *s = p->scope[SCOPE_SESSION];
    enum explain_form *form = &s->telemetry.explain;
    if (arg == NULL || strcmp(arg, "text") == 0)
        *form = EXPLAIN_TEXT;
    else if (strcmp(arg, "json") == 0)
        *form = EXPLAIN_JSON;
    else
        return parser_fail(p, "option --%s: '%s' is neither text nor json",
                           o->name, arg);
    return true;
}

static const struct option rows[] = {
    {.name = "verbose",
     .letter = 'v',
     FLAG(verbose),
     .call = take_verbose,
     .category = CATEGORY_VERBOSE,
     .important = true,
     .brief = "Say what happens",
     .text = "Prints to standard error: \"* \" what happens (addresses tried, "
             "TLS, QUIC, the choice of the protocol), \"> \" the request head, "
             "\"< \" the response head.  Secrets are shown as <redacted>.  "
             "A reader that does not read stops no transfer; one that is more "
             "than 16 MiB behind is told how many lines it has missed.\n\n"
             "-vv adds times and numbers (--trace-time, --trace-ids), what was "
             "decided and because of what (as --explain has it), the frames of "
             "HTTP/2 and HTTP/3, and the settings of the peer; -vvv adds the "
             "packets of QUIC, and writes bodies as well, as --trace-ascii "
             "does.",
     .example = "-v https://example.com/",
     .since = "0.1.0"},
    {.name = "explain",
     .argument = "<form>",
     .may_lack_argument = true,
     CALL(take_explain, telemetry.explain),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_EXPLAIN,
     .where = WHERE_NO_ORIGIN,
     .brief = "Say why it went as it went",
     .text =
         "Prints to standard error, once a transfer is over, why this protocol "
         "and this address: what was wrong on the way or took the time, in a "
         "word and a line each (cause), what was decided and because of what, "
         "names that were looked up and what came, addresses that were tried "
         "and why they lost, where the time went, and what the peer allows.  "
         "=json makes one line of JSON of it; records have it as "
         "\"explain\".  Times are seconds from the start of the transfer; a "
         "negative one was before, as of a connection that is used again.  Of "
         "a channel, and of each flow of a tunnel, it tells how its stream was "
         "opened, and what became of the connection until its end.\n\n"
         "Causes, which records have without this option too: slow-dns, "
         "dns-failed, dead-address, udp-silent, udp-refused, "
         "h3-advertised-dead, quic-certificate, tls-certificate, alpn, "
         "tls-silent, tls-failed, connect-refused, connect-silent, "
         "proxy-refused, "
         "proxy-unreachable, proxy-silent, early-data-rejected, goaway, "
         "connection-lost, "
         "retried, slow-connect, slow-first-byte, slow-body, held-back, "
         "loss.",
     .example = "--explain https://example.com/",
     .since = "0.1.0"},
    {.name = "trace",
     .argument = "<file>",
     CALL(take_trace, verbose),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Write what is sent and received, in hex",
     .text = "As -v, with the bytes of heads and bodies, and of TLS handshakes "
             "over TCP as they are on the wire, as hex and as text.  "
             "\"-\" is standard output, \"%\" standard error.  Heads of HTTP/2 "
             "and HTTP/3 are written as HTTP/1 would write them, and bodies "
             "without their frames; those of HTTP/1.1 in chunks are written "
             "with the chunks' sizes and trailers.  Secrets of heads are "
             "shown as <redacted>, bodies as they are.  Of -v, --trace and "
             "--trace-ascii the last one counts.",
     .example = "--trace trace.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "trace-ascii",
     .argument = "<file>",
     CALL(take_trace, verbose),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Write what is sent and received, as text",
     .text = "As --trace, without the hex.",
     .example = "--trace-ascii trace.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "trace-time",
     FLAG(telemetry.verbose.is_timed),
     .call = note_set,
     .category = CATEGORY_VERBOSE,
     .brief = "Begin lines of -v and --trace with the time",
     .text = "The local time, with microseconds.",
     .example = "-v --trace-time https://example.com/",
     .since = "0.1.0"},
    {.name = "trace-ids",
     FLAG(telemetry.verbose.has_ids),
     .call = note_set,
     .category = CATEGORY_VERBOSE,
     .brief = "Say whose a line of -v and --trace is",
     .text = "[0-1] is of transfer 0 and connection 1, the numbers of "
             "%{xfer_id} and %{conn_id}; x is none that is known: what is done "
             "to connect is for whoever needs the connection then.",
     .example = "-v --trace-ids -Z 'https://example.com/[1-9]'",
     .since = "0.1.0"},
    {.name = "trace-config",
     .argument = "<list>",
     CALL(take_config, telemetry.verbose.is_set),
     .category = CATEGORY_VERBOSE,
     .brief = "What -v and --trace tell",
     .text = "Words with commas between them, a - before one to take it back: "
             "time and ids are --trace-time and --trace-ids, all is both.  "
             "curl's other words name parts of curl; they are accepted, and "
             "-v tells of them all.",
     .example = "-v --trace-config ids,time https://example.com/",
     .since = "0.1.0"},
    {.name = "stats",
     FLAG(telemetry.stats),
     .category = CATEGORY_VERBOSE,
     .brief = "Show what the connection pools do",
     .text = "On a terminal: transfers, connections, streams, queue, rates, "
             "round-trip time, congestion window and loss, handshake times, "
             "the origins and the busiest connections, redrawn while it runs "
             "and once more at the end, when the rates are those of the whole "
             "run.  What has no room is left out: columns from the right, "
             "lines from below.\n\n"
             "Where standard error is no terminal: one line of JSON at the "
             "end, after everything else: counts of transfers, connections "
             "and the reasons of their ends, requests by protocol and status, "
             "handshake times by stage, each origin, and the connections that "
             "are still open.  See quiver-telemetry(7).",
     .example = "--stats -Z https://example.com/[1-20]",
     .since = "0.1.0"},
    {.name = "stats-out",
     .argument = "<file>",
     STRING(telemetry.stats_out),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Write the JSON of --stats to a file",
     .text = "The file appears at the end and is complete then.  Together with "
             "--stats the JSON goes to the file, on a terminal as well.",
     .example = "--stats-out stats.json https://example.com/",
     .since = "0.1.0"},
    {.name = "trace-events",
     .argument = "<file>",
     STRING(telemetry.trace_events),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Write what happens as lines of JSON",
     .text = "One event a line, with its time, its name, the numbers of "
             "transfer (xfer_id) and connection (conn_id), the origin, and "
             "what belongs to it; durations are in seconds.  \"%\" is standard "
             "error; \"-\" is standard output, which then may not carry "
             "bodies.  Lines are written whole, at least every 200 ms.  A "
             "reader that does not read stops no transfer: events beyond the "
             "16 MiB that wait for it are dropped, and their number is told "
             "at the end.  Exit 23 when the file cannot be written.\n\n"
             "quiver-telemetry(7) lists the events.",
     .example = "--trace-events events.jsonl https://example.com/",
     .since = "0.1.0"},
    {.name = "qlog-dir",
     .argument = "<dir>",
     .values = VALUES_FOLDER,
     STRING(telemetry.qlog_folder),
     .category = CATEGORY_VERBOSE,
     .brief = "Write a trace of each connection (qlog)",
     .text =
         "A file for each connection, in "
         "this folder, which is made if it is missing: of QUIC its "
         "packets with their frames, losses, round trips and congestion, "
         "of HTTP the frames with their fields and lengths (of HTTP/1.1 its "
         "heads and pieces of bodies), settings, datagrams and capsules.  The "
         "form is qlog 0.3, a sequence of "
         "JSON texts, which qvis shows; the name is the ID that both ends "
         "know a QUIC connection by, and _client.sqlog.  Secrets are "
         "<redacted> unless --show-secrets is given.  Exit 23 when the "
         "folder cannot be used; a trace that cannot be written later on "
         "is told once, and ends alone.  In place of QLOGDIR.",
     .example = "--qlog-dir traces --http3 https://example.com/",
     .since = "0.1.0"},
    {.name = "key-log",
     .argument = "<file>",
     .kind = OPTION_CALL,
     .call = take_key_log,
     OPTION_AT(SESSION, telemetry.key_log),
     .category = CATEGORY_TLS,
     .values = VALUES_FILE,
     .brief = "Append the secrets of TLS to a file",
     .text =
         "With them Wireshark and its like can decrypt a recording of the "
         "traffic, of TCP and QUIC alike (RFC 9850); whoever has the file can "
         "read all that was said.  It is made if it is missing, for its "
         "owner alone to read.  Exit 23 when it cannot be written.  In place "
         "of SSLKEYLOGFILE.",
     .example = "--key-log keys.txt https://example.com/",
     .since = "0.1.0"},
    {.name = "metrics",
     .argument = "<file|port>",
     STRING(telemetry.metrics),
     .category = CATEGORY_VERBOSE,
     .values = VALUES_FILE,
     .brief = "Offer metrics in Prometheus' text format",
     .text = "A number is a port: while it runs, GET /metrics on 127.0.0.1 and "
             "::1 is answered; ADDRESS:PORT listens there instead, and port 0 "
             "takes any free one, which is printed on standard error.  "
             "Everything else is a file, replaced as a whole every second and "
             "at the end, as node_exporter's textfile collector wants it; a "
             "file whose name is a number is written ./9100.  See "
             "quiver-telemetry(7).",
     .example = "--metrics 9100 -Z https://example.com/[1-20]",
     .since = "0.1.0"},
};

const struct option_group options_telemetry = {rows,
                                               sizeof rows / sizeof rows[0]};
