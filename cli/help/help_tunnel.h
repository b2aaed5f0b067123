/*
 * help_tunnel -- what quiver-tunnel(1) tells beyond its options.
 */
#ifndef CLI_HELP_HELP_TUNNEL_H
#define CLI_HELP_HELP_TUNNEL_H

#include "help/help_config.h"

extern const struct help_config_part help_tunnel_parts[];
extern const struct help_config_part help_tunnel_examples[];

#endif
