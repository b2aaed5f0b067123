#include "help/help_tunnel.h"

#include <stddef.h>

const struct help_config_part help_tunnel_parts[] = {
    {"FLOWS",
     "A flow begins with a connection to a TCP port, or with the first packet "
     "of a peer at a UDP port.  It asks the proxy for a stream of its own.  "
     "The proxy's answer is waited for: of a UDP peer up to 64 packets, for 5 "
     "seconds at most.  After a refusal the packets of that peer are dropped "
     "for a second, then the next one asks again.\n\n"
     "The end of one side of a TCP connection is passed on, and the other side "
     "goes on; a reset of either is a reset of the other.  Some proxies of "
     "HTTP/1.1 take the end of our side for that of both: an answer that comes "
     "behind it is lost there.\n\n"
     "With -v the beginning and the end of each flow are told, and which "
     "connection carries it.",
     NULL},
    {"PACKETS",
     "What a datagram of QUIC holds depends on the path to the proxy; "
     "--stats=SECONDS prints it.  A larger packet goes in a capsule on the "
     "stream, unless --transport datagram forbids it.  A packet that finds the "
     "queue of its flow full takes the place of the oldest there, or on a "
     "stream is itself dropped.  Each packet that is not passed on is counted, "
     "with the reason: waited too long (the queue was full), too large, not "
     "open (the flow was refused or is ending), no room here (the kernel did "
     "not take what the proxy sent).  Those that are held for lost have left "
     "and were not acknowledged.",
     NULL},
    {"PROXIES",
     "A tunnel is answered with 2xx.  Any other answer is a refusal, told with "
     "its status, with what Proxy-Status says (RFC 9209), and with the first "
     "line of the text that came with it.  UDP tunnels need extended CONNECT "
     "on "
     "HTTP/2 and HTTP/3, or Upgrade on HTTP/1.1: where the proxy lacks it on "
     "one "
     "version the next lower is tried, unless one was asked for by name.  "
     "Without -3 and its like UDP begins with HTTP/3, TCP with what the proxy "
     "likes best of HTTP/2 and HTTP/1.1.",
     NULL},
    {NULL, NULL, NULL},
};

const struct help_config_part help_tunnel_examples[] = {
    {"EXAMPLES", "A connection through a proxy, by standard input and output:",
     "$ echo hello | quiver tunnel tcp - echo.example:7 \\\n"
     "    --via https://proxy.example\n"
     "hello"},
    {NULL, "The same over HTTP/3, as ssh wants it:",
     "$ proxy='quiver tunnel tcp - %h:%p --via https://proxy.example -3'\n"
     "$ echo \"ssh -o ProxyCommand='$proxy' host.example\"\n"
     "ssh -o ProxyCommand='quiver tunnel tcp - %h:%p --via "
     "https://proxy.example -3' host.example"},
    {NULL, "A packet, and its answer:",
     "$ printf ping | quiver tunnel udp - echo.example:7 \\\n"
     "    --via https://proxy.example\n"
     "ping"},
    {NULL, "The proxy at a URI template of its own:",
     "$ printf ping | quiver tunnel udp - echo.example:7 --via \\\n"
     "    'https://proxy.example/.well-known/masque/udp/{target_host}/"
     "{target_port}/'\n"
     "ping"},
    {NULL, "A target that the proxy does not open:",
     "$ quiver tunnel tcp - mail.example:25 --via https://proxy.example ||\n"
     "    echo \"exit status $?\"\n"
     "quiver: (97) mail.example:25: the proxy answered 403 (quiver; "
     "error=http_request_denied): this target is not named by --allow-tcp\n"
     "exit status 97"},
    {NULL, NULL, NULL},
};
