/*
 * dialer -- what all dials of a client share: the loop, the TLS contexts, the
 * tickets that servers have given, and the numbering of connections.
 */
#ifndef CORE_DIAL_DIALER_H
#define CORE_DIAL_DIALER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/map.h"
#include "dial/name_servers.h"
#include "io/loop.h"
#include "settings/settings.h"
#include "transport/ech_keys.h"
#include "transport/tickets.h"
#include "transport/tls_context.h"

struct conn_facts;
struct datagram_path;
struct dialer;
struct proxy;
struct transport;
struct tunnel_host;

/*
 * The ways through an HTTP proxy: exchanges on a connection to it, which its
 * own pool keeps.  Settings are those of the origin (settings.proxy says which
 * proxy), and outlive what is made.  Neither calls back before it has returned;
 * what they make is closed like any other.
 */
struct dialer_tunnels {
    /* CONNECT (RFC 9110 9.3.6): on_connected when the proxy has said 2xx, else
     * on_failed.  Never NULL. */
    struct transport *(*connect)(struct dialer *d, const struct settings *s,
                                 struct span host, uint16_t port);
    /* CONNECT-UDP (RFC 9298): datagrams sent before the proxy's 2xx wait, or
     * are lost as any may be.  What it refuses is the fault of receive() and
     * send().  Never NULL. */
    struct datagram_path *(*connect_udp)(struct dialer *d,
                                         const struct settings *s,
                                         struct span host, uint16_t port);
    /* Is it known that the proxy has no CONNECT-UDP? */
    bool (*lacks_udp)(const struct dialer *d, const struct proxy *p);
    /* What is known of the way, once it is open: the proxy's addresses, and
     * facts->proxy. */
    void (*stream_facts)(const struct transport *t, struct conn_facts *facts);
    void (*path_facts)(const struct datagram_path *p, struct conn_facts *facts);
};

struct dialer {
    struct loop *loop;
    struct map contexts; /* TLS options and carrier -> struct shared_context */
    struct tickets tickets;
    struct ech_keys ech_keys;
    uint64_t last_conn_id;
    bool explains; /* each dial has a story (http/story.h) */
    const struct dialer_tunnels *tunnels; /* NULL: nobody has pools */
    struct tunnel_host *tunnel_host;      /* those that they need */
    struct name_servers names;
};

/* The loop is borrowed. */
void dialer_init(struct dialer *d, struct loop *loop);
/* No dial runs, and no connection uses a context any more. */
void dialer_fini(struct dialer *d);

/*
 * The context for these options, made at the first call; it lives as long as
 * the dialer and keeps its own copy of the settings.  NULL: *fault.
 */
struct tls_context *dialer_tls(struct dialer *d, const struct settings *s,
                               enum tls_carrier carrier, struct fault *fault);

/* The number of the next connection: 1, 2, ... */
uint64_t dialer_conn_id(struct dialer *d);

#endif
