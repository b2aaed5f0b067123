/*
 * answer -- what --help and --version make of a command line.
 */
#ifndef CLI_HELP_ANSWER_H
#define CLI_HELP_ANSWER_H

#include <stdbool.h>

#include "args/command.h"

struct parser;

/* For every command, behind parser_run(): was help or the version all that was
 * asked for?  Then it is printed, and *status is the command's exit status. */
bool answer(const struct parser *p, const struct command_line *line,
            int *status);

#endif
