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
     "first request, which opens the connection, is not counted.",
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
