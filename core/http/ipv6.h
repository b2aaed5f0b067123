/*
 * ipv6 -- the text of an IPv6 address (RFC 4291 2.2), both ways.
 *
 * A pure function of text; sockets have io/addr.h.
 */
#ifndef CORE_HTTP_IPV6_H
#define CORE_HTTP_IPV6_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define IPV6_TEXT_MAX 40 /* eight groups, seven colons, a NUL */

/* Without brackets and zone; an IPv4 tail is allowed. */
bool ipv6_parse(uint8_t address[16], struct span text);
/* The one canonical form (RFC 5952 4), but IPv4 tails in hexadecimal as well,
 * as the URL standard writes them.  Terminated. */
void ipv6_format(const uint8_t address[16], char text[IPV6_TEXT_MAX]);

#endif
