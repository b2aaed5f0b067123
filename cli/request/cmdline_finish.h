/*
 * cmdline_finish -- once all options are given: do they go together, and what
 * follows from them?
 */
#ifndef CLI_REQUEST_CMDLINE_FINISH_H
#define CLI_REQUEST_CMDLINE_FINISH_H

#include <stdbool.h>

struct cmdline;
struct parser;

/* Checks that belong to a whole operation, and what follows from its options
 * and the environment.  False with p->error. */
bool cmdline_finish(struct cmdline *s, struct parser *p);

#endif
