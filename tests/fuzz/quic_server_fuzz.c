/*
 * The server's QUIC: router, connections and HTTP/3, with the real handlers,
 * against packets of the input.
 *
 * What must hold: every connection that was admitted is released; nothing
 * outside the folder is sent; what it makes grow stays below a bound.
 */
#include <assert.h>

#include "base/fault.h"
#include "fake_loop.h"
#include "fake_tls.h"
#include "fake_udp.h"
#include "heap_bound.h"
#include "quic_play.h"
#include "serve/quic_listen.h"
#include "site.h"

#define OPERATIONS_MAX 300

enum {
    KNOB_RAW_HANDSHAKE = 1,
};

enum {
    OP_TURNS,
    OP_PASS,
    OP_DRAIN,
    OP_CLIENT, /* another one: new IDs, new numbers */
    OP_PLAY,
    OP_COUNT = OP_PLAY + QUIC_PLAY_OPS,
};

static struct quic_script script;

static void on_sent(struct fake_udp_net *net, struct span datagram)
{
    (void)net;
    quic_script_observe(&script, datagram);
    site_check_output(datagram);
}

static void shake_hands(struct loop *loop)
{
    quic_script_hello(&script);
    fake_loop_turns(loop, 3);
    quic_script_finish(&script);
    fake_loop_turns(loop, 3);
}

/* The old one stays where it is. */
static void change_client(uint8_t how)
{
    quic_script_fini(&script);
    quic_script_init(&script, false);
    script.own.data[0] = how;
    script.peer.data[0] = how;
    script.original.data[0] = how;
    script.port += how % 4;
}

static void act(struct site *s, struct quic_listen *l, struct fuzz_input *in)
{
    uint8_t op = fuzz_input_u8(in) % OP_COUNT;
    uint8_t how;
    switch (op) {
    case OP_TURNS:
        fake_loop_turns(s->loop, fuzz_input_u8(in) % 16 + 1);
        break;
    case OP_PASS:
        fake_loop_pass(s->loop, LOOP_MS << (fuzz_input_u8(in) & 15));
        break;
    case OP_DRAIN:
        if (fuzz_input_u8(in) < 64)
            quic_listen_drain(l);
        break;
    case OP_CLIENT:
        how = fuzz_input_u8(in);
        change_client(how);
        if (how & 1)
            shake_hands(s->loop);
        break;
    default:
        quic_play_act(&script, op - OP_PLAY, in);
        break;
    }
}

static struct quic_listen *begin(struct site *s, uint8_t knobs)
{
    struct fault fault;
    struct addr at;
    (void)addr_parse(&at, SPAN_LIT("127.0.0.1"), 443);
    fake_tls_rewind();
    quic_script_init(&script, false);
    fake_udp_net.on_sent = on_sent;
    struct quic_listen *l =
        quic_listen_new(s->loop, s->server, &at, NULL, &fault);
    assert(l);
    if (!(knobs & KNOB_RAW_HANDSHAKE))
        shake_hands(s->loop);
    return l;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct site *s = site_get();
    size_t heap = heap_bound_used();
    struct quic_listen *l = begin(s, fuzz_input_u8(&in));
    for (int i = 0; i < OPERATIONS_MAX && in.len > 0; i++) {
        act(s, l, &in);
        heap_bound_check(heap);
    }
    quic_script_flush(&script);
    fake_udp_unblock();
    fake_loop_turns(s->loop, 20);
    quic_listen_close(l);
    fake_loop_turns(s->loop, 3);
    assert(server_nconnections(s->server) == 0);
    quic_script_fini(&script);
    return 0;
}
