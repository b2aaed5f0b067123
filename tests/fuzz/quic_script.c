#include "quic_script.h"

#include <string.h>

#include "fake_tls.h"
#include "fake_udp.h"
#include "support/h3_script.h"

#define INITIAL_MIN 1200 /* RFC 9000 14.1 */
/* First byte of a long header, fixed bit, two bytes of packet number. */
#define LONG_HEADER  0xc1
#define SHORT_HEADER 0x41

static void set_cid(ngtcp2_cid *cid, const char *text)
{
    ngtcp2_cid_init(cid, (const uint8_t *)text, QUIC_SCRIPT_CID);
}

void quic_script_init(struct quic_script *s, bool is_server)
{
    *s = (struct quic_script){
        .is_server = is_server, .version = NGTCP2_PROTO_VER_V1, .port = 50000};
    set_cid(&s->own, is_server ? "serverid" : "clientid");
    set_cid(&s->peer, "firstcid");
    s->original = s->peer;
    str_init(&s->datagram);
}

void quic_script_fini(struct quic_script *s)
{
    str_fini(&s->datagram);
}

/* What came. */

static void learn(struct quic_script *s, const uint8_t *packet, size_t len)
{
    ngtcp2_version_cid v;
    if (ngtcp2_pkt_decode_version_cid(&v, packet, len, QUIC_SCRIPT_CID) != 0 ||
        v.scidlen == 0 || v.scidlen > NGTCP2_MAX_CIDLEN || s->knows_peer)
        return;
    s->knows_peer = true;
    ngtcp2_cid_init(&s->peer, v.scid, v.scidlen);
    if (s->is_server)
        ngtcp2_cid_init(&s->original, v.dcid, v.dcidlen);
}

/* Header protection changes nothing, and no number has a lost part. */
static uint64_t read_number(const uint8_t *at, uint8_t first)
{
    uint64_t n = 0;
    for (int i = 0; i <= (first & 3); i++)
        n = n << 8 | at[i];
    return n;
}

void quic_script_observe(struct quic_script *s, struct span datagram)
{
    const uint8_t *packet = datagram.base;
    if (packet[0] & 0x80) {
        learn(s, packet, datagram.len);
        return;
    }
    if (datagram.len < 1 + QUIC_SCRIPT_CID + 4)
        return;
    uint64_t n = read_number(packet + 1 + QUIC_SCRIPT_CID, packet[0]) + 1;
    if (n > s->seen[QUIC_SPACE_1RTT])
        s->seen[QUIC_SPACE_1RTT] = n;
}

/* What leaves. */

static void add_u32(struct str *to, uint32_t n)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        str_add_char(to, (char)(n >> shift));
}

static void add_cid(struct str *to, const ngtcp2_cid *cid)
{
    str_add_char(to, (char)cid->datalen);
    str_add(to, span_of(cid->data, cid->datalen));
}

/* Version 2 names the types otherwise (RFC 9369 3.2). */
static unsigned type_bits(const struct quic_script *s, enum quic_space space)
{
    return s->version == NGTCP2_PROTO_VER_V2 ? (space + 1U) % 4 : space;
}

static void add_long_header(struct quic_script *s, enum quic_space space,
                            size_t len)
{
    struct str *to = &s->datagram;
    str_add_char(to, (char)(LONG_HEADER | type_bits(s, space) << 4));
    add_u32(to, s->version);
    add_cid(to, &s->peer);
    add_cid(to, &s->own);
    if (space == QUIC_SPACE_INITIAL)
        str_add_char(to, 0); /* no token */
    h3_script_varint(to, len + 2 + FAKE_TLS_TAG);
}

static void add_short_header(struct quic_script *s)
{
    str_add_char(&s->datagram, SHORT_HEADER);
    str_add(&s->datagram, span_of(s->peer.data, s->peer.datalen));
}

/* At most what fills a client's Initial. */
static void add_zeros(struct str *to, size_t n)
{
    static const uint8_t zeros[INITIAL_MIN + FAKE_TLS_TAG];
    str_add(to, span_of(zeros, n));
}

/* A client's Initial fills a datagram. */
static size_t padding(const struct quic_script *s, enum quic_space space,
                      size_t len)
{
    bool is_padded = space == QUIC_SPACE_INITIAL && !s->is_server;
    if (is_padded)
        return len < INITIAL_MIN ? INITIAL_MIN - len : 0;
    return len < 4 ? 4 - len : 0; /* for the sample */
}

void quic_script_packet(struct quic_script *s, enum quic_space space,
                        struct span frames)
{
    struct str *to = &s->datagram;
    size_t padded = padding(s, space, frames.len);
    if (space == QUIC_SPACE_1RTT)
        add_short_header(s);
    else
        add_long_header(s, space, frames.len + padded);
    uint64_t n = s->numbers[space]++;
    str_add_char(to, (char)(n >> 8));
    str_add_char(to, (char)n);
    str_add(to, frames);
    add_zeros(to, padded + FAKE_TLS_TAG);
}

void quic_script_flush(struct quic_script *s)
{
    if (s->datagram.len > 0)
        fake_udp_receive(s->port, 0, str_span(&s->datagram));
    str_clear(&s->datagram);
}

/* Frames. */

void quic_script_add_crypto(struct quic_script *s, struct str *frames,
                            enum quic_space space, struct span data)
{
    h3_script_varint(frames, 0x06);
    h3_script_varint(frames, s->offsets[space]);
    h3_script_varint(frames, data.len);
    str_add(frames, data);
    s->offsets[space] += data.len;
}

void quic_script_add_ack(struct quic_script *s, struct str *frames,
                         enum quic_space space)
{
    uint64_t seen = s->seen[space];
    if (seen == 0)
        return;
    h3_script_varint(frames, 0x02);
    h3_script_varint(frames, seen - 1);
    h3_script_varint(frames, 0); /* delay */
    h3_script_varint(frames, 0); /* more ranges */
    h3_script_varint(frames, seen - 1);
}

void quic_script_add_stream(struct quic_script *s, struct str *frames,
                            int64_t id, struct span data, bool fin)
{
    uint64_t *offset = &s->stream_offsets[id % QUIC_SCRIPT_STREAMS];
    h3_script_varint(frames, fin ? 0x0f : 0x0e);
    h3_script_varint(frames, (uint64_t)id);
    h3_script_varint(frames, *offset);
    h3_script_varint(frames, data.len);
    str_add(frames, data);
    *offset += data.len;
}

/* Handshakes. */

static void set_limits(ngtcp2_transport_params *p)
{
    ngtcp2_transport_params_default(p);
    p->initial_max_data = 1 << 20;
    p->initial_max_stream_data_bidi_local = 1 << 18;
    p->initial_max_stream_data_bidi_remote = 1 << 18;
    p->initial_max_stream_data_uni = 1 << 18;
    p->initial_max_streams_bidi = 8;
    p->initial_max_streams_uni = 8;
    p->max_idle_timeout = 30 * NGTCP2_SECONDS;
    p->active_connection_id_limit = 4;
}

static void send_message(struct quic_script *s, enum quic_space space,
                         struct span message)
{
    struct str frames;
    str_init(&frames);
    quic_script_add_crypto(s, &frames, space, message);
    quic_script_packet(s, space, str_span(&frames));
    str_fini(&frames);
}

static void send_params(struct quic_script *s, enum quic_space space, char kind,
                        const ngtcp2_transport_params *params)
{
    struct str message;
    str_init(&message);
    fake_tls_message(&message, kind, params);
    send_message(s, space, str_span(&message));
    str_fini(&message);
}

void quic_script_answer(struct quic_script *s)
{
    ngtcp2_transport_params p;
    set_limits(&p);
    p.original_dcid_present = 1;
    p.original_dcid = s->original;
    p.initial_scid_present = 1;
    p.initial_scid = s->own;
    send_message(s, QUIC_SPACE_INITIAL, SPAN_LIT("S"));
    send_params(s, QUIC_SPACE_HANDSHAKE, 'P', &p);
    quic_script_flush(s);
}

void quic_script_hello(struct quic_script *s)
{
    ngtcp2_transport_params p;
    set_limits(&p);
    p.initial_scid_present = 1;
    p.initial_scid = s->own;
    send_params(s, QUIC_SPACE_INITIAL, 'C', &p);
    quic_script_flush(s);
}

void quic_script_finish(struct quic_script *s)
{
    send_message(s, QUIC_SPACE_HANDSHAKE, SPAN_LIT("F"));
    quic_script_flush(s);
}
