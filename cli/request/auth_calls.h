/*
 * auth_calls -- what the options of credentials do.
 */
#ifndef CLI_REQUEST_AUTH_CALLS_H
#define CLI_REQUEST_AUTH_CALLS_H

#include <stdbool.h>

struct option;
struct parser;

#define AUTH_CALL(name)                                                        \
    bool auth_calls_##name(struct parser *p, const struct option *o,           \
                           const char *arg)

AUTH_CALL(user);
AUTH_CALL(proxy_user);
AUTH_CALL(bearer);
AUTH_CALL(aws_sigv4);

#undef AUTH_CALL

#endif
