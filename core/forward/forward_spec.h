/*
 * forward_spec -- one SPEC of a tunnel, ssh's -L: "[bind:]port:host:hostport",
 * or "-:host:hostport" for standard input and output.
 *
 * Addresses of IPv6 stand in brackets.  bind is an address of this machine;
 * without it that is loopback, and "*" or nothing before its colon are all of
 * them.
 */
#ifndef CORE_FORWARD_FORWARD_SPEC_H
#define CORE_FORWARD_FORWARD_SPEC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/span.h"
#include "io/addr.h"

/* Of one SPEC: loopback and "*" are two, one of each family. */
#define FORWARD_SPEC_BINDS 2

struct forward_spec {
    const char *text; /* as it was given, for people */
    bool is_stdio;
    struct addr binds[FORWARD_SPEC_BINDS];
    size_t nbinds; /* 0: is_stdio */
    /* One family may lack: the address was not named. */
    bool is_lenient;
    struct span host;   /* of the target: without brackets, as URLs have it */
    const char *target; /* "host:port", with brackets */
    uint16_t port;
};

/* False with *fault (ERR_USAGE); strings live in the arena. */
bool forward_spec_parse(struct forward_spec *s, const char *text,
                        struct arena *arena, struct fault *fault);

#endif
