/*
 * cache_command -- `quiver cache`: what earlier runs have learned and kept in files,
 * to be looked at and forgotten.
 */
#ifndef CLI_CACHE_CACHE_COMMAND_H
#define CLI_CACHE_CACHE_COMMAND_H

#include <stdbool.h>

#include "args/option.h"

struct command_line;

struct cache_options {
    const char *dir;  /* of --state; NULL: the usual one */
    const char *file; /* in place of the one in that folder */
    bool json;
    bool show_secrets;
};

extern const struct option_group options_cache;

int cache_command_run(const struct command_line *line);

#endif
