/*
 * The HTTP/3 client connection over the fake QUIC: control, QPACK, request and
 * other streams get frames and bytes of the input; streams are reset, stopped,
 * blocked; credit comes late and acknowledgements too.
 *
 * Beside what fake_pool.h says: no more bodies of unknown length are complete
 * than FINs were sent.
 */
#include <assert.h>

#include "conn/h3.h"
#include "fake_pool.h"
#include "support/fake_quic.h"
/* After it. */
#include "h3_peer.h"

#define OPERATIONS_MAX 300

enum {
    KNOB_SMALL_HEAD = 16,
    KNOB_SMALL_WINDOWS = 32,
};

enum {
    OP_PIECE = FAKE_POOL_ACTS,
    OP_FRAMES,
    OP_QUIC,
    OP_COUNT = OP_QUIC + H3_PEER_OPS,
};

static int64_t pick_stream(struct fuzz_input *in)
{
    uint8_t b = fuzz_input_u8(in);
    if (b < 180)
        return 4 * (b % 8);
    if (b >= 240)
        return 1 + 4 * (b % 4);
    return 3 + 4 * (b % 6);
}

static const char *const heads[][6] = {
    {":status", "200"},
    {":status", "200", "content-length", "5"},
    {":status", "103"},
    {"x-sum", "1"},
    {":status", "204"},
    {":status", "413", "Upper", "x"},
    {":status", "101"},
    {":status", "200", "content-length", "5", "content-length", "6"},
    {":status", "304", "content-length", "9"},
    {":status", "200", "content-length", "0"},
    {":status", "421"},
    {":status", "2000"},
};

static void add_head(struct str *s, struct fuzz_input *in)
{
    const char *const *h = INPUT_LINES_PICK(heads, in);
    if (h[4])
        h3_script_headers(s, h[0], h[1], h[2], h[3], h[4], h[5], NULL);
    else if (h[2])
        h3_script_headers(s, h[0], h[1], h[2], h[3], NULL);
    else
        h3_script_headers(s, h[0], h[1], NULL);
}

static void add_frame(struct str *s, struct fuzz_input *in)
{
    uint8_t kind = fuzz_input_u8(in);
    if (kind < 100)
        add_head(s, in);
    else if (kind < 150)
        h3_script_data(s, "hello");
    else if (kind < 170)
        h3_peer_add_filling(s, (size_t)fuzz_input_u8(in) * 35);
    else
        h3_peer_add_frame(s, in);
}

struct server {
    struct quic *quic;
    size_t nends; /* FINs on request streams */
};

/* The QUIC layer takes nothing on streams that nobody opened. */
static bool may_send(const struct server *s, int64_t id)
{
    return id & 3 || fake_quic_find(s->quic, id);
}

static void receive(struct server *s, int64_t id, struct span bytes, bool fin)
{
    s->nends += fin && !(id & 3);
    fake_quic_receive(s->quic, id, bytes, fin);
}

static void send_frames(struct server *s, int64_t id, struct fuzz_input *in)
{
    struct str bytes;
    uint8_t how = fuzz_input_u8(in);
    str_init(&bytes);
    bool is_new = !fake_quic_find(s->quic, id);
    if (is_new && how >= 0xc0)
        h3_peer_add_session(&bytes, id, how >> 4);
    else if (is_new && id & 2)
        h3_script_varint(&bytes, how >> 4); /* the stream's type */
    for (unsigned n = how & 3U; n > 0; n--)
        add_frame(&bytes, in);
    receive(s, id, str_span(&bytes), (how & 12) == 12);
    str_fini(&bytes);
}

static void act(struct server *s, uint8_t op, struct fuzz_input *in)
{
    int64_t id = pick_stream(in);
    if (op >= OP_QUIC) {
        h3_peer_act(s->quic, op - OP_QUIC, id, fuzz_input_u8(in));
        return;
    }
    if (!may_send(s, id))
        return;
    if (op == OP_FRAMES) {
        send_frames(s, id, in);
        return;
    }
    bool fin = fuzz_input_u8(in) & 1;
    receive(s, id, fuzz_input_piece(in), fin);
}

/* Those that a FIN has completed, and nothing else could. */
static size_t ended_by_fin(const struct fake_pool *p)
{
    size_t n = 0;
    for (size_t i = 0; i < p->ncalls; i++) {
        const struct fake_call *c = &p->calls[i];
        n += c->life == FAKE_CALL_DONE && c->is_ok && c->announced < 0 &&
             !message_is_bodyless(c->request.method, c->status);
    }
    return n;
}

static void run(struct fake_pool *p, struct server *s, struct fuzz_input *in)
{
    for (int i = 0; i < OPERATIONS_MAX && in->len > 0; i++) {
        uint8_t op = fuzz_input_u8(in) % OP_COUNT;
        if (op < FAKE_POOL_ACTS)
            fake_pool_act(p, op, in);
        else if (!s->quic->is_gone)
            act(s, op, in);
    }
    s->quic->holds_acks = false;
    quic_wake(s->quic);
    fake_pool_settle(p);
    assert(ended_by_fin(p) <= s->nends);
}

static void open_connection(struct fake_pool *p, struct server *s,
                            uint8_t knobs)
{
    const struct conn_facts facts = {.id = 1};
    if (knobs & KNOB_SMALL_HEAD)
        p->settings.limits.head = 1000;
    if (knobs & KNOB_SMALL_WINDOWS) {
        p->settings.quic.stream_window = 1000;
        p->settings.quic.conn_window = 3000;
    }
    s->quic = fake_quic_new(p->loop, false);
    h3_peer_set_knobs(s->quic, knobs);
    fake_pool_adopt(p, h3_new(p->loop, s->quic, &p->settings, &facts));
    fake_loop_turns(p->loop, 3);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct fake_pool p;
    struct server s = {0};
    fake_pool_init(&p);
    uint8_t knobs = fuzz_input_u8(&in);
    open_connection(&p, &s, knobs);
    (void)fake_pool_submit(&p, fuzz_input_u8(&in));
    if (!(knobs & H3_PEER_NO_CONTROL))
        h3_peer_say_hello(s.quic, 3);
    fake_loop_turns(p.loop, 3);
    run(&p, &s, &in);
    fake_pool_close(&p);
    fake_loop_turns(p.loop, 4);
    fake_quic_free(s.quic);
    fake_pool_fini(&p);
    return 0;
}
