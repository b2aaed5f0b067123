/*
 * The server's HTTP/3 over the fake QUIC, with the real router and handlers
 * behind it.  What must hold is what h1_server_fuzz.c says.
 */
#include "fake_loop.h"
#include "heap_bound.h"
#include "serve/quic_listen.h"
#include "site.h"
#include "support/fake_quic.h"
/* After it. */
#include "h3_peer.h"

/*
 * The site has no QUIC of its own, and the listener for it, which would bring the
 * real one with it, is never called.
 */
struct quic_listen *quic_listen_new(struct loop *loop, struct server *srv,
                                    const struct addr *at,
                                    struct tls_context *tls,
                                    struct fault *fault)
{
    (void)loop, (void)srv, (void)at, (void)tls, (void)fault;
    abort();
}

void quic_listen_drain(struct quic_listen *l)
{
    (void)l;
    abort();
}

void quic_listen_close(struct quic_listen *l)
{
    if (l)
        abort();
}

#define OPERATIONS_MAX 200
#define CONTROL        2 /* the client's first unidirectional stream */

enum {
    OP_PIECE,
    OP_FRAMES,
    OP_TURNS,
    OP_PASS,
    OP_DRAIN,
    OP_QUIC,
    OP_COUNT = OP_QUIC + H3_PEER_OPS,
};

static const char *const methods[] = {"GET", "HEAD",    "POST",
                                      "PUT", "OPTIONS", "CONNECT"};

static const char *pick_target(struct fuzz_input *in)
{
    return site_targets[fuzz_input_u8(in) % site_ntargets];
}

static int64_t pick_stream(struct fuzz_input *in)
{
    uint8_t b = fuzz_input_u8(in);
    return b < 180 ? 4 * (b % 8) : 2 + 4 * (b % 6);
}

static void add_request(struct str *s, struct fuzz_input *in)
{
    const char *method = INPUT_LINES_PICK(methods, in);
    const char *target = pick_target(in);
    switch (fuzz_input_u8(in) % 7) {
    case 0:
    case 1:
        h3_script_headers(s, ":method", method, ":scheme", "https",
                          ":authority", "h", ":path", target, NULL);
        break;
    case 2:
        h3_script_headers(s, ":method", method, ":scheme", "https",
                          ":authority", "h", ":path", target, "content-length",
                          "5", "range", "bytes=1-2", NULL);
        break;
    case 3:
        h3_script_headers(s, ":method", "CONNECT", ":protocol", "websocket",
                          ":scheme", "https", ":authority", "h", ":path",
                          target, NULL);
        break;
    case 4:
        h3_script_headers(s, ":method", method, ":path", target, "Upper", "x",
                          NULL);
        break;
    case 5:
        h3_script_headers(s, ":method", "POST", ":scheme", "https",
                          ":authority", "h", ":path", "/upload", "expect",
                          "100-continue", NULL);
        break;
    case 6:
        h3_script_headers(s, ":method", "CONNECT", ":protocol", "webtransport",
                          ":scheme", "https", ":authority", "h", ":path", "/wt",
                          NULL);
        break;
    }
}

static void add_frame(struct str *s, struct fuzz_input *in)
{
    uint8_t kind = fuzz_input_u8(in);
    if (kind < 100)
        add_request(s, in);
    else if (kind < 140)
        h3_script_data(s, "hello");
    else if (kind < 150)
        h3_peer_add_filling(s, (size_t)fuzz_input_u8(in) * 35);
    else if (kind < 160)
        h3_script_headers(s, "x-sum", "1", NULL);
    else
        h3_peer_add_frame(s, in);
}

static void send_frames(struct quic *q, int64_t id, struct fuzz_input *in)
{
    struct str bytes;
    uint8_t how = fuzz_input_u8(in);
    str_init(&bytes);
    bool is_new = !fake_quic_find(q, id);
    if (is_new && how >= 0xc0)
        h3_peer_add_session(&bytes, id, how >> 4);
    else if (is_new && id & 2)
        h3_script_varint(&bytes, how >> 4); /* the stream's type */
    for (unsigned n = how & 3U; n > 0; n--)
        add_frame(&bytes, in);
    fake_quic_receive(q, id, str_span(&bytes), (how & 12) >= 8);
    str_fini(&bytes);
}

static void act(struct site *s, struct quic *q, struct fuzz_input *in)
{
    uint8_t op = fuzz_input_u8(in) % OP_COUNT;
    if (op == OP_TURNS) {
        fake_loop_turns(s->loop, fuzz_input_u8(in) % 16 + 1);
        return;
    }
    if (op == OP_PASS) {
        fake_loop_pass(s->loop, LOOP_MS << (fuzz_input_u8(in) & 15));
        return;
    }
    if (q->is_gone || q->is_ending)
        return;
    int64_t id = pick_stream(in);
    uint8_t how;
    switch (op) {
    case OP_PIECE:
        how = fuzz_input_u8(in);
        fake_quic_receive(q, id, fuzz_input_piece(in), how & 1);
        break;
    case OP_FRAMES:
        send_frames(q, id, in);
        break;
    case OP_DRAIN:
        if (s->peer && id == 0)
            s->peer->ops->drain(s->peer);
        break;
    default:
        h3_peer_act(q, op - OP_QUIC, id, fuzz_input_u8(in));
        break;
    }
}

static struct quic *open_connection(struct site *s, uint8_t knobs)
{
    struct quic *q = fake_quic_new(s->loop, true);
    struct quic_app *app = h3_server_app(s->server);
    h3_peer_set_knobs(q, knobs);
    site_watch(s, h3_server_attach(app, q, "127.0.0.1"));
    quic_set_app(q, app);
    q->is_told = false;
    quic_wake(q);
    fake_loop_turns(s->loop, 2);
    if (!(knobs & H3_PEER_NO_CONTROL))
        h3_peer_say_hello(q, CONTROL);
    return q;
}

static void check_output(struct quic *q)
{
    list_each (l, &q->streams) {
        struct fake_stream *s = container_of(l, struct fake_stream, link);
        site_check_output(str_span(&s->out));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct site *s = site_get();
    size_t heap = heap_bound_used();
    struct quic *q = open_connection(s, fuzz_input_u8(&in));
    for (int i = 0; i < OPERATIONS_MAX && in.len > 0; i++) {
        act(s, q, &in);
        heap_bound_check(heap);
    }
    q->holds_acks = false;
    quic_wake(q);
    fake_loop_turns(s->loop, 40);
    check_output(q);
    site_drop(s);
    fake_loop_turns(s->loop, 3);
    fake_quic_free(q);
    return 0;
}
