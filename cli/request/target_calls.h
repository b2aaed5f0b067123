/*
 * target_calls -- what the options of URLs and their files do: whose -o, -T or URL it is.
 */
#ifndef CLI_REQUEST_TARGET_CALLS_H
#define CLI_REQUEST_TARGET_CALLS_H

#include <stdbool.h>

struct option;
struct parser;

#define TARGET_CALL(name)                                                      \
    bool target_calls_##name(struct parser *p, const struct option *o,         \
                             const char *arg)

TARGET_CALL(url);
TARGET_CALL(output);
TARGET_CALL(remote_name);
TARGET_CALL(null_output);
TARGET_CALL(upload);

#undef TARGET_CALL

#endif
