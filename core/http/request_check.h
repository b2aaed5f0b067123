/*
 * request_check -- the last look at a request before any byte of it goes out.
 *
 * Method, target, authority and fields may come from a user, a script or a
 * redirect; whatever could end a line, start another field or another request
 * is refused here, once, for all protocol versions (RFC 9110 5.5, RFC 9112
 * 11.1, 11.2).
 */
#ifndef CORE_HTTP_REQUEST_CHECK_H
#define CORE_HTTP_REQUEST_CHECK_H

#include <stdbool.h>

#include "base/err.h"
#include "http/message.h"

/*
 * False with the first problem in *fault (ERR_USAGE; ERR_BAD_URL for target
 * and authority).  Beside the grammar, that of the protocol and of the upgrade
 * fields too: at most one Host, and framing fields that contradict nothing:
 * Content-Length equals body_len, Transfer-Encoding is "chunked" and comes with
 * a body.
 */
bool request_check_head(const struct request *r, struct fault *fault);

/* Belongs to one HTTP/1 connection and has no place in h2 and h3, whose
 * codecs drop it (RFC 9113 8.2.2, RFC 9114 4.2): Connection, Keep-Alive,
 * Proxy-Connection, Transfer-Encoding, Upgrade, HTTP2-Settings, and TE unless
 * it is "trailers". */
bool request_check_is_connection_field(const struct field *f);

#endif
