/*
 * tunnel_allow -- to which targets a server opens tunnels: to those that are
 * named, and to no other.
 *
 * A pattern is "HOST:PORT".  HOST is a name, an address (IPv6 in brackets), or
 * "*.NAME" for every name below that one; PORT is a number, or "*" for all.
 * There is no pattern for every host: a proxy that goes anywhere is a gift to
 * whoever finds it.  What is compared is what the client wrote, so a name that is
 * allowed is not its address, nor an address its names; "127.1" is 127.0.0.1.
 */
#ifndef CORE_SERVE_TUNNEL_ALLOW_H
#define CORE_SERVE_TUNNEL_ALLOW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "serve/tunnel_target.h"

struct tunnel_allow_rule;

struct tunnel_allow {
    struct arena arena;
    struct tunnel_allow_rule *rules;
    size_t nrules;
};

/* False with *fault (ERR_USAGE), which names the option and the pattern; to be
 * ended by tunnel_allow_fini() either way. */
bool tunnel_allow_init(struct tunnel_allow *a, const char *option,
                       const char *const *patterns, size_t npatterns,
                       struct fault *fault);
void tunnel_allow_fini(struct tunnel_allow *a);

bool tunnel_allow_has(const struct tunnel_allow *a,
                      const struct tunnel_target *t);

#endif
