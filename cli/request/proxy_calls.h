/*
 * proxy_calls -- what the options that name a proxy do.
 */
#ifndef CLI_REQUEST_PROXY_CALLS_H
#define CLI_REQUEST_PROXY_CALLS_H

#include <stdbool.h>

struct option;
struct parser;

#define PROXY_CALL(name)                                                       \
    bool proxy_calls_##name(struct parser *p, const struct option *o,          \
                            const char *arg)

PROXY_CALL(proxy);

#undef PROXY_CALL

#endif
