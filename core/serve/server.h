/*
 * server -- the embedded server as those see it that serve a connection or a
 * request for it: its options, and what they ask of it.
 *
 * Its members are in server_self.h; how it starts and ends, in server_life.h.
 */
#ifndef CORE_SERVE_SERVER_H
#define CORE_SERVE_SERVER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/list.h"
#include "io/loop.h"
#include "serve/server_counters.h"
#include "settings/settings.h"

struct page;
struct quic_routes;
struct server;
struct tunnel_allow;
struct udp_gather_buffer;

struct server_options {
    const char *bind; /* "numeric,numeric..."; NULL: "127.0.0.1,::1" */
    uint16_t port;    /* TLS and QUIC; 0 with has_port: any free one */
    uint16_t plain_port;
    /* And these, of either sort; borrowed for the call. */
    struct server_ports {
        const uint16_t *numbers;
        size_t n;
    } more_ports, more_plain_ports;
    bool has_tls; /* serve the TLS and QUIC port */
    bool has_plain;
    const char *root;        /* folder with the files */
    const struct page *page; /* all there is instead; NULL */
    const char *cert_file;   /* NULL: a throw-away one for localhost is made */
    bool raw_key;            /* the certificate's key alone is shown */
    const char *staple_file; /* OCSP answer (DER) that is sent along; NULL */
    const char *key_file;
    bool early_data; /* take it from clients with a ticket */
    /* Of QUIC, HTTP/3 and HTTP/2 what is not 0 below; borrowed for the call;
     * NULL: the defaults. */
    const struct settings *settings;
    bool retry;               /* QUIC: validate addresses with Retry */
    unsigned h2_max_streams;  /* 0: 100, at once on a connection */
    unsigned h3_max_streams;  /* 0: 100 */
    uint64_t max_requests;    /* per connection, then GOAWAY; 0: no limit */
    unsigned max_connections; /* TCP and QUIC together; 0: 4096 */
    /* ns; a request head (the first one: with the TLS handshake) must be
     * complete that long after it began; 0: 10 s */
    uint64_t head_timeout;
    /* ns without a request, and without any progress of one; 0: 60 s */
    uint64_t idle_timeout;
    /* ns without a byte while a stream is another protocol's, whose sides may
     * have nothing to say for long; 0: 1 h */
    uint64_t switched_timeout;
    /* ns more for one whose protocol has a goodbye, to say and to answer it; 0:
     * 10 s */
    uint64_t goodbye_timeout;
    /* Targets that tunnels may go to (tunnel_allow.h); none without. */
    struct server_targets {
        const char *const *patterns;
        size_t npatterns;
    } allow_tcp, allow_udp;
    uint64_t tunnel_timeout; /* ns until its target is reached; 0: 10 s */
    uint64_t
        flow_idle; /* ns that a UDP tunnel lives without a packet; 0: 120 s */
    bool log_json;
    /* One line a request, when done; NULL: none. */
    void (*on_request)(void *user, const char *line);
    /* After server_drain(): the last connection is gone; may be NULL. */
    void (*on_drained)(void *user);
    void *user;
};

/* ns without a byte of a switched stream, after which its connection is cut. */
static inline uint64_t
server_options_switched_limit(const struct server_options *o)
{
    return o->switched_timeout + o->goodbye_timeout;
}

/* What a codec asks of the server it serves for.  The options are complete:
 * no number in them stands for a default any more. */
const struct server_options *server_get_options(const struct server *srv);
const struct settings *server_settings(const struct server *srv);
struct quic_routes *server_routes(struct server *srv);
struct loop *server_loop(struct server *srv);
int server_root(const struct server *srv); /* descriptor of the folder */
int64_t server_clock(struct server *srv);  /* wall clock, s since 1970 */
/* The same as the Date field has it. */
const char *server_date(struct server *srv);
struct server_counters *server_counters(struct server *srv);
/* What tunnels have left behind (tcp_tail.h). */
struct list *server_tails(struct server *srv);
/* Shared by all that send UDP packets; made when it is first asked for. */
struct udp_gather_buffer *server_gather(struct server *srv);
const struct tunnel_allow *server_allow(const struct server *srv,
                                        enum tunnel_kind kind);
unsigned server_nconnections(const struct server *srv); /* now */

/* For a handler whose exchange has no end of its own: told when the server stops
 * (server_drain()), so that it can say so to its client. */
struct server_drain_watch {
    struct list link;
    void (*on_drain)(struct server_drain_watch *w);
};

/* Once; until it was told or server_unwatch_drain().  False: it will not be
 * told, since the server is stopping already. */
bool server_watch_drain(struct server *srv, struct server_drain_watch *w);
void server_unwatch_drain(struct server_drain_watch *w);

/* What a listener asks: may one more connection be accepted?  True counts it,
 * and server_release() follows when it is gone. */
bool server_admit(struct server *srv);
void server_release(struct server *srv);

#endif
