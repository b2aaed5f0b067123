/*
 * retry_rules -- may a request be sent once more, and when?  Pure decisions.
 *
 * They are about exchanges of which nobody knows whether the server has seen
 * them (RFC 9110 9.2.2), about servers that ask for another version, and about
 * what the user asked for with --retry.  Who asks, and when, is in retry.h.
 */
#ifndef CORE_CLIENT_RETRY_RULES_H
#define CORE_CLIENT_RETRY_RULES_H

#include <stdbool.h>

#include "base/err.h"
#include "http/exchange.h"
#include "quiver.h"

/* What is to become of a request whose exchange is over. */
enum retry_when {
    RETRY_NEVER, /* nothing: the outcome stands */
    RETRY_AT_ONCE,
    RETRY_LATER,     /* in a new try, after `delay` */
    RETRY_CANCELLED, /* nothing: the caller, when it was asked, has cancelled
                        the transfer */
};

struct retry_plan {
    enum retry_when when;
    bool is_fresh;      /* at once: on a connection that nobody has used */
    bool is_login;      /* at once: it tells now who the user is */
    uint64_t delay;     /* ns; later */
    const char *reason; /* one word, for records; static */
};

/* ---- without being asked: at once, and once ---- */

enum retry_verdict {
    RETRY_NO,
    RETRY_SAME,     /* once more, the same way */
    RETRY_HTTP_1_1, /* REMEDY_HTTP_1_1 */
    RETRY_TCP,      /* REMEDY_TCP */
};

/* Of an exchange that ended with this fault.  has_head: a final head had come;
 * is_retry: the request was sent again before for one of these reasons. */
enum retry_verdict retry_rules_verdict(const struct exchange *ex,
                                       const struct fault *fault, bool has_head,
                                       bool is_retry);

/* ---- as asked: after a while, and many times ---- */

/* Does this status ask for patience?  Then any request may come again. */
bool retry_rules_is_for_later(int status);

/* Is a transfer to be tried again whose exchange ended with this fault?  The
 * number of tries and the time are not looked at. */
bool retry_rules_may(const struct qv_retry *o, const struct exchange *ex,
                     const struct fault *fault);

/*
 * ns to wait before the n-th retry (from 0): a fixed time, or 1 s doubled each
 * time up to 10 min and lengthened by up to a quarter (random: 0 to 1), so
 * that those who failed together do not come again together.
 */
uint64_t retry_rules_delay(const struct qv_retry *o, unsigned n, double random);

#endif
