/*
 * retry -- may an exchange be sent once more?  Pure decisions.
 *
 * What a connection gave back unprocessed gets here only when the pool has
 * given up on it: until then it sends it again by itself.  Here it is about
 * exchanges of which nobody knows whether the server has seen them (RFC 9110
 * 9.2.2), about servers that ask for another version, and about what the user
 * asked for with --retry.
 */
#ifndef CORE_CLIENT_RETRY_H
#define CORE_CLIENT_RETRY_H

#include <stdbool.h>

#include "base/err.h"
#include "http/exchange.h"
#include "quiver.h"

/* ---- silently: at once, and once ---- */

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

/* ---- as asked: after a while, and many times ---- */

/* Does this answer ask for patience?  Then any request may come again. */
bool retry_is_patience(int status);

/* Is a transfer that ended so to be tried again? */
bool retry_may(const struct qv_retry *o, const struct exchange *ex,
               const struct fault *fault);

/*
 * ns to wait before the n-th retry (from 0): a fixed time, or 1 s doubled each
 * time up to 10 min and lengthened by up to a quarter (random: 0 to 1), so
 * that those who failed together do not come again together.
 */
uint64_t retry_delay(const struct qv_retry *o, unsigned n, double random);

#endif
