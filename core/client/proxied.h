/*
 * proxied -- requests that an HTTP proxy passes on: http:// ones, unless a
 * tunnel was asked for.
 *
 * They go to the proxy as to an origin, over the connections of its own pool
 * whichever host they are for: in HTTP/1 with an absolute request target (RFC
 * 9112 3.2.2), in HTTP/2 and 3 with the origin's :scheme and :authority.
 */
#ifndef CORE_CLIENT_PROXIED_H
#define CORE_CLIENT_PROXIED_H

#include "client/flight.h"
#include "http/url.h"
#include "pool/origin.h"

struct pool;
struct request_build_state;

/* Of a transfer, never of a channel.  What --connect-to sends elsewhere is not
 * proxied: the proxy would not go there. */
bool proxied_is_due(const struct prepared *p, const struct origin *o);

/* Makes the request of a flight, which is for the origin, one for the proxy:
 * target, credentials, --proxy-header.  `state` is what it was built from.
 * False with *fault. */
bool proxied_build(struct flight *f, const struct request_build_state *state,
                   struct fault *fault);

struct pool *proxied_pool(struct client *c, const struct prepared *p);

/* The exchange has failed: what is the proxy's is told as such. */
void proxied_on_fault(const struct flight *f, struct fault *fault);

/* An answer has come that may be the proxy's.  True: it wants credentials that
 * are there, and the request is worth sending once more. */
bool proxied_on_head(struct flight *f, const struct response_head *head);

#endif
