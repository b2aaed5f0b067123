/*
 * socks -- what is said to a SOCKS proxy until it has opened a way, and what it
 * answers: SOCKS 4, 4a, 5 (RFC 1928) with a user's password (RFC 1929).
 *
 * Bytes in, bytes out, no I/O.  Not one byte more is asked for than the proxy
 * sends of its own: what follows is the origin's.
 *
 *     socks_begin(&s, &goal, &fault)
 *     repeat: send s.out[0 .. s.nout), read s.want bytes to s.in,
 *             socks_receive(&s, &fault)
 *     until SOCKS_OPEN or SOCKS_REFUSED
 */
#ifndef CORE_DIAL_SOCKS_H
#define CORE_DIAL_SOCKS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "io/addr.h"
#include "settings/proxy.h"

#define SOCKS_TEXT_MAX 255 /* of a name, a user or a password: one byte */

struct socks_goal {
    const struct proxy *proxy; /* its version and user; outlives it */
    struct span host;          /* A-label or address without brackets */
    uint16_t port;
    /* For those that resolve here; NULL: the proxy does. */
    const struct addr *addr;
};

enum socks_result {
    SOCKS_MORE, /* send what there is, then read `want` bytes */
    SOCKS_OPEN,
    SOCKS_REFUSED, /* *fault says why */
};

enum socks_stage {
    SOCKS_METHOD, /* the answer that is waited for */
    SOCKS_PASSWORD,
    SOCKS_REPLY, /* its beginning */
    SOCKS_BOUND, /* the rest: an address, which is of no use */
    SOCKS_REPLY_4,
};

struct socks {
    const struct proxy *proxy;
    enum socks_stage stage;
    uint8_t request[7 + SOCKS_TEXT_MAX];
    size_t nrequest;
    uint8_t out[16 + 2 * (SOCKS_TEXT_MAX + 1)];
    size_t nout;
    uint8_t in[2 + SOCKS_TEXT_MAX];
    size_t want;
};

/* Is the origin's name resolved by us? */
static inline bool socks_resolves_here(const struct proxy *p)
{
    return p->kind == PROXY_SOCKS4 || p->kind == PROXY_SOCKS5;
}

/* False with *fault (ERR_PROXY): it cannot be said in this version. */
bool socks_begin(struct socks *s, const struct socks_goal *goal,
                 struct fault *fault);
/* `want` bytes are in s->in, and what was in s->out has gone. */
enum socks_result socks_receive(struct socks *s, struct fault *fault);

#endif
