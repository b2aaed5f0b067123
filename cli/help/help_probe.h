/*
 * help_probe -- what quiver-ping(1) and quiver-probe(1) tell beyond their
 * options.
 */
#ifndef CLI_HELP_HELP_PROBE_H
#define CLI_HELP_HELP_PROBE_H

#include "help/help_config.h"

extern const struct help_config_part help_probe_ping_parts[];
extern const struct help_config_part help_probe_ping_examples[];
extern const struct help_config_part help_probe_parts[];
extern const struct help_config_part help_probe_examples[];

#endif
