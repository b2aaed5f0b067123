/*
 * download_calls -- what the options of options_download.c do.
 */
#ifndef CLI_REQUEST_DOWNLOAD_CALLS_H
#define CLI_REQUEST_DOWNLOAD_CALLS_H

#include <stdbool.h>

struct operation;
struct option;
struct parser;

#define DOWNLOAD_CALL(name)                                                    \
    bool download_calls_##name(struct parser *p, const struct option *o,       \
                               const char *arg)

DOWNLOAD_CALL(continue_at);
DOWNLOAD_CALL(range);
DOWNLOAD_CALL(file_mode);
DOWNLOAD_CALL(checksum);
DOWNLOAD_CALL(time_cond);

#undef DOWNLOAD_CALL

#endif
