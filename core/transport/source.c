#include "transport/source.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "base/xalloc.h"

struct source {
    struct span device; /* empty: any */
    struct span name;   /* of a host, to be looked up; empty: none */
    bool has_addr;
    struct addr addr;
};

/* What names have come to, as long as the program runs: an address of this
 * machine is asked for once. */
struct known_name {
    struct known_name *next;
    struct addr v4; /* len 0: it has none */
    struct addr v6;
    size_t len;
    char text[];
};

static struct known_name *known_names;

static struct known_name *find_name(struct span name)
{
    struct known_name *k = known_names;
    while (k && !span_equal(name, span_of(k->text, k->len)))
        k = k->next;
    return k;
}

static bool take_prefix(struct span *text, struct span prefix)
{
    if (text->len < prefix.len ||
        memcmp(text->base, prefix.base, prefix.len) != 0)
        return false;
    *text = span_of(text->base + prefix.len, text->len - prefix.len);
    return true;
}

/* SO_BINDTODEVICE would take a name that is cut off. */
static bool is_device(struct span text)
{
    char name[IF_NAMESIZE] = "";
    if (text.len == 0 || text.len >= sizeof name)
        return false;
    memcpy(name, text.base, text.len);
    return if_nametoindex(name) != 0;
}

static bool take_host(struct source *s, struct span text)
{
    s->has_addr = addr_parse(&s->addr, text, 0);
    if (!s->has_addr)
        s->name = text;
    return text.len > 0;
}

static bool parse(struct source *s, struct span text)
{
    *s = (struct source){.has_addr = false};
    if (take_prefix(&text, SPAN_LIT("ifhost!")))
        return span_next(&text, '!', &s->device) && s->device.len > 0 &&
               take_host(s, text);
    if (take_prefix(&text, SPAN_LIT("host!")))
        return take_host(s, text);
    if (take_prefix(&text, SPAN_LIT("if!")) || is_device(text)) {
        s->device = text;
        return text.len > 0;
    }
    return take_host(s, text);
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

bool source_needs_name(const struct settings_addresses *a, struct span *name)
{
    struct source s;
    if (a->interface == NULL || !parse(&s, span_str(a->interface)) ||
        s.name.len == 0 || find_name(s.name))
        return false;
    *name = s.name;
    return true;
}

void source_learn(struct span name, const struct addr *addr)
{
    struct known_name *k = find_name(name);
    if (k == NULL) {
        k = xalloc_bytes(sizeof *k + name.len);
        *k = (struct known_name){.next = known_names, .len = name.len};
        memcpy(k->text, name.base, name.len);
        known_names = k;
    }
    struct addr *of = addr_family(addr) == AF_INET6 ? &k->v6 : &k->v4;
    if (of->len == 0)
        *of = *addr;
}

/* errno */
static int bind_device(int fd, struct span device)
{
    if (!is_device(device))
        return ENODEV;
    return setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device.base,
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

/* The one that the host's name has come to, of the family of `to`. */
static void take_name(struct source *s, const struct addr *to)
{
    const struct known_name *k = find_name(s->name);
    if (k == NULL)
        return;
    s->addr = addr_family(to) == AF_INET6 ? k->v6 : k->v4;
    s->has_addr = s->addr.len > 0;
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
    if (!s->has_addr && s->name.len > 0)
        return EADDRNOTAVAIL;
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
    if (s.name.len > 0)
        take_name(&s, to);
    if (error == 0)
        error = bind_addr(fd, to, &s, from);
    if (error)
        (void)fail(from, error, fault);
    return error == 0;
}
