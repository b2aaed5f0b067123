/*
 * tunnel_options -- what `quiver tunnel` asks for beyond a request.
 *
 * What is said to the proxy (headers, TLS, addresses ...) lies in a command line
 * with one operation, as for fetch.
 */
#ifndef CLI_TUNNEL_TUNNEL_OPTIONS_H
#define CLI_TUNNEL_TUNNEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "args/option.h"
#include "base/strings.h"
#include "core/quiver.h"

struct tunnel_options {
    bool has_kind; /* the first operand was read */
    bool is_stdio; /* "-" was: the next one is its target */
    enum qv_tunnel_kind kind;
    struct strings specs; /* as the engine wants them */
    struct strings_owned owned;
    const char *via;
    enum qv_channel_transport transport;
    uint64_t flow_idle;    /* ns; 0: the engine's */
    uint64_t open_timeout; /* ns; 0: none */
    uint64_t stats_every;  /* ns; 0: at the end at most */
    unsigned max_flows;    /* 0: the engine's */
};

extern const struct option_group options_tunnel;

#endif
