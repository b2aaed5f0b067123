/* What is told of a transfer: records, %{json} of -w, --explain=json. */
#include "help/schema_words.h"

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
#define OF_http_connect        "integer"
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

    /* ---- what is in it ---- */

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
    {"conn", "ech", YES_NO, "the server's name was hidden (RFC 9849)"},
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
    {"attempt", "start", T,
     "seconds from the start of the transfer; negative, in explain: before"},
    {"attempt", "end", T, "the same; until now, of one that is running"},
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

    {"explanation", "v", N, "version of this format: 1"},
    {"explanation", "url", TEXT, NULL},
    {"explanation", "url_effective", TEXT, NULL},
    {"explanation", "method", TEXT_OR, NULL},
    {"explanation", "http_version", TEXT_OR, NULL},
    {"explanation", "response_code", N, NULL},
    {"explanation", "time_total", T_OR, NULL},
    {"explanation", "phases", "phases", NULL},
    {"explanation", "hops", "[hop]", NULL},
    {"explanation", "retries", "[try]", NULL},
    {"explanation", "conn", "conn", NULL},
    {"explanation", "error", "error|null", NULL},
    {"explanation", "causes", "[cause]", NULL},
    {"explanation", "explain", "explain|null", NULL},

    {"explain", "options", TEXT_OR,
     "that the configuration has for the origin"},
    {"explain", "decisions", "[decision]", "in the order of their times"},
    {"explain", "lookups", "[lookup]", NULL},
    {"explain", "attempts", "[attempt]", "of all hops and tries"},
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

    {"allowed", "streams", N_OR, "requests at once"},
    {"allowed", "datagrams", MAYBE, "of HTTP"},
    {"allowed", "datagram_max", N_OR, "bytes in one of QUIC's"},
    {"allowed", "path_mtu", N_OR, "bytes of a UDP payload"},
    {"allowed", "idle", T_OR, "seconds that it keeps the connection"},
    {"allowed", "extended_connect", MAYBE, NULL},
    {"allowed", "webtransport", MAYBE, NULL},
    {"allowed", "early_data", MAYBE, "by a ticket of it"},
    {"allowed", "migration", MAYBE, NULL},
    {"allowed", "settings", "counts", "as they came"},

    SCHEMA_END,
};
