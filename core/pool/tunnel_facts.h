/*
 * tunnel_facts -- what is known of the connection that a tunnel goes over.
 *
 * To who uses the tunnel, addresses are those of the proxy's connection, and
 * facts->proxy tells of it.
 */
#ifndef CORE_POOL_TUNNEL_FACTS_H
#define CORE_POOL_TUNNEL_FACTS_H

#include <stdbool.h>

#include "base/arena.h"
#include "http/facts.h"
#include "http/message.h"
#include "settings/proxy.h"

struct tunnel_facts_source {
    const struct conn_facts *of; /* the proxy's connection */
    const struct proxy *proxy;
    const char *why; /* it is used; NULL: "-x" */
    const struct response_head *head;
    bool shows_answer; /* curl would show the head, if it is HTTP/1's */
};

/* When the proxy has answered; all of the arena. */
const struct conn_facts *tunnel_facts_keep(struct arena *arena,
                                           const struct tunnel_facts_source *s);

/* Those that were kept (NULL: nothing is known yet) in the facts of the
 * connection through the tunnel. */
void tunnel_facts_give(const struct conn_facts *kept, struct conn_facts *facts);

#endif
