/*
 * causes -- what went wrong on the way, or took the time, in one word and one
 * line each: the facts of a result, judged.
 *
 * A transfer that ended well may have several (UDP was dropped, and TCP took its
 * place); one that failed has one at least where its fault is of the way and not
 * of the request.  The names are for scripts, and stay:
 *
 *   slow-dns              names took most of the time
 *   dns-failed            a name could not be resolved
 *   dead-address          an address was silent or refused, another was not
 *   udp-silent            nothing came by QUIC: UDP is dropped, or nobody there
 *   udp-refused           the port is closed for UDP
 *   h3-advertised-dead    what Alt-Svc or HTTPS records name does not work
 *   quic-certificate      the certificate that QUIC showed is no good
 *   tls-certificate       the same over TCP
 *   alpn                  no protocol in common
 *   tls-silent            TCP stands, and nobody answers the handshake
 *   tls-failed            another end of a handshake
 *   connect-refused       nobody listens (TCP)
 *   connect-silent        nothing answers (TCP)
 *   proxy-refused         a proxy opened no way
 *   proxy-unreachable     there was none
 *   proxy-silent          it has not answered
 *   early-data-rejected   and sent again
 *   goaway                the server sent the connection away under the request
 *   connection-lost       it broke, and the request went again
 *   retried               it took more than one try (--retry)
 *   slow-connect          connecting, or TLS, took most of the time
 *   slow-first-byte       the server took most of the time
 *   slow-body             the body did
 *   held-back             the queue did: limits, rates
 *   loss                  packets were lost
 */
#ifndef CLI_RECORD_CAUSES_H
#define CLI_RECORD_CAUSES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"
#include "core/quiver.h"

#define CAUSES_MAX 8

struct cause {
    const char *name; /* static */
    size_t text; /* where its line begins in causes.texts, NUL-terminated */
};

struct causes {
    struct cause all[CAUSES_MAX]; /* what weighs most first */
    size_t n;
    struct str texts;
};

/* Zeroed by the caller, and to be given to causes_fini().  Texts may hold a
 * peer's bytes, but no secret. */
void causes_find(struct causes *c, const struct qv_result *r);
const char *causes_text(const struct causes *c, size_t i);
bool causes_has(const struct causes *c, const char *name);
void causes_fini(struct causes *c);

#endif
