#include "dial/socks.h"

#include <string.h>

#include "base/fault.h"

/* RFC 1928 3 */
#define METHOD_NONE     0
#define METHOD_GSSAPI   1
#define METHOD_PASSWORD 2
#define METHOD_REFUSED  0xff

#define CONNECT 1

/* RFC 1928 5 */
#define TYPE_IPV4 1
#define TYPE_NAME 3
#define TYPE_IPV6 4

/* SOCKS 4: "request granted" */
#define GRANTED_4 90

static bool is_version_4(const struct proxy *p)
{
    return p->kind == PROXY_SOCKS4 || p->kind == PROXY_SOCKS4A;
}

static bool refuse(struct fault *fault, uint64_t wire, const char *why)
{
    (void)fault_set(fault, ERR_PROXY, wire, "SOCKS: %s", why);
    return false;
}

static enum socks_result refused(struct fault *fault, uint64_t wire,
                                 const char *why)
{
    (void)refuse(fault, wire, why);
    return SOCKS_REFUSED;
}

static enum socks_result more(struct socks *s, enum socks_stage stage,
                              size_t want)
{
    s->stage = stage;
    s->want = want;
    return SOCKS_MORE;
}

/* ---- what is sent ---- */

static void add(struct socks *s, const void *bytes, size_t len)
{
    if (len > 0)
        memcpy(s->out + s->nout, bytes, len);
    s->nout += len;
}

static void add_byte(struct socks *s, unsigned byte)
{
    s->out[s->nout++] = (uint8_t)byte;
}

/* One byte counts them. */
static void add_counted(struct socks *s, struct span text)
{
    add_byte(s, (unsigned)text.len);
    add(s, text.base, text.len);
}

static void add_port(struct socks *s, uint16_t port)
{
    add_byte(s, port >> 8);
    add_byte(s, port & 255);
}

/* The address that the proxy is told, if it is one. */
static bool find_addr(struct addr *a, const struct socks_goal *goal)
{
    if (goal->addr == NULL)
        return addr_parse(a, goal->host, goal->port);
    *a = *goal->addr;
    return true;
}

static void add_addr(struct socks *s, const struct addr *a)
{
    size_t len = 0;
    const uint8_t *bytes = addr_bytes(a, &len);
    add(s, bytes, len);
}

/* 4a: an address that cannot be, and the name behind the user. */
static bool begin_4(struct socks *s, const struct socks_goal *goal,
                    struct fault *fault)
{
    const struct proxy *p = goal->proxy;
    struct addr a;
    bool is_named = p->kind == PROXY_SOCKS4A;
    if (p->user.len > SOCKS_TEXT_MAX)
        return refuse(fault, 0, "a user name of more than 255 bytes");
    if (p->user.len > 0 && memchr(p->user.base, 0, p->user.len))
        return refuse(fault, 0, "a NUL in the user name");
    if (!is_named && (!find_addr(&a, goal) || addr_family(&a) != AF_INET))
        return refuse(fault, 0, "version 4 has no IPv6 addresses");
    add_byte(s, 4);
    add_byte(s, CONNECT);
    add_port(s, goal->port);
    if (is_named)
        add(s, "\0\0\0\1", 4);
    else
        add_addr(s, &a);
    add(s, p->user.base, p->user.len);
    add_byte(s, 0);
    if (is_named) {
        add(s, goal->host.base, goal->host.len);
        add_byte(s, 0);
    }
    (void)more(s, SOCKS_REPLY_4, 8);
    return true;
}

/* Kept: it is sent when the method is agreed. */
static void make_request(struct socks *s, const struct socks_goal *goal)
{
    struct addr a;
    add_byte(s, 5);
    add_byte(s, CONNECT);
    add_byte(s, 0);
    if (!find_addr(&a, goal)) {
        add_byte(s, TYPE_NAME);
        add_counted(s, goal->host);
    } else if (addr_family(&a) == AF_INET) {
        add_byte(s, TYPE_IPV4);
        add_addr(s, &a);
    } else {
        add_byte(s, TYPE_IPV6);
        add_addr(s, &a);
    }
    add_port(s, goal->port);
    memcpy(s->request, s->out, s->nout);
    s->nrequest = s->nout;
    s->nout = 0;
}

static bool begin_5(struct socks *s, const struct socks_goal *goal,
                    struct fault *fault)
{
    const struct proxy *p = goal->proxy;
    if (p->user.len > SOCKS_TEXT_MAX || p->password.len > SOCKS_TEXT_MAX)
        return refuse(fault, 0,
                      "a user name or password of more than 255 bytes");
    make_request(s, goal);
    add_byte(s, 5);
    add_byte(s, p->has_user ? 2 : 1);
    add_byte(s, METHOD_NONE);
    if (p->has_user)
        add_byte(s, METHOD_PASSWORD);
    (void)more(s, SOCKS_METHOD, 2);
    return true;
}

bool socks_begin(struct socks *s, const struct socks_goal *goal,
                 struct fault *fault)
{
    *s = (struct socks){.proxy = goal->proxy};
    if (goal->host.len > SOCKS_TEXT_MAX)
        return refuse(fault, 0, "a host name of more than 255 bytes");
    return is_version_4(goal->proxy) ? begin_4(s, goal, fault)
                                     : begin_5(s, goal, fault);
}

/* ---- what is received ---- */

static enum socks_result send_request(struct socks *s)
{
    add(s, s->request, s->nrequest);
    return more(s, SOCKS_REPLY, 5);
}

static enum socks_result on_method(struct socks *s, struct fault *fault)
{
    if (s->in[0] != 5)
        return refused(fault, s->in[0], "the proxy does not speak version 5");
    if (s->in[1] == METHOD_NONE)
        return send_request(s);
    if (s->in[1] == METHOD_PASSWORD && s->proxy->has_user) {
        add_byte(s, 1); /* RFC 1929 2 */
        add_counted(s, s->proxy->user);
        add_counted(s, s->proxy->password);
        return more(s, SOCKS_PASSWORD, 2);
    }
    if (s->in[1] == METHOD_GSSAPI)
        return refused(fault, s->in[1],
                       "the proxy wants GSS-API, which quiver does not have");
    return refused(fault, s->in[1],
                   s->proxy->has_user
                       ? "the proxy takes neither no authentication nor a "
                         "password"
                       : "the proxy wants authentication; -U gives a user");
}

static const char *reply_text(unsigned reply)
{
    /* RFC 1928 6 */
    static const char *const texts[] = {
        "succeeded",
        "general failure of the proxy",
        "the proxy's rules do not allow the connection",
        "network unreachable from the proxy",
        "host unreachable from the proxy",
        "connection refused behind the proxy",
        "the time to live ended beyond the proxy",
        "the proxy has no such command",
        "the proxy has no addresses of this kind",
    };
    return reply < sizeof texts / sizeof *texts ? texts[reply]
                                                : "an unknown reply";
}

/* VER REP RSV ATYP and a byte of the address. */
static enum socks_result on_reply(struct socks *s, struct fault *fault)
{
    if (s->in[0] != 5)
        return refused(fault, s->in[0], "a reply that is not of version 5");
    if (s->in[1] != 0)
        return refused(fault, s->in[1], reply_text(s->in[1]));
    switch (s->in[3]) {
    case TYPE_IPV4:
        return more(s, SOCKS_BOUND, 4 - 1 + 2);
    case TYPE_IPV6:
        return more(s, SOCKS_BOUND, 16 - 1 + 2);
    case TYPE_NAME:
        return more(s, SOCKS_BOUND, (size_t)s->in[4] + 2);
    default:
        return refused(fault, s->in[3], "an address of unknown kind");
    }
}

static const char *reply_text_4(unsigned reply)
{
    switch (reply) {
    case 91:
        return "request rejected or failed";
    case 92:
        return "rejected: the proxy cannot reach identd here";
    case 93:
        return "rejected: identd here names another user";
    default:
        return "an unknown reply";
    }
}

static enum socks_result on_reply_4(const struct socks *s, struct fault *fault)
{
    if (s->in[0] != 0)
        return refused(fault, s->in[0], "a reply that is not of version 4");
    if (s->in[1] != GRANTED_4)
        return refused(fault, s->in[1], reply_text_4(s->in[1]));
    return SOCKS_OPEN;
}

enum socks_result socks_receive(struct socks *s, struct fault *fault)
{
    s->nout = 0;
    switch (s->stage) {
    case SOCKS_METHOD:
        return on_method(s, fault);
    case SOCKS_PASSWORD:
        return s->in[1] == 0 ? send_request(s)
                             : refused(fault, s->in[1],
                                       "the proxy refused user and password");
    case SOCKS_REPLY:
        return on_reply(s, fault);
    case SOCKS_BOUND:
        return SOCKS_OPEN;
    case SOCKS_REPLY_4:
        return on_reply_4(s, fault);
    }
    return SOCKS_REFUSED;
}
