/*
 * proto -- the lists of --proto and --proto-redir.
 */
#ifndef CLI_REQUEST_PROTO_H
#define CLI_REQUEST_PROTO_H

#include <stdbool.h>

struct option;
struct parser;

/*
 * "-all,https", "=http,https": the bits of enum qv_scheme that curl's list comes
 * to.  A word that curl does not have either is copied to `unknown` (the first of
 * them; "": none).  False: it allows nothing at all.
 */
bool proto_read(const char *list, unsigned *schemes, char unknown[32]);

/* For the rows of both options. */
bool proto_option(struct parser *p, const struct option *o, const char *arg);

#endif
