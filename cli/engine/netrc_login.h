/*
 * netrc_login -- credentials of .netrc files for the origins that requests go to.
 *
 * A file is read when it is first needed, and stays what it was then.
 */
#ifndef CLI_ENGINE_NETRC_LOGIN_H
#define CLI_ENGINE_NETRC_LOGIN_H

#include <stdbool.h>

#include "base/strings.h"
#include "core/base/map.h"
#include "core/quiver.h"
#include "request/request_options.h"

struct netrc_file;

struct netrc_login {
    struct netrc_file *files;
    struct strings_owned owned; /* what options point to */
    struct map kept;            /* the same, by their text */
};

void netrc_login_fini(struct netrc_login *n);

/*
 * Sets options->user to what the file of `how` (if it asks for one) says of the
 * origin, unless the request's own credentials go there.  False with *error: the
 * file cannot be used (curl's exit 26).
 */
bool netrc_login_set(struct netrc_login *n, const struct request_options *how,
                     const struct qv_origin *origin, struct qv_options *options,
                     struct qv_error *error);

#endif
