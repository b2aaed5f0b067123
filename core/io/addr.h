/*
 * addr -- a socket address as a value.
 */
#ifndef CORE_IO_ADDR_H
#define CORE_IO_ADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "base/span.h"

/* "255.255.255.255", an IPv6 address with a zone, or the end of a path. */
#define ADDR_TEXT_MAX 48

struct addr {
    struct sockaddr_storage sa;
    socklen_t len;
};

/*
 * Numeric IPv4 (four decimal parts), IPv6 without brackets, with or without a
 * %zone.  False when the text is a name.
 */
bool addr_parse(struct addr *a, struct span text, uint16_t port);
/* Four bytes of an IPv4 address or sixteen of an IPv6 one, in network order. */
void addr_from_bytes(struct addr *a, struct span bytes, uint16_t port);
/* AF_UNIX; false when the path is too long. */
bool addr_unix(struct addr *a, const char *path);
/* Its name in Linux' abstract namespace, shown with an @ before it. */
bool addr_abstract(struct addr *a, const char *name);
int addr_family(const struct addr *a);
uint16_t addr_port(const struct addr *a);
void addr_set_port(struct addr *a, uint16_t port);
/* Its 4 or 16 bytes as they are sent; NULL: it is not of IP. */
const uint8_t *addr_bytes(const struct addr *a, size_t *len);
bool addr_equal(const struct addr *a, const struct addr *b);
/* Without the port; always terminated, text[ADDR_TEXT_MAX]. */
void addr_format(const struct addr *a, char *text);

#endif
