/*
 * parser -- reads a command line by the option table.
 *
 * As curl: "-o file", "-ofile", "-sSf" clusters, "--name value"; beyond curl:
 * "--name=value".  Options and operands mix; "--" ends the options.  "--no-X"
 * takes a flag back.  Nothing is abbreviated.
 */
#ifndef CLI_PARSER_H
#define CLI_PARSER_H

#include "option.h"
#include "strings.h"

struct command;

struct parser {
    const struct command *command;
    void *scope[SCOPE_COUNT];    /* what the options' offsets point into */
    struct strings_owned *owned; /* strings that options make */
    bool (*on_operand)(struct parser *p, const char *operand);
    void (*on_next)(struct parser *p); /* NULL: no --next here */
    /* results */
    const char *help; /* the subject asked for, "" without one; or NULL */
    bool wants_version;
    char error[256];
};

/* False with p->error set; stops early when help or the version is asked. */
bool parser_run(struct parser *p, int argc, char **argv);

/* Sets p->error and gives false, for options' calls. */
bool parser_fail(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The index of the first operand in argv, 0 when there is none. */
int parser_first_operand(const struct option_group *const *groups, int argc,
                         char **argv);

#endif
