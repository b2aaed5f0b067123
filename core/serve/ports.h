/*
 * ports -- one port number, on every address that is served.
 *
 * With TLS each address gets a TCP and a UDP socket of that number, else a
 * TCP socket.
 */
#ifndef CORE_SERVE_PORTS_H
#define CORE_SERVE_PORTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "io/loop.h"
#include "transport/tls_context.h"

/* Addresses in one --bind. */
#define PORTS_ADDRESSES_MAX 8

struct server;
struct listen;
struct quic_listen;

struct ports {
    struct listen *tcp[PORTS_ADDRESSES_MAX];
    struct quic_listen *udp[PORTS_ADDRESSES_MAX];
    unsigned len;    /* addresses */
    uint16_t number; /* 0: not open */
};

struct ports_options {
    const char *bind;             /* as in struct server_options */
    uint16_t number;              /* 0: any that is free for all of them */
    struct tls_context *tls;      /* NULL: plain */
    struct tls_context *quic_tls; /* with tls */
};

/* False with *fault and nothing open.  When `bind` is not given, an address
 * family that the machine lacks is left out. */
bool ports_open(struct ports *p, struct loop *loop, struct server *srv,
                const struct ports_options *o, struct fault *fault);
void ports_drain(struct ports *p);
void ports_close(struct ports *p); /* open or not */

#endif
