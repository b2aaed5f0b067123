/*
 * server_life -- how the embedded server starts and ends, and where it listens.
 *
 * HTTP/1 and HTTP/2 over TLS on a TCP port, HTTP/3 on the same UDP port,
 * plain HTTP/1 (and HTTP/2 with prior knowledge) on a second TCP port.
 */
#ifndef CORE_SERVE_SERVER_LIFE_H
#define CORE_SERVE_SERVER_LIFE_H

#include <stdint.h>

#include "base/err.h"
#include "serve/server.h"

/* NULL with *fault (ERR_CONNECT for a port in use, ERR_OWN_CERT, ...). */
struct server *server_new(struct loop *loop, const struct server_options *o,
                          struct fault *fault);
/* The ports that it got, 0: not served. */
uint16_t server_port(const struct server *srv);
uint16_t server_plain_port(const struct server *srv);
/* Of several, from 0 on; 0: no more. */
uint16_t server_port_at(const struct server *srv, size_t i);
uint16_t server_plain_port_at(const struct server *srv, size_t i);
/* Where the CA to trust was written; NULL when cert_file was given. */
const char *server_ca_file(const struct server *srv);
/* No new connections, GOAWAY on the others; done when they are gone, or cut
 * after SERVER_DRAIN_TIMEOUT. */
#define SERVER_DRAIN_TIMEOUT (30 * LOOP_S)
void server_drain(struct server *srv);
/* Cuts what is left; freed in the reap phase. */
void server_free(struct server *srv);

#endif
