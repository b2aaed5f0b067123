/*
 * url_rules -- which URLs a request may ask for: --proto, --proto-redir,
 * --disallow-username-in-url.
 */
#ifndef CORE_CLIENT_URL_RULES_H
#define CORE_CLIENT_URL_RULES_H

#include <stdbool.h>

#include "base/err.h"
#include "http/url.h"
#include "quiver.h"

/* The one that the user gave.  False with *fault. */
bool url_rules_first(const struct url *u, const struct qv_options *o,
                     struct fault *fault);

/* Where a redirect leads from a URL that was asked for.  False with *fault. */
bool url_rules_next(const struct url *from, const struct url *to,
                    const struct qv_options *o, struct fault *fault);

#endif
