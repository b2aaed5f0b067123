/*
 * tunnel_lacks -- which proxies have no CONNECT-UDP, as far as was found.
 *
 * HTTP/3 that is raced with TCP need not ask such a proxy again for each origin.
 * After a while it is asked once more: it may have got an update.
 */
#ifndef CORE_POOL_TUNNEL_LACKS_H
#define CORE_POOL_TUNNEL_LACKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "settings/proxy.h"

/* More proxies than one run has; then the oldest is forgotten. */
#define TUNNEL_LACKS_MAX 16

struct tunnel_lacks {
    struct {
        uint64_t hash; /* of the proxy; 0: none */
        uint64_t until;
    } items[TUNNEL_LACKS_MAX];
    size_t next;
};

/* now: loop clock, ns. */
void tunnel_lacks_note(struct tunnel_lacks *l, const struct proxy *p,
                       uint64_t now);
bool tunnel_lacks_has(const struct tunnel_lacks *l, const struct proxy *p,
                      uint64_t now);
/* Does an answer with this status mean that the proxy does not know what was
 * asked, whatever the target? */
bool tunnel_lacks_is_told(int status);

#endif
