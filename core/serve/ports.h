/*
 * ports -- port numbers, each on every address that is served.
 *
 * With TLS each address gets a TCP and a UDP socket of each number, else a
 * TCP socket.
 */
#ifndef CORE_SERVE_PORTS_H
#define CORE_SERVE_PORTS_H

#include <stdint.h>

#include "base/err.h"
#include "io/loop.h"
#include "transport/tls_context.h"

struct server;
struct ports;

struct ports_options {
    const char *bind;     /* as in struct server_options */
    uint16_t number;      /* 0: any that is free for all of them */
    const uint16_t *more; /* others, likewise; borrowed for the call */
    size_t nmore;
    struct tls_context *tls;      /* NULL: plain */
    struct tls_context *quic_tls; /* with tls */
};

/* NULL with *fault and nothing open.  When `bind` is not given, an address
 * family that the machine lacks is left out. */
struct ports *ports_open(struct loop *loop, struct server *srv,
                         const struct ports_options *o, struct fault *fault);
/* The i-th, from 0 on; 0: no more.  Of NULL, which is none, nothing happens in
 * these. */
uint16_t ports_number(const struct ports *p, size_t i);
void ports_drain(struct ports *p);
void ports_close(struct ports *p); /* and frees it */

#endif
