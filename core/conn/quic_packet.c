/*
 * Datagrams and streams share the path by one rule: in each packet the datagrams
 * go first and the streams fill what they leave, because a late datagram is worth
 * less; unless the datagrams have had more than half of the bytes since both
 * have some, which gives the streams the first place.  So a few datagrams never
 * wait for a download, and when both have more than the path takes each gets
 * half of it, also when congestion lets one packet out at a time.  (Half of each
 * packet would not do: a datagram can be as long as a packet.)
 *
 * ngtcp2 ends a packet when it is offered a datagram that does not fit.  What
 * there is still room for is therefore reckoned here, and what would not fit is
 * not offered before the streams were.  It is the most that there can be: ngtcp2
 * may have put an acknowledgement or a retransmission in front.  A packet that
 * datagrams have filled ends with the one that does not fit: offered nothing,
 * ngtcp2 would hold that the application has no more, and neither open the
 * congestion window nor mend a pacing that goes back to the handshake.
 */
#include "conn/quic_packet.h"

#include "conn/quic_datagram.h"
#include "conn/quic_self.h"

/* One packet under construction: the arguments of ngtcp2's write calls. */
struct packet {
    ngtcp2_path *path;
    ngtcp2_pkt_info *info;
    uint8_t *dest;
    size_t cap;
    ngtcp2_tstamp now;
    size_t datagram_max;
    size_t room; /* for frames, at most */
    /* What either has put in, and whether it had no more. */
    size_t datagram_bytes;
    size_t stream_bytes;
    bool are_datagrams_dry;
    bool are_streams_dry;
};

/* A piece of a stream that the application wants sent; id -1: none. */
struct piece {
    int64_t id;
    bool fin;
    ngtcp2_vec vec[QUIC_SPANS_MAX];
    size_t nvec;
};

/* A peer that has lost the connection answers what is long enough with a stateless
 * reset, and how long that is are its own words: nginx wants 43 bytes, more than a
 * PING has.  So long a packet every path takes (RFC 9000 14). */
#define QUESTION_LEN ((size_t)1200)

/* What there is to do after a piece or a datagram was offered. */
#define GO_ON NGTCP2_ERR_WRITE_MORE

static ngtcp2_vec vec_of(struct span s)
{
    return (ngtcp2_vec){(uint8_t *)(uintptr_t)s.base, s.len};
}

/* --- streams ----------------------------------------------------------- */

/* False: there is none. */
static bool next_piece(struct quic *q, struct packet *k, struct piece *p)
{
    *p = (struct piece){.id = -1};
    k->are_streams_dry = true;
    if (!quic_is_running(q) || ngtcp2_conn_get_max_data_left2(q->conn) == 0)
        return false;
    struct span spans[QUIC_SPANS_MAX];
    int n =
        q->app->ops->next_send(q->app, &p->id, spans, QUIC_SPANS_MAX, &p->fin);
    if (n < 0) {
        p->id = -1;
        p->fin = false;
        return false;
    }
    k->are_streams_dry = false;
    p->nvec = (size_t)n;
    for (size_t i = 0; i < p->nvec; i++)
        p->vec[i] = vec_of(spans[i]);
    return true;
}

/* Is the packet, if there is one, all about whether the peer is still there? */
static bool is_question(const struct quic *q, const struct packet *k,
                        const struct piece *p)
{
    return q->liveness.asked_at != 0 && p->id < 0 && k->datagram_bytes == 0 &&
           k->stream_bytes == 0;
}

static ngtcp2_ssize offer_piece(struct quic *q, struct packet *k,
                                const struct piece *p)
{
    if (q->ending.is_asked)
        return NGTCP2_ERR_CALLBACK_FAILURE;
    ngtcp2_ssize taken = -1;
    size_t cap = k->cap;
    uint32_t flags = NGTCP2_WRITE_STREAM_FLAG_MORE;
    if (is_question(q, k, p)) {
        flags = NGTCP2_WRITE_STREAM_FLAG_PADDING;
        cap = cap < QUESTION_LEN ? cap : QUESTION_LEN;
    }
    if (p->fin)
        flags |= NGTCP2_WRITE_STREAM_FLAG_FIN;
    ngtcp2_ssize n = ngtcp2_conn_writev_stream(q->conn, k->path, k->info,
                                               k->dest, cap, &taken, flags,
                                               p->id, p->vec, p->nvec, k->now);
    if (taken >= 0 && p->id >= 0) {
        k->stream_bytes += (size_t)taken;
        if (q->early.is_open)
            q->early.bytes += (size_t)taken;
        q->app->ops->sent(q->app, p->id, (size_t)taken);
    } else if (n == NGTCP2_ERR_STREAM_DATA_BLOCKED) {
        q->app->ops->blocked(q->app, p->id);
        n = GO_ON;
    } else if (n == NGTCP2_ERR_STREAM_SHUT_WR ||
               n == NGTCP2_ERR_STREAM_NOT_FOUND) {
        q->app->ops->write_closed(q->app, p->id);
        n = GO_ON;
    }
    return q->ending.is_asked ? NGTCP2_ERR_CALLBACK_FAILURE : n;
}

/* --- datagrams --------------------------------------------------------- */

static size_t payload_len(const struct quic_datagram *d)
{
    return d->head.len + d->body.len;
}

/* One that fits; those that never will are given back. */
static bool next_datagram(struct quic *q, struct packet *k,
                          struct quic_datagram *d)
{
    while (quic_is_running(q) && q->app->ops->next_datagram(q->app, d)) {
        if (payload_len(d) <= k->datagram_max)
            return quic_datagram_frame_len(payload_len(d)) <= k->room;
        q->app->ops->datagram_too_large(q->app, d->id);
    }
    k->are_datagrams_dry = true;
    return false;
}

static ngtcp2_ssize offer_datagram(struct quic *q, struct packet *k,
                                   const struct quic_datagram *d)
{
    int is_taken = 0;
    ngtcp2_vec vec[] = {vec_of(d->head), vec_of(d->body)};
    ngtcp2_ssize n = ngtcp2_conn_writev_datagram(
        q->conn, k->path, k->info, k->dest, k->cap, &is_taken,
        NGTCP2_WRITE_DATAGRAM_FLAG_MORE, d->id, vec, 2, k->now);
    if (is_taken) {
        size_t len = quic_datagram_frame_len(payload_len(d));
        k->room -= len < k->room ? len : k->room;
        k->datagram_bytes += len;
        q->app->ops->datagram_sent(q->app, d->id);
    }
    return q->ending.is_asked ? NGTCP2_ERR_CALLBACK_FAILURE : n;
}

/* --- the packet -------------------------------------------------------- */

static ngtcp2_ssize offer_next(struct quic *q, struct packet *k)
{
    bool are_streams_first = q->streams_owed > 0;
    struct quic_datagram d;
    if (!are_streams_first && next_datagram(q, k, &d))
        return offer_datagram(q, k, &d);
    struct piece p;
    bool has_piece = next_piece(q, k, &p);
    if (!has_piece && are_streams_first && next_datagram(q, k, &d))
        return offer_datagram(q, k, &d);
    if (!has_piece && quic_is_running(q) && !k->are_datagrams_dry)
        return offer_datagram(q, k, &d); /* it does not fit: see above */
    return offer_piece(q, k, &p);        /* none of them: that is the packet */
}

/* No debt is older than the time since which both have something, or larger
 * than a packet. */
static void settle_debt(struct quic *q, const struct packet *k)
{
    if (k->are_datagrams_dry || k->are_streams_dry) {
        q->streams_owed = 0;
        return;
    }
    int most = (int)k->cap;
    int owed = q->streams_owed + (int)k->datagram_bytes - (int)k->stream_bytes;
    if (owed > most)
        owed = most;
    q->streams_owed = owed < -most ? -most : owed;
}

ngtcp2_ssize quic_packet_write(ngtcp2_conn *conn, ngtcp2_path *path,
                               ngtcp2_pkt_info *info, uint8_t *dest, size_t cap,
                               ngtcp2_tstamp now, void *user_data)
{
    struct quic *q = user_data;
    struct packet k = {
        .path = path,
        .info = info,
        .dest = dest,
        .cap = cap,
        .now = now,
        .datagram_max = quic_datagram_max(q),
        .room = ngtcp2_conn_get_path_max_tx_udp_payload_size2(conn) -
                quic_datagram_packet_overhead(q),
    };
    ngtcp2_ssize n;
    do {
        n = offer_next(q, &k);
    } while (n == GO_ON);
    if (n > 0)
        settle_debt(q, &k);
    return n;
}
