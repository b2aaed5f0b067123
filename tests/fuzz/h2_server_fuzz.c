/*
 * The server's HTTP/2, with the real router and handlers behind it, against a
 * client that sends frames, right and wrong.  What must hold is what
 * h1_server_fuzz.c says.
 */
#include "conn/h2_wire.h"
#include "fake_loop.h"
#include "fuzz_input.h"
#include "heap_bound.h"
#include "site.h"
#include "support/pipe_transport.h"

#define OPERATIONS_MAX 200

enum {
    KNOB_PIECES = 1,
    KNOB_SMALL_ROOM = 2,
    KNOB_SMALL_WINDOW = 4,
    KNOB_RAW = 8, /* the input says hello itself */
};

enum {
    OP_PIECE,
    OP_GET,
    OP_POST,
    OP_RANGE,
    OP_DATA,
    OP_TRAILERS,
    OP_RESET,
    OP_WINDOW,
    OP_SETTING,
    OP_FRAME,
    OP_TURNS,
    OP_READ,
    OP_PASS,
    OP_END,
    OP_COUNT,
};

static int32_t pick_stream(struct fuzz_input *in)
{
    return 1 + 2 * (fuzz_input_u8(in) % 16);
}

static void send_request(struct h2_wire *w, const char *method,
                         struct fuzz_input *in)
{
    int32_t id = pick_stream(in);
    const char *target = site_targets[fuzz_input_u8(in) % site_ntargets];
    uint8_t how = fuzz_input_u8(in);
    if (how & 0x80) { /* for a protocol */
        h2_wire_head(w, id, how & NGHTTP2_FLAG_END_STREAM, ":method", "CONNECT",
                     ":protocol", "websocket", ":scheme", "http", ":authority",
                     "h", ":path", target, "sec-websocket-version", "13", NULL);
        return;
    }
    h2_wire_head(w, id, how & NGHTTP2_FLAG_END_STREAM, ":method", method,
                 ":scheme", "http", ":authority", "h", ":path", target, NULL);
}

static void send_range(struct h2_wire *w, struct fuzz_input *in)
{
    static const char *const ranges[] = {"bytes=2-", "bytes=-1", "bytes=1-,x",
                                         "bytes=0-0,5-6", "x"};
    int32_t id = pick_stream(in);
    const char *range = INPUT_LINES_PICK(ranges, in);
    h2_wire_head(w, id, fuzz_input_u8(in) & NGHTTP2_FLAG_END_STREAM, ":method",
                 "GET", ":scheme", "http", ":authority", "h", ":path", "/a.txt",
                 "range", range, "content-length", "3", NULL);
}

static void send_any(struct h2_wire *w, struct fuzz_input *in)
{
    uint8_t type = fuzz_input_u8(in);
    uint8_t flags = fuzz_input_u8(in);
    int32_t id = fuzz_input_u8(in) & 1 ? pick_stream(in) : 0;
    h2_wire_frame(w, type, flags, id,
                  fuzz_input_take(in, fuzz_input_u8(in) % 64));
}

static void end_something(struct site *s, struct h2_wire *w, uint8_t how)
{
    if (how < 64)
        pipe_transport_shut(w->t);
    else if (how < 128)
        pipe_transport_cut(w->t);
    else if (how < 160 && s->peer)
        s->peer->ops->drain(s->peer);
}

static void act(struct site *s, struct h2_wire *w, struct str *got,
                struct fuzz_input *in)
{
    uint8_t op = fuzz_input_u8(in) % OP_COUNT;
    if (op < OP_TURNS && pipe_transport_is_shut(w->t))
        return;
    switch (op) {
    case OP_PIECE:
        pipe_transport_send(w->t, fuzz_input_piece(in));
        break;
    case OP_GET:
        send_request(w, "GET", in);
        break;
    case OP_POST:
        send_request(w, "POST", in);
        break;
    case OP_RANGE:
        send_range(w, in);
        break;
    case OP_DATA:
        h2_wire_data(w, pick_stream(in),
                     fuzz_input_u8(in) & NGHTTP2_FLAG_END_STREAM, "hello");
        break;
    case OP_TRAILERS:
        h2_wire_head(w, pick_stream(in), NGHTTP2_FLAG_END_STREAM, "x-t", "1",
                     NULL);
        break;
    case OP_RESET:
        h2_wire_u32(w, NGHTTP2_RST_STREAM, 0, pick_stream(in),
                    fuzz_input_u8(in));
        break;
    case OP_WINDOW:
        h2_wire_u32(w, NGHTTP2_WINDOW_UPDATE, 0,
                    fuzz_input_u8(in) & 1 ? 0 : pick_stream(in),
                    1U << fuzz_input_u8(in) % 31);
        break;
    case OP_SETTING:
        h2_wire_setting(w, fuzz_input_u8(in) % 10,
                        1U << fuzz_input_u8(in) % 32);
        break;
    case OP_FRAME:
        send_any(w, in);
        break;
    case OP_TURNS:
        fake_loop_turns(s->loop, fuzz_input_u8(in) % 16 + 1);
        break;
    case OP_READ:
        (void)pipe_transport_receive(w->t, got);
        break;
    case OP_PASS:
        fake_loop_pass(s->loop, LOOP_MS << (fuzz_input_u8(in) & 15));
        break;
    case OP_END:
        end_something(s, w, fuzz_input_u8(in));
        break;
    }
}

static void open_connection(struct site *s, struct h2_wire *w, uint8_t knobs)
{
    struct transport *near;
    struct transport *far;
    pipe_transport_pair(s->loop, &near, &far);
    if (knobs & KNOB_PIECES)
        pipe_transport_set_piece(near, 1 + knobs / 32);
    if (knobs & KNOB_SMALL_ROOM)
        pipe_transport_set_room(far, 50);
    site_watch(s, h2_server_new(s->server, near, false, "127.0.0.1"));
    h2_wire_init(w, far);
    if (knobs & KNOB_RAW)
        return;
    pipe_transport_send_text(far, NGHTTP2_CLIENT_MAGIC);
    if (knobs & KNOB_SMALL_WINDOW)
        h2_wire_setting(w, NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, 10);
    h2_wire_hello(w);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct site *s = site_get();
    struct h2_wire w;
    struct str got;
    size_t heap = heap_bound_used();
    open_connection(s, &w, fuzz_input_u8(&in));
    str_init(&got);
    for (int i = 0; i < OPERATIONS_MAX && in.len > 0; i++) {
        act(s, &w, &got, &in);
        heap_bound_check(heap);
    }
    for (int i = 0; i < 4; i++) {
        fake_loop_turns(s->loop, 10);
        (void)pipe_transport_receive(w.t, &got);
    }
    site_check_output(str_span(&got));
    site_drop(s);
    h2_wire_fini(&w);
    fake_loop_turns(s->loop, 2);
    str_fini(&got);
    return 0;
}
