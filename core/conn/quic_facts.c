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

void quic_allowed(const struct quic *q, struct allowed *a)
{
    const ngtcp2_transport_params *p =
        ngtcp2_conn_get_remote_transport_params2(q->conn);
    a->path_mtu =
        (int64_t)ngtcp2_conn_get_path_max_tx_udp_payload_size2(q->conn);
    if (p == NULL)
        return;
    if (p->max_idle_timeout)
        a->idle = (int64_t)p->max_idle_timeout;
    a->migration = allowed_known(!p->disable_active_migration);
    if (q->early.outcome == EARLY_DATA_ACCEPTED ||
        q->early.outcome == EARLY_DATA_REJECTED)
        a->early_data = allowed_known(q->early.outcome == EARLY_DATA_ACCEPTED);
    allowed_add(a, "quic.max_idle_timeout_ms",
                p->max_idle_timeout / NGTCP2_MILLISECONDS);
    allowed_add(a, "quic.max_udp_payload_size", p->max_udp_payload_size);
    allowed_add(a, "quic.initial_max_data", p->initial_max_data);
    allowed_add(a, "quic.initial_max_stream_data_bidi_local",
                p->initial_max_stream_data_bidi_local);
    allowed_add(a, "quic.initial_max_stream_data_bidi_remote",
                p->initial_max_stream_data_bidi_remote);
    allowed_add(a, "quic.initial_max_stream_data_uni",
                p->initial_max_stream_data_uni);
    allowed_add(a, "quic.initial_max_streams_bidi",
                p->initial_max_streams_bidi);
    allowed_add(a, "quic.initial_max_streams_uni", p->initial_max_streams_uni);
    allowed_add(a, "quic.ack_delay_exponent", p->ack_delay_exponent);
    allowed_add(a, "quic.max_ack_delay_ms",
                p->max_ack_delay / NGTCP2_MILLISECONDS);
    allowed_add(a, "quic.active_connection_id_limit",
                p->active_connection_id_limit);
    allowed_add(a, "quic.disable_active_migration",
                p->disable_active_migration);
    allowed_add(a, "quic.max_datagram_frame_size", p->max_datagram_frame_size);
    allowed_add(a, "quic.grease_quic_bit", p->grease_quic_bit);
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
