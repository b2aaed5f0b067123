/*
 * overrides -- where to connect instead: --connect-to and --resolve.
 *
 * Both speak curl's syntax.  --connect-to "HOST1:PORT1:HOST2:PORT2" replaces
 * the host and port that are dialled, not those in the request or the
 * certificate check; empty parts match or keep everything.  --resolve
 * "[+]HOST:PORT:ADDR[,ADDR]..." answers the lookup of a name; HOST "*" is any.
 */
#ifndef CORE_DIAL_OVERRIDES_H
#define CORE_DIAL_OVERRIDES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "io/addr.h"
#include "settings/settings.h"

/* The first entry that matches changes *host and *port (spans of the entry);
 * a malformed entry is ERR_USAGE and false. */
bool overrides_connect_to(const struct settings_addresses *a, struct span *host,
                          uint16_t *port, struct fault *fault);

/*
 * Fills addrs with the addresses given for host and port; *n is 0 when no
 * entry matches.  The last matching entry wins, as in curl.  "-HOST:PORT"
 * removes earlier entries.  False with ERR_USAGE on a malformed entry.
 */
bool overrides_resolve(const struct settings_addresses *a, struct span host,
                       uint16_t port, struct addr *addrs, size_t cap, size_t *n,
                       struct fault *fault);

#endif
