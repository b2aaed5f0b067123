/*
 * ngtcp2 fills the send buffer packet by packet, and asks quic_packet for the
 * content of each.  Packets of equal length one behind the other, and a shorter
 * one at the end, are a run: it goes out as one sendmsg (transport/udp_write).  A
 * run ends before a packet that is longer, has another ECN mark or takes another
 * path.  (ngtcp2 can make runs itself, but only of full packets: those that hold
 * datagrams are seldom full and often alike.)  A probe for a larger MTU is a run
 * of its own: what is lost with it may be nothing else.
 *
 * How much may leave in one flush is the congestion controller's send quantum;
 * when the next packet may leave is its pacing.  ngtcp2 has that time among
 * its expiries, so there is no timer for it here.
 *
 * The buffer is shared by all connections, since everything in it is on its way
 * or put aside at the end of a flush.  What a full socket does not take is copied
 * aside: ngtcp2 counts it as sent, so dropping it would look like loss.
 */
#include "conn/quic_send.h"

#include <stdlib.h>
#include <string.h>

#include "base/xalloc.h"
#include "conn/quic_ending.h"
#include "conn/quic_packet.h"
#include "conn/quic_paths.h"

/* A UDP datagram of the kernel's, before segmentation, can hold so much. */
#define RUN_MAX ((size_t)65000)

static uint8_t run_bytes[RUN_MAX];

/* Packets of the buffer that are one run. */
struct run {
    size_t at;
    size_t len; /* 0: none */
    size_t segment;
    uint8_t ecn;
    ngtcp2_path_storage on;
};

/* ---- what was held back ---- */

static void hold(struct quic *q, const ngtcp2_path *on,
                 const struct datagram_run *run, size_t sent)
{
    size_t len = run->data.len - sent;
    struct quic_held *h = xalloc_bytes(sizeof *h + len);
    h->len = len;
    h->sent = 0;
    h->segment = run->segment;
    h->ecn = run->ecn;
    memcpy(h->bytes, run->data.base + sent, len);
    ngtcp2_path_storage_zero(&h->on);
    ngtcp2_path_copy(&h->on.path, on);
    list_append(&q->held, &h->link);
    quic_paths_want(q, on, true);
}

static bool send_one_held(struct quic *q, struct quic_held *h)
{
    struct datagram_run rest = {
        .data = span_of(h->bytes + h->sent, h->len - h->sent),
        .segment = h->segment,
        .ecn = h->ecn};
    size_t sent;
    bool is_done = quic_paths_send(q, &h->on.path, &rest, &sent);
    h->sent += sent;
    quic_paths_want(q, &h->on.path, !is_done);
    return is_done;
}

static bool is_holding(const struct quic *q)
{
    return !list_is_empty(&q->held);
}

static void drop_held(struct quic_held *h)
{
    list_remove(&h->link);
    free(h);
}

/* True when nothing is held any more. */
static bool send_held(struct quic *q)
{
    while (is_holding(q)) {
        struct quic_held *h =
            container_of(q->held.next, struct quic_held, link);
        if (!send_one_held(q, h))
            return false;
        drop_held(h);
    }
    return true;
}

void quic_send_drop_held(struct quic *q)
{
    while (is_holding(q))
        drop_held(container_of(q->held.next, struct quic_held, link));
}

/* ---- runs ---- */

static void send_run(struct quic *q, struct run *r)
{
    if (r->len == 0)
        return;
    struct datagram_run run = {.data = span_of(run_bytes + r->at, r->len),
                               .segment = r->segment,
                               .ecn = r->ecn};
    size_t sent = 0;
    if (is_holding(q) || !quic_paths_send(q, &r->on.path, &run, &sent))
        hold(q, &r->on.path, &run, sent);
    r->at = 0;
    r->len = 0;
}

static bool may_join(const struct run *r, size_t len, const ngtcp2_path *on,
                     uint8_t ecn)
{
    return r->len > 0 && len <= r->segment && ecn == r->ecn &&
           ngtcp2_path_eq(&r->on.path, on);
}

/* Adds a packet behind the run; `usual`: the longest that is no probe. */
static void add_packet(struct quic *q, struct run *r, size_t len, size_t usual,
                       const ngtcp2_path *on, uint8_t ecn)
{
    if (may_join(r, len, on, ecn)) {
        r->len += len;
    } else {
        size_t at = r->at + r->len;
        send_run(q, r);
        r->at = at;
        r->len = len;
        r->segment = len;
        r->ecn = ecn;
        ngtcp2_path_storage_zero(&r->on);
        ngtcp2_path_copy(&r->on.path, on);
    }
    if (len < r->segment || len > usual)
        send_run(q, r);
}

/* The length of the packet, 0: nothing to send now. */
static size_t make_packet(struct quic *q, uint8_t *to, size_t room,
                          ngtcp2_path *on, ngtcp2_pkt_info *info)
{
    q->depth++;
    ngtcp2_ssize n =
        quic_packet_write(q->conn, on, info, to, room, loop_now(q->loop), q);
    q->depth--;
    if (n < 0)
        quic_ending_by_library(q, (int)n);
    return n > 0 ? (size_t)n : 0;
}

/* As many packets as may leave now. */
static void send_packets(struct quic *q, struct run *r)
{
    size_t most = ngtcp2_conn_get_max_tx_udp_payload_size2(q->conn);
    size_t usual = ngtcp2_conn_get_path_max_tx_udp_payload_size2(q->conn);
    size_t left = ngtcp2_conn_get_send_quantum2(q->conn);
    if (left < usual)
        left = usual;
    while (left >= usual && !is_holding(q) && !q->ending.is_asked) {
        if (RUN_MAX - r->at - r->len < most)
            send_run(q, r);
        ngtcp2_pkt_info info = {0};
        ngtcp2_path_storage on;
        ngtcp2_path_storage_zero(&on);
        size_t len = make_packet(q, run_bytes + r->at + r->len,
                                 left < most ? usual : most, &on.path, &info);
        if (len == 0)
            break;
        add_packet(q, r, len, usual, &on.path, info.ecn);
        left -= len < left ? len : left;
        usual = ngtcp2_conn_get_path_max_tx_udp_payload_size2(q->conn);
    }
}

void quic_send(struct quic *q)
{
    if (!send_held(q))
        return;
    struct run r = {.len = 0};
    send_packets(q, &r);
    send_run(q, &r);
    /* Without this time the next packet is due at once. */
    if (q->settings->quic.pacing)
        ngtcp2_conn_update_pkt_tx_time(q->conn, loop_now(q->loop));
}
