/*
 * retry -- may a failed exchange be sent once more without being asked?
 *
 * What a connection gave back unprocessed never gets here: the pool sends it
 * again by itself.  This is about exchanges of which nobody knows whether the
 * server has seen them (RFC 9110 9.2.2), and about servers that ask for
 * another version.
 */
#ifndef CORE_CLIENT_RETRY_H
#define CORE_CLIENT_RETRY_H

#include <stdbool.h>

#include "base/err.h"
#include "http/exchange.h"

enum retry_verdict {
    RETRY_NO,
    RETRY_SAME,     /* once more, the same way */
    RETRY_HTTP_1_1, /* HTTP_1_1_REQUIRED, RFC 9113 7 */
    RETRY_TCP,      /* H3_VERSION_FALLBACK, RFC 9114 8.1 */
};

/* is_retry: it was sent again before for one of these reasons. */
enum retry_verdict retry_verdict(const struct exchange *ex,
                                 const struct fault *fault, bool has_head,
                                 bool is_retry);

#endif
