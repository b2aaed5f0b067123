/*
 * options_config -- -K and -q, and all that a configuration file may hold.
 */
#ifndef CLI_CONFIG_OPTIONS_CONFIG_H
#define CLI_CONFIG_OPTIONS_CONFIG_H

#include "args/option.h"

extern const struct option_group options_config; /* -K and -q */

/* Of a column of option_groups.def: an element of an array of groups, or none. */
#define OPTION_GROUPS_Y(table) &table,
#define OPTION_GROUPS_N(table)

/* What `quiver fetch` understands, and a file of -K; NULL at the end. */
extern const struct option_group *const options_fetch[];

#endif
