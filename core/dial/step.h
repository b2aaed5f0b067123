/*
 * step -- one piece of the way from here to an origin: takes the byte stream
 * below, gives the one above.
 *
 * What a step makes is a transport like any other, so a way of any length is
 * a stack of them: TCP, TLS, and what opens a tunnel through a proxy.  The
 * transport above reports on_connected when the step has done its part, or
 * on_failed; closing it cancels the step, silently, and closes all below.
 * Bytes that the step read beyond its own belong to the transport above, which
 * reports them as readable when it is asked (transport.h).
 */
#ifndef CORE_DIAL_STEP_H
#define CORE_DIAL_STEP_H

#include "base/err.h"
#include "dial/dialer.h"
#include "io/addr.h"
#include "transport/transport.h"

struct route_hop;
struct svcb;

/* From where to where.  Outlives the step. */
struct step_goal {
    struct dialer *dialer;
    const struct addr *addr;      /* the address tried: of the first hop; of
                                     no family if the route is tunnelled */
    const struct route_hop *from; /* NULL: from here */
    const struct route_hop *to;   /* its name, trust and settings */
    const struct svcb *service;   /* that has named the address; NULL: none */
    /* Addresses and ports of the first step, once that is done. */
    const struct conn_facts *ends;
};

struct step_ops {
    const char *name; /* "tcp", "tunnel", "tls" */
    /*
     * Takes `below` in any case (NULL: this is the first step).  on_connected
     * or on_failed of what it returns follows, never before it returned; the
     * caller sets events and owner before anything can happen.  NULL with
     * *fault: it could not even begin.  One that is not the first and is done at
     * once may return `below`, of which then nothing follows.
     */
    struct transport *(*start)(const struct step_goal *goal,
                               struct transport *below, struct fault *fault);
};

/* The first is one of these two. */
extern const struct step_ops step_tcp;
extern const struct step_ops
    step_tunnel; /* CONNECT; dialer->tunnels opens it */
extern const struct step_ops step_tls;

#endif
