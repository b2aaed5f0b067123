/*
 * answer -- what --help and --version make of a command line.
 */
#ifndef CLI_HELP_ANSWER_H
#define CLI_HELP_ANSWER_H

#include <stdbool.h>

struct parser;

/* Behind parser_run(): was help or the version all that was asked for?  Then it is
 * printed, and *status is the command's exit status. */
bool answer_questions(const struct parser *p, int *status);

/* Reads the parser's command line.  False when that was all, because of such a
 * question or of a mistake, which is printed: *status is the exit status. */
bool answer_read(struct parser *p, int *status);

#endif
