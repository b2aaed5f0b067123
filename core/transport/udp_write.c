/*
 * The send side.  With GSO a run of datagrams is one system call and one walk
 * down the kernel's stack; without it each is a call of its own.  A device
 * that cannot segment (EIO) and a kernel that does not know how (EINVAL) are
 * noticed once per socket, and what was to be sent goes out the other way.
 *
 * UDP promises nothing, so what cannot be queued now for want of kernel
 * memory, or is too large for the path, counts as sent and lost: the protocol
 * above recovers, and asking again at once would only spin.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "transport/udp_socket.h"

#define ECN_BITS 0x03 /* RFC 3168 */

union control {
    struct cmsghdr align;
    uint8_t bytes[CMSG_SPACE(sizeof(int)) + CMSG_SPACE(sizeof(uint16_t)) +
                  CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

/* One call of udp_write(): what stays the same for each message. */
struct sending {
    struct udp *udp;
    const struct addr *to;
    const struct addr *from;
    uint8_t ecn;
};

static void add_control(struct msghdr *m, int level, int type,
                        const void *value, size_t len)
{
    struct cmsghdr *c = (struct cmsghdr *)(void *)((uint8_t *)m->msg_control +
                                                   m->msg_controllen);
    c->cmsg_level = level;
    c->cmsg_type = type;
    c->cmsg_len = CMSG_LEN(len);
    memcpy(CMSG_DATA(c), value, len);
    m->msg_controllen += CMSG_SPACE(len);
}

static void add_from(struct msghdr *m, const struct addr *from)
{
    if (addr_family(from) == AF_INET6) {
        const struct sockaddr_in6 *sa = (const struct sockaddr_in6 *)&from->sa;
        struct in6_pktinfo info = {.ipi6_addr = sa->sin6_addr,
                                   .ipi6_ifindex = sa->sin6_scope_id};
        add_control(m, IPPROTO_IPV6, IPV6_PKTINFO, &info, sizeof info);
    } else {
        const struct sockaddr_in *sa = (const struct sockaddr_in *)&from->sa;
        struct in_pktinfo info = {.ipi_spec_dst = sa->sin_addr};
        add_control(m, IPPROTO_IP, IP_PKTINFO, &info, sizeof info);
    }
}

/* Of a message's own mark every bit counts, those of the socket too. */
static void add_ecn(struct msghdr *m, int family, uint8_t mark_of_all)
{
    int mark = mark_of_all;
    if (family == AF_INET6)
        add_control(m, IPPROTO_IPV6, IPV6_TCLASS, &mark, sizeof mark);
    else
        add_control(m, IPPROTO_IP, IP_TOS, &mark, sizeof mark);
}

/* Sends data as one message; segment 0: as one datagram.  0 or an errno. */
static int send_message(const struct sending *s, struct span data,
                        size_t segment)
{
    union control control = {0};
    struct iovec piece = {(void *)(uintptr_t)data.base, data.len};
    struct msghdr m = {
        .msg_iov = &piece, .msg_iovlen = 1, .msg_control = control.bytes};
    if (s->to) {
        m.msg_name = (void *)(uintptr_t)&s->to->sa;
        m.msg_namelen = s->to->len;
    }
    if (s->ecn)
        add_ecn(&m, s->udp->local.sa.ss_family,
                (uint8_t)((s->udp->tos & ~ECN_BITS) | s->ecn));
    if (s->from)
        add_from(&m, s->from);
    if (segment) {
        uint16_t size = (uint16_t)segment;
        add_control(&m, IPPROTO_UDP, UDP_SEGMENT, &size, sizeof size);
    }
    if (m.msg_controllen == 0)
        m.msg_control = NULL;
    while (sendmsg(s->udp->handle.fd, &m, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

/* How much of `left` bytes one message takes. */
static size_t message_len(const struct udp *u, size_t left, size_t segment)
{
    size_t most = segment;
    if (u->has_gso && segment < UDP_PAYLOAD_MAX) {
        size_t nsegments = UDP_PAYLOAD_MAX / segment;
        if (nsegments > UDP_SEGMENTS_MAX)
            nsegments = UDP_SEGMENTS_MAX;
        most = nsegments * segment;
    }
    return left < most ? left : most;
}

static bool is_lost(int error)
{
    return error == EMSGSIZE || error == ENOBUFS || error == ENOMEM;
}

static enum io send_empty(const struct sending *s, struct fault *fault)
{
    int error = send_message(s, span_of("", 0), 0);
    if (error == EAGAIN)
        return IO_AGAIN;
    if (error != 0 && !is_lost(error))
        return fault_set_errno(fault, ERR_CONNECT, error, "sending UDP");
    return IO_OK;
}

enum io udp_write(struct udp *u, const struct addr *to, const struct addr *from,
                  uint8_t ecn, struct span data, size_t segment, size_t *sent,
                  struct fault *fault)
{
    struct sending s = {.udp = u, .to = to, .from = from, .ecn = ecn};
    *sent = 0;
    if (data.len == 0)
        return send_empty(&s, fault);
    while (*sent < data.len) {
        size_t len = message_len(u, data.len - *sent, segment);
        bool is_run = len > segment;
        int error = send_message(&s, span_of(data.base + *sent, len),
                                 is_run ? segment : 0);
        if (is_run && (error == EIO || error == EINVAL)) {
            u->has_gso = false;
            continue;
        }
        if (error == EAGAIN)
            return IO_AGAIN;
        if (error != 0 && !is_lost(error))
            return fault_set_errno(fault, ERR_CONNECT, error, "sending UDP");
        *sent += len;
    }
    return IO_OK;
}
