/*
 * tunnel_refuse -- why there is no tunnel, in the words of Proxy-Status
 * (RFC 9209): a field for programs, a line of text for people.
 */
#ifndef CORE_SERVE_TUNNEL_REFUSE_H
#define CORE_SERVE_TUNNEL_REFUSE_H

#include "base/err.h"
#include "serve/reply.h"

enum tunnel_refusal {
    TUNNEL_REFUSE_MALFORMED,
    TUNNEL_REFUSE_DENIED,
    TUNNEL_REFUSE_DNS_TIMEOUT,
    TUNNEL_REFUSE_DNS,
    TUNNEL_REFUSE_CONNECT_REFUSED,
    TUNNEL_REFUSE_CONNECT_TIMEOUT,
    TUNNEL_REFUSE_UNREACHABLE,
    TUNNEL_REFUSE_SHORTAGE,
};

/* What a fault of transport/ (ERR_CONNECT with an errno) is. */
enum tunnel_refusal tunnel_refuse_of_fault(const struct fault *fault);

/* Answers, and counts; the details are one line, shown to the client. */
void tunnel_refuse(struct reply *r, enum tunnel_refusal why,
                   const char *details);

#endif
