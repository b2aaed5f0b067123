/*
 * incoming -- a TCP connection whose protocol is not known yet.
 *
 * With TLS it makes the handshake and ALPN decides.  On a plain port the
 * first bytes do: HTTP/2's preface (RFC 9113 3.4), or HTTP/1.  Either way it
 * ends in time: the peer must have shown what it is within head_timeout.
 */
#ifndef CORE_SERVE_INCOMING_H
#define CORE_SERVE_INCOMING_H

#include <stdbool.h>

#include "base/list.h"
#include "io/addr.h"
#include "io/loop.h"
#include "transport/tls_context.h"
#include "transport/transport.h"

struct server;
struct peer;

struct incoming {
    struct list link; /* of the owner's */
    /* The connection has become this, or nothing (NULL).  Once, and last; not
     * before incoming_start() has returned. */
    void (*on_known)(struct incoming *in, struct peer *peer);
    struct server *server;
    struct loop_fd fd;           /* plain, while the preface is awaited */
    struct transport *transport; /* TLS */
    struct loop_timer deadline;
    struct loop_timer again; /* plain: half a preface is there */
    char remote[ADDR_TEXT_MAX];
};

/* Zeroed with server and on_known set.  Takes the descriptor; tls NULL: plain
 * HTTP. */
void incoming_start(struct incoming *in, int fd, const struct addr *from,
                    struct tls_context *tls);
/* Cuts the connection; on_known does not come. */
void incoming_cancel(struct incoming *in);

#endif
