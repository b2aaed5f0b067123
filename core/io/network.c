#include "io/network.h"

#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "io/addr.h"

/* Addresses for documentation (RFC 5737, RFC 3849): nobody is there, and the
 * way to them is the default route. */
static const char *const elsewhere[] = {"192.0.2.1", "2001:db8::1"};

#define DISCARD_PORT 9

/* Hosts take a new address in the same /64 every day (RFC 8981). */
static void cut_to_prefix(struct addr *a)
{
    struct sockaddr_in6 *sa = (struct sockaddr_in6 *)(void *)&a->sa;
    if (addr_family(a) == AF_INET6)
        memset(sa->sin6_addr.s6_addr + 8, 0, 8);
}

/* The address that a datagram to there would leave from; connect() of a
 * datagram socket only chooses. */
static bool source_towards(const char *there, struct addr *from)
{
    struct addr to;
    if (!addr_parse(&to, span_str(there), DISCARD_PORT))
        return false;
    int fd = socket(addr_family(&to), SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return false;
    from->len = sizeof from->sa;
    bool is_there =
        connect(fd, (const struct sockaddr *)&to.sa, to.len) == 0 &&
        getsockname(fd, (struct sockaddr *)&from->sa, &from->len) == 0;
    (void)close(fd);
    return is_there;
}

void network_name(struct str *text)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++) {
        struct addr from;
        char name[ADDR_TEXT_MAX] = "-";
        if (source_towards(elsewhere[i], &from)) {
            cut_to_prefix(&from);
            addr_format(&from, name);
        }
        str_printf(text, i > 0 ? ",%s" : "%s", name);
    }
}

int64_t network_time(void)
{
    return (int64_t)time(NULL);
}
