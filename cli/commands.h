/*
 * commands -- the commands of quiver: one table, and how one is chosen.
 *
 * The first operand is compared with the names, exactly; anything else is a
 * URL and means `fetch`.  Options may stand before the command's name.
 */
#ifndef CLI_COMMANDS_H
#define CLI_COMMANDS_H

#include "args/command.h"

extern const struct command commands[]; /* name NULL at the end */

/* Chooses, runs, and gives back the exit status. */
int commands_main(int argc, char **argv);

#endif
