/*
 * What is known of a connection, for records and -v.
 */
#include "conn/quic.h"
#include "conn/quic_paths.h"

static const char *version_name(uint32_t version)
{
    switch (version) {
    case NGTCP2_PROTO_VER_V1:
        return "v1";
    case NGTCP2_PROTO_VER_V2:
        return "v2";
    default:
        return NULL;
    }
}

void quic_facts(const struct quic *q, struct conn_facts *facts)
{
    const ngtcp2_path *at = ngtcp2_conn_get_path2(q->conn);
    struct addr local;
    struct addr remote;
    quic_paths_addr(&local, &at->local);
    quic_paths_addr(&remote, &at->remote);
    addr_format(&remote, facts->remote_addr);
    addr_format(&local, facts->local_addr);
    facts->remote_port = addr_port(&remote);
    facts->local_port = addr_port(&local);
    facts->quic_version =
        version_name(ngtcp2_conn_get_negotiated_version2(q->conn));
    if (q->early.is_open) /* what it began with */
        facts->quic_version =
            version_name(ngtcp2_conn_get_client_chosen_version2(q->conn));
    facts->is_tls = true;
    facts->tls = q->tls.facts;
    if (q->early.is_open)
        tls_memory_recall(&q->tls.memory, &facts->tls);
    facts->connected_at = q->opened_at;
    facts->secured_at = q->opened_at;
}

void quic_get_stats(const struct quic *q, struct quic_stats *stats)
{
    ngtcp2_conn_info info;
    ngtcp2_conn_get_conn_info2(q->conn, &info);
    *stats = (struct quic_stats){
        .path = {.rtt = info.smoothed_rtt,
                 .min_rtt = info.min_rtt == UINT64_MAX ? 0 : info.min_rtt,
                 .cwnd = info.cwnd,
                 .packets_sent = info.pkt_sent,
                 .packets_lost = info.pkt_lost,
                 .packets_received = q->numbers.n,
                 .packets_missed = quic_numbers_missed(&q->numbers)},
        .bytes_in_flight = info.bytes_in_flight,
        .bytes_sent = info.bytes_sent,
        .bytes_received = info.bytes_recv,
        .packets_received = info.pkt_recv,
    };
}
