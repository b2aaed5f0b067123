/*
 * source -- from where connections are made: what --interface and --local-port
 * say, the first in curl's forms.
 *
 *   eth0  192.0.2.1  2001:db8::1        a device, or a local address
 *   if!eth0                             a device, whatever its name looks like
 *   host!192.0.2.1                      an address
 *   ifhost!eth0!192.0.2.1               both
 *
 * Where an address may stand, the name of a host may as well, and so may it
 * alone when no device has that name.  Whoever connects has it looked up
 * before:
 *
 *   if (source_needs_name(&s->addresses, &name))
 *       ... source_learn(name, &addr) for each address ...
 *
 * The same over TCP and QUIC.  Of several ports the first that is free is taken.
 */
#ifndef CORE_TRANSPORT_SOURCE_H
#define CORE_TRANSPORT_SOURCE_H

#include <stdbool.h>

#include "base/err.h"
#include "io/addr.h"
#include "settings/settings.h"

/* Is it one of these forms?  False with *fault (ERR_USAGE). */
bool source_check(const char *interface, struct fault *fault);

/* Is there a host's name in it of which no address is known yet?  *name is of
 * the settings' text. */
bool source_needs_name(const struct settings_addresses *a, struct span *name);
/* One of its addresses; the first of each family counts. */
void source_learn(struct span name, const struct addr *addr);

/* Binds a socket that is to be connected to `to`; a Unix socket, or no word of
 * the user's: nothing to do.  False with *fault (ERR_INTERFACE and errno). */
bool source_bind(int fd, const struct addr *to,
                 const struct settings_addresses *from, struct fault *fault);

#endif
