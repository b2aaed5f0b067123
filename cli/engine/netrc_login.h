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
 * *login: "name:password" that the file of `how` (if it asks for one) has for the
 * origin; NULL: none, or the request's own credentials (asked) go there.  It lives
 * as long as *n.  False with *error: the file cannot be used (curl's exit 26).
 */
bool netrc_login_find(struct netrc_login *n, const struct request_options *how,
                      const struct qv_origin *origin,
                      const struct qv_options *asked, const char **login,
                      struct qv_error *error);

#endif
