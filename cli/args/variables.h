/*
 * variables -- --variable sets them, --expand-NAME puts them into the argument
 * of the option NAME.
 *
 *     name=text   name@file   name@- (standard input)
 *     %name       that of the environment, which must be there
 *     %name=text  %name@file  the same, with what holds if it is not there
 *     name[2-5]=text          bytes 2 to 5 of it, counted from 0
 *
 * In an argument {{name}} stands for its bytes, nothing if there is no such
 * variable, and {{name:trim:json}} for what functions make of them: trim, json
 * (without the quotes), url, b64, 64dec.  \{{ is {{.
 *
 * Like curl's they hold from where they are set to the end of the command line,
 * in files as well as in options, whatever the origin and --next say.  So there
 * is one set of them for the program.
 */
#ifndef CLI_ARGS_VARIABLES_H
#define CLI_ARGS_VARIABLES_H

#include <stdbool.h>

struct option;
struct parser;

/* The call of --variable. */
bool variables_set(struct parser *p, const struct option *o, const char *arg);

/* The text with its variables, owned by p->owned; NULL with p->error. */
char *variables_expand(struct parser *p, const char *text);

/* None is set any more. */
void variables_clear(void);

#endif
