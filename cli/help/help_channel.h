/*
 * help_channel -- what quiver-channel(1) says beside the options, as data.
 *
 * The examples are worked: a test runs each command and compares what it prints.
 */
#ifndef CLI_HELP_HELP_CHANNEL_H
#define CLI_HELP_HELP_CHANNEL_H

#include "help/help_config.h"

extern const struct help_config_part help_channel_parts[];
extern const struct help_config_part help_channel_examples[];

#endif
