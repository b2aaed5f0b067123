#include "client/retry_rules.h"

#define NS_PER_S  ((uint64_t)1000000000)
#define DELAY_MAX (600 * NS_PER_S) /* curl's */

/* A connection that had served before may have been closed by the server as
 * the request went out; in HTTP/2 and 3 another stream's error may have ended
 * it.  And what was sent before the handshake was complete, which it never
 * was, nobody has answered for. */
static bool is_connections_fault(const struct exchange *ex,
                                 const struct fault *fault)
{
    if (err_class(fault->code) != ERR_CLASS_TRANSIENT ||
        fault->code == ERR_TIMEOUT)
        return false;
    return !ex->is_first || ex->early == EARLY_DATA_SENT ||
           (ex->facts && ex->facts->version >= HTTP_VERSION_2);
}

enum retry_verdict retry_rules_verdict(const struct exchange *ex,
                                       const struct fault *fault, bool has_head,
                                       bool is_retry)
{
    if (is_retry || has_head || ex->submitted_at == 0)
        return RETRY_NO;
    if (fault->remedy == REMEDY_HTTP_1_1)
        return RETRY_HTTP_1_1;
    if (fault->remedy == REMEDY_TCP)
        return RETRY_TCP;
    if (ex->first_byte_at == 0 && message_is_idempotent(ex->request->method) &&
        is_connections_fault(ex, fault))
        return fault->remedy == REMEDY_PATH ? RETRY_TCP : RETRY_SAME;
    return RETRY_NO;
}

bool retry_rules_is_for_later(int status)
{
    switch (status) {
    case 408: /* Request Timeout */
    case 425: /* Too Early, RFC 8470 */
    case 429: /* Too Many Requests */
    case 500:
    case 502:
    case 503:
    case 504:
    case 522: /* these two are a large CDN's: no connection to the origin, */
    case 524: /* no answer from it */
        return true;
    default:
        return false;
    }
}

/* Our own side failed, or the request is no good: the next try would fail in
 * the same way. */
static bool is_home_made(enum err code)
{
    return code != ERR_HTTP_STATUS &&
           (err_class(code) == ERR_CLASS_INVALID || code == ERR_WRITE ||
            code == ERR_NO_MEMORY);
}

static bool may_help(const struct qv_retry *o, const struct fault *fault)
{
    if (is_home_made(fault->code))
        return false;
    if (o->all_errors)
        return true;
    if (fault->remedy == REMEDY_LISTENER)
        return o->connrefused;
    return err_class(fault->code) == ERR_CLASS_TRANSIENT;
}

bool retry_rules_may(const struct qv_retry *o, const struct exchange *ex,
                     const struct fault *fault)
{
    if (o->max == 0)
        return false;
    if (ex->is_unprocessed || fault->remedy == REMEDY_RESEND)
        return true;
    if (!may_help(o, fault))
        return false;
    return ex->submitted_at == 0 || o->all_errors ||
           message_is_idempotent(ex->request->method);
}

uint64_t retry_rules_delay(const struct qv_retry *o, unsigned n, double random)
{
    if (o->delay > 0)
        return o->delay;
    uint64_t delay = n < 10 ? NS_PER_S << n : DELAY_MAX;
    if (delay > DELAY_MAX)
        delay = DELAY_MAX;
    return delay + (uint64_t)((double)delay * random / 4);
}
