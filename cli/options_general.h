/*
 * options_general -- --help and --version, which every command has.
 */
#ifndef CLI_OPTIONS_GENERAL_H
#define CLI_OPTIONS_GENERAL_H

#include "option.h"

extern const struct option_group options_general;

#endif
