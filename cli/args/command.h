/*
 * command -- what a command of quiver is.
 *
 * The table of all of them (commands.h) is handed in with every command line:
 * help, completion and the configuration file read it, and know no command by
 * name.  The first one of a table is the default: what stands where a command's
 * name could is then its first operand.
 */
#ifndef CLI_ARGS_COMMAND_H
#define CLI_ARGS_COMMAND_H

#include <stdbool.h>

#include "args/option.h"

struct command_line;

struct command {
    const char *name;
    const char *alias;    /* or NULL */
    const char *synopsis; /* what follows "quiver NAME" */
    const char *summary;  /* one line */
    /* What its first operand may be, and its second: words parted by spaces;
     * NULL: anything. */
    const char *words[2];
    const char *text; /* the man page's DESCRIPTION; NULL: has no page */
    const struct option_group *const *groups; /* NULL at the end */
    bool transfers; /* bodies, with all that options say of those */
    /* Gives back the exit status. */
    int (*run)(const struct command_line *line);
};

/* What a command is given.  argv[0] is the program; the command's own name is
 * taken out.  A command may write into argv: secrets are wiped there. */
struct command_line {
    const struct command *command; /* the one that was chosen */
    const struct command *table;   /* where it stands; name NULL at the end */
    const char *method; /* of "quiver METHOD URL"; NULL: it is not that */
    int argc;
    char **argv;
};

/* By name or alias, exactly; NULL: none is called so. */
const struct command *command_find(const struct command *table,
                                   const char *name);

/* The word at this place of argv is no part of the line any more. */
void command_line_take_out(struct command_line *line, int at);

#endif
