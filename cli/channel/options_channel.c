#include "channel/channel_options.h"
#include "request/cmdline.h"
#include "request/output_calls.h"

#define FLAG(member)    .kind = OPTION_FLAG, OPTION_AT(CHANNEL, member)
#define STRING(member)  .kind = OPTION_STRING, OPTION_AT(CHANNEL, member)
#define NUMBER(member)  .kind = OPTION_NUMBER, OPTION_AT(CHANNEL, member)
#define SECONDS(member) .kind = OPTION_SECONDS, OPTION_AT(CHANNEL, member)
#define CALL(function)                                                         \
    .kind = OPTION_CALL, .scope = SCOPE_CHANNEL, .call = function

static const struct option rows[] = {
    /* ---- what is opened ---- */
    {.name = "protocol",
     .argument = "<name>",
     STRING(protocol),
     .category = CATEGORY_CHANNEL,
     .values = VALUES_CHANNEL_PROTOCOL,
     .important = true,
     .brief = "What is spoken in the channel",
     .text = "websocket; webtransport; or any other protocol that has HTTP "
             "datagrams, capsules or its own bytes (RFC 9297).  It is asked "
             "for by extended CONNECT (:protocol) on HTTP/2 and HTTP/3, and by "
             "Upgrade on HTTP/1.1.  Without it the URL has to be one of ws:// "
             "or wss://.",
     .example = "channel --protocol my-proto https://example.com/echo",
     .since = "0.1.0"},
    {.name = "subprotocol",
     .argument = "<name>",
     .kind = OPTION_LIST,
     OPTION_AT(CHANNEL, subprotocols),
     .category = CATEGORY_CHANNEL,
     .brief = "Offer this subprotocol of WebSocket",
     .text = "Sends it in Sec-WebSocket-Protocol; may be given several times, "
             "the first is the one that is liked best.  A server that chooses "
             "one that was not offered ends the channel.",
     .example = "ws --subprotocol chat wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "no-deflate",
     FLAG(no_deflate),
     .category = CATEGORY_CHANNEL,
     .brief = "Do not offer compression of messages",
     .text = "WebSocket's permessage-deflate (RFC 7692) is offered otherwise.",
     .example = "ws --no-deflate wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "upgrade",
     .argument = "<name>",
     STRING(upgrade),
     .category = CATEGORY_CHANNEL,
     .brief = "Upgrade, and pass bytes both ways",
     .text = "Asks for this protocol by Upgrade over HTTP/1.1.  When the "
             "server has switched (101), the bytes of the input go to it as "
             "they are, and what it sends is written as it comes.",
     .example = "channel --upgrade foo/2 http://example.com/",
     .since = "0.1.0"},
    {.name = "transport",
     .argument = "<auto|datagram|capsule>",
     CALL(channel_options_transport),
     .category = CATEGORY_CHANNEL,
     .values = VALUES_CHANNEL_TRANSPORT,
     .brief = "What carries HTTP datagrams",
     .text = "datagram: DATAGRAM frames of QUIC, and nothing else.  capsule: "
             "DATAGRAM capsules on the stream, which arrive in order and are "
             "not lost.  auto, the default: the frames when both sides have "
             "them, else capsules.  When what was asked for cannot be had the "
             "exit status is 113.",
     .example = "channel --protocol p --transport capsule https://example.com/",
     .since = "0.1.0"},
    {.name = "no-capsules",
     FLAG(no_capsules),
     .category = CATEGORY_CHANNEL,
     .brief = "The protocol has no capsules",
     .text = "Neither Capsule-Protocol: ?1 is sent nor are the bytes of the "
             "stream read as capsules: they are the protocol's own.  Datagrams "
             "then need HTTP/3.",
     .example = "channel --protocol p --no-capsules https://example.com/",
     .since = "0.1.0"},
    {.name = "method",
     .argument = "<method>",
     STRING(method),
     .category = CATEGORY_CHANNEL,
     .values = VALUES_METHOD,
     .where = WHERE_NO_CONFIG,
     .brief = "Datagrams on an ordinary request",
     .text = "Sends this method without a protocol.  RFC 9297 allows no "
             "datagrams there, so this needs --allow-unspecified-datagrams; "
             "it is for experiments.",
     .example = "channel --method GET --allow-unspecified-datagrams "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "allow-unspecified-datagrams",
     FLAG(allow_unspecified),
     .category = CATEGORY_CHANNEL,
     .where = WHERE_NO_CONFIG,
     .brief = "With --method: I know what I do",
     .text = "Datagrams on a request whose method gives them no meaning are "
             "an error for a peer that keeps to RFC 9297.",
     .example = "channel --method GET --allow-unspecified-datagrams "
                "https://example.com/",
     .since = "0.1.0"},
    /* ---- what is written and read ---- */
    {.name = "in",
     .argument = "<mode>",
     CALL(channel_options_in),
     .category = CATEGORY_CHANNEL,
     .values = VALUES_CHANNEL_IN,
     .important = true,
     .usual = "line; raw with --upgrade",
     .brief = "What the input's messages look like",
     .text = "line: a line of text is a message, an empty one too; with "
             "WebSocket a text message, which has to be UTF-8.  hex, base64: a "
             "line of those is a message; with WebSocket a binary one.  len: "
             "two bytes of length, the higher one first, stand before each "
             "message.  jsonl: an event each line, as --out jsonl writes "
             "them.  raw: bytes as they come, with --upgrade alone.\n\n"
             "A message that cannot be sent is told with its line and left "
             "out; the others are sent, and the exit status is 26 (63: it was "
             "too large).",
     .example = "channel --protocol p --in hex https://example.com/",
     .since = "0.1.0"},
    {.name = "out",
     .argument = "<mode>",
     CALL(channel_options_out),
     .category = CATEGORY_CHANNEL,
     .values = VALUES_CHANNEL_OUT,
     .important = true,
     .usual = "line; raw with --upgrade",
     .brief = "What the output's messages look like",
     .text = "line: a message is a line, line ends in it are written as \\n "
             "and \\r.  hex, base64 and len as for --in.  jsonl: every event "
             "is a line of JSON, see EVENTS.  raw: the bytes alone.",
     .example = "ws --out jsonl wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "exec",
     .argument = "<command>",
     STRING(exec),
     .category = CATEGORY_CHANNEL,
     .where = WHERE_NO_CONFIG,
     .brief = "Let a program speak",
     .text = "Once the channel is open the shell runs this command: what it "
             "writes to its standard output is sent, what comes is written to "
             "its standard input, both in the modes of --in and --out.  It "
             "finds QUIVER_URL, QUIVER_PEER (address and port), "
             "QUIVER_PROTOCOL and QUIVER_TRANSPORT (datagram, capsule or "
             "stream) in its environment.  When the channel ends it is sent "
             "SIGTERM and waited for.",
     .example = "ws --exec ./bot wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "write-out",
     .letter = 'w',
     .argument = "<format>",
     .kind = OPTION_CALL,
     .call = output_calls_write_out,
     .category = CATEGORY_CHANNEL,
     .values = VALUES_WRITE_OUT,
     .where = WHERE_NO_ORIGIN,
     OPTION_AT(OPERATION, write_out),
     .brief = "Print this when the channel has ended",
     .text = "As for fetch; of a channel are channel_messages_in, "
             "channel_messages_out, channel_bytes_in, channel_bytes_out, "
             "channel_drops, channel_lost, channel_rtt, channel_time_open, "
             "close_code and close_reason.",
     .example = "ws -w '%{channel_messages_in} %{close_code}\\n' "
                "wss://example.com/ws",
     .since = "0.1.0"},
    /* ---- the prompt ---- */
    {.name = "relative",
     FLAG(relative),
     .category = CATEGORY_CHANNEL,
     .brief = "Show seconds from the start at the prompt",
     .text = "In place of the time of day.",
     .example = "ws --relative wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "no-history",
     FLAG(no_history),
     .category = CATEGORY_CHANNEL,
     .brief = "Keep no history of the prompt",
     .text = "What is typed at the prompt is otherwise kept in "
             "$XDG_STATE_HOME/quiver/history (~/.local/state/quiver/history), "
             "which only its owner may read; lines that begin with a space "
             "are not.",
     .example = "ws --no-history wss://example.com/ws",
     .since = "0.1.0"},
    /* ---- how long ---- */
    {.name = "messages",
     .letter = 'n',
     .argument = "<num>",
     NUMBER(messages),
     .category = CATEGORY_CHANNEL,
     .important = true,
     .brief = "End after so many received messages",
     .text = "Texts, binaries and datagrams count, and pieces of a stream.",
     .example = "ws -n 1 wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "netrc", /* without the letter, which is that of the one above */
     .kind = OPTION_FLAG,
     OPTION_AT(REQUEST, netrc),
     .category = CATEGORY_AUTH,
     .brief = "Take credentials from ~/.netrc",
     .text = "Looks the host up in the file that NETRC names or ~/.netrc.  -u "
             "counts more; of a name in the URL the password is looked for.  A "
             "file that is not there ends with exit 26.",
     .example = "ws --netrc wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "linger",
     .argument = "<seconds>",
     SECONDS(linger),
     .category = CATEGORY_CHANNEL,
     .usual = "2; 10 with WebSocket",
     .brief = "How long replies may come after our end",
     .text = "When the input has ended our side is closed: a close frame "
             "(WebSocket), or the end of the stream.  What still comes is "
             "written until the peer has closed too, or for so long.",
     .example = "channel --protocol p --linger 5 https://example.com/",
     .since = "0.1.0"},
    {.name = "end-delay",
     .argument = "<seconds>",
     SECONDS(end_delay),
     .category = CATEGORY_CHANNEL,
     .usual = "0.3; 0 with --upgrade",
     .brief = "Silence between the input's end and ours",
     .text = "Many servers forget the replies that they have not sent yet when "
             "a close frame comes, or the end of the stream that datagrams "
             "belong to.  So our end is sent only after nothing has come for "
             "so long.  0 closes at once.",
     .example = "ws --end-delay 2 wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "open-timeout",
     .argument = "<seconds>",
     SECONDS(open_timeout),
     .category = CATEGORY_CHANNEL,
     .brief = "How long opening may take",
     .text = "Connecting and the answer to the request.  Exit 28.",
     .example = "ws --open-timeout 5 wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "message-timeout",
     .argument = "<seconds>",
     SECONDS(message_timeout),
     .category = CATEGORY_CHANNEL,
     .brief = "How long the peer may be silent",
     .text = "Nothing has come from the peer for so long: exit 28.",
     .example = "ws --message-timeout 60 wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "ping-interval",
     .argument = "<seconds>",
     SECONDS(ping_interval),
     .category = CATEGORY_CHANNEL,
     .brief = "Ping the peer so often",
     .text = "A ping of WebSocket, else of the connection.  When two have no "
             "answer the channel ends with exit 28.",
     .example = "ws --ping-interval 30 wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "close-code",
     .argument = "<num>",
     NUMBER(close_code),
     .category = CATEGORY_CHANNEL,
     .usual = "1000",
     .brief = "Code of our close",
     .text = "Of WebSocket: 1000, or 3000 to 4999.  Of WebTransport: any.",
     .example = "ws --close-code 4000 wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "close-reason",
     .argument = "<text>",
     STRING(close_reason),
     .category = CATEGORY_CHANNEL,
     .brief = "Reason of our close",
     .text = "Up to 123 bytes of UTF-8.",
     .example = "ws --close-reason done wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "max-message",
     .argument = "<bytes>",
     .kind = OPTION_SIZE,
     OPTION_AT(CHANNEL, max_message),
     .category = CATEGORY_CHANNEL,
     .usual = "16M",
     .brief = "Largest message",
     .text = "A larger one from the peer ends the channel (WebSocket: 1009); "
             "a line of the input that is longer is told and left out.",
     .example = "ws --max-message 1M wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "queue",
     .argument = "<num>",
     NUMBER(queue),
     .category = CATEGORY_CHANNEL,
     .brief = "Outgoing datagrams that may wait",
     .text = "When there are more the oldest is dropped, counted and told.",
     .example = "channel --protocol p --queue 16 https://example.com/",
     .since = "0.1.0"},
    {.name = "queue-age",
     .argument = "<seconds>",
     SECONDS(queue_age),
     .category = CATEGORY_CHANNEL,
     .brief = "How long outgoing datagrams may wait",
     .text = "An older one is dropped, counted and told.",
     .example = "channel --protocol p --queue-age 0.1 https://example.com/",
     .since = "0.1.0"},
    /* ---- measuring and repeating ---- */
    {.name = "echo-test",
     .argument = "<num>",
     NUMBER(echo_test),
     .category = CATEGORY_CHANNEL,
     .brief = "Measure with so many messages",
     .text = "Sends numbered messages to a peer that sends them back, and "
             "prints how many were sent, echoed, lost and dropped (which add "
             "up), came out of order or twice, and the percentiles of their "
             "round trips with the jitter of RFC 3550.  --out jsonl prints it "
             "as JSON.  An echo is late, and counted apart, when 262,144 "
             "others were sent after its message.  Messages are sent as others "
             "come back, or at --rate.  "
             "It ends when all are back, or none has come for the time of "
             "--linger.",
     .example = "channel --protocol p --echo-test 1000 https://example.com/",
     .since = "0.1.0"},
    {.name = "size",
     .argument = "<bytes>",
     NUMBER(size),
     .category = CATEGORY_CHANNEL,
     .usual = "64",
     .brief = "Length of --echo-test's messages",
     .text = "At least 8 bytes, which are the message's number.",
     .example = "channel --protocol p --echo-test 9 --size 200 "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "rate",
     .argument = "<num/unit>",
     CALL(channel_options_rate),
     .category = CATEGORY_CHANNEL,
     .where = WHERE_NO_CONFIG,
     .brief = "How often --echo-test sends",
     .text = "100/s, 10/2s, 60/m: evenly spaced.",
     .example = "channel --protocol p --echo-test 9 --rate 100/s "
                "https://example.com/",
     .since = "0.1.0"},
    {.name = "record",
     .argument = "<file>",
     STRING(record),
     .category = CATEGORY_CHANNEL,
     .values = VALUES_FILE,
     .where = WHERE_NO_CONFIG,
     .brief = "Write all events to a file",
     .text = "Lines as of --out jsonl, of both directions.",
     .example = "ws --record talk.jsonl wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "replay",
     .argument = "<file>",
     STRING(replay),
     .category = CATEGORY_CHANNEL,
     .values = VALUES_FILE,
     .where = WHERE_NO_CONFIG,
     .brief = "Send what was sent in a recording",
     .text = "Each message at the time that it had after the channel was "
             "open, and our end at its end.  What comes is written as ever.",
     .example = "ws --replay talk.jsonl wss://example.com/ws",
     .since = "0.1.0"},
    {.name = "speed",
     .argument = "<factor>",
     CALL(channel_options_speed),
     .category = CATEGORY_CHANNEL,
     .where = WHERE_NO_CONFIG,
     .usual = "1",
     .brief = "How fast --replay is",
     .text = "2 is twice as fast, 0.5 half as fast.",
     .example = "ws --replay talk.jsonl --speed 2 wss://example.com/ws",
     .since = "0.1.0"},
};

const struct option_group options_channel = {rows,
                                             sizeof rows / sizeof rows[0]};
