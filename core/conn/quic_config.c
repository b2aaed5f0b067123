/*
 * Version 1 is what a client starts with, unless it was told to start with
 * another; version 2 is offered beside it, and a server that prefers it changes
 * over within the handshake (RFC 9368).  Who asks for one version gets that one
 * or nothing: the other is not even offered.
 *
 * Path MTU discovery probes the sizes that ngtcp2 has in its list, which are
 * those of today's access networks.  Larger ones are only tried when somebody
 * has said that packets may be larger.
 */
#include "conn/quic_config.h"

#include <stddef.h>

#include "conn/quic_cid.h"

/* ---- versions ---- */

static const uint32_t either[] = {NGTCP2_PROTO_VER_V1, NGTCP2_PROTO_VER_V2};
static const uint32_t second_first[] = {NGTCP2_PROTO_VER_V2,
                                        NGTCP2_PROTO_VER_V1};

size_t quic_config_versions(const struct settings *s, const uint32_t **list)
{
    *list = either;
    switch (s->quic.version) {
    case SETTINGS_QUIC_VERSION_AUTO:
        return 2;
    case SETTINGS_QUIC_VERSION_1:
        return 1;
    case SETTINGS_QUIC_VERSION_2:
        *list = second_first;
        return 2;
    }
    return 2;
}

bool quic_config_speaks(const struct settings *s, uint32_t version)
{
    const uint32_t *list;
    size_t n = quic_config_versions(s, &list);
    for (size_t i = 0; i < n; i++)
        if (list[i] == version)
            return true;
    return false;
}

uint32_t quic_config_first_version(const struct settings *s)
{
    return s->quic.version == SETTINGS_QUIC_VERSION_2 ? NGTCP2_PROTO_VER_V2
                                                      : NGTCP2_PROTO_VER_V1;
}

static void add_version(struct quic_config *c, uint32_t version)
{
    c->versions[c->settings.available_versionslen++] = version;
    c->settings.available_versions = c->versions;
}

/* One that nobody speaks, so that peers learn to skip those (RFC 9368 6). */
static void add_reserved(const struct settings *s, struct quic_config *c)
{
    uint32_t random;
    if (!s->quic.grease)
        return;
    quic_cid_random((uint8_t *)&random, sizeof random);
    /* RFC 9000 15 */
    add_version(c, (random & 0xf0f0f0f0U) | 0x0a0a0a0aU);
}

static void offer_versions(const struct settings *s, struct quic_config *c)
{
    add_version(c, quic_config_first_version(s));
    if (s->quic.version == SETTINGS_QUIC_VERSION_AUTO)
        add_version(c, NGTCP2_PROTO_VER_V2);
    add_reserved(s, c);
}

static void serve_versions(const struct settings *s, struct quic_config *c)
{
    const uint32_t *list;
    size_t n = quic_config_versions(s, &list);
    for (size_t i = 0; i < n; i++)
        add_version(c, list[i]);
    add_reserved(s, c);
    if (s->quic.version == SETTINGS_QUIC_VERSION_AUTO)
        return; /* the client's choice is as good as any */
    c->settings.preferred_versions = list;
    c->settings.preferred_versionslen = n;
}

/* ---- sizes ---- */

/* Payloads of usual paths, in the order in which they are worth a packet:
 * Ethernet's less tunnels, then what larger frames carry. */
static const uint16_t probes[] = {1406, 1342, 1232, 1444,
                                  1452, 4022, 8952, 16332};

static void set_probes(size_t max, struct quic_config *c)
{
    size_t n = 0;
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++)
        if (probes[i] < max)
            c->probes[n++] = probes[i];
    c->probes[n++] = (uint16_t)max;
    c->settings.pmtud_probes = c->probes;
    c->settings.pmtud_probeslen = n;
}

static void set_sizes(const struct settings *s, struct quic_config *c)
{
    size_t usual = c->settings.max_tx_udp_payload_size;
    c->settings.no_pmtud = !s->quic.pmtud;
    c->settings.max_tx_udp_payload_size = (size_t)s->quic.max_payload;
    if (s->quic.pmtud && s->quic.max_payload > usual)
        set_probes((size_t)s->quic.max_payload, c);
}

/* ---- the rest ---- */

static ngtcp2_cc_algo algorithm(enum settings_quic_cc cc)
{
    switch (cc) {
    case SETTINGS_QUIC_CC_CUBIC:
        return NGTCP2_CC_ALGO_CUBIC;
    case SETTINGS_QUIC_CC_BBR:
        return NGTCP2_CC_ALGO_BBR;
    case SETTINGS_QUIC_CC_RENO:
        return NGTCP2_CC_ALGO_RENO;
    }
    return NGTCP2_CC_ALGO_CUBIC;
}

static void set_settings(const struct settings *s, uint64_t now,
                         struct quic_config *c)
{
    ngtcp2_settings *out = &c->settings;
    ngtcp2_settings_default(out);
    out->initial_ts = now;
    /* ngtcp2's own default is to wait for ever. */
    out->handshake_timeout =
        s->timeouts.handshake ? s->timeouts.handshake : UINT64_MAX;
    out->initial_rtt = s->quic.initial_rtt;
    out->cc_algo = algorithm(s->quic.cc);
    out->max_stream_window = s->quic.max_stream_window;
    out->max_window = s->quic.max_conn_window;
    set_sizes(s, c);
}

static void set_params(const struct settings *s, struct quic_config *c)
{
    ngtcp2_transport_params *out = &c->params;
    ngtcp2_transport_params_default(out);
    out->initial_max_data = s->quic.conn_window;
    out->initial_max_stream_data_bidi_local = s->quic.stream_window;
    out->initial_max_stream_data_bidi_remote = s->quic.stream_window;
    out->initial_max_stream_data_uni = s->quic.stream_window;
    out->initial_max_streams_uni = s->quic.uni_streams;
    out->max_idle_timeout = s->timeouts.quic_idle;
    out->max_ack_delay = s->quic.ack_delay;
    /* One in use, one in reserve, and two for a path that is being tried. */
    out->active_connection_id_limit = 4;
    out->max_datagram_frame_size = s->quic.max_datagram;
    out->grease_quic_bit = s->quic.grease;
}

void quic_config_client(const struct settings *s, uint64_t now,
                        struct quic_config *out)
{
    *out = (struct quic_config){.versions = {0}};
    set_settings(s, now, out);
    set_params(s, out);
    offer_versions(s, out);
    /* A server has no business opening a bidirectional stream, but it is
     * HTTP/3 that must say so, with its own error (RFC 9114 6.1). */
    out->params.initial_max_streams_bidi = 1;
}

void quic_config_server(const struct settings *s, uint64_t requests,
                        uint64_t now, struct quic_config *out)
{
    *out = (struct quic_config){.versions = {0}};
    set_settings(s, now, out);
    set_params(s, out);
    serve_versions(s, out);
    out->params.initial_max_streams_bidi = requests;
    out->params.disable_active_migration = !s->quic.migration;
}
