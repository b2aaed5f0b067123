#include "help/schema_table.h"

#include <stddef.h>

/* ---- the top level of a record ---- */

#define SECONDS(member)   "number|null"
#define SPEED(member)     "integer"
#define SIZE(member)      "integer"
#define COUNT(member)     "integer"
#define PORT(member)      "integer|null"
#define STATUS(member)    "integer"
#define STRING(member)    "string|null"
#define URL(member)       "string"
#define OTHER_URL(member) "string|null"
#define CALL(name)        OF_##name
#define PART(name)        OF_##name

#define OF_id                  "string|number|null"
#define OF_number              "integer"
#define OF_urlnum              "integer"
#define OF_line                "integer|null"
#define OF_file                "string|null"
#define OF_exitcode            "integer"
#define OF_errormsg            "string|null"
#define OF_started             "string"
#define OF_certs               "string|null"
#define OF_proxy_verify_result "integer"
#define OF_proxy_used          "integer"
#define OF_earlydata           "integer"
#define OF_filename            "string|null"
#define OF_phases              "phases"
#define OF_request             "request|null"
#define OF_headers             "fields"
#define OF_trailers            "fields"
#define OF_interim             "[integer]"
#define OF_body                "body|null"
#define OF_expect              "expect|null"
#define OF_tags                "tags"
#define OF_conn                "conn"
#define OF_attempts            "[attempt]"
#define OF_hops                "[hop]"
#define OF_tries               "[try]"
#define OF_causes              "[cause]"
#define OF_explain             "explain|null"
#define OF_error               "error|null"

#define IN_RECORD(name, form, brief) {"record", #name, form, brief},
#define IN_BOTH(name, form, brief)   IN_RECORD(name, form, brief)
#define IN_WRITEOUT(name, form, brief)

const struct schema_row schema_record[] = {
    {"record", "v", "integer", "version of this format: 1"},
#include "record/variables.def"
    {"record", "^urle?\\.", "string|null",
     "pieces of url and url_effective (%{url.host}...), in %{json} alone"},
    {"record", "ftp_entry_path?", "null", "in %{json} alone, as curl has it"},
    {"record", "curl_version?", "string", "the same: name and version"},
    {NULL, NULL, NULL, NULL},
};

/* ---- everything else ---- */

const struct schema_title schema_titles[] = {
    {"record", "the result of a transfer: a line of batch, %{json} of -w"},
    {"phases", "seconds each; null: there was no such phase"},
    {"request", "a request as it was sent"},
    {"fields", "header fields: names in lower case, each with all its values"},
    {"body", "the body of the answer"},
    {"expect", "whether the answer was as expected"},
    {"tags", "members as given"},
    {"conn", "a connection"},
    {"proxy", "the proxy that a connection goes through"},
    {"attempt", "one address that was tried"},
    {"hop", "a redirect that was followed"},
    {"try", "a try before the last one"},
    {"error", "what went wrong"},
    {"cause", "what went wrong on the way, or took the time"},
    {"explain", "why the transfer went as it went"},
    {"decision", "one thing that was settled, and because of what"},
    {"lookup", "a question for a name"},
    {"explained_attempt", "as attempt, of all hops and tries"},
    {"allowed", "what the peer lets us do; null: it has not said"},
    {"summary", "a whole batch: --summary-out, report --summary --json"},
    {"times", "seconds; null: nothing was measured"},
    {"bytes", NULL},
    {"pool", "connections of the whole run"},
    {"counts", "by name; what did not happen is missing"},
    {"channel_event", "a line of channel --out jsonl, --record"},
    {"stream_event", "a line of --sse"},
    {"echo_test", "the result of channel --echo-test"},
    {"trace_event", "a line of --trace-events"},
    {NULL, NULL},
};

/* In the tables of members: what is the same in several objects. */
#define T        "number"
#define T_OR     "number|null"
#define TEXT     "string"
#define TEXT_OR  "string|null"
#define N        "integer"
#define N_OR     "integer|null"
#define YES_NO   "boolean"
#define VERSIONS "'1.0'|'1.1'|'2'|'3'"

const struct schema_row schema_rest[] = {
    {"phases", "queue", T_OR, "for a turn, and for room on a connection"},
    {"phases", "dns", T_OR, NULL},
    {"phases", "connect", T_OR, "of TCP; of QUIC with its handshake"},
    {"phases", "tls", T_OR, NULL},
    {"phases", "send", T_OR, NULL},
    {"phases", "wait", T_OR, "for the first byte of the answer"},
    {"phases", "receive", T_OR, NULL},

    {"request", "method", TEXT, NULL},
    {"request", "authority", TEXT, "Host, :authority"},
    {"request", "target", TEXT, "path and query; a URL to some proxies"},
    {"request", "headers", "fields", NULL},

    {"fields", "*", "[string]", NULL},

    {"body", "encoding", "'utf-8'|'base64'|null", "of text"},
    {"body", "text", TEXT_OR, "null: it is not kept here"},
    {"body", "bytes", N, "of the whole, decoded"},
    {"body", "truncated", YES_NO, "text is its beginning"},
    {"body", "sha256", TEXT_OR, NULL},
    {"body", "file", TEXT_OR, "where it was written"},

    {"expect", "ok", YES_NO, NULL},
    {"expect", "failed", "[string]", "what was not as expected"},

    {"tags", "*", "any", NULL},

    {"conn", "id", N_OR, "null: there was none"},
    {"conn", "reused", YES_NO, "it served another request before"},
    {"conn", "alpn", TEXT_OR, NULL},
    {"conn", "quic", TEXT_OR, "version"},
    {"conn", "tls", TEXT_OR, "version"},
    {"conn", "cipher", TEXT_OR, NULL},
    {"conn", "group", TEXT_OR, "of the key exchange"},
    {"conn", "verify", TEXT_OR, "ok, or what is wrong with the certificate"},
    {"conn", "resumed", YES_NO, "the TLS session was, by a ticket"},
    {"conn", "early_data", "'none'|'sent'|'accepted'|'rejected'|null", NULL},
    {"conn", "rtt", T_OR, "seconds"},
    {"conn", "lost", N_OR, "packets that we sent, so far"},
    {"conn", "missed", N_OR, "packets of the peer's: lost, or out of order"},
    {"conn", "proxy", "proxy|null", "null: it goes directly"},

    {"proxy", "url", TEXT, NULL},
    {"proxy", "why", TEXT, "the option or variable that names it"},
    {"proxy", "status", N_OR, "of its answer to CONNECT"},
    {"proxy", "http_version", TEXT_OR, "spoken with it"},

    {"attempt", "n", N, "from 1"},
    {"attempt", "proto", "'tcp'|'quic'", NULL},
    {"attempt", "from", TEXT_OR, "who said that the server is there"},
    {"attempt", "addr", TEXT, NULL},
    {"attempt", "port", N, NULL},
    {"attempt", "start", T_OR, "seconds from the start of the transfer"},
    {"attempt", "end", T_OR, NULL},
    {"attempt", "result", "'won'|'lost'|'failed'|'cancelled'|'running'", NULL},
    {"attempt", "heard", YES_NO, "anything has come from there"},
    {"attempt", "error", TEXT_OR, "of one that failed: as error.name"},
    {"attempt", "why", TEXT_OR, NULL},

    {"hop", "url", TEXT, "that answered with it"},
    {"hop", "method", TEXT_OR, NULL},
    {"hop", "response_code", N_OR, NULL},
    {"hop", "http_version", TEXT_OR, NULL},
    {"hop", "remote_ip", TEXT_OR, "with --record-request"},
    {"hop", "conn_id", N, NULL},
    {"hop", "time_start", T_OR, "seconds from the start of the transfer"},
    {"hop", "time_total", T_OR, NULL},
    {"hop", "phases", "phases", NULL},
    {"hop", "request", "request|null", "with --record-request"},
    {"hop", "headers", "fields|null", "of the answer, with --record-request"},

    {"try", "reason", TEXT_OR, "why another one followed"},
    {"try", "response_code", N_OR, NULL},
    {"try", "time_start", T_OR, "seconds from the start of the transfer"},
    {"try", "time_total", T_OR, NULL},
    {"try", "delay", T_OR, "seconds until the next try"},
    {"try", "error", "error|null", "null: an answer asked for patience"},

    {"error", "class", "'transient'|'invalid'|'unrecoverable'|null", NULL},
    {"error", "code", N, "the exit status"},
    {"error", "name", TEXT_OR, NULL},
    {"error", "phase",
     "'queue'|'dns'|'connect'|'tls'|'send'|'wait'|'receive'|null", NULL},
    {"error", "detail", TEXT_OR, NULL},
    {"error", "peer_code", N_OR, "of HTTP/2, HTTP/3, QUIC or TLS"},
    {"error", "peer_code_name", TEXT_OR, "REFUSED_STREAM"},

    {"cause", "name", TEXT, "udp-silent, slow-dns...: help --explain"},
    {"cause", "text", TEXT, NULL},

    {"explain", "options", TEXT_OR,
     "that the configuration has for the origin"},
    {"explain", "decisions", "[decision]", "in the order of their times"},
    {"explain", "lookups", "[lookup]", NULL},
    {"explain", "attempts", "[explained_attempt]", "of all hops and tries"},
    {"explain", "allowed", "allowed", NULL},
    {"explain", "left_out", N, "decisions that were not kept"},

    {"decision", "at", T, "seconds; negative: before the transfer"},
    {"decision", "topic", TEXT, "race, connection, https-rr..."},
    {"decision", "conn_id", N_OR, NULL},
    {"decision", "of", TEXT_OR, "what was decided about"},
    {"decision", "chosen", TEXT, NULL},
    {"decision", "because", TEXT, NULL},

    {"lookup", "name", TEXT, NULL},
    {"lookup", "type", TEXT, "A, AAAA, HTTPS, A+AAAA"},
    {"lookup", "by", TEXT, "system, name servers, doh, option, numeric, proxy"},
    {"lookup", "start", T, NULL},
    {"lookup", "end", T, NULL},
    {"lookup", "result", "'found'|'none'|'failed'|'late'|'cancelled'|'asking'",
     NULL},
    {"lookup", "why", TEXT_OR, NULL},
    {"lookup", "records", "[string]", NULL},

    {"explained_attempt", "proto", "'tcp'|'quic'", NULL},
    {"explained_attempt", "from", TEXT_OR, NULL},
    {"explained_attempt", "addr", TEXT, NULL},
    {"explained_attempt", "port", N, NULL},
    {"explained_attempt", "start", T, "negative: before the transfer"},
    {"explained_attempt", "end", T, NULL},
    {"explained_attempt", "result",
     "'won'|'lost'|'failed'|'cancelled'|'running'", NULL},
    {"explained_attempt", "heard", YES_NO, NULL},
    {"explained_attempt", "why", TEXT_OR, NULL},

    {"allowed", "streams", N_OR, "requests at once"},
    {"allowed", "datagrams", "boolean|null", "of HTTP"},
    {"allowed", "datagram_max", N_OR, "bytes in one of QUIC's"},
    {"allowed", "path_mtu", N_OR, "bytes of a UDP payload"},
    {"allowed", "idle", T_OR, "seconds that it keeps the connection"},
    {"allowed", "extended_connect", "boolean|null", NULL},
    {"allowed", "webtransport", "boolean|null", NULL},
    {"allowed", "early_data", "boolean|null", "by a ticket of it"},
    {"allowed", "migration", "boolean|null", NULL},
    {"allowed", "settings", "counts", "as they came"},

    {"summary", "v", N, "version of this format: 1"},
    {"summary", "started", TEXT, "UTC, RFC 3339"},
    {"summary", "duration", T, NULL},
    {"summary", "exitcode", N, NULL},
    {"summary", "done", N, "records"},
    {"summary", "ok", N, NULL},
    {"summary", "failed", N, NULL},
    {"summary", "unexpected", N, "of the failed: not as expected"},
    {"summary", "retried", N, "records that took more than one try"},
    {"summary", "retries", N, NULL},
    {"summary", "done_before", N, "by the run that this one resumes"},
    {"summary", "other_shards", N, "entries that are not of this shard"},
    {"summary", "left", N, "entries that were not begun"},
    {"summary", "rate", T_OR, "records per second"},
    {"summary", "by_status", "counts", NULL},
    {"summary", "by_exitcode", "counts", NULL},
    {"summary", "by_class", "counts", NULL},
    {"summary", "by_version", "counts", "of HTTP; none: no answer"},
    {"summary", "bytes", "bytes", NULL},
    {"summary", "time_total", "times", NULL},
    {"summary", "time_starttransfer", "times", NULL},
    {"summary", "pool?", "pool", "missing in that of report"},

    {"times", "count", N, NULL},
    {"times", "min", T_OR, NULL},
    {"times", "mean", T_OR, NULL},
    {"times", "p50", T_OR, NULL},
    {"times", "p75", T_OR, NULL},
    {"times", "p90", T_OR, NULL},
    {"times", "p95", T_OR, NULL},
    {"times", "p99", T_OR, NULL},
    {"times", "p99.9", T_OR, NULL},
    {"times", "max", T_OR, NULL},

    {"bytes", "download", N, NULL},
    {"bytes", "delivered", N, "after decoding"},
    {"bytes", "upload", N, NULL},

    {"pool", "pools", N, "of origins"},
    {"pool", "connects", N, NULL},
    {"pool", "opened", "counts", "by protocol"},
    {"pool", "closed", "counts", "by the reason of the end"},
    {"pool", "dials", N, NULL},
    {"pool", "dials_failed", N, NULL},
    {"pool", "queued", N, NULL},
    {"pool", "expired", N, NULL},
    {"pool", "returned", N, NULL},
    {"pool", "bytes_in", N, NULL},
    {"pool", "bytes_out", N, NULL},

    {"counts", "*", N, NULL},

    {"channel_event", "t", T, "seconds from the start"},
    {"channel_event", "dir", "'in'|'out'", NULL},
    {"channel_event", "kind", TEXT, "see quiver-channel(1)"},
    {"channel_event", "ctx?", N_OR, "context of a datagram"},
    {"channel_event", "stream?", N_OR, "of WebTransport"},
    {"channel_event", "type?", N, "of a capsule"},
    {"channel_event", "end?", YES_NO, "the stream's last piece"},
    {"channel_event", "len?", N, "bytes of the payload"},
    {"channel_event", "text?", TEXT_OR, "the payload, if it is UTF-8"},
    {"channel_event", "base64?", TEXT_OR, "else this"},
    {"channel_event", "status?", N, "of the answer that opened it"},
    {"channel_event", "version?", VERSIONS, "of HTTP"},
    {"channel_event", "transport?", TEXT, NULL},
    {"channel_event", "why?", TEXT_OR, NULL},
    {"channel_event", "protocol?", TEXT_OR, NULL},
    {"channel_event", "subprotocol?", TEXT_OR, NULL},
    {"channel_event", "extensions?", TEXT_OR, NULL},
    {"channel_event", "max?", N, "largest payload of a datagram"},
    {"channel_event", "remote_ip?", TEXT_OR, NULL},
    {"channel_event", "remote_port?", N, NULL},
    {"channel_event", "conn_id?", N, NULL},
    {"channel_event", "conn_reused?", YES_NO, NULL},
    {"channel_event", "headers?", "fields", NULL},
    {"channel_event", "count?", N, "of datagrams that were dropped"},
    {"channel_event", "uni?", YES_NO, "the stream goes one way"},
    {"channel_event", "code?", N_OR, NULL},
    {"channel_event", "reason?", TEXT_OR, NULL},
    {"channel_event", "by?", "'us'|'peer'|'transport'", "who closed it"},
    {"channel_event", "error?", TEXT_OR, NULL},

    {"stream_event", "t", T, "seconds from the start"},
    {"stream_event", "event", TEXT, "its type"},
    {"stream_event", "data", TEXT, NULL},
    {"stream_event", "id", TEXT_OR, "the last event's identifier"},
    {"stream_event", "retry", N_OR, "ms"},

    {"echo_test", "kind", "'echo-test'", NULL},
    {"echo_test", "size", N, "of a message"},
    {"echo_test", "sent", N, NULL},
    {"echo_test", "echoed", N, NULL},
    {"echo_test", "lost", N, NULL},
    {"echo_test", "dropped", N, "before they were sent"},
    {"echo_test", "reordered", N, NULL},
    {"echo_test", "duplicates", N, NULL},
    {"echo_test", "late", N, "echoes that came too late to be counted"},
    {"echo_test", "foreign", N, "messages that are no echo of ours"},
    {"echo_test", "time", T, NULL},
    {"echo_test", "rate", N, "echoes per second"},
    {"echo_test", "rtt", "rtt", "seconds"},
    {"echo_test", "jitter", T_OR, "seconds"},

    {"rtt", "p50", T_OR, NULL},
    {"rtt", "p90", T_OR, NULL},
    {"rtt", "p99", T_OR, NULL},
    {"rtt", "max", T_OR, NULL},
    {"rtt", "mean", T_OR, NULL},

    {"trace_event", "ts", TEXT, "UTC, RFC 3339"},
    {"trace_event", "event", TEXT, "see `quiver help telemetry`"},
    {"trace_event", "xfer_id?", N, NULL},
    {"trace_event", "conn_id?", N, NULL},
    {"trace_event", "origin?", TEXT, NULL},
    {"trace_event", "active?", N, "requests on the connection"},
    {"trace_event", "addr?", TEXT_OR, NULL},
    {"trace_event", "attempt?", N, "how many tries there have been"},
    {"trace_event", "attempts?", N, "to connect"},
    {"trace_event", "bytes?", N, NULL},
    {"trace_event", "bytes_in?", N, NULL},
    {"trace_event", "bytes_out?", N, NULL},
    {"trace_event", "by?", TEXT_OR, "who closed a channel"},
    {"trace_event", "close_code?", N, NULL},
    {"trace_event", "code?", N, "the exit status"},
    {"trace_event", "connect?", T_OR, "seconds"},
    {"trace_event", "count?", N, NULL},
    {"trace_event", "delay?", T, "seconds until the next try"},
    {"trace_event", "detail?", TEXT_OR, "of an error"},
    {"trace_event", "dns?", T_OR, "seconds"},
    {"trace_event", "duration?", T, "seconds"},
    {"trace_event", "error?", TEXT_OR, "its name"},
    {"trace_event", "kind?", TEXT_OR,
     "class of an error; of an event: see there"},
    {"trace_event", "lifetime?", T, "seconds"},
    {"trace_event", "messages_in?", N, NULL},
    {"trace_event", "messages_out?", N, NULL},
    {"trace_event", "method?", TEXT_OR, NULL},
    {"trace_event", "path?", TEXT_OR, NULL},
    {"trace_event", "port?", N, NULL},
    {"trace_event", "protocol?", TEXT_OR, NULL},
    {"trace_event", "queue_length?", N, NULL},
    {"trace_event", "quic?", T_OR, "seconds"},
    {"trace_event", "reason?", TEXT_OR, NULL},
    {"trace_event", "redirects?", N, NULL},
    {"trace_event", "remote_ip?", TEXT_OR, NULL},
    {"trace_event", "remote_port?", N, NULL},
    {"trace_event", "requests?", N, NULL},
    {"trace_event", "status?", N, NULL},
    {"trace_event", "times?", N, NULL},
    {"trace_event", "tls?", T_OR, "seconds"},
    {"trace_event", "upgrade?", TEXT_OR, NULL},
    {"trace_event", "url?", TEXT_OR, NULL},
    {"trace_event", "wait?", T, "seconds"},
    {"trace_event", "wire?", N, "the peer's code of an error"},

    {NULL, NULL, NULL, NULL},
};
