/*
 * WebSocket, in both roles, with and without permessage-deflate.
 *
 * The bytes of a peer mean the same in one piece, in pieces, and byte by byte;
 * what is read keeps the rules of RFC 6455; and what is read, sent again, is
 * read by the other side as it was.  An offer of permessage-deflate gets an
 * answer that a client takes.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/utf8.h"
#include "channel/websocket.h"
#include "fuzz_input.h"
#include "heap_bound.h"

#define MESSAGE_MAX ((size_t)1 << 16)

/* What is given, by the bits of the first byte. */
enum knob {
    KNOB_SERVER = 1,
    KNOB_DEFLATE = 2,
    KNOB_ALONE = 4,  /* no context takeover */
    KNOB_FRAMES = 8, /* the input is a list of frames, else of bytes */
    KNOB_SMALL = 16, /* a small limit */
    KNOB_OFFER = 32, /* the input is a field: nothing else is tried */
};

static struct buf_pool pool;

struct setting {
    struct websocket_deflate deflate;
    struct websocket_options options;
};

static void choose(struct setting *s, uint8_t knobs, uint8_t bits)
{
    *s = (struct setting){
        .deflate =
            {
                .is_on = knobs & KNOB_DEFLATE,
                .client_no_context_takeover = knobs & KNOB_ALONE,
                .server_no_context_takeover = knobs & KNOB_ALONE,
                .client_max_window_bits = (uint8_t)(8 + bits % 8),
                .server_max_window_bits = (uint8_t)(8 + bits / 8 % 8),
            },
        .options =
            {
                .role =
                    knobs & KNOB_SERVER ? WEBSOCKET_SERVER : WEBSOCKET_CLIENT,
                .message_max = knobs & KNOB_SMALL ? 100 : MESSAGE_MAX,
            },
    };
}

static void start(struct websocket *ws, const struct setting *s,
                  enum websocket_role role)
{
    struct websocket_options o = s->options;
    o.role = role;
    o.deflate = &s->deflate;
    websocket_init(ws, &o);
}

/* ---- the peer ---- */

/* A frame is its first byte, a length of 8 bits and so much payload. */
static void make_frames(struct str *wire, struct fuzz_input *in, bool is_masked)
{
    while (in->len > 0) {
        uint8_t first = fuzz_input_u8(in);
        struct span payload = fuzz_input_take(in, fuzz_input_u8(in));
        struct websocket_frame f = {
            .is_final = first & 0x80,
            .reserved = first & 0x70,
            .opcode = first & 0x0f,
            .is_masked = is_masked,
            .mask = {0x12, 0x34, 0x56, first},
            .len = payload.len,
        };
        uint8_t head[WEBSOCKET_FRAME_HEAD_MAX];
        str_add(wire, span_of(head, websocket_frame_write(&f, head)));
        uint8_t *to = (uint8_t *)str_reserve(wire, payload.len);
        websocket_frame_mask(to, payload, is_masked ? f.mask : (uint8_t[4]){0},
                             0);
        str_commit(wire, payload.len);
    }
}

/* ---- what was read ---- */

static void check(const struct websocket_event *e, size_t message_max)
{
    switch (e->what) {
    case WEBSOCKET_TEXT:
        assert(utf8_valid_len(e->data) == e->data.len);
        assert(e->data.len <= message_max);
        break;
    case WEBSOCKET_BINARY:
        assert(e->data.len <= message_max);
        break;
    case WEBSOCKET_PING:
    case WEBSOCKET_PONG:
        assert(e->data.len <= WEBSOCKET_CONTROL_MAX);
        break;
    case WEBSOCKET_CLOSE:
        assert(websocket_is_close_code(e->code) ||
               (e->code == WEBSOCKET_CODE_NONE && e->data.len == 0));
        assert(utf8_valid_len(e->data) == e->data.len);
        assert(e->data.len <= WEBSOCKET_REASON_MAX);
        break;
    case WEBSOCKET_FAILED:
        assert(websocket_is_close_code(e->code) && e->problem);
        break;
    }
}

static void note(struct str *log, const struct websocket_event *e)
{
    str_printf(log, "%d %u %zu %s ", (int)e->what, e->code, e->data.len,
               e->problem ? e->problem : "");
    str_add(log, e->data);
}

/* From memory that ends where the piece does. */
static void feed(struct websocket *ws, struct span bytes, struct str *log)
{
    uint8_t *copy = malloc(bytes.len);
    assert(copy);
    memcpy(copy, bytes.base, bytes.len);
    struct span in = span_of(copy, bytes.len);
    struct websocket_event e;
    while (websocket_next(ws, &in, &e)) {
        check(&e, ws->message_max);
        note(log, &e);
    }
    assert(in.len == 0);
    free(copy);
}

static void read_in_pieces(const struct setting *s, enum websocket_role role,
                           struct span wire, size_t piece, struct str *log)
{
    struct websocket ws;
    start(&ws, s, role);
    str_clear(log);
    size_t n;
    for (size_t at = 0; at < wire.len; at += n) {
        n = wire.len - at < piece ? wire.len - at : piece;
        feed(&ws, span_of(wire.base + at, n), log);
    }
    websocket_fini(&ws);
}

/* ---- and sent again ---- */

static void answer(struct websocket *ws, struct buf *out,
                   const struct websocket_event *e, struct str *sent)
{
    struct websocket_event said = *e;
    said.problem = NULL;
    switch (e->what) {
    case WEBSOCKET_TEXT:
    case WEBSOCKET_BINARY:
    case WEBSOCKET_PING:
    case WEBSOCKET_PONG:
        assert(websocket_send(ws, out, e->what, e->data));
        break;
    case WEBSOCKET_FAILED:
        said.what = WEBSOCKET_CLOSE;
        said.data = span_str(e->problem);
        assert(websocket_close(ws, out, e->code, said.data));
        break;
    case WEBSOCKET_CLOSE:
        assert(websocket_close(ws, out, e->code, e->data));
        break;
    }
    note(sent, &said);
}

static void take_all(struct buf *from, struct str *to)
{
    struct span piece;
    while (buf_peek(from, &piece, 1) > 0) {
        str_add(to, piece);
        buf_consume(from, piece.len);
    }
}

static void echo(const struct setting *s, struct span wire, size_t piece)
{
    struct websocket ws;
    struct websocket_event e;
    struct buf out;
    struct str sent;
    struct str back;
    struct str got;
    str_init(&sent);
    str_init(&back);
    str_init(&got);
    buf_init(&out, &pool);
    start(&ws, s, s->options.role);
    while (websocket_next(&ws, &wire, &e))
        answer(&ws, &out, &e, &sent);
    take_all(&out, &back);
    enum websocket_role other = s->options.role == WEBSOCKET_SERVER
                                    ? WEBSOCKET_CLIENT
                                    : WEBSOCKET_SERVER;
    read_in_pieces(s, other, str_span(&back), piece, &got);
    assert(span_equal(str_span(&sent), str_span(&got)));
    websocket_fini(&ws);
    buf_fini(&out);
    str_fini(&sent);
    str_fini(&back);
    str_fini(&got);
}

/* ---- the handshake's extension ---- */

static void negotiate(struct span value)
{
    static const struct websocket_deflate offer = {
        .is_on = true,
        .client_max_window_bits = WEBSOCKET_DEFLATE_BITS_ANY,
    };
    struct arena arena;
    struct fields request;
    struct fields response;
    struct str text;
    struct str again;
    struct fault fault;
    arena_init(&arena);
    str_init(&text);
    str_init(&again);
    fields_init(&request, &arena);
    fields_init(&response, &arena);
    fields_add(&request, SPAN_LIT("Sec-WebSocket-Extensions"), value);
    struct websocket_deflate chosen = websocket_deflate_choose(&request);
    struct websocket_deflate agreed;
    websocket_deflate_add(&text, &chosen);
    if (chosen.is_on) {
        fields_add(&response, SPAN_LIT("Sec-WebSocket-Extensions"),
                   str_span(&text));
        assert(websocket_deflate_confirm(&response, &offer, &agreed, &fault));
        websocket_deflate_add(&again, &agreed);
        assert(span_equal(str_span(&text), str_span(&again)));
    }
    (void)websocket_deflate_confirm(&request, &offer, &agreed, &fault);
    arena_fini(&arena);
    str_fini(&text);
    str_fini(&again);
}

static void play(struct fuzz_input *in, uint8_t knobs)
{
    struct setting s;
    uint8_t bits = fuzz_input_u8(in);
    size_t piece = 1 + fuzz_input_u8(in);
    struct str wire;
    struct str whole;
    struct str cut;
    choose(&s, knobs, bits);
    str_init(&wire);
    str_init(&whole);
    str_init(&cut);
    if (knobs & KNOB_FRAMES)
        make_frames(&wire, in, knobs & KNOB_SERVER);
    else
        str_add(&wire, fuzz_input_take(in, in->len));
    struct span bytes = str_span(&wire);
    read_in_pieces(&s, s.options.role, bytes, SIZE_MAX, &whole);
    read_in_pieces(&s, s.options.role, bytes, 1, &cut);
    assert(span_equal(str_span(&whole), str_span(&cut)));
    read_in_pieces(&s, s.options.role, bytes, piece, &cut);
    assert(span_equal(str_span(&whole), str_span(&cut)));
    echo(&s, bytes, piece);
    str_fini(&wire);
    str_fini(&whole);
    str_fini(&cut);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    size_t at_start = heap_bound_used();
    uint8_t knobs = fuzz_input_u8(&in);
    if (knobs & KNOB_OFFER)
        negotiate(fuzz_input_take(&in, in.len));
    else
        play(&in, knobs);
    heap_bound_check(at_start);
    buf_pool_fini(&pool);
    return 0;
}
