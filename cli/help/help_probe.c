#include "help/help_probe.h"

#include <stddef.h>

const struct help_config_part help_probe_ping_parts[] = {
    {"WHAT IS MEASURED",
     "Of PING the time from the frame to its acknowledgement, on a connection "
     "that nothing else uses.  A QUIC peer may wait with an acknowledgement, "
     "for 25 ms as a rule, but shall not when it has two packets to "
     "acknowledge: so where there is no answer within a quarter of a "
     "millisecond, a second PING follows the first.  What it has waited all "
     "the same is in the acknowledgement, and taken away; JSON has it as held."
     "  Whether a question was answered or lost is told by its own packet "
     "alone.\n\n"
     "Of HEAD the time from the request to the first byte of the answer.  The "
     "first request, which opens the connection, is not counted.\n\n"
     "What --stats, --stats-out and --metrics count are requests and channels "
     "of the pools.  PING frames and version probes are neither, so they are "
     "refused there; with --head, or at a WebSocket, they count.",
     NULL},
    {NULL, NULL, NULL},
};

const struct help_config_part help_probe_ping_examples[] = {
    {"EXIT STATUS",
     "0: something was answered, or QUIC is spoken (--version-probe).  28: "
     "nothing was, or UDP is blocked.  7: it could not connect, or no QUIC is "
     "there.  2, 6, 35, 60 and others: see quiver-exit-codes(7).  Ctrl-C is a "
     "good end.",
     NULL},
    {"EXAMPLES", "Two round trips over HTTP/3:",
     "$ quiver ping -n 2 -i 0.2 --http3-only https://www.example.com\n"
     "PING https://www.example.com (192.0.2.1:443): QUIC PING over HTTP/3, "
     "QUIC v1, connected in 31.204 ms\n"
     "answer from 192.0.2.1:443: seq=1 time=12.107 ms\n"
     "answer from 192.0.2.1:443: seq=2 time=11.894 ms\n"
     "\n"
     "--- https://www.example.com ---\n"
     "2 sent, 2 answered, 0% lost, in 0.3 s\n"
     "rtt min/avg/max/stddev = 11.894/12.001/12.107/0.107 ms, jitter 0.213 "
     "ms"},
    {NULL, "What the server itself adds to it:",
     "$ quiver ping --head -n 1 --http1.1 https://www.example.com\n"
     "PING https://www.example.com (192.0.2.1:443): HEAD over HTTP/1.1, "
     "connected in 44.310 ms\n"
     "answer from 192.0.2.1:443: seq=1 time=18.442 ms status=200\n"
     "\n"
     "--- https://www.example.com ---\n"
     "1 sent, 1 answered, 0% lost, in 0.1 s\n"
     "rtt min/avg/max/stddev = 18.442/18.442/18.442/0.000 ms, jitter 0.000 "
     "ms"},
    {NULL, "Is QUIC spoken there?",
     "$ quiver ping --version-probe -n 1 https://www.example.com\n"
     "PING https://www.example.com (192.0.2.1:443): QUIC version probe\n"
     "answer from 192.0.2.1:443: seq=1 time=12.001 ms versions: v1, v2\n"
     "\n"
     "--- https://www.example.com ---\n"
     "1 sent, 1 answered, 0% lost, in 0.1 s\n"
     "rtt min/avg/max/stddev = 12.001/12.001/12.001/0.000 ms, jitter 0.000 "
     "ms\n"
     "QUIC is spoken here: v1, v2"},
    {NULL, "For a script, the loss of a hundred:",
     "$ quiver ping --json --summary -n 100 -i 0.01 https://www.example.com |\n"
     "    sed -n 's/.*\"loss\":\\([0-9.]*\\).*/\\1/p'\n"
     "0.000000"},
    {NULL, NULL, NULL},
};

const struct help_config_part help_probe_parts[] = {
    {"SECTIONS",
     "dns: what was asked of whom, and what came; nothing for an address.\n\n"
     "race: attempts at addresses, with the time that each took, who named the "
     "address (dns, https-rr, alt-svc, option) and why it did not win; then a "
     "connection over each family of addresses alone, QUIC or TCP.\n\n"
     "tls: each version asked for by itself, with what was agreed on; the "
     "server's own certificate, when it expires, how many came with it, and "
     "whether it is trusted: an untrusted one is shown all the same.  Most "
     "servers staple no OCSP answer, and no CA but few still has any.\n\n"
     "http: the versions, each tried by itself; with the place of one to which "
     "Alt-Svc or an HTTPS record has led away from the URL's host and port.  "
     "QUIC's are the server's own word (quiver-ping(1), --version-probe).\n\n"
     "settings: SETTINGS of HTTP/2 and HTTP/3, and QUIC's transport "
     "parameters, as they came.\n\n"
     "0rtt: a connection with a ticket of an earlier one.  The request is sent "
     "as early data if the ticket allows it: accepted, rejected (and sent "
     "again), or no.\n\n"
     "datagrams: of HTTP/3, on the connection of its look, a while later: the "
     "MTU is that of the path as far as it is known by then.",
     NULL},
    {NULL, NULL, NULL},
};

const struct help_config_part help_probe_examples[] = {
    {"EXIT STATUS",
     "0: something was answered, and all that --require names is there.  115: "
     "some of it is not.  Else nothing was answered, and the status is that of "
     "a request: see quiver-exit-codes(7).",
     NULL},
    {"EXAMPLES", "A section of the report:",
     "$ quiver probe https://www.example.com | sed -n '/^http$/,/QUIC  /p'\n"
     "http\n"
     "  HTTP/1.1      200, connected in 31.0 ms, answered in 12.4 ms, "
     "example/1.0\n"
     "  HTTP/2        200, connected in 30.1 ms, answered in 12.1 ms, "
     "example/1.0\n"
     "  HTTP/3        200, connected in 24.2 ms, answered in 12.0 ms, QUIC "
     "v1, example/1.0\n"
     "  QUIC          v1, v2 (its own word)"},
    {NULL, "What lacks is named on standard error:",
     "$ quiver probe --require h2,h3,staple https://www.example.com >report\n"
     "quiver: (115) the server lacks staple"},
    {NULL, "The versions of HTTP alone:",
     "$ quiver probe https://www.example.com |\n"
     "    sed -n '/^http$/,/^[a-z]/s/^  \\(HTTP[^ ]*\\) *\\([^,]*\\),.*/\\1 "
     "\\2/p'\n"
     "HTTP/1.1 200\n"
     "HTTP/2 200\n"
     "HTTP/3 200"},
    {NULL, "Of the JSON, what there is:",
     "$ quiver probe --json https://www.example.com |\n"
     "    sed -n 's/.*\"verdict\":{\"has\":\\[\"h1\",\"h2\",\"h3\".*/all "
     "three/p'\n"
     "all three"},
    {NULL, NULL, NULL},
};
