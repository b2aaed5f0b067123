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

static int bind_addr(int fd, const struct addr *to, const struct addr *from)
{
    int one = 1;
    if (addr_family(from) != addr_family(to))
        return EADDRNOTAVAIL;
    /* The port is chosen at connect(), when it is known that many connections
     * to different places may share it. */
    (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof one);
    return bind(fd, (const struct sockaddr *)&from->sa, from->len) ? errno : 0;
}

bool source_bind(int fd, const struct addr *to, const char *interface,
                 struct fault *fault)
{
    int error = 0;
    if (interface == NULL || addr_family(to) == AF_UNIX)
        return true;
    struct source s;
    if (!parse(&s, span_str(interface)))
        error = EINVAL;
    if (error == 0 && s.device.len > 0)
        error = bind_device(fd, s.device);
    if (error == 0 && s.has_addr)
        error = bind_addr(fd, to, &s.addr);
    if (error)
        (void)fault_set_errno(fault, ERR_CONNECT, error,
                              "binding to the interface %.80s", interface);
    return error == 0;
}
