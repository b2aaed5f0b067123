/*
 * One run: ngtcp2 fills the send buffer with packets of equal length, the
 * last one may be shorter, and asks quic_packet for the content of each; the
 * run goes out as one sendmsg (transport/udp_write).  A few runs make a flush, because
 * a run ends early at a packet of another size (a probe for a larger MTU, an
 * acknowledgement) or another ECN mark.
 *
 * How much may leave in one flush is the congestion controller's send quantum;
 * when the next packet may leave is its pacing.  ngtcp2 has that time among
 * its expiries, so there is no timer for it here.
 *
 * The buffer is shared by all connections, since a run is on its way before
 * the next is begun.  What a full socket does not take is copied aside:
 * ngtcp2 counts it as sent, so dropping it would look like loss.
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

static void hold(struct quic *q, const ngtcp2_path *at,
                 const struct datagram_run *run, size_t sent)
{
    struct quic_held *h = &q->held;
    *h = (struct quic_held){
        .len = run->data.len - sent, .segment = run->segment, .ecn = run->ecn};
    h->bytes = xalloc_bytes(h->len);
    memcpy(h->bytes, run->data.base + sent, h->len);
    ngtcp2_path_storage_zero(&h->at);
    ngtcp2_path_copy(&h->at.path, at);
    quic_paths_want(q, at, true);
}

/* What was held back; true when nothing is any more. */
static bool send_held(struct quic *q)
{
    struct quic_held *h = &q->held;
    if (h->bytes == NULL)
        return true;
    struct datagram_run rest = {
        .data = span_of(h->bytes + h->sent, h->len - h->sent),
        .segment = h->segment,
        .ecn = h->ecn};
    size_t sent;
    bool is_done = quic_paths_send(q, &h->at.path, &rest, &sent);
    h->sent += sent;
    quic_paths_want(q, &h->at.path, !is_done);
    if (!is_done)
        return false;
    free(h->bytes);
    *h = (struct quic_held){0};
    return true;
}

static void send_run(struct quic *q, size_t len, size_t segment,
                     const ngtcp2_path *at, const ngtcp2_pkt_info *info)
{
    struct datagram_run run = {
        .data = span_of(run_bytes, len), .segment = segment, .ecn = info->ecn};
    size_t sent;
    if (!quic_paths_send(q, at, &run, &sent))
        hold(q, at, &run, sent);
}

/* The length of the run, 0: nothing to send now. */
static size_t make_run(struct quic *q, size_t room, size_t *segment,
                       ngtcp2_path *path, ngtcp2_pkt_info *info)
{
    q->depth++;
    ngtcp2_ssize n = ngtcp2_conn_write_aggregate_pkt2(
        q->conn, path, info, run_bytes, room, segment, quic_packet_write, 0,
        loop_now(q->loop));
    q->depth--;
    if (n < 0)
        quic_ending_by_library(q, (int)n);
    return n > 0 ? (size_t)n : 0;
}

void quic_send(struct quic *q)
{
    if (!send_held(q))
        return;
    size_t least = ngtcp2_conn_get_path_max_tx_udp_payload_size2(q->conn);
    size_t left = ngtcp2_conn_get_send_quantum2(q->conn);
    if (left < least)
        left = least;
    ngtcp2_path_storage ps;
    while (left >= least && q->held.bytes == NULL && !q->ending.is_asked) {
        size_t segment = 0;
        ngtcp2_pkt_info info = {0};
        ngtcp2_path_storage_zero(&ps);
        size_t len = make_run(q, left < RUN_MAX ? left : RUN_MAX, &segment,
                              &ps.path, &info);
        if (len == 0)
            break;
        send_run(q, len, segment, &ps.path, &info);
        left -= len < left ? len : left;
        least = ngtcp2_conn_get_path_max_tx_udp_payload_size2(q->conn);
    }
    ngtcp2_conn_update_pkt_tx_time(q->conn, loop_now(q->loop));
}
