/*
 * parser_give -- what one option does, and whether it may where it stands.
 *
 * The reading of command lines and files (parser.c) ends here: the option is
 * known, its argument is there.
 */
#ifndef CLI_ARGS_PARSER_GIVE_H
#define CLI_ARGS_PARSER_GIVE_H

#include <stdbool.h>

struct option;
struct parser;

/* arg NULL: none.  What p->place says decides whether it counts.  False with
 * p->error. */
bool parser_give(struct parser *p, const struct option *o, const char *arg,
                 bool is_negated);

#endif
