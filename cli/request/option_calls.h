/*
 * option_calls -- options that do more than store their argument.
 *
 * Called by the parser for the rows of options_*.c that name them.
 */
#ifndef CLI_REQUEST_OPTION_CALLS_H
#define CLI_REQUEST_OPTION_CALLS_H

#include <stdbool.h>

struct option;
struct parser;
struct cmdline;

#define OPTION_CALL(name)                                                      \
    bool option_calls_##name(struct parser *p, const struct option *o,         \
                             const char *arg)

OPTION_CALL(url);
OPTION_CALL(output);
OPTION_CALL(remote_name);
OPTION_CALL(null_output);
OPTION_CALL(upload);
OPTION_CALL(header);
OPTION_CALL(cookie);
OPTION_CALL(user);
OPTION_CALL(fail);
OPTION_CALL(silent);
OPTION_CALL(bearer);
OPTION_CALL(aws_sigv4);
OPTION_CALL(proxy);
OPTION_CALL(proxy_user);
OPTION_CALL(proxy_header);
OPTION_CALL(tls_file);
OPTION_CALL(sessionid);
OPTION_CALL(ech);
OPTION_CALL(location);
OPTION_CALL(location_trusted);
OPTION_CALL(follow);
OPTION_CALL(http_bound);
OPTION_CALL(tls_max);
OPTION_CALL(write_out);
OPTION_CALL(stderr);
OPTION_CALL(parallel_jobs);
OPTION_CALL(rate);
OPTION_CALL(origin_rate);
OPTION_CALL(eyeballs);

#undef OPTION_CALL

#endif
