/*
 * options_general -- --help and --version, which every command has.
 */
#ifndef CLI_ARGS_OPTIONS_GENERAL_H
#define CLI_ARGS_OPTIONS_GENERAL_H

#include "args/option.h"

extern const struct option_group options_general;

#endif
