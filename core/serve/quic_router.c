/*
 * A member is a connection with the IDs that lead to it.  It has one from its
 * first packet, whatever the client chose, and those that we issued; they are
 * in one map, because a packet does not say which kind its ID is of, nor at which
 * socket of the server its connection began.
 *
 * Admission comes before allocation: a client that has not shown that it
 * receives at its address costs a member only while few such are under way.
 * With more, each is asked for a Retry first, which costs nothing here
 * (RFC 9000 8.1.2); the owner's own limit comes on top.
 *
 * Fairness: a turn takes one bounded batch from the socket, and each
 * connection that it touched flushes once, at most its send quantum.
 */
#include "serve/quic_router.h"

#include <stdlib.h>
#include <string.h>

#include <ngtcp2/ngtcp2_crypto.h>

#include "base/xalloc.h"
#include "conn/quic_config.h"
#include "conn/quic_early.h"

/* Messages of one batch, as a client's (conn/quic_paths.c). */
#define READ_BUDGET 16
/* Handshakes under way before Retry is asked of everybody. */
#define HANDSHAKES_MAX 256
/* Less is no packet of a connection of ours: a short header, an ID, and the
 * sample of header protection. */
#define SHORT_MIN (1 + QUIC_CID_LEN + 20)

struct member {
    struct quic_router *router; /* where it began */
    struct quic_router *sender; /* of the last packet */
    struct quic *quic;
    struct quic_link link;
    struct list in_members;
    struct list in_blocked;
    struct list routes;
    struct addr remote; /* as it began */
    bool is_open;
};

struct route {
    struct list in_member;
    struct member *member;
    size_t len;
    uint8_t cid[NGTCP2_MAX_CIDLEN];
};

static struct member *member_of(struct quic_link *l)
{
    return container_of(l, struct member, link);
}

/* Routes. */

static void drop_route(struct route *route)
{
    map_remove(&route->member->router->routes->by_cid,
               span_of(route->cid, route->len));
    list_remove(&route->in_member);
    free(route);
}

static void add_cid(struct quic_link *l, struct span cid)
{
    struct member *m = member_of(l);
    if (map_find(&m->router->routes->by_cid, cid))
        return;
    struct route *route = XALLOC_NEW(struct route);
    route->member = m;
    route->len = cid.len;
    memcpy(route->cid, cid.base, cid.len);
    list_append(&m->routes, &route->in_member);
    map_put(&m->router->routes->by_cid, span_of(route->cid, route->len), route);
}

static void remove_cid(struct quic_link *l, struct span cid)
{
    struct member *m = member_of(l);
    struct route *route = map_find(&m->router->routes->by_cid, cid);
    if (route && route->member == m)
        drop_route(route);
}

/* Members. */

/* It receives where it says, or there were no handshake. */
static void give_token(struct member *m)
{
    const struct quic_router *r = m->router;
    uint8_t token[QUIC_STATELESS_TOKEN_MAX];
    size_t len = quic_stateless_give_token(&r->routes->stateless, &m->remote,
                                           loop_now(r->loop), token);
    if (len > 0)
        quic_give_token(m->quic, span_of(token, len));
}

static void on_open(struct quic_link *l)
{
    struct member *m = member_of(l);
    give_token(m);
    m->is_open = true;
    m->router->nhandshakes--;
    m->router->options.counters->opened++;
}

static enum io send_run(struct quic_link *l, const struct addr *to,
                        const struct addr *from, const struct datagram_run *run,
                        size_t *sent, struct fault *fault)
{
    struct member *m = member_of(l);
    m->sender = quic_routes_from(m->router->routes, m->router, from);
    return udp_write(m->sender->udp, to, from, run->ecn, run->data,
                     run->segment, sent, fault);
}

static void on_blocked(struct quic_link *l)
{
    struct member *m = member_of(l);
    if (list_is_empty(&m->in_blocked))
        list_append(&m->sender->blocked, &m->in_blocked);
    udp_want_write(m->sender->udp, true);
}

static void free_member(struct member *m)
{
    while (!list_is_empty(&m->routes))
        drop_route(container_of(m->routes.next, struct route, in_member));
    list_remove(&m->in_members);
    list_remove(&m->in_blocked);
    if (!m->is_open) {
        m->router->nhandshakes--;
        m->router->options.counters->failed++;
    }
    free(m);
}

static void on_gone(struct quic_link *l)
{
    struct member *m = member_of(l);
    struct quic_router *r = m->router;
    free_member(m);
    r->ops->on_released(r);
}

static const struct quic_link_ops link_ops = {
    .add_cid = add_cid,
    .remove_cid = remove_cid,
    .on_open = on_open,
    .send = send_run,
    .on_blocked = on_blocked,
    .on_gone = on_gone,
};

static struct member *new_member(struct quic_router *r,
                                 const struct quic_first *first)
{
    struct member *m = XALLOC_NEW(struct member);
    m->router = r;
    m->sender = r;
    m->remote = first->packet->remote;
    m->link = (struct quic_link){.ops = &link_ops, .secret = r->routes->secret};
    list_init(&m->routes);
    list_init(&m->in_blocked);
    list_init(&m->in_members);
    list_append(&r->members, &m->in_members);
    r->nhandshakes++;
    r->options.counters->begun++;
    struct fault ignored;
    m->quic = quic_accept(r->loop, &m->link, r->options.settings,
                          r->options.tls, r->options.protocol, first, &ignored);
    if (m->quic)
        return m;
    free_member(m);
    return NULL;
}

/* Packets. */

static void answer(struct quic_router *r, const struct udp_packet *p,
                   const uint8_t *packet, size_t len)
{
    size_t sent;
    struct fault ignored;
    if (len)
        udp_write(r->udp, &p->remote, &p->local, 0, span_of(packet, len), len,
                  &sent, &ignored);
}

static void refuse(struct quic_router *r, const struct udp_packet *p,
                   const ngtcp2_pkt_hd *initial, uint64_t code)
{
    uint8_t packet[QUIC_STATELESS_MAX];
    r->options.counters->refused++;
    answer(r, p, packet, quic_stateless_refuse(initial, code, packet));
}

/*
 * Does the Initial come from where it says?  True when it does, or nobody
 * asks; first->original is set after a Retry.  Otherwise it was answered.
 */
static bool check_address(struct quic_router *r, struct quic_first *first,
                          ngtcp2_cid *original)
{
    const ngtcp2_pkt_hd *initial = first->header;
    const struct udp_packet *p = first->packet;
    uint64_t now = loop_now(r->loop);
    bool is_retry = initial->tokenlen > 0 &&
                    initial->token[0] == NGTCP2_CRYPTO_TOKEN_MAGIC_RETRY2;
    if (is_retry) {
        if (quic_stateless_check(&r->routes->stateless, initial, &p->remote,
                                 now, original)) {
            first->original = original;
            return true;
        }
        /* RFC 9000 8.1.3: a Retry token that is wrong ends it. */
        refuse(r, p, initial, NGTCP2_INVALID_TOKEN);
        return false;
    }
    first->is_known = quic_stateless_check_token(&r->routes->stateless, initial,
                                                 &p->remote, now);
    if (first->is_known)
        return true;
    if (!r->options.wants_retry && r->nhandshakes < HANDSHAKES_MAX)
        return true;
    uint8_t packet[QUIC_STATELESS_MAX];
    r->options.counters->retries++;
    answer(r, p, packet,
           quic_stateless_retry(&r->routes->stateless, initial, &p->remote, now,
                                packet));
    return false;
}

static void begin(struct quic_router *r, const ngtcp2_pkt_hd *initial,
                  const struct udp_packet *p)
{
    struct quic_first first = {
        .header = initial, .packet = p, .max_streams = r->options.max_streams};
    if (r->is_refusing) {
        refuse(r, p, initial, NGTCP2_CONNECTION_REFUSED);
        return;
    }
    ngtcp2_cid original;
    if (!check_address(r, &first, &original))
        return;
    if (!r->ops->admit(r)) {
        refuse(r, p, initial, NGTCP2_CONNECTION_REFUSED);
        return;
    }
    struct member *m = new_member(r, &first);
    if (m == NULL) {
        r->ops->on_released(r);
        return;
    }
    r->ops->on_accepted(r, m->quic, &p->remote);
    quic_receive(m->quic, p);
}

/* No connection has this ID. */
static void receive_stray(struct quic_router *r, const struct udp_packet *p,
                          const ngtcp2_version_cid *about)
{
    ngtcp2_pkt_hd header;
    if (ngtcp2_accept(&header, p->data.base, p->data.len) == 0) {
        begin(r, &header, p);
        return;
    }
    bool is_long = p->data.base[0] & 0x80;
    if (is_long || p->data.len < SHORT_MIN)
        return;
    uint8_t packet[QUIC_STATELESS_MAX];
    size_t len =
        quic_stateless_reset(&r->routes->stateless, r->routes->secret, about,
                             p->data.len, loop_now(r->loop), packet);
    r->options.counters->resets += len > 0;
    answer(r, p, packet, len);
}

/* RFC 9000 6: to what may be a first packet. */
static void answer_versions(struct quic_router *r, const struct udp_packet *p,
                            const ngtcp2_version_cid *about)
{
    uint8_t packet[QUIC_STATELESS_MAX];
    if (p->data.len < NGTCP2_MAX_UDP_PAYLOAD_SIZE)
        return;
    r->options.counters->versions++;
    answer(r, p, packet,
           quic_stateless_versions(r->options.settings, about, packet));
}

static void on_packet(struct udp_reader *reader, const struct udp_packet *p)
{
    struct quic_router *r = container_of(reader, struct quic_router, reader);
    if (p->data.len == 0)
        return;
    ngtcp2_version_cid about;
    int result = ngtcp2_pkt_decode_version_cid(&about, p->data.base,
                                               p->data.len, QUIC_CID_LEN);
    if (result == NGTCP2_ERR_VERSION_NEGOTIATION) {
        answer_versions(r, p, &about);
        return;
    }
    if (result != 0)
        return;
    struct route *route =
        map_find(&r->routes->by_cid, span_of(about.dcid, about.dcidlen));
    if (route)
        quic_receive(route->member->quic, p);
    else if (about.version &&
             !quic_config_speaks(r->options.settings, about.version))
        answer_versions(r, p, &about);
    else
        receive_stray(r, p, &about);
}

static void on_readable(struct udp_events *e)
{
    struct quic_router *r = container_of(e, struct quic_router, events);
    /* A bound socket's errors are about packets to some client: ignored. */
    struct fault ignored;
    udp_read(r->udp, &r->reader, READ_BUDGET, &ignored);
}

static void on_writable(struct udp_events *e)
{
    struct quic_router *r = container_of(e, struct quic_router, events);
    udp_want_write(r->udp, false);
    struct list waiting;
    list_init(&waiting);
    list_splice(&waiting, &r->blocked);
    while (!list_is_empty(&waiting)) {
        struct member *m =
            container_of(waiting.next, struct member, in_blocked);
        list_remove(&m->in_blocked);
        quic_unblocked(m->quic);
    }
}

/* Life. */

bool quic_router_open(struct quic_router *r, struct loop *loop,
                      const struct addr *at, const struct quic_router_ops *ops,
                      const struct quic_router_options *options,
                      struct fault *fault)
{
    *r = (struct quic_router){
        .ops = ops,
        .options = *options,
        .loop = loop,
        .events = {.on_readable = on_readable, .on_writable = on_writable},
        .reader = {.on_packet = on_packet},
    };
    if (r->options.counters == NULL)
        r->options.counters = &r->uncounted;
    list_init(&r->members);
    list_init(&r->blocked);
    r->udp = udp_bind(loop, at, &r->events, fault);
    if (r->udp == NULL)
        return false;
    udp_local(r->udp, &r->at);
    r->routes = options->routes;
    if (r->routes == NULL) {
        r->routes = &r->own;
        quic_routes_init(&r->own, loop_now(loop));
    }
    list_append(&r->routes->routers, &r->in_routers);
    return true;
}

void quic_router_refuse(struct quic_router *r)
{
    r->is_refusing = true;
}

/* Connections of other sockets may have sent through this one. */
static void leave(struct quic_router *r)
{
    list_remove(&r->in_routers);
    while (!list_is_empty(&r->blocked))
        list_remove(r->blocked.next);
    list_each (pos, &r->routes->routers) {
        struct quic_router *other =
            container_of(pos, struct quic_router, in_routers);
        list_each (at, &other->members) {
            struct member *m = container_of(at, struct member, in_members);
            if (m->sender == r)
                m->sender = m->router;
        }
    }
}

void quic_router_close(struct quic_router *r)
{
    while (!list_is_empty(&r->members)) {
        struct member *m =
            container_of(r->members.next, struct member, in_members);
        quic_abandon(m->quic);
        free_member(m);
        r->ops->on_released(r);
    }
    leave(r);
    if (r->routes == &r->own)
        quic_routes_fini(&r->own);
    udp_close(r->udp);
    r->udp = NULL;
}
