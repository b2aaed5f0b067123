/*
 * output_calls -- what the options of output and messages do.
 */
#ifndef CLI_REQUEST_OUTPUT_CALLS_H
#define CLI_REQUEST_OUTPUT_CALLS_H

#include <stdbool.h>

struct option;
struct parser;

#define OUTPUT_CALL(name)                                                      \
    bool output_calls_##name(struct parser *p, const struct option *o,         \
                             const char *arg)

OUTPUT_CALL(write_out);
OUTPUT_CALL(fail);
OUTPUT_CALL(silent);
OUTPUT_CALL(stderr);

#undef OUTPUT_CALL

#endif
