/*
 * A client's QUIC connection, and HTTP/3 on it, against packets of the input:
 * everything between udp.h and the pool, but for TLS (fake_tls.h).  What must
 * hold is in fake_pool.h, and: the application hears of the end once, and of
 * nothing after it.
 *
 * Most inputs begin behind a handshake that was made for them.
 */
#include <assert.h>

#include "base/fault.h"
#include "conn/h3.h"
#include "conn/h3_protocol.h"
#include "fake_loop.h"
#include "fake_pool.h"
#include "fake_tls.h"
#include "fake_udp.h"
#include "quic_play.h"
#include "transport/udp_path.h"

#define OPERATIONS_MAX 300

enum {
    KNOB_RAW_HANDSHAKE = 1,
    KNOB_SMALL_WINDOWS = 2,
    KNOB_AT_ONCE = 4, /* before pacing lets the client's Finished leave */
};

/* What dial is: the application until the handshake is complete. */
struct client {
    struct fake_pool pool;
    struct quic_script script;
    struct quic_app app;
    struct quic *quic; /* NULL once it is HTTP/3's, or over */
    uint8_t kind;      /* of the first exchange */
};

static void on_open(struct quic_app *app)
{
    struct client *c = container_of(app, struct client, app);
    struct conn_facts facts = {.id = 1};
    assert(c->quic);
    quic_facts(c->quic, &facts);
    fake_pool_adopt(&c->pool,
                    h3_new(c->pool.loop, c->quic, &c->pool.settings, &facts));
    c->quic = NULL;
    (void)fake_pool_submit(&c->pool, c->kind);
}

static void on_closed(struct quic_app *app, const struct fault *why)
{
    struct client *c = container_of(app, struct client, app);
    (void)why;
    assert(c->quic);
    c->quic = NULL;
}

static int next_send(struct quic_app *app, int64_t *id, struct span *spans,
                     int cap, bool *fin)
{
    (void)app, (void)id, (void)spans, (void)cap, (void)fin;
    return -1;
}

static const struct quic_app_ops app_ops = {
    .protocol = &h3_protocol,
    .on_open = on_open,
    .on_closed = on_closed,
    .next_send = next_send,
};

static struct client client;

static void on_sent(struct fake_udp_net *net, struct span datagram)
{
    (void)net;
    quic_script_observe(&client.script, datagram);
}

static void begin(struct client *c, uint8_t knobs)
{
    struct fault fault;
    struct addr to;
    if (knobs & KNOB_SMALL_WINDOWS) {
        c->pool.settings.quic.stream_window = 1000;
        c->pool.settings.quic.conn_window = 3000;
    }
    (void)addr_parse(&to, SPAN_LIT("127.0.0.1"), 443);
    c->quic = quic_connect(
        c->pool.loop, udp_path_connect(c->pool.loop, &to, NULL, &fault),
        SPAN_LIT("localhost"), &c->pool.settings, NULL, NULL, &c->app, &fault);
    assert(c->quic);
    fake_loop_turns(c->pool.loop, 2);
    if (knobs & KNOB_RAW_HANDSHAKE)
        return;
    quic_script_answer(&c->script);
    fake_loop_turns(c->pool.loop, 4);
    if (!(knobs & KNOB_AT_ONCE))
        fake_loop_pass(c->pool.loop, 20 * LOOP_MS);
    assert(c->pool.conn);
}

static void end(struct client *c)
{
    quic_script_flush(&c->script);
    fake_udp_unblock();
    fake_pool_settle(&c->pool);
    fake_pool_close(&c->pool);
    if (c->quic)
        quic_close(c->quic, h3_protocol.no_error);
    fake_loop_turns(c->pool.loop, 4);
    assert(fake_udp_net.socket == NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct client *c = &client;
    fake_tls_rewind();
    fake_pool_init(&c->pool);
    quic_script_init(&c->script, true);
    c->app.ops = &app_ops;
    fake_udp_net.on_sent = on_sent;
    uint8_t knobs = fuzz_input_u8(&in);
    c->kind = fuzz_input_u8(&in);
    begin(c, knobs);
    for (int i = 0; i < OPERATIONS_MAX && in.len > 0; i++) {
        uint8_t op = fuzz_input_u8(&in) % (FAKE_POOL_ACTS + QUIC_PLAY_OPS);
        if (op < FAKE_POOL_ACTS)
            fake_pool_act(&c->pool, op, &in);
        else
            quic_play_act(&c->script, op - FAKE_POOL_ACTS, &in);
    }
    end(c);
    quic_script_fini(&c->script);
    fake_pool_fini(&c->pool);
    return 0;
}
