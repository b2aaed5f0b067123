/*
 * tunnel_refusal -- an answer of a proxy that opens no way, in one line.
 *
 *   CONNECT tunnel failed, response 502 (p.test; error=dns_error): no such name
 *
 * The status comes first, as curl words it; then what Proxy-Status says
 * (RFC 9209) and the first line of the body, or its title if it is HTML.
 */
#ifndef CORE_POOL_TUNNEL_REFUSAL_H
#define CORE_POOL_TUNNEL_REFUSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "http/message.h"

/* Of a body so much is looked at. */
#define TUNNEL_REFUSAL_KEPT 1024

struct tunnel_refusal {
    int status;
    char cause[96]; /* of Proxy-Status; "": none */
    char body[TUNNEL_REFUSAL_KEPT];
    size_t len;
    bool is_html;
};

void tunnel_refusal_begin(struct tunnel_refusal *f,
                          const struct response_head *head);
void tunnel_refusal_add(struct tunnel_refusal *f, struct span body);
/* The exit status is curl's: ERR_CONNECT where the proxy, or what lies behind it,
 * may do better later, else ERR_TUNNEL; wire: the status.  method: "CONNECT". */
void tunnel_refusal_fault(const struct tunnel_refusal *f, const char *method,
                          struct fault *fault);

#endif
