/*
 * command -- the commands of quiver: one table, and how one is chosen.
 *
 * The first operand is compared with the names, exactly; anything else is a
 * URL and means `fetch`.  Options may stand before the command's name.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "option.h"

struct command {
    const char *name;
    const char *alias;    /* or NULL */
    const char *synopsis; /* what follows "quiver NAME" */
    const char *summary;  /* one line */
    const char *text;     /* the man page's DESCRIPTION; NULL: has no page */
    const struct option_group *const *groups; /* NULL at the end */
    /* argv[0] is the program; the command's own name is taken out. */
    int (*run)(const struct command *c, int argc, char **argv);
};

extern const struct command command_table[]; /* name NULL at the end */

const struct command *command_find(const char *name);

/* Chooses, runs, and gives back the exit status. */
int command_main(int argc, char **argv);

#endif
