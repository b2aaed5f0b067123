/*
 * probe -- the command: what its command line says.  probe_run.h does it.
 */
#ifndef CLI_PROBE_PROBE_H
#define CLI_PROBE_PROBE_H

#include "args/command.h"

int probe_main(const struct command_line *line);

#endif
