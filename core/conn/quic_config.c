/*
 * Version 1 is what a client starts with; version 2 is offered beside it, and
 * a server that prefers it changes over within the handshake (RFC 9368).
 */
#include "conn/quic_config.h"

/* Three streams of HTTP/3 and QPACK, and room for reserved stream types and
 * for what an extension may open (RFC 9114 6.2). */
#define PEER_UNI_STREAMS 16

/* RFC 9002 6.2.2 says 333 ms, which makes a lost first flight cost a second
 * and a lossy path four tries in ten.  Browsers start with this; a path that is
 * slower gets one flight twice. */
#define INITIAL_RTT (100 * NGTCP2_MILLISECONDS)

static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};

void quic_config_settings(const struct settings *s, uint64_t now,
                          ngtcp2_settings *out)
{
    ngtcp2_settings_default(out);
    out->initial_ts = now;
    /* ngtcp2's own default is to wait for ever. */
    out->handshake_timeout =
        s->timeouts.handshake ? s->timeouts.handshake : UINT64_MAX;
    out->initial_rtt = INITIAL_RTT;
    out->cc_algo = NGTCP2_CC_ALGO_CUBIC;
    out->max_stream_window = s->quic.max_stream_window;
    out->max_window = s->quic.max_conn_window;
    out->available_versions = versions;
    out->available_versionslen = sizeof versions / sizeof *versions;
}

void quic_config_params(const struct settings *s, ngtcp2_transport_params *out)
{
    ngtcp2_transport_params_default(out);
    out->initial_max_data = s->quic.conn_window;
    out->initial_max_stream_data_bidi_local = s->quic.stream_window;
    out->initial_max_stream_data_bidi_remote = s->quic.stream_window;
    out->initial_max_stream_data_uni = s->quic.stream_window;
    out->max_idle_timeout = s->timeouts.quic_idle;
    /* One in use, one in reserve, and two for a path that is being tried. */
    out->active_connection_id_limit = 4;
    out->max_datagram_frame_size = s->quic.max_datagram;
    out->grease_quic_bit = 1;
}

/* A server has no business opening a bidirectional stream, but it is HTTP/3
 * that must say so, with its own error (RFC 9114 6.1). */
void quic_config_client_streams(ngtcp2_transport_params *out)
{
    out->initial_max_streams_bidi = 1;
    out->initial_max_streams_uni = PEER_UNI_STREAMS;
}

void quic_config_server_streams(uint64_t requests, ngtcp2_transport_params *out)
{
    out->initial_max_streams_bidi = requests;
    out->initial_max_streams_uni = PEER_UNI_STREAMS;
}
