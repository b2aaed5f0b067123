/*
 * network -- where this machine is, roughly: what worked here may not work
 * elsewhere.
 */
#ifndef CORE_IO_NETWORK_H
#define CORE_IO_NETWORK_H

#include <stdint.h>

#include "base/str.h"

/* Appends a word for the networks that our default routes lead into: the
 * addresses that we have there, of IPv6 the prefix.  Asks the kernel, sends
 * nothing. */
void network_name(struct str *text);

/* Seconds since 1970, of the system's clock. */
int64_t network_time(void);

#endif
