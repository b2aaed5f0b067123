/*
 * With fast open the kernel sends the SYN along with the first bytes that are
 * written (TCP_FASTOPEN_CONNECT): connect() says yes at once where the server's
 * cookie is known, so what was refused then comes out as the first write or
 * read fails.
 */
#include "transport/socket_options.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>

/* Older C libraries do not name it (linux/in.h). */
#define PROTOCOL_MPTCP 262

static void set(int fd, int level, int name, int value)
{
    (void)setsockopt(fd, level, name, &value, sizeof value);
}

/* Of a kernel without it, or where it is switched off (net.mptcp.enabled). */
static bool is_lacking(int error)
{
    return error == EPROTONOSUPPORT || error == ENOPROTOOPT ||
           error == EINVAL || error == EPERM;
}

int socket_options_stream(const struct addr *to,
                          const struct settings_socket *s)
{
    const int type = SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC;
    bool wants_more = s->mptcp && addr_family(to) != AF_UNIX;
    int fd = -1;
    if (wants_more)
        fd = socket(addr_family(to), type, PROTOCOL_MPTCP);
    if (fd < 0 && (!wants_more || is_lacking(errno)))
        fd = socket(addr_family(to), type, 0);
    return fd;
}

void socket_options_mark(int fd, const struct addr *to,
                         const struct settings_socket *s)
{
    if (s->priority)
        set(fd, SOL_SOCKET, SO_PRIORITY, (int)s->priority);
    if (s->tos == 0)
        return;
    if (addr_family(to) == AF_INET6)
        set(fd, IPPROTO_IPV6, IPV6_TCLASS, (int)s->tos);
    else
        set(fd, IPPROTO_IP, IP_TOS, (int)s->tos);
}

static int in_seconds(uint64_t ns)
{
    const uint64_t second = 1000000000;
    uint64_t seconds = ns / second + (ns % second != 0);
    return seconds < INT_MAX ? (int)seconds : INT_MAX;
}

void socket_options_tcp(int fd, const struct addr *to,
                        const struct settings_socket *s)
{
    if (addr_family(to) == AF_UNIX)
        return;
    socket_options_mark(fd, to, s);
    if (s->nodelay)
        set(fd, IPPROTO_TCP, TCP_NODELAY, 1);
    if (s->fast_open)
        set(fd, IPPROTO_TCP, TCP_FASTOPEN_CONNECT, 1);
    if (s->keepalive) {
        int value = in_seconds(s->keepalive_time);
        set(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
        set(fd, IPPROTO_TCP, TCP_KEEPIDLE, value);
        set(fd, IPPROTO_TCP, TCP_KEEPINTVL, value);
        set(fd, IPPROTO_TCP, TCP_KEEPCNT, (int)s->keepalive_probes);
    }
}
