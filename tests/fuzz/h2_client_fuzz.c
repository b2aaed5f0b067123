/*
 * The HTTP/2 client connection against a server that sends frames, right and
 * wrong, in whatever pieces.  Most are valid in themselves, so that states
 * behind the first error are reached; others are bytes of the input.
 *
 * Beside what fake_pool.h says: no more exchanges succeed than streams were
 * ended, as long as the input sent no bytes of its own.
 */
#include <assert.h>
#include <string.h>

#include "conn/h2.h"
#include "conn/h2_wire.h"
#include "fake_loop.h"
#include "fake_pool.h"
#include "support/pipe_transport.h"

#define OPERATIONS_MAX 300
#define PAYLOAD_MAX    16384

enum {
    KNOB_SMALL_HEAD = 1,
    KNOB_SMALL_WINDOWS = 2,
    KNOB_PIECES = 4,
    KNOB_SMALL_ROOM = 8,
    KNOB_NO_HELLO = 16,
};

struct server {
    struct h2_wire wire;
    size_t nends; /* END_STREAM flags sent */
    bool is_raw;  /* bytes of the input were sent: nobody counted */
    bool is_shut;
};

enum op {
    OP_PIECE = FAKE_POOL_ACTS,
    OP_HEAD,
    OP_DATA,
    OP_PADDED,
    OP_RESET,
    OP_GOAWAY,
    OP_SETTING,
    OP_SETTINGS,
    OP_WINDOW,
    OP_FRAME,
    OP_PING,
    OP_SPLIT_HEAD,
    OP_SHUT,
    OP_CUT,
    OP_READ,
    OP_COUNT,
};

static int32_t pick_stream(struct fuzz_input *in)
{
    uint8_t b = fuzz_input_u8(in);
    if (b < 200)
        return 1 + 2 * (b % FAKE_POOL_CALLS);
    if (b < 220)
        return b % 30;
    return b < 240 ? 0 : (int32_t)(0x7fffffff - b % 4);
}

static const char *const heads[][8] = {
    {":status", "200"},
    {":status", "200", "content-length", "5"},
    {":status", "100"},
    {":status", "103", "link", "x"},
    {":status", "204"},
    {":status", "413"},
    {"x-sum", "1"}, /* trailers */
    {":status", "101"},
    {"a", "b", ":status", "200"},
    {":status", "200", "Upper", "x"},
    {":status", "200", "connection", "close"},
    {":status", "99999999999"},
    {":status", "200", "content-length", "5", "content-length", "6"},
    {":status", "200", ":status", "200", "x", "a\r\nb"},
    {":status", "304", "content-length", "7"},
    {":status", "200", "te", "trailers", "x", ""},
};

static size_t make_fields(const char *const *head, nghttp2_nv *nva)
{
    size_t n = 0;
    for (; n < 4 && head[2 * n]; n++)
        nva[n] = (nghttp2_nv){
            .name = (uint8_t *)(uintptr_t)head[2 * n],
            .value = (uint8_t *)(uintptr_t)head[2 * n + 1],
            .namelen = strlen(head[2 * n]),
            .valuelen = strlen(head[2 * n + 1]),
        };
    return n;
}

static void send_frame(struct server *s, uint8_t type, uint8_t flags,
                       int32_t id, struct span payload)
{
    bool ends = type == NGHTTP2_DATA || type == NGHTTP2_HEADERS;
    s->nends += ends && flags & NGHTTP2_FLAG_END_STREAM;
    h2_wire_frame(&s->wire, type, flags, id, payload);
}

/* Whole, or cut in two with a CONTINUATION. */
static void send_head(struct server *s, struct fuzz_input *in, bool is_split)
{
    nghttp2_nv nva[4];
    int32_t id = pick_stream(in);
    size_t n = make_fields(INPUT_LINES_PICK(heads, in), nva);
    uint8_t how = fuzz_input_u8(in);
    uint8_t end = how & NGHTTP2_FLAG_END_STREAM;
    struct str block;
    str_init(&block);
    struct span all = h2_wire_block(&s->wire, &block, nva, n);
    size_t at = is_split ? how % (all.len + 1) : all.len;
    uint8_t flags = is_split ? 0 : NGHTTP2_FLAG_END_HEADERS;
    send_frame(s, NGHTTP2_HEADERS, flags | end, id, span_of(all.base, at));
    flags = how & 128 ? 0 : NGHTTP2_FLAG_END_HEADERS;
    if (is_split)
        send_frame(s, NGHTTP2_CONTINUATION, flags, id,
                   span_of(all.base + at, all.len - at));
    str_fini(&block);
}

static void send_data(struct server *s, struct fuzz_input *in)
{
    static char filling[PAYLOAD_MAX];
    int32_t id = pick_stream(in);
    size_t n = fuzz_input_u8(in);
    uint8_t flags = fuzz_input_u8(in) & NGHTTP2_FLAG_END_STREAM;
    if (n > 200)
        n = n * 64 < PAYLOAD_MAX ? n * 64 : PAYLOAD_MAX;
    memset(filling, 'd', n);
    send_frame(s, NGHTTP2_DATA, flags, id, span_of(filling, n));
}

/* A padding that may be longer than the frame. */
static void send_padded(struct server *s, struct fuzz_input *in)
{
    const uint8_t payload[] = {
        fuzz_input_u8(in) % 16, 'p', 'a', 'd', 0, 0, 0, 0};
    uint8_t end = fuzz_input_u8(in) & NGHTTP2_FLAG_END_STREAM;
    send_frame(s, NGHTTP2_DATA, NGHTTP2_FLAG_PADDED | end, pick_stream(in),
               span_of(payload, sizeof payload));
}

static void send_window(struct server *s, struct fuzz_input *in)
{
    int32_t id = pick_stream(in);
    uint8_t shift = fuzz_input_u8(in);
    uint32_t n = shift < 250 ? 1U << shift % 31 : 0;
    h2_wire_u32(&s->wire, NGHTTP2_WINDOW_UPDATE, 0, id, n);
}

static void send_setting(struct server *s, struct fuzz_input *in)
{
    uint16_t id = fuzz_input_u8(in) % 10;
    uint32_t value = fuzz_input_u8(in);
    if (value > 128)
        value = value << 24 | value << 9;
    h2_wire_setting(&s->wire, id, value);
}

static void send_any(struct server *s, struct fuzz_input *in)
{
    uint8_t type = fuzz_input_u8(in);
    uint8_t flags = fuzz_input_u8(in);
    int32_t id = pick_stream(in);
    s->is_raw = true;
    h2_wire_frame(&s->wire, type, flags, id,
                  fuzz_input_take(in, fuzz_input_u8(in) % 64));
}

static void close_end(struct server *s, bool is_cut)
{
    if (is_cut)
        pipe_transport_cut(s->wire.t);
    else
        pipe_transport_shut(s->wire.t);
    s->is_shut = true;
}

static void act(struct server *s, enum op op, struct fuzz_input *in)
{
    struct str bytes;
    switch (op) {
    case OP_PIECE:
        s->is_raw = true;
        pipe_transport_send(s->wire.t, fuzz_input_piece(in));
        break;
    case OP_HEAD:
        send_head(s, in, false);
        break;
    case OP_SPLIT_HEAD:
        send_head(s, in, true);
        break;
    case OP_DATA:
        send_data(s, in);
        break;
    case OP_PADDED:
        send_padded(s, in);
        break;
    case OP_RESET:
        h2_wire_u32(&s->wire, NGHTTP2_RST_STREAM, 0, pick_stream(in),
                    fuzz_input_u8(in) % 15);
        break;
    case OP_GOAWAY:
        h2_wire_goaway(&s->wire, pick_stream(in), fuzz_input_u8(in) % 15);
        break;
    case OP_SETTING:
        send_setting(s, in);
        break;
    case OP_SETTINGS:
        h2_wire_frame(&s->wire, NGHTTP2_SETTINGS, fuzz_input_u8(in) & 1, 0,
                      span_str(""));
        break;
    case OP_WINDOW:
        send_window(s, in);
        break;
    case OP_FRAME:
        send_any(s, in);
        break;
    case OP_PING:
        h2_wire_frame(&s->wire, NGHTTP2_PING, fuzz_input_u8(in) & 1, 0,
                      SPAN_LIT("12345678"));
        break;
    case OP_SHUT:
    case OP_CUT:
        close_end(s, op == OP_CUT);
        break;
    case OP_READ:
        str_init(&bytes);
        (void)pipe_transport_receive(s->wire.t, &bytes);
        str_fini(&bytes);
        break;
    case OP_COUNT:
        break;
    }
}

static void run(struct fake_pool *p, struct server *s, struct fuzz_input *in)
{
    for (int i = 0; i < OPERATIONS_MAX && in->len > 0; i++) {
        uint8_t op = fuzz_input_u8(in) % OP_COUNT;
        s->is_shut |= pipe_transport_is_shut(s->wire.t);
        if (op < FAKE_POOL_ACTS)
            fake_pool_act(p, op, in);
        else if (!s->is_shut)
            act(s, op, in);
    }
    fake_pool_settle(p);
    assert(s->is_raw || fake_pool_successes(p) <= s->nends);
}

static void open_connection(struct fake_pool *p, struct server *s,
                            uint8_t knobs)
{
    const struct conn_facts facts = {.id = 1};
    struct transport *near;
    struct transport *far;
    if (knobs & KNOB_SMALL_HEAD)
        p->settings.limits.head = 300;
    if (knobs & KNOB_SMALL_WINDOWS)
        p->settings.h2.stream_window = p->settings.h2.conn_window = 65535;
    pipe_transport_pair(p->loop, &near, &far);
    if (knobs & KNOB_PIECES)
        pipe_transport_set_piece(near, knobs / 32 * 7 + 1);
    if (knobs & KNOB_SMALL_ROOM)
        pipe_transport_set_room(far, 50);
    h2_wire_init(&s->wire, far);
    fake_pool_adopt(p, h2_new(p->loop, near, &p->settings, &facts));
    if (!(knobs & KNOB_NO_HELLO))
        h2_wire_hello(&s->wire);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct fake_pool p;
    struct server s = {0};
    fake_pool_init(&p);
    open_connection(&p, &s, fuzz_input_u8(&in));
    (void)fake_pool_submit(&p, fuzz_input_u8(&in));
    run(&p, &s, &in);
    fake_pool_close(&p);
    h2_wire_fini(&s.wire);
    fake_loop_turns(p.loop, 2);
    fake_pool_fini(&p);
    return 0;
}
