/*
 * redirect -- where a 3xx leads, and with what (RFC 9110 15.4).
 */
#ifndef CORE_CLIENT_REDIRECT_H
#define CORE_CLIENT_REDIRECT_H

#include <stdbool.h>

#include "base/span.h"
#include "http/message.h"

/* Is this a status whose Location is to be followed? */
bool redirect_is(int status);

/*
 * Does the next request turn into a GET without a body?  303 does so for
 * everything but HEAD and GET, 301 and 302 for POST; 300, 307 and 308 keep
 * method and body.  `kept` (QV_REDIRECT_KEEP_*): a POST stays one.
 */
bool redirect_becomes_get(int status, struct span method, unsigned kept);
/* Is the user's own word for the method (-X) sent no more, since the status says
 * that the next request is a GET?  Only with QV_REDIRECT_CUSTOM_METHOD. */
bool redirect_ends_custom(int status, struct span method, unsigned redirects);

/* The Location to follow, borrowed from the head; base NULL when it has none,
 * or two different ones (then *is_ambiguous is true). */
struct span redirect_location(const struct response_head *head,
                              bool *is_ambiguous);

#endif
