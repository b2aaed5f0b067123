#include "io/addr.h"

#include <arpa/inet.h>
#include <assert.h>
#include <net/if.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

/* An IPv6 address, '%', and the name of an interface. */
#define NUMERIC_MAX (INET6_ADDRSTRLEN + IF_NAMESIZE + 1)

/* The address families share a storage; these are the three ways to look. */
static struct sockaddr_in *as_ipv4(struct addr *a)
{
    return (struct sockaddr_in *)(void *)&a->sa;
}

static struct sockaddr_in6 *as_ipv6(struct addr *a)
{
    return (struct sockaddr_in6 *)(void *)&a->sa;
}

static const struct sockaddr_in *ipv4(const struct addr *a)
{
    return (const struct sockaddr_in *)(const void *)&a->sa;
}

static const struct sockaddr_in6 *ipv6(const struct addr *a)
{
    return (const struct sockaddr_in6 *)(const void *)&a->sa;
}

static const struct sockaddr_un *local(const struct addr *a)
{
    return (const struct sockaddr_un *)(const void *)&a->sa;
}

/* RFC 4007 11: a number, or the name of one of our interfaces. */
static bool parse_zone(const char *zone, uint32_t *index)
{
    uint64_t number = 0;
    if (span_to_u64(span_str(zone), &number)) {
        *index = (uint32_t)number;
        return number <= UINT32_MAX;
    }
    *index = if_nametoindex(zone);
    return *index != 0;
}

bool addr_parse(struct addr *a, struct span text, uint16_t port)
{
    char copy[NUMERIC_MAX];
    if (text.len == 0 || text.len >= sizeof copy ||
        memchr(text.base, '\0', text.len))
        return false;
    memcpy(copy, text.base, text.len);
    copy[text.len] = '\0';

    *a = (struct addr){.len = 0};
    if (inet_pton(AF_INET, copy, &as_ipv4(a)->sin_addr) == 1) {
        as_ipv4(a)->sin_family = AF_INET;
        as_ipv4(a)->sin_port = htons(port);
        a->len = sizeof(struct sockaddr_in);
        return true;
    }
    char *zone = strchr(copy, '%');
    if (zone)
        *zone++ = '\0';
    if (inet_pton(AF_INET6, copy, &as_ipv6(a)->sin6_addr) != 1)
        return false;
    if (zone && !parse_zone(zone, &as_ipv6(a)->sin6_scope_id))
        return false;
    as_ipv6(a)->sin6_family = AF_INET6;
    as_ipv6(a)->sin6_port = htons(port);
    a->len = sizeof(struct sockaddr_in6);
    return true;
}

void addr_from_bytes(struct addr *a, struct span bytes, uint16_t port)
{
    *a = (struct addr){.len = 0};
    if (bytes.len == sizeof(struct in_addr)) {
        a->len = sizeof(struct sockaddr_in);
        as_ipv4(a)->sin_family = AF_INET;
        memcpy(&as_ipv4(a)->sin_addr, bytes.base, bytes.len);
    } else {
        assert(bytes.len == sizeof(struct in6_addr));
        a->len = sizeof(struct sockaddr_in6);
        as_ipv6(a)->sin6_family = AF_INET6;
        memcpy(&as_ipv6(a)->sin6_addr, bytes.base, bytes.len);
    }
    addr_set_port(a, port);
}

bool addr_unix(struct addr *a, const char *path)
{
    *a = (struct addr){.len = sizeof(struct sockaddr_un)};
    struct sockaddr_un *un = (struct sockaddr_un *)(void *)&a->sa;
    size_t len = strlen(path);
    if (len == 0 || len >= sizeof un->sun_path)
        return false;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path, path, len + 1);
    return true;
}

bool addr_abstract(struct addr *a, const char *name)
{
    *a = (struct addr){.len = 0};
    struct sockaddr_un *un = (struct sockaddr_un *)(void *)&a->sa;
    size_t len = strlen(name);
    if (len == 0 || len >= sizeof un->sun_path)
        return false;
    un->sun_family = AF_UNIX;
    memcpy(un->sun_path + 1, name, len);
    a->len = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + len);
    return true;
}

int addr_family(const struct addr *a)
{
    return a->sa.ss_family;
}

uint16_t addr_port(const struct addr *a)
{
    if (a->sa.ss_family == AF_INET)
        return ntohs(ipv4(a)->sin_port);
    if (a->sa.ss_family == AF_INET6)
        return ntohs(ipv6(a)->sin6_port);
    return 0;
}

void addr_set_port(struct addr *a, uint16_t port)
{
    if (a->sa.ss_family == AF_INET)
        as_ipv4(a)->sin_port = htons(port);
    else if (a->sa.ss_family == AF_INET6)
        as_ipv6(a)->sin6_port = htons(port);
}

const uint8_t *addr_bytes(const struct addr *a, size_t *len)
{
    const struct sockaddr_in *v4 = (const void *)&a->sa;
    const struct sockaddr_in6 *v6 = (const void *)&a->sa;
    if (addr_family(a) == AF_INET) {
        *len = sizeof v4->sin_addr;
        return (const uint8_t *)&v4->sin_addr;
    }
    *len = sizeof v6->sin6_addr;
    return addr_family(a) == AF_INET6 ? v6->sin6_addr.s6_addr : NULL;
}

bool addr_equal(const struct addr *a, const struct addr *b)
{
    if (a->sa.ss_family != b->sa.ss_family)
        return false;
    switch (a->sa.ss_family) {
    case AF_INET:
        return ipv4(a)->sin_port == ipv4(b)->sin_port &&
               ipv4(a)->sin_addr.s_addr == ipv4(b)->sin_addr.s_addr;
    case AF_INET6:
        return ipv6(a)->sin6_port == ipv6(b)->sin6_port &&
               ipv6(a)->sin6_scope_id == ipv6(b)->sin6_scope_id &&
               IN6_ARE_ADDR_EQUAL(&ipv6(a)->sin6_addr, &ipv6(b)->sin6_addr);
    case AF_UNIX:
        return memcmp(local(a)->sun_path, local(b)->sun_path,
                      sizeof local(a)->sun_path) == 0;
    default:
        return a->len == b->len && memcmp(&a->sa, &b->sa, a->len) == 0;
    }
}

/* The zone of the longest address may lose its tail. */
static void format_ipv6(const struct addr *a, char *text)
{
    uint32_t scope = ipv6(a)->sin6_scope_id;
    (void)inet_ntop(AF_INET6, &ipv6(a)->sin6_addr, text, ADDR_TEXT_MAX);
    if (scope == 0)
        return;
    char zone[IF_NAMESIZE + 1];
    if (!if_indextoname(scope, zone))
        (void)snprintf(zone, sizeof zone, "%u", (unsigned)scope);
    size_t len = strlen(text);
    size_t room = ADDR_TEXT_MAX - 1 - len;
    text[len] = '%';
    size_t keep = strnlen(zone, room - 1);
    memcpy(text + len + 1, zone, keep);
    text[len + 1 + keep] = '\0';
}

static void format_path(const struct addr *a, char *text)
{
    const char *path = local(a)->sun_path;
    bool is_abstract = path[0] == '\0' && path[1] != '\0';
    size_t len =
        strnlen(path + is_abstract, sizeof local(a)->sun_path - is_abstract);
    if (is_abstract) {
        *text++ = '@';
        path++;
    }
    size_t room = ADDR_TEXT_MAX - 1 - is_abstract;
    size_t keep = len < room ? len : room;
    memcpy(text, path + (len - keep), keep);
    text[keep] = '\0';
}

void addr_format(const struct addr *a, char *text)
{
    text[0] = '\0';
    if (a->sa.ss_family == AF_INET)
        (void)inet_ntop(AF_INET, &ipv4(a)->sin_addr, text, ADDR_TEXT_MAX);
    else if (a->sa.ss_family == AF_INET6)
        format_ipv6(a, text);
    else if (a->sa.ss_family == AF_UNIX)
        format_path(a, text);
}
