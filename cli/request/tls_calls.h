/*
 * tls_calls -- what the options of TLS do, to a server and to a proxy.
 */
#ifndef CLI_REQUEST_TLS_CALLS_H
#define CLI_REQUEST_TLS_CALLS_H

#include <stdbool.h>

struct option;
struct parser;

#define TLS_CALL(name)                                                         \
    bool tls_calls_##name(struct parser *p, const struct option *o,            \
                          const char *arg)

TLS_CALL(tls_file);
TLS_CALL(tls_max);
TLS_CALL(sessionid);
TLS_CALL(ech);

#undef TLS_CALL

#endif
