/*
 * batch_options -- what `quiver batch` asks for beyond requests.
 *
 * What belongs to requests (headers, TLS, timeouts...) lands in a command line with
 * one operation, as for fetch: the defaults of every entry.
 */
#ifndef CLI_BATCH_BATCH_OPTIONS_H
#define CLI_BATCH_BATCH_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "args/option.h"
#include "base/status_list.h"
#include "base/strings.h"
#include "input/input.h"
#include "input/shard.h"
#include "record/facts.h"
#include "results/results.h"

struct parser;
struct option;

struct batch_options {
    /* input */
    struct strings files;
    bool reads_stdin; /* one of them */
    enum input_format format;
    const char *defaults; /* JSON text of an object; NULL */
    const char *spool;
    uint64_t line_max;
    struct shard shard;
    /* bodies */
    enum record_body_mode body;
    uint64_t body_max;
    const char *body_dir;
    /* records */
    const char *output; /* NULL or "-": standard output */
    bool ordered;
    const char *journal;
    bool no_journal;
    bool is_journal_implied; /* nobody asked for one */
    bool resume;
    bool resume_unsafe;
    enum results_fsync fsync;
    const char *summary_out;
    struct status_list fail_on;
    bool ignores_limits;
};

void batch_options_init(struct batch_options *o);
void batch_options_fini(struct batch_options *o);

/* Do the records go to standard output? */
bool batch_options_is_to_stdout(const struct batch_options *o);

/* Are they lines for a person, at a terminal that was not asked for by -o -? */
bool batch_options_has_lines(const struct batch_options *o);

/* For the rows of options_batch.c. */
bool batch_options_format(struct parser *p, const struct option *o,
                          const char *arg);
bool batch_options_fsync(struct parser *p, const struct option *o,
                         const char *arg);
bool batch_options_shard(struct parser *p, const struct option *o,
                         const char *arg);
bool batch_options_fail_on(struct parser *p, const struct option *o,
                           const char *arg);

extern const struct option_group options_batch;

#endif
