/*
 * What fails on a path is most often ICMP's word: for an established
 * connection an attacker's as well as a router's, so that one says nothing (RFC
 * 9000 14.2.1).  Only a port that refuses again and again is closed.
 *
 * A path that is given up while it is the active one: the other takes its place
 * at once, validated on the way (RFC 9000 9.3 allows it); there is nothing to
 * wait for.
 */
#include "conn/quic_paths.h"

#include <errno.h>

#include "base/fault.h"
#include "conn/quic_ending.h"
#include "conn/quic_link.h"

/* Messages of one batch: at 64 datagrams each, 1,024 packets at most. */
#define READ_BUDGET 16
/* A port that was open refuses: so many times, with nothing in between, and
 * the peer is gone rather than disturbed. */
#define REFUSALS_MAX 3

void quic_paths_addr(struct addr *to, const ngtcp2_addr *from)
{
    memcpy(&to->sa, from->addr, from->addrlen);
    to->len = from->addrlen;
}

static struct quic_path *find(struct quic *q, const ngtcp2_path *at);

static bool is_active(const struct quic *q, const struct quic_path *path)
{
    return ngtcp2_path_eq(ngtcp2_conn_get_path2(q->conn), &path->at);
}

struct quic_path *quic_paths_active(struct quic *q)
{
    return find(q, ngtcp2_conn_get_path2(q->conn));
}

static struct quic_path *find(struct quic *q, const ngtcp2_path *at)
{
    for (size_t i = 0; i < QUIC_PATHS_MAX; i++) {
        struct quic_path *path = &q->paths[i];
        if (path->datagrams && ngtcp2_path_eq(&path->at, at))
            return path;
    }
    return NULL;
}

static struct quic_path *other_than(struct quic *q,
                                    const struct quic_path *path)
{
    for (size_t i = 0; i < QUIC_PATHS_MAX; i++)
        if (&q->paths[i] != path && q->paths[i].datagrams)
            return &q->paths[i];
    return NULL;
}

void quic_paths_remove(struct quic_path *path)
{
    if (path->datagrams)
        path->datagrams->ops->close(path->datagrams);
    path->datagrams = NULL;
}

void quic_paths_close(struct quic *q)
{
    for (size_t i = 0; i < QUIC_PATHS_MAX; i++)
        quic_paths_remove(&q->paths[i]);
}

/* Is there another to go on with? */
static bool change_over(struct quic *q, const struct quic_path *lost)
{
    struct quic_path *other = other_than(q, lost);
    return other && ngtcp2_conn_initiate_immediate_migration(
                        q->conn, &other->at, loop_now(q->loop)) == 0;
}

static void lose(struct quic *q, struct quic_path *path,
                 const struct fault *why)
{
    bool was_active = is_active(q, path);
    quic_paths_remove(path);
    if (q->ending.is_asked || !was_active)
        return;
    if (change_over(q, path))
        loop_last(q->loop, &q->flush);
    else
        quic_ending_by_path(q, why);
}

static void fail_handshake(struct quic *q, const struct fault *why)
{
    struct addr to;
    char text[ADDR_TEXT_MAX];
    quic_paths_addr(&to, &ngtcp2_conn_get_path2(q->conn)->remote);
    addr_format(&to, text);
    struct fault fault;
    fault_set_errno(&fault, ERR_CONNECT, (int)why->wire, "QUIC to %s port %u",
                    text, addr_port(&to));
    quic_ending_by_path(q, &fault);
}

/* The interface is gone, or the address, or every route from it. */
static bool is_about_our_address(int error)
{
    return error == ENETUNREACH || error == EADDRNOTAVAIL ||
           error == ENETDOWN || error == ENODEV || error == EINVAL;
}

/* path: NULL when it is the listener's socket that failed. */
static void on_failed(struct quic *q, struct quic_path *path,
                      const struct fault *why)
{
    struct fault fault;
    bool may_pass = why->code == ERR_CONNECT && why->wire != 0;
    if (q->state == QUIC_HANDSHAKE && may_pass) {
        fail_handshake(q, why);
        return;
    }
    if (path == NULL)
        return;
    if (!may_pass) {
        lose(q, path, why);
        return;
    }
    if (is_about_our_address((int)why->wire) && !path->is_stranded) {
        path->is_stranded = true;
        loop_last(q->loop, &q->flush);
        return;
    }
    if (why->wire != ECONNREFUSED || ++path->refusals < REFUSALS_MAX)
        return;
    fault_set(&fault, ERR_RECV, why->wire,
              "the peer's port is closed now; the connection is lost");
    lose(q, path, &fault);
}

void quic_paths_receive(struct quic_path *path)
{
    struct datagram_path *p = path->datagrams;
    struct fault fault;
    if (p->ops->receive(p, READ_BUDGET, &fault) == IO_FAILED)
        on_failed(path->quic, path, &fault);
}

static struct quic_path *free_slot(struct quic *q)
{
    for (size_t i = 0; i < QUIC_PATHS_MAX; i++)
        if (q->paths[i].datagrams == NULL)
            return &q->paths[i];
    /* All are in use: the one that is not active has done its part. */
    struct quic_path *path = &q->paths[is_active(q, &q->paths[0])];
    quic_paths_remove(path);
    return path;
}

struct quic_path *quic_paths_add(struct quic *q, struct datagram_path *path,
                                 const struct datagram_path_events *events,
                                 struct fault *fault)
{
    /* RFC 9000 14: smaller ones carry no QUIC. */
    if (path->max_payload < NGTCP2_MAX_UDP_PAYLOAD_SIZE) {
        (void)fault_set(fault, ERR_QUIC, NGTCP2_NO_VIABLE_PATH,
                        "the path carries %zu bytes, QUIC needs %d",
                        path->max_payload, NGTCP2_MAX_UDP_PAYLOAD_SIZE);
        path->ops->close(path);
        return NULL;
    }
    struct quic_path *slot = free_slot(q);
    *slot = (struct quic_path){
        .quic = q,
        .datagrams = path,
        .at = {.local = {(ngtcp2_sockaddr *)&path->local.sa, path->local.len},
               .remote = {(ngtcp2_sockaddr *)&path->remote.sa,
                          path->remote.len}},
    };
    path->events = events;
    path->owner = slot;
    return slot;
}

static enum io send_by_link(struct quic *q, const ngtcp2_path *at,
                            const struct datagram_run *run, size_t *sent,
                            struct fault *fault)
{
    struct addr to;
    struct addr from;
    quic_paths_addr(&to, &at->remote);
    quic_paths_addr(&from, &at->local);
    return q->link->ops->send(q->link, &to, &from, run, sent, fault);
}

bool quic_paths_send(struct quic *q, const ngtcp2_path *at,
                     const struct datagram_run *run, size_t *sent)
{
    struct fault fault;
    struct quic_path *path = NULL;
    enum io io = IO_OK;
    if (q->link)
        io = send_by_link(q, at, run, sent, &fault);
    else if ((path = find(q, at)) != NULL)
        io = path->datagrams->ops->send(path->datagrams, run, sent, &fault);
    else
        *sent = run->data.len;
    if (io == IO_FAILED)
        on_failed(q, path, &fault);
    return io != IO_AGAIN;
}

void quic_paths_want(struct quic *q, const ngtcp2_path *at, bool wanted)
{
    if (q->link) {
        if (wanted)
            q->link->ops->on_blocked(q->link);
        return;
    }
    struct quic_path *path = find(q, at);
    if (path)
        path->datagrams->ops->want_write(path->datagrams, wanted);
}

bool quic_paths_same_host(const struct addr *a, const struct addr *b)
{
    size_t la;
    size_t lb;
    const uint8_t *one = addr_bytes(a, &la);
    const uint8_t *two = addr_bytes(b, &lb);
    return one && two && la == lb && memcmp(one, two, la) == 0;
}

/* Nothing can be sent from where it is, so there is nothing to wait for: the
 * peer's answer on the new path is awaited while data goes there. */
static void rescue(struct quic *q, struct quic_path *path)
{
    struct datagram_path *old = path->datagrams;
    struct fault ignored;
    path->is_stranded = false; /* if it is so still, the next packet tells */
    if (!quic_is_running(q) || !is_active(q, path) ||
        !q->settings->quic.migration || old->ops->again == NULL)
        return;
    struct datagram_path *new = old->ops->again(old, NULL, &ignored);
    if (new == NULL)
        return;
    if (quic_paths_same_host(&new->local, &old->local)) {
        new->ops->close(new);
        return;
    }
    struct quic_path *slot = quic_paths_add(q, new, old->events, &ignored);
    if (slot == NULL || ngtcp2_conn_initiate_immediate_migration(
                            q->conn, &slot->at, loop_now(q->loop)) == 0)
        return;
    quic_paths_remove(slot);
    struct fault why;
    fault_set(&why, ERR_RECV, NGTCP2_NO_VIABLE_PATH,
              "the address of this end is gone, and the connection cannot go "
              "over to another");
    why.remedy = REMEDY_PATH;
    lose(q, path, &why);
}

static void tell_path(struct quic *q)
{
    const struct quic_path *active = quic_paths_active(q);
    if (active == NULL || active == q->told_path)
        return;
    bool is_news = q->told_path != NULL;
    q->told_path = active;
    q->was_unanswered = false;
    if (is_news && quic_is_running(q) && q->app->ops->on_path)
        q->app->ops->on_path(q->app);
}

bool quic_paths_tries(const struct quic *q, const struct addr *from)
{
    for (size_t i = 0; i < QUIC_PATHS_MAX; i++) {
        const struct quic_path *path = &q->paths[i];
        if (path->datagrams && path->is_tried &&
            quic_paths_same_host(&path->datagrams->local, from))
            return true;
    }
    return false;
}

static void tell_failure(struct quic *q)
{
    if (quic_is_running(q) && q->app->ops->on_path_failed)
        q->app->ops->on_path_failed(q->app);
}

void quic_paths_settle(struct quic *q)
{
    bool has_failed = false;
    for (size_t i = 0; i < QUIC_PATHS_MAX; i++) {
        struct quic_path *path = &q->paths[i];
        if (path->datagrams && path->is_stranded)
            rescue(q, path);
        if (path->datagrams == NULL || !path->is_unanswered)
            continue;
        struct fault why;
        has_failed = true;
        fault_set(&why, ERR_RECV, NGTCP2_NO_VIABLE_PATH,
                  "the peer does not answer on the path; the connection is "
                  "lost");
        why.remedy = REMEDY_PATH;
        lose(q, path, &why);
    }
    if (q->link == NULL && !q->ending.is_asked)
        tell_path(q);
    q->was_unanswered |= has_failed;
    if (has_failed)
        tell_failure(q);
}

/* ---- the address that the server would rather have (RFC 9000 9.6) ---- */

static bool preferred(const ngtcp2_preferred_addr *paddr, int family,
                      struct addr *to)
{
    if (family == AF_INET && paddr->ipv4_present) {
        memcpy(&to->sa, &paddr->ipv4, sizeof paddr->ipv4);
        to->len = sizeof paddr->ipv4;
        return true;
    }
    if (family == AF_INET6 && paddr->ipv6_present) {
        memcpy(&to->sa, &paddr->ipv6, sizeof paddr->ipv6);
        to->len = sizeof paddr->ipv6;
        return true;
    }
    return false;
}

/* Of the family that works already; the other one may not.  Saying nothing means
 * to stay. */
static int on_preferred(ngtcp2_conn *conn, ngtcp2_path *dest,
                        const ngtcp2_preferred_addr *paddr, void *user_data)
{
    struct quic *q = user_data;
    struct quic_path *active = quic_paths_active(q);
    struct addr to = {.len = 0};
    struct fault ignored;
    (void)conn;
    if (active == NULL || active->datagrams->ops->again == NULL ||
        !preferred(paddr, addr_family(&active->datagrams->remote), &to))
        return 0;
    struct datagram_path *path =
        active->datagrams->ops->again(active->datagrams, &to, &ignored);
    struct quic_path *slot = NULL;
    if (path)
        slot = quic_paths_add(q, path, active->datagrams->events, &ignored);
    if (slot)
        ngtcp2_path_copy(dest, &slot->at);
    return 0;
}

/* Nothing may be changed while ngtcp2 tells. */
static int on_validated(ngtcp2_conn *conn, uint32_t flags,
                        const ngtcp2_path *at, const ngtcp2_path *fallback,
                        ngtcp2_path_validation_result result, void *user_data)
{
    struct quic *q = user_data;
    (void)conn;
    (void)flags;
    (void)fallback;
    struct quic_path *path = find(q, at);
    if (path == NULL)
        return 0;
    path->is_tried = false;
    if (result != NGTCP2_PATH_VALIDATION_RESULT_FAILURE)
        return 0;
    path->is_unanswered = true;
    loop_last(q->loop, &q->flush);
    return 0;
}

void quic_paths_set_callbacks(ngtcp2_callbacks *callbacks)
{
    callbacks->path_validation = on_validated;
    callbacks->select_preferred_addr = on_preferred;
}
