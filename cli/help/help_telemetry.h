/*
 * help_telemetry -- quiver-telemetry(7) as data: `quiver help telemetry` and
 * the man page print the same parts.
 */
#ifndef CLI_HELP_HELP_TELEMETRY_H
#define CLI_HELP_HELP_TELEMETRY_H

#include "help/help_config.h"

/* text and literal NULL at the end */
extern const struct help_config_part help_telemetry_parts[];

#endif
