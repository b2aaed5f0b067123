/*
 * The receive side.  All sockets share one batch of message buffers: nothing
 * in it outlives a call of udp_read(), and 1 MiB per socket would be the most
 * of a client's memory.  Each message has 64 KiB because a coalesced one may
 * be that long, but pages that no datagram reached are never touched: as long
 * as single datagrams arrive, the batch costs a page a message.
 *
 * When they arrive coalesced, a few messages hold as much as the loop should
 * take at a time, and a batch that stays within the second-level cache is
 * decrypted faster than one that does not; so the number of messages asked for
 * follows what the last batch of the socket looked like.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fault.h"
#include "transport/udp_socket.h"

#define MESSAGES           16
#define MESSAGES_COALESCED 4
#define MESSAGE_MAX        65536

static uint8_t batch_data[MESSAGES][MESSAGE_MAX];

/* Traffic class, packet info and segment size, whatever the family. */
union control {
    struct cmsghdr align;
    uint8_t bytes[CMSG_SPACE(sizeof(int)) * 2 +
                  CMSG_SPACE(sizeof(struct in6_pktinfo))];
};

struct batch {
    struct mmsghdr messages[MESSAGES];
    struct iovec pieces[MESSAGES];
    struct sockaddr_storage names[MESSAGES];
    union control controls[MESSAGES];
};

static void batch_prepare(struct batch *b, unsigned n, bool is_connected)
{
    for (unsigned i = 0; i < n; i++) {
        b->pieces[i] = (struct iovec){batch_data[i], MESSAGE_MAX};
        b->messages[i].msg_len = 0;
        b->messages[i].msg_hdr =
            (struct msghdr){.msg_iov = &b->pieces[i],
                            .msg_iovlen = 1,
                            .msg_control = b->controls[i].bytes,
                            .msg_controllen = sizeof b->controls[i].bytes};
        if (is_connected)
            continue;
        b->messages[i].msg_hdr.msg_name = &b->names[i];
        b->messages[i].msg_hdr.msg_namelen = sizeof b->names[i];
    }
}

static int cmsg_int(const struct cmsghdr *c)
{
    int value = 0;
    size_t len = c->cmsg_len - CMSG_LEN(0);
    if (len >= sizeof value)
        memcpy(&value, CMSG_DATA(c), sizeof value);
    else if (len >= 1)
        value = *CMSG_DATA(c);
    return value;
}

static void set_local_v4(struct addr *local, const struct cmsghdr *c)
{
    struct in_pktinfo info;
    memcpy(&info, CMSG_DATA(c), sizeof info);
    ((struct sockaddr_in *)&local->sa)->sin_addr = info.ipi_addr;
}

static void set_local_v6(struct addr *local, const struct cmsghdr *c)
{
    struct in6_pktinfo info;
    memcpy(&info, CMSG_DATA(c), sizeof info);
    struct sockaddr_in6 *sa = (struct sockaddr_in6 *)&local->sa;
    sa->sin6_addr = info.ipi6_addr;
    if (IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr))
        sa->sin6_scope_id = info.ipi6_ifindex;
}

/* Fills the packet's mark and local address; returns the segment size of a
 * coalesced message, 0 for a single datagram. */
static size_t read_control(struct msghdr *m, struct udp_packet *p)
{
    size_t segment = 0;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(m); c; c = CMSG_NXTHDR(m, c)) {
        if ((c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_TOS) ||
            (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_TCLASS))
            p->ecn = (uint8_t)(cmsg_int(c) & 3);
        else if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO)
            set_local_v4(&p->local, c);
        else if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO)
            set_local_v6(&p->local, c);
        else if (c->cmsg_level == IPPROTO_UDP && c->cmsg_type == UDP_GRO)
            segment = (size_t)cmsg_int(c);
    }
    return segment;
}

/* Hands out the datagrams of one message; false when the reader closed. */
static void deliver(struct udp *u, struct udp_reader *r, struct mmsghdr *m,
                    uint8_t *data)
{
    struct msghdr *h = &m->msg_hdr;
    if (h->msg_flags & MSG_TRUNC)
        return;
    struct udp_packet p = {.local = u->local, .remote = u->remote};
    if (!udp_is_connected(u)) {
        memcpy(&p.remote.sa, h->msg_name, h->msg_namelen);
        p.remote.len = h->msg_namelen;
    }
    size_t segment = read_control(h, &p);
    size_t left = m->msg_len;
    if (segment == 0 || segment >= left) {
        p.data = span_of(data, left);
        r->on_packet(r, &p);
        return;
    }
    u->has_coalesced = true;
    while (left > 0 && !u->is_closed) {
        size_t len = left < segment ? left : segment;
        p.data = span_of(data, len);
        r->on_packet(r, &p);
        data += len;
        left -= len;
    }
}

/* One message where there is no recvmmsg; as recvmmsg returns. */
static int receive_one(int fd, struct mmsghdr *m)
{
    ssize_t n = recvmsg(fd, &m->msg_hdr, MSG_DONTWAIT);
    if (n < 0)
        return -1;
    m->msg_len = (unsigned)n;
    return 1;
}

static int receive(struct udp *u, struct mmsghdr *messages, unsigned n)
{
    if (!u->is_plain) {
        int got = recvmmsg(u->handle.fd, messages, n, MSG_DONTWAIT, NULL);
        if (got >= 0 || errno != ENOSYS)
            return got;
        u->is_plain = true;
    }
    return receive_one(u->handle.fd, messages);
}

static unsigned messages_wanted(const struct udp *u, size_t budget)
{
    unsigned n = u->has_coalesced ? MESSAGES_COALESCED : MESSAGES;
    if (u->is_plain)
        n = 1;
    return budget < n ? (unsigned)budget : n;
}

static enum io read_failed(struct fault *fault)
{
    int error = errno;
    if (error == EAGAIN)
        return IO_AGAIN;
    /* An interrupted call, or ICMP's word on sizes: not for us. */
    if (error == EINTR || error == EMSGSIZE)
        return IO_OK;
    return fault_set_errno(fault, ERR_CONNECT, error, "receiving UDP");
}

enum io udp_read(struct udp *u, struct udp_reader *r, size_t budget,
                 struct fault *fault)
{
    unsigned wanted = messages_wanted(u, budget);
    if (wanted == 0)
        return IO_OK;
    struct batch b;
    batch_prepare(&b, wanted, udp_is_connected(u));
    int got = receive(u, b.messages, wanted);
    if (got < 0)
        return read_failed(fault);
    u->has_coalesced = false;
    for (int i = 0; i < got && !u->is_closed; i++)
        deliver(u, r, &b.messages[i], batch_data[i]);
    return (unsigned)got < wanted ? IO_AGAIN : IO_OK;
}
