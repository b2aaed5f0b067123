/*
 * socks_hop -- the SOCKS proxy that a dial goes through, as a hop of its route.
 */
#ifndef CORE_DIAL_SOCKS_HOP_H
#define CORE_DIAL_SOCKS_HOP_H

#include "dial/route.h"
#include "settings/proxy.h"

struct socks_hop {
    struct arena arena;
    struct proxy proxy;
    struct settings settings; /* those of the way to it */
    struct route_hop hop;
};

/* The one that these settings name; *h stays where it is while it is used.
 * False: they name none, or, with *fault, what is no proxy. */
bool socks_hop_init(struct socks_hop *h, const struct settings *s,
                    struct fault *fault);
void socks_hop_fini(struct socks_hop *h);

#endif
