/*
 * The server's HTTP/1, with the real router and handlers behind it.
 *
 * Beside what site.h says: its end is told once, and what it makes grow stays
 * below a bound.
 */
#include "fake_loop.h"
#include "fuzz_input.h"
#include "heap_bound.h"
#include "site.h"
#include "support/pipe_transport.h"

#define OPERATIONS_MAX 200

enum {
    KNOB_PIECES = 1,
    KNOB_SMALL_ROOM = 2,
};

enum {
    OP_PIECE,
    OP_REQUEST,
    OP_FIELD,
    OP_TEXT,
    OP_BYTES,
    OP_TURNS,
    OP_READ,
    OP_PASS,
    OP_END, /* of the client, or of the server's patience */
    OP_COUNT,
};

static const char *const methods[] = {"GET",     "HEAD",   "POST",    "PUT",
                                      "OPTIONS", "DELETE", "CONNECT", "TRACE"};
static const char *const fields[] = {
    "Host: h\r\n",
    "Content-Length: 3\r\n",
    "Transfer-Encoding: chunked\r\n",
    "Expect: 100-continue\r\n",
    "Connection: close\r\n",
    "Range: bytes=1-3\r\n",
    "Range: bytes=-5\r\n",
    "Range: bytes=5-1,2-\r\n",
    "If-None-Match: *\r\n",
    "If-Modified-Since: Thu, 01 Jan 2099 00:00:00 GMT\r\n",
    "If-Range: \"x\"\r\n",
    "Upgrade: h2c\r\nConnection: Upgrade\r\n",
    "Accept-Encoding: gzip\r\n",
    "Content-Length: 3, 3\r\n",
    "X: \x80\xff\r\n",
    "If-Modified-Since: \r\n",
};
static const char *const texts[] = {
    "\r\n",
    "3\r\nabc\r\n",
    "0\r\n\r\n",
    "abc",
    "0\r\nT: x\r\n\r\n",
    "GET /a.txt HTTP/1.1\r\nHost: h\r\n\r\n",
    "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhello",
};

static void send_request(struct transport *t, struct fuzz_input *in)
{
    struct str s;
    str_init(&s);
    const char *method = INPUT_LINES_PICK(methods, in);
    const char *target = site_targets[fuzz_input_u8(in) % site_ntargets];
    uint8_t how = fuzz_input_u8(in);
    str_printf(&s, "%s %s HTTP/1.%c\r\n", method, target, how & 1 ? '0' : '1');
    for (int n = how >> 1 & 3; n > 0; n--)
        str_add_text(&s, INPUT_LINES_PICK(fields, in));
    str_add_text(&s, how & 8 ? "" : "Host: h\r\n");
    str_add_text(&s, how & 16 ? "" : "\r\n");
    pipe_transport_send(t, str_span(&s));
    str_fini(&s);
}

static void end_something(struct site *s, struct transport *t, uint8_t how)
{
    if (how < 64)
        pipe_transport_shut(t);
    else if (how < 128)
        pipe_transport_cut(t);
    else if (how < 160 && s->peer)
        s->peer->ops->drain(s->peer);
}

static void act(struct site *s, struct transport *t, struct str *got,
                struct fuzz_input *in)
{
    uint8_t op = fuzz_input_u8(in) % OP_COUNT;
    if (op < OP_TURNS && pipe_transport_is_shut(t))
        return;
    switch (op) {
    case OP_PIECE:
        pipe_transport_send(t, fuzz_input_piece(in));
        break;
    case OP_REQUEST:
        send_request(t, in);
        break;
    case OP_FIELD:
        pipe_transport_send_text(t, INPUT_LINES_PICK(fields, in));
        break;
    case OP_TEXT:
        pipe_transport_send_text(t, INPUT_LINES_PICK(texts, in));
        break;
    case OP_BYTES:
        pipe_transport_send(t, fuzz_input_take(in, fuzz_input_u8(in) % 64));
        break;
    case OP_TURNS:
        fake_loop_turns(s->loop, fuzz_input_u8(in) % 16 + 1);
        break;
    case OP_READ:
        (void)pipe_transport_receive(t, got);
        break;
    case OP_PASS:
        fake_loop_pass(s->loop, LOOP_MS << (fuzz_input_u8(in) & 15));
        break;
    case OP_END:
        end_something(s, t, fuzz_input_u8(in));
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    struct site *s = site_get();
    struct transport *near;
    struct transport *far;
    struct str got;
    size_t heap = heap_bound_used();
    uint8_t knobs = fuzz_input_u8(&in);
    pipe_transport_pair(s->loop, &near, &far);
    if (knobs & KNOB_PIECES)
        pipe_transport_set_piece(near, 1 + knobs / 32);
    if (knobs & KNOB_SMALL_ROOM)
        pipe_transport_set_room(far, 50);
    site_watch(s, h1_server_new(s->server, near, false, "127.0.0.1"));
    str_init(&got);
    for (int i = 0; i < OPERATIONS_MAX && in.len > 0; i++) {
        act(s, far, &got, &in);
        heap_bound_check(heap);
    }
    for (int i = 0; i < 4; i++) {
        fake_loop_turns(s->loop, 10);
        (void)pipe_transport_receive(far, &got);
    }
    site_check_output(str_span(&got));
    site_drop(s);
    transport_close(far);
    fake_loop_turns(s->loop, 2);
    str_fini(&got);
    return 0;
}
