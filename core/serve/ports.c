/*
 * "Any free port" has to be free on several addresses and for UDP as well.
 * The kernel picks one for the first TCP socket; if the number is taken
 * elsewhere, everything is closed and it picks again.
 */
#include "serve/ports.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "io/addr.h"
#include "serve/listen.h"
#include "serve/quic_listen.h"

#define DEFAULT_BIND "127.0.0.1,::1"

/* A number that is free for TCP is seldom taken for UDP: this many in a row
 * means something else is wrong. */
#define TRIES 20

/* Addresses to listen at. */
#define ADDRESSES_MAX 16

/* One number. */
struct port {
    struct listen *tcp[ADDRESSES_MAX];
    struct quic_listen *udp[ADDRESSES_MAX];
    unsigned len;    /* addresses */
    uint16_t number; /* 0: not known yet */
};

struct ports {
    size_t n;
    struct port at[];
};

static bool parse_addresses(const char *bind, struct addr *addrs,
                            unsigned *naddrs, struct fault *fault)
{
    struct span rest = span_str(bind);
    struct span text;
    *naddrs = 0;
    while (span_next(&rest, ',', &text)) {
        if (*naddrs == ADDRESSES_MAX) {
            (void)fault_set(fault, ERR_USAGE, 0, "too many addresses to bind");
            return false;
        }
        if (!addr_parse(&addrs[(*naddrs)++], span_trim(text), 0)) {
            (void)fault_set(fault, ERR_USAGE, 0,
                            "'%.*s' is no numeric address to bind",
                            SPAN_ARG(text));
            return false;
        }
    }
    return true;
}

static bool open_address(struct port *p, struct loop *loop, struct server *srv,
                         const struct ports_options *o, struct addr *at,
                         struct fault *fault)
{
    addr_set_port(at, p->number);
    struct listen *tcp = listen_new(loop, srv, at, o->tls, fault);
    if (tcp == NULL)
        return false;
    struct quic_listen *udp = NULL;
    if (o->quic_tls) {
        addr_set_port(at, listen_port(tcp));
        udp = quic_listen_new(loop, srv, at, o->quic_tls, fault);
        if (udp == NULL) {
            listen_close(tcp);
            return false;
        }
    }
    p->number = listen_port(tcp);
    p->tcp[p->len] = tcp;
    p->udp[p->len++] = udp;
    return true;
}

static bool is_family_missing(const struct fault *fault)
{
    return fault->wire == EAFNOSUPPORT || fault->wire == EADDRNOTAVAIL;
}

static void close_all(struct port *p)
{
    for (unsigned i = 0; i < p->len; i++) {
        listen_close(p->tcp[i]);
        quic_listen_close(p->udp[i]);
    }
    p->len = 0;
}

/* All addresses with that number. */
static bool open_all(struct port *p, struct loop *loop, struct server *srv,
                     const struct ports_options *o, uint16_t number,
                     struct addr *addrs, unsigned naddrs, struct fault *fault)
{
    *p = (struct port){.number = number};
    for (unsigned i = 0; i < naddrs; i++) {
        if (open_address(p, loop, srv, o, &addrs[i], fault))
            continue;
        if (o->bind == NULL && is_family_missing(fault) &&
            (p->len > 0 || i + 1 < naddrs))
            continue;
        close_all(p);
        return false;
    }
    return p->len > 0;
}

static bool open_port(struct port *p, struct loop *loop, struct server *srv,
                      const struct ports_options *o, uint16_t number,
                      struct fault *fault)
{
    struct addr addrs[ADDRESSES_MAX];
    unsigned naddrs;
    if (!parse_addresses(o->bind ? o->bind : DEFAULT_BIND, addrs, &naddrs,
                         fault))
        return false;
    for (int i = 1;; i++) {
        if (open_all(p, loop, srv, o, number, addrs, naddrs, fault))
            return true;
        if (number != 0 || fault->wire != EADDRINUSE || i == TRIES)
            return false;
    }
}

struct ports *ports_open(struct loop *loop, struct server *srv,
                         const struct ports_options *o, struct fault *fault)
{
    size_t n = 1 + o->nmore;
    struct ports *p = xalloc_zeroed(1, sizeof *p + n * sizeof p->at[0]);
    for (; p->n < n; p->n++) {
        uint16_t number = p->n == 0 ? o->number : o->more[p->n - 1];
        if (!open_port(&p->at[p->n], loop, srv, o, number, fault)) {
            ports_close(p);
            return NULL;
        }
    }
    return p;
}

uint16_t ports_number(const struct ports *p, size_t i)
{
    return p && i < p->n ? p->at[i].number : 0;
}

static void drain(struct port *p)
{
    for (unsigned i = 0; i < p->len; i++) {
        listen_drain(p->tcp[i]);
        if (p->udp[i])
            quic_listen_drain(p->udp[i]);
    }
}

void ports_drain(struct ports *p)
{
    for (size_t i = 0; p && i < p->n; i++)
        drain(&p->at[i]);
}

void ports_close(struct ports *p)
{
    for (size_t i = 0; p && i < p->n; i++)
        close_all(&p->at[i]);
    free(p);
}
