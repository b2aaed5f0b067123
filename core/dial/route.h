/*
 * route -- the way from here to an origin: where it leads through, in which
 * steps, and over which protocols it is tried.
 *
 * A hop is a place where a byte stream can end: the origin, which is the last,
 * and a proxy before it.  Each has a name, trust and settings of its own.  What
 * is verified is always the hop's own name, whatever host and port are dialled
 * to get there; so neither a proxy nor --connect-to changes who the origin
 * must prove to be.
 *
 * An HTTP proxy is no hop of a dial: connections to it are those of its own
 * pool, and the way through it is one step, CONNECT for a byte stream and
 * CONNECT-UDP for QUIC.  Such a route is tunnelled: the proxy looks names up.
 *
 * A run is one protocol at one endpoint.  They are tried in the order in which
 * they stand, each a while after the one before or when that is out (dial.c):
 * what the origin is said to be reached at besides, QUIC if it was asked for,
 * and TCP; none of them twice.  Where the user asked for HTTP/3, all that is
 * QUIC goes before all that is TCP.
 */
#ifndef CORE_DIAL_ROUTE_H
#define CORE_DIAL_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "settings/settings.h"

struct proxy;
struct dial_target;
struct step_ops;
struct svcb;

#define ROUTE_HOPS_MAX         2 /* a proxy, the origin */
#define ROUTE_STEPS_MAX        5 /* tcp or the tunnel, and tls, for each; PROXY */
#define ROUTE_ALTERNATIVES_MAX 6
#define ROUTE_RUNS_MAX         (ROUTE_ALTERNATIVES_MAX + 2)

struct route_endpoint {
    struct span host; /* A-label or address without brackets */
    uint16_t port;
};

struct route_hop {
    struct span host;         /* SNI and certificate */
    struct route_endpoint at; /* where it is dialled */
    bool is_secure;           /* TLS is spoken with it */
    const struct settings *settings;
    /* Opens the way from here to the next hop: NULL for the origin. */
    const struct step_ops *onward;
    const struct proxy *proxy; /* what that has to know; NULL: the origin */
};

struct route_step {
    const struct step_ops *ops;
    const struct route_hop *from; /* NULL: from here */
    const struct route_hop *to;
};

enum route_carrier {
    ROUTE_TCP,
    ROUTE_QUIC,
};

/* Who says that the origin is reached there. */
enum route_source {
    ROUTE_FROM_DNS,    /* the URL: its host and port */
    ROUTE_FROM_OPTION, /* --http3, --connect-to, --resolve, a Unix socket */
    ROUTE_FROM_HTTPS_RR,
    ROUTE_FROM_ALT_SVC,
};

struct route_run {
    enum route_carrier carrier;
    struct route_endpoint at;
    enum route_source source;
    const struct svcb *hints; /* addresses until the name's own come, or NULL */
};

/* What an alternative has shown before, kept by whoever has a memory.  Of the
 * target, host and port are looked at. */
struct dial_marks {
    /* ns for which it is still taken to be broken; 0: it is not. */
    uint64_t (*broken_for)(struct dial_marks *m, const struct dial_target *t,
                           const struct route_run *run);
    /* The run did not work while another did; returns for how long it is taken
     * to be broken now, ns. */
    uint64_t (*failed)(struct dial_marks *m, const struct dial_target *t,
                       const struct route_run *run);
    void (*worked)(struct dial_marks *m, const struct dial_target *t,
                   const struct route_run *run);
};

/* What a dial is to reach.  host is copied, everything else borrowed while the
 * dial lasts. */
struct dial_target {
    struct span host; /* A-label or address without brackets */
    uint16_t port;
    bool is_secure;
    const struct settings *settings; /* outlives the connection too */
    const char *origin;              /* its name in events; outlives it too */
    const struct route_hop *proxy;   /* NULL: directly */
    bool is_tunnelled;               /* by the HTTP proxy of the settings */
    bool lacks_udp; /* that proxy: QUIC goes through it if it must */
    /* Other places and protocols of this origin, the best first. */
    const struct route_run *alternatives;
    size_t nalternatives;
    struct dial_marks *marks; /* NULL: nobody has a memory */
};

struct route {
    struct route_hop hops[ROUTE_HOPS_MAX];
    size_t nhops;
    struct route_step steps[ROUTE_STEPS_MAX]; /* over TCP */
    size_t nsteps;
    struct route_run runs[ROUTE_RUNS_MAX];
    size_t nruns;
    bool is_tunnelled; /* nothing is looked up, nor reached, from here */
    bool lacks_udp;    /* the proxy */
};

/* Fills *r, which refers to itself and so stays where it is; the target is
 * borrowed.  False with *fault: a setting cannot be understood (ERR_USAGE), or
 * none of the protocols that the settings allow leads to the origin
 * (ERR_PROTOCOL_UNSUPPORTED). */
bool route_build(struct route *r, const struct dial_target *target,
                 struct fault *fault);

const char *route_source_name(enum route_source source); /* "https-rr" */

static inline const struct route_hop *route_origin(const struct route *r)
{
    return &r->hops[r->nhops - 1];
}

#endif
