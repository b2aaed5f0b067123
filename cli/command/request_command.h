/*
 * request_command -- a command that makes requests, from its command line to its
 * exit status.
 *
 *   configuration files -> options -> finish() -> run()
 *
 * Whoever has something to say first ends it: --help and --version, then mistakes
 * of files, those of the command line, and finish().  Of files and the line all
 * mistakes are told.
 */
#ifndef CLI_COMMAND_REQUEST_COMMAND_H
#define CLI_COMMAND_REQUEST_COMMAND_H

#include <stdbool.h>

#include "args/command.h"
#include "args/parser.h"
#include "config/config.h"
#include "request/cmdline.h"

struct request_command {
    const struct command_line *line; /* words are wiped where they are secret */
    struct cmdline *cmdline;
    struct config *config;
    struct parser parser;
    void *options; /* the command's own, as they were handed in */
};

struct request_command_ops {
    enum option_scope
        scope; /* of the command's own options; none: SCOPE_NONE */
    bool (*on_operand)(struct parser *p, const char *operand);
    void (*on_next)(struct parser *p); /* NULL: there is no --next */
    /* All options are known: whether they go together, and what follows from
     * them, cmdline_finish() included.  False after parser_fail(). */
    bool (*finish)(struct request_command *c);
    /* Gives back the exit status. */
    int (*run)(struct request_command *c);
};

/* Gives back the exit status.  The options are the command's, who frees what is
 * in them behind it. */
int request_command_main(const struct command_line *line,
                         const struct request_command_ops *ops, void *options);

/* For a command that reads its line in another way. */
void request_command_init(struct request_command *c,
                          const struct command_line *line,
                          const struct request_command_ops *ops, void *options);
void request_command_fini(struct request_command *c);

/* An on_operand: the next URL of the operation. */
bool request_command_on_url(struct parser *p, const char *operand);

#endif
