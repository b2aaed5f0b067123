/*
 * source -- from where connections are made: what --interface and --local-port
 * say, the first in curl's forms.
 *
 *   eth0  192.0.2.1  2001:db8::1        a device, or a local address
 *   if!eth0                             a device, whatever its name looks like
 *   host!192.0.2.1                      an address
 *   ifhost!eth0!192.0.2.1               both
 *
 * The same over TCP and QUIC.  A name is not looked up as a host's: that would
 * have to wait.  Of several ports the first that is free is taken.
 */
#ifndef CORE_TRANSPORT_SOURCE_H
#define CORE_TRANSPORT_SOURCE_H

#include <stdbool.h>

#include "base/err.h"
#include "io/addr.h"
#include "settings/settings.h"

/* Is it one of these forms?  False with *fault (ERR_USAGE). */
bool source_check(const char *interface, struct fault *fault);

/* Binds a socket that is to be connected to `to`; a Unix socket, or no word of
 * the user's: nothing to do.  False with *fault (ERR_INTERFACE and errno). */
bool source_bind(int fd, const struct addr *to,
                 const struct settings_addresses *from, struct fault *fault);

#endif
