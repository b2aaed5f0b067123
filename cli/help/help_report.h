/*
 * help_report -- what quiver-report(1) says beside the options.
 */
#ifndef CLI_HELP_HELP_REPORT_H
#define CLI_HELP_HELP_REPORT_H

#include "help/help_config.h"

extern const struct help_config_part help_report_parts[];
extern const struct help_config_part help_report_examples[];

#endif
