/*
 * parser -- reads a command line by the option table.
 *
 * As curl: "-o file", "-ofile", "-sSf" clusters, "--name value"; beyond curl:
 * "--name=value".  Options and operands mix; "--" ends the options.  "--no-X"
 * takes a flag back.  Nothing is abbreviated.
 *
 * The lines of configuration files go through it too (parser_line()).  What is
 * given nearer to the command line counts, in whatever order it comes.
 */
#ifndef CLI_ARGS_PARSER_H
#define CLI_ARGS_PARSER_H

#include "args/occurrence.h"
#include "args/option.h"
#include "base/strings.h"

struct config;
struct command_line;

struct parser {
    /* What is read; NULL: lines of a file, which belong to no command. */
    const struct command_line *line;
    const struct option_group *const *groups; /* NULL at the end */
    void *scope[SCOPE_COUNT];    /* the structs that the command offers */
    struct strings_owned *owned; /* strings that options make */
    bool (*on_operand)(struct parser *p, const char *operand);
    void (*on_next)(struct parser *p);      /* NULL: no --next here */
    struct config *config;                  /* of -K; NULL: there is none */
    struct occurrences *given[SCOPE_COUNT]; /* recorded here; NULL: nowhere */
    struct occurrence_place place;          /* of what is read now */
    bool is_recorded;                       /* by the option's own call */
    unsigned nbefore; /* for a flag's call: occurrence_place.nbefore */
    /* results */
    const struct option *about; /* what was wrong with its argument; NULL */
    const char *help; /* the subject asked for, "" without one; or NULL */
    bool wants_version;
    char error[256];
    int status; /* with an error: usage, or a file could not be read */
};

/* False with p->error set; stops early when help or the version is asked. */
bool parser_run(struct parser *p, int argc, char **argv);

/* One option of a file, as curlrc_line() found it, at p->place.  The argument
 * (NULL: none) is borrowed and may be wiped.  False with p->error. */
bool parser_line(struct parser *p, char *option, char *argument);

/* Does once more what was done before, without a record of it. */
bool parser_again(struct parser *p, const struct occurrence *g);

/* Sets p->error and gives false, for options' calls. */
bool parser_fail(struct parser *p, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
enum {
    PARSER_WORDS_MAX = 16
};

/* What a word stands for; name NULL at the end of a table. */
struct parser_word {
    const char *name;
    int value;
};

/* The value of the word, for options' calls; false with p->error. */
bool parser_choose(struct parser *p, const struct option *o, const char *arg,
                   const struct parser_word *words, int *value);
/* "'ARG' is none of WORDS", and which of them is near; the array ends with
 * NULL. */
bool parser_fail_word(struct parser *p, const struct option *o, const char *arg,
                      const char *const *words);
/* The same for a file that an option names and errno speaks of: as for curl
 * it is not the command line that is wrong. */
bool parser_fail_read(struct parser *p, const char *path);
/* Prints the error; its exit status. */
int parser_complain(const struct parser *p);

/* For calls whose argument cannot be read twice (a pipe, a typed password):
 * records what has the same effect instead.  Several add up. */
void parser_record(struct parser *p, const struct option *o, const char *arg);

/* The first row of p->groups that writes into a struct which the command does
 * not offer; NULL: there is none, as parser_run() demands. */
const struct option *parser_stray(const struct parser *p);

/* The index of the first operand in argv, 0 when there is none. */
int parser_first_operand(const struct option_group *const *groups, int argc,
                         char **argv);

#endif
