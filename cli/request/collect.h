/*
 * collect -- options that do more than store their argument.
 *
 * Called by the parser for the rows of options_*.c that name them.
 */
#ifndef CLI_REQUEST_COLLECT_H
#define CLI_REQUEST_COLLECT_H

#include <stdbool.h>

struct option;
struct parser;
struct session;

#define COLLECT(name)                                                          \
    bool collect_##name(struct parser *p, const struct option *o,              \
                        const char *arg)

COLLECT(url);
COLLECT(output);
COLLECT(remote_name);
COLLECT(null_output);
COLLECT(upload);
COLLECT(header);
COLLECT(cookie);
COLLECT(user);
COLLECT(location_trusted);
COLLECT(tls_max);
COLLECT(write_out);
COLLECT(stderr);
COLLECT(parallel_jobs);
COLLECT(rate);
COLLECT(origin_rate);

#undef COLLECT

#endif
