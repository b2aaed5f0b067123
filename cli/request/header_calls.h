/*
 * header_calls -- what the options of header fields and cookies do.
 */
#ifndef CLI_REQUEST_HEADER_CALLS_H
#define CLI_REQUEST_HEADER_CALLS_H

#include <stdbool.h>

struct option;
struct parser;

#define HEADER_CALL(name)                                                      \
    bool header_calls_##name(struct parser *p, const struct option *o,         \
                             const char *arg)

HEADER_CALL(header);
HEADER_CALL(proxy_header);
HEADER_CALL(cookie);

#undef HEADER_CALL

#endif
