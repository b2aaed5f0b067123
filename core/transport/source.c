#include "transport/source.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"

struct source {
    struct span device; /* empty: any */
    bool has_addr;
    struct addr addr;
};

static bool take_prefix(struct span *text, struct span prefix)
{
    if (text->len < prefix.len ||
        memcmp(text->base, prefix.base, prefix.len) != 0)
        return false;
    *text = span_of(text->base + prefix.len, text->len - prefix.len);
    return true;
}

static bool parse(struct source *s, struct span text)
{
    *s = (struct source){.has_addr = false};
    if (take_prefix(&text, SPAN_LIT("ifhost!"))) {
        s->has_addr = true;
        if (!span_next(&text, '!', &s->device) || s->device.len == 0)
            return false;
    } else if (take_prefix(&text, SPAN_LIT("host!"))) {
        s->has_addr = true;
    } else if (take_prefix(&text, SPAN_LIT("if!"))) {
        s->device = text;
    } else {
        s->has_addr = addr_parse(&s->addr, text, 0);
        if (!s->has_addr)
            s->device = text;
    }
    if (s->has_addr && s->addr.len == 0 && !addr_parse(&s->addr, text, 0))
        return false;
    return s->has_addr || s->device.len > 0;
}

bool source_check(const char *interface, struct fault *fault)
{
    struct source s;
    if (parse(&s, span_str(interface)))
        return true;
    (void)fault_set(fault, ERR_USAGE, 0,
                    "--interface: '%.80s' names no device and no address",
                    interface);
    return false;
}

/* errno; SO_BINDTODEVICE would take a name that is cut off. */
static int bind_device(int fd, struct span device)
{
    char name[IF_NAMESIZE] = "";
    if (device.len >= sizeof name)
        return ENODEV;
    memcpy(name, device.base, device.len);
    if (if_nametoindex(name) == 0)
        return ENODEV;
    return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name,
                      (socklen_t)device.len)
               ? errno
               : 0;
}

/* The port is chosen at connect(), when it is known that many connections to
 * different places may share it. */
static int bind_any_port(int fd, const struct addr *from)
{
    int one = 1;
    (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    return bind(fd, (const struct sockaddr *)&from->sa, from->len) ? errno : 0;
}

static int bind_port(int fd, struct addr from, unsigned port, unsigned nports)
{
    int error = 0;
    for (unsigned i = 0; i < nports && port + i <= UINT16_MAX; i++) {
        addr_set_port(&from, (uint16_t)(port + i));
        if (bind(fd, (const struct sockaddr *)&from.sa, from.len) == 0)
            return 0;
        error = errno;
        if (error != EADDRINUSE && error != EACCES)
            break;
    }
    return error;
}

/* Of the family of `to`.  One socket of each family: neither keeps the other
 * from its port. */
static void any_address(int fd, const struct addr *to, struct addr *any)
{
    int one = 1;
    bool is_v6 = addr_family(to) == AF_INET6;
    (void)addr_parse(any, is_v6 ? SPAN_LIT("::") : SPAN_LIT("0.0.0.0"), 0);
    if (is_v6)
        (void)setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
}

static int bind_addr(int fd, const struct addr *to, const struct source *s,
                     const struct settings_addresses *a)
{
    struct addr from = s->addr;
    if (!s->has_addr && a->local_port == 0)
        return 0;
    if (!s->has_addr)
        any_address(fd, to, &from);
    else if (addr_family(&from) != addr_family(to))
        return EADDRNOTAVAIL;
    return a->local_port ? bind_port(fd, from, a->local_port, a->local_ports)
                         : bind_any_port(fd, &from);
}

static enum io fail(const struct settings_addresses *a, int error,
                    struct fault *fault)
{
    const char *at = a->interface;
    if (a->local_port == 0)
        return fault_set_errno(fault, ERR_INTERFACE, error,
                               "binding to the interface %.80s", at);
    if (a->local_ports > 1)
        return fault_set_errno(
            fault, ERR_INTERFACE, error,
            "binding to a port from %u to %u%s%.80s", a->local_port,
            a->local_port + a->local_ports - 1, at ? " of " : "", at ? at : "");
    return fault_set_errno(fault, ERR_INTERFACE, error,
                           "binding to port %u%s%.80s", a->local_port,
                           at ? " of " : "", at ? at : "");
}

bool source_bind(int fd, const struct addr *to,
                 const struct settings_addresses *from, struct fault *fault)
{
    int error = 0;
    struct source s = {.has_addr = false};
    if (addr_family(to) == AF_UNIX)
        return true;
    if (from->interface && !parse(&s, span_str(from->interface)))
        error = EINVAL;
    if (error == 0 && s.device.len > 0)
        error = bind_device(fd, s.device);
    if (error == 0)
        error = bind_addr(fd, to, &s, from);
    if (error)
        (void)fail(from, error, fault);
    return error == 0;
}
