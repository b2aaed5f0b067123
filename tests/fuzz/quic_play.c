#include "quic_play.h"

#include <errno.h>

#include "fake_tls.h"
#include "fake_udp.h"
#include "support/h3_script.h"

enum op {
    OP_FRAMES, /* a packet of the input's frames */
    OP_STREAM, /* the input's bytes on a stream */
    OP_ACK,
    OP_DATAGRAM, /* the input's bytes as they are */
    OP_VERSIONS,
    OP_RETRY,
    OP_CRYPTO,
    OP_NUMBER, /* the next packet has another number */
    OP_PATH,   /* another port, ICMP, a full socket */
    OP_VERSION,
    OP_COUNT,
};

_Static_assert(OP_COUNT == QUIC_PLAY_OPS, "the programs count them");

static enum quic_space pick_space(uint8_t b)
{
    return b < 160 ? QUIC_SPACE_1RTT : b % QUIC_SPACE_COUNT;
}

/* Alone, or with what follows. */
static void send_or_wait(struct quic_script *s, uint8_t how)
{
    if (how & 1 || s->datagram.len > QUIC_SCRIPT_MTU)
        quic_script_flush(s);
}

static void send_frames(struct quic_script *s, struct fuzz_input *in)
{
    enum quic_space space = pick_space(fuzz_input_u8(in));
    uint8_t how = fuzz_input_u8(in);
    quic_script_packet(s, space, fuzz_input_piece(in));
    send_or_wait(s, how);
}

static void send_stream(struct quic_script *s, struct fuzz_input *in)
{
    struct str frames;
    int64_t id = fuzz_input_u8(in) % QUIC_SCRIPT_STREAMS;
    uint8_t how = fuzz_input_u8(in);
    str_init(&frames);
    quic_script_add_stream(s, &frames, id, fuzz_input_piece(in), how & 2);
    quic_script_packet(s, QUIC_SPACE_1RTT, str_span(&frames));
    str_fini(&frames);
    send_or_wait(s, ~how);
}

static void send_ack(struct quic_script *s)
{
    struct str frames;
    str_init(&frames);
    quic_script_add_ack(s, &frames, QUIC_SPACE_1RTT);
    quic_script_packet(s, QUIC_SPACE_1RTT, str_span(&frames));
    quic_script_flush(s);
    str_fini(&frames);
}

static void send_crypto(struct quic_script *s, struct fuzz_input *in)
{
    struct str frames;
    enum quic_space space = fuzz_input_u8(in) % QUIC_SPACE_COUNT;
    str_init(&frames);
    quic_script_add_crypto(s, &frames, space, fuzz_input_piece(in));
    quic_script_packet(s, space, str_span(&frames));
    quic_script_flush(s);
    str_fini(&frames);
}

/* A long header with this version and no length: what follows is the body. */
static void send_special(struct quic_script *s, uint8_t first, uint32_t version,
                         struct span body)
{
    struct str *to = &s->datagram;
    quic_script_flush(s);
    str_add_char(to, (char)first);
    for (int shift = 24; shift >= 0; shift -= 8)
        str_add_char(to, (char)(version >> shift));
    str_add_char(to, (char)s->peer.datalen);
    str_add(to, span_of(s->peer.data, s->peer.datalen));
    str_add_char(to, (char)s->own.datalen);
    str_add(to, span_of(s->own.data, s->own.datalen));
    str_add(to, body);
    quic_script_flush(s);
}

static void send_retry(struct quic_script *s, struct fuzz_input *in)
{
    struct str body;
    str_init(&body);
    str_add(&body, fuzz_input_piece(in));
    for (int i = 0; i < FAKE_TLS_TAG; i++)
        str_add_char(&body, 0);
    send_special(s, 0xf0, s->version, str_span(&body));
    str_fini(&body);
}

static void change_path(struct quic_script *s, uint8_t how)
{
    static const int errors[] = {ECONNREFUSED, EHOSTUNREACH, ENETDOWN};
    if (how < 100)
        s->port = 50000 + how % 3;
    else if (how < 130)
        fake_udp_fail(errors[how % 3]);
    else if (how < 190)
        fake_udp_net.is_full = true;
    else
        fake_udp_unblock();
}

void quic_play_act(struct quic_script *s, uint8_t op, struct fuzz_input *in)
{
    static const uint32_t versions[] = {NGTCP2_PROTO_VER_V1,
                                        NGTCP2_PROTO_VER_V2, 0x0a0a0a0a, 0};
    enum quic_space space;
    switch ((enum op)(op % OP_COUNT)) {
    case OP_FRAMES:
        send_frames(s, in);
        break;
    case OP_STREAM:
        send_stream(s, in);
        break;
    case OP_ACK:
        send_ack(s);
        break;
    case OP_DATAGRAM:
        quic_script_flush(s);
        str_add(&s->datagram, fuzz_input_piece(in));
        quic_script_flush(s);
        break;
    case OP_VERSIONS:
        send_special(s, 0xc0, 0, fuzz_input_piece(in));
        break;
    case OP_RETRY:
        send_retry(s, in);
        break;
    case OP_CRYPTO:
        send_crypto(s, in);
        break;
    case OP_NUMBER:
        space = pick_space(fuzz_input_u8(in));
        s->numbers[space] += (uint64_t)(int64_t)(int8_t)fuzz_input_u8(in);
        break;
    case OP_PATH:
        change_path(s, fuzz_input_u8(in));
        break;
    case OP_VERSION:
        s->version = INPUT_LINES_PICK(versions, in);
        break;
    case OP_COUNT:
        break;
    }
}
