/*
 * help_batch -- what quiver-batch(1) says behind the options, as data.
 *
 * The examples are worked: a test runs them.
 */
#ifndef CLI_HELP_HELP_BATCH_H
#define CLI_HELP_HELP_BATCH_H

#include "help/help_config.h"

/* What comes before ENVIRONMENT and FILES, and what comes behind. */
extern const struct help_config_part help_batch_about[];
extern const struct help_config_part help_batch_ends[];

#endif
