#include "client/retry.h"

#define H2_HTTP_1_1_REQUIRED 0x0d  /* RFC 9113 7 */
#define H3_VERSION_FALLBACK  0x110 /* RFC 9114 8.1 */

/* A connection that had served before may have been closed by the server as
 * the request went out; in HTTP/2 and 3 another stream's error may have ended
 * it. */
static bool is_connections_fault(const struct exchange *ex,
                                 const struct fault *fault)
{
    if (err_class(fault->code) != ERR_CLASS_TRANSIENT ||
        fault->code == ERR_TIMEOUT)
        return false;
    return !ex->is_first || (ex->facts && ex->facts->version >= HTTP_VERSION_2);
}

enum retry_verdict retry_verdict(const struct exchange *ex,
                                 const struct fault *fault, bool has_head,
                                 bool is_retry)
{
    if (is_retry || has_head || ex->submitted_at == 0)
        return RETRY_NO;
    if (fault->code == ERR_H2_STREAM && fault->wire == H2_HTTP_1_1_REQUIRED)
        return RETRY_HTTP_1_1;
    if (fault->code == ERR_H3 && fault->wire == H3_VERSION_FALLBACK)
        return RETRY_TCP;
    if (ex->first_byte_at == 0 && message_is_idempotent(ex->request->method) &&
        is_connections_fault(ex, fault))
        return RETRY_SAME;
    return RETRY_NO;
}
