/*
 * socket_options -- what the user wants of the sockets that connections are made
 * of, but for where they come from (source.h).
 *
 * None of it is a reason to fail: the kernel, or this user's rights, may not
 * have it, and a connection works without.
 */
#ifndef CORE_TRANSPORT_SOCKET_OPTIONS_H
#define CORE_TRANSPORT_SOCKET_OPTIONS_H

#include "io/addr.h"
#include "settings/settings.h"

/* A stream socket for `to`, non-blocking; -1 with errno.  Multipath TCP where
 * it is asked for and there is such a thing. */
int socket_options_stream(const struct addr *to,
                          const struct settings_socket *s);

/* Before connect(): marks of packets, of TCP and UDP. */
void socket_options_mark(int fd, const struct addr *to,
                         const struct settings_socket *s);

/* Before connect(): that, and what is TCP's alone. */
void socket_options_tcp(int fd, const struct addr *to,
                        const struct settings_socket *s);

#endif
