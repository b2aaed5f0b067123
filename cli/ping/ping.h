/*
 * ping -- the command: what its command line says.  ping_run.h does it.
 */
#ifndef CLI_PING_PING_H
#define CLI_PING_PING_H

#include "args/command.h"

int ping_main(const struct command_line *line);

#endif
