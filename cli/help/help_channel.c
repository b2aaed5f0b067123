#include "help/help_channel.h"

#include <stddef.h>

const struct help_config_part help_channel_parts[] = {
    {"HOW A CHANNEL GETS ITS VERSION",
     "A channel is asked for by extended CONNECT (RFC 8441, RFC 9220) on "
     "HTTP/2 and HTTP/3, and by Upgrade on HTTP/1.1.  When a server does not "
     "offer that on one version the next lower one is tried, as far as the "
     "options leave it open; with a version asked for by name, or none left, "
     "the exit status is 113, and nothing was sent.\n\n"
     "HTTP datagrams go in QUIC's own where both sides have them, else in "
     "DATAGRAM capsules on the stream; the open event and -v say which it is "
     "and why.  A datagram that is larger than the path carries is refused "
     "with the room there is, and never cut.",
     NULL},
    {"HOW A CHANNEL ENDS",
     "At the end of the input, by -n, by Ctrl-C, or by the peer.  Our end is a "
     "close frame (WebSocket) or the end of the stream; before it --end-delay "
     "waits for replies, which many servers forget when it comes, and behind "
     "it --linger waits for the peer's.  The peer's close ends the "
     "command at once: with 0 when it was a clean one (the end of the stream, "
     "code 1000, 1001 or none), else with 114, the code and the reason.\n\n"
     "A server that refuses gets 22, and what it says is shown on standard "
     "error; 113 when it says that it does not know the protocol.  Time that "
     "is up is 28, a message that could not be read 26, one that was too large "
     "63, an output that nobody reads 23.",
     NULL},
    {"AT THE PROMPT",
     "When standard input and output are a terminal, and neither --in, --exec, "
     "--echo-test nor --replay says who speaks, a line that is typed is a "
     "message, and what happens is shown above it: the time, '<' for what "
     "came, '>' for what was sent, '*' for notices; control bytes are "
     "escaped.  --out hex shows bytes as hex digits.  Lines are edited as "
     "readline(3) has it, with a history that is kept, see --no-history.\n\n"
     "What begins with a slash is a command (a message that does begins with "
     "two); Tab completes it, and /help lists all: /hex, /text, /file and "
     "/stream send, /capsule, /ping and /pong too, /repeat sends the last "
     "message again; /max, /stat and /headers tell; /mode, /ctx and /log "
     "change what is shown, sent and recorded; /close ends our side, /quit "
     "leaves.  Ctrl-D ends our side as the end of a pipe does.  Ctrl-Z goes "
     "back to the shell, and fg to the line that was typed.",
     "$ quiver ws wss://example.com/ws\n"
     "12:00:00.123 * open: websocket over HTTP/2, carried by stream\n"
     "> hello\n"
     "12:00:02.456 > text 5B \"hello\"\n"
     "12:00:02.470 < text 5B \"hello\""},
    {"EVENTS",
     "With --out jsonl and in a --record file each event is an object in a "
     "line.  t: seconds from the start.  dir: in or out.  kind: datagram, "
     "text, "
     "binary, stream, capsule, ping or pong with a payload; open, trailers, "
     "drop, max, drain and close tell of the channel.\n\n"
     "A payload has len, and is text if it is UTF-8, else base64; the other of "
     "the two is null.  ctx is the context id of a datagram, where the "
     "protocol has them (connect-udp, connect-ip); the payload is what follows "
     "it.  stream is a WebTransport stream's number, or null.  A "
     "capsule has a type.  open has status, version, transport, why, protocol, "
     "subprotocol, extensions, max, headers, and the connection's remote_ip, "
     "remote_port, conn_id and conn_reused.  drop has the count of datagrams "
     "that were not sent, and why.  max is the largest datagram from now on.  "
     "drain says that the connection takes no new channels (GOAWAY).  "
     "close has code, reason, by (us, peer or transport) and error.\n\n"
     "--in jsonl takes such lines, so that what was printed can be sent again, "
     "and shorter ones: kind may be left out, \"text\" is a text message, "
     "\"base64\" a binary one.  Events that only tell are skipped, and so are "
     "pings and closes that were received.  A close of one's own ends our side "
     "with its code and reason.",
     "{\"text\":\"hello\"}\n"
     "{\"kind\":\"capsule\",\"type\":41,\"base64\":\"AAE=\"}\n"
     "{\"kind\":\"close\",\"code\":4000,\"reason\":\"done\"}"},
    {NULL, NULL, NULL},
};

const struct help_config_part help_channel_examples[] = {
    {"EXAMPLES", "Two messages, and their echoes:",
     "$ printf 'hello\\nworld\\n' | quiver ws wss://example.com/ws\n"
     "hello\n"
     "world"},
    {NULL, "Datagrams of a protocol, written as hex digits:",
     "$ printf 'a\\nb\\n' | quiver channel --protocol echo --out hex \\\n"
     "    https://example.com/datagram\n"
     "61\n"
     "62"},
    {NULL, "A binary message, and a close with a code of one's own:",
     "$ printf '%s\\n' '{\"base64\":\"AAEC\"}' '{\"kind\":\"close\","
     "\"code\":4000}' |\n"
     "    quiver ws --in jsonl --out base64 -w 'closed with %{close_code}\\n' "
     "\\\n"
     "    wss://example.com/ws\n"
     "AAEC\n"
     "closed with 4000"},
    {NULL, "A program that speaks:",
     "$ quiver ws --exec 'echo hi; read -r reply; echo \"got $reply\" >&2' \\\n"
     "    wss://example.com/ws\n"
     "got hi"},
    {NULL, "What becomes of a hundred datagrams:",
     "$ quiver channel --protocol echo --echo-test 100 \\\n"
     "    https://example.com/datagram | cut -d ';' -f 1 | head -n 1\n"
     "100 sent, 100 echoed, 0 lost, 0 dropped"},
    {NULL, "The bytes of a protocol that HTTP/1.1 is upgraded to:",
     "$ echo raw | quiver channel --upgrade foo/2 "
     "http://example.com/datagram\n"
     "raw"},
    {NULL, NULL, NULL},
};
