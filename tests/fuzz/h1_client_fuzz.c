/*
 * The HTTP/1 client connection against whatever a server sends, in whatever
 * pieces, while exchanges are submitted, paused, fed and cancelled.
 *
 * An input: knobs, the kind of the first exchange, then operations.  What
 * must hold is in fake_pool.h.
 */
#include "conn/h1.h"
#include "fake_loop.h"
#include "fake_pool.h"
#include "support/pipe_transport.h"

#define OPERATIONS_MAX 300

enum {
    KNOB_SMALL_HEAD = 1,
    KNOB_PIECES = 2,
    KNOB_BYTES = 4, /* with KNOB_PIECES: one by one */
    KNOB_SMALL_ROOM = 8,
};

/* Operations after fake_pool's; from 0x80 on: one of the texts. */
enum {
    OP_PIECE = FAKE_POOL_ACTS,
    OP_FILL,
    OP_SHUT,
    OP_CUT,
    OP_READ,
    OP_COUNT,
};

static const char *const texts[] = {
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    "5\r\nhello\r\n",
    "0\r\n\r\n",
    "0\r\nX: y\r\n\r\n",
    "a;x=\"y\"\r\n0123456789\r\n",
    "HTTP/1.1 100 Continue\r\n\r\n",
    "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\n"
    "Upgrade: x\r\n\r\n",
    "HTTP/1.1 204 No Content\r\n\r\n",
    "HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n",
    "HTTP/1.0 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\n\r\n",
    "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n",
    "HTTP/1.1 413 No\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno",
    "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n"
    "Content-Length: 3\r\n\r\n",
    "0\r\nContent-Length: 4\r\nx: y\r\n\r\n",
    "HTTP/1.1 200",
    "\r\n",
    " folded\r\n",
    "ffffffffffffffff\r\n",
    "hello",
    "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: identity\r\n"
    "Content-Length: 2\r\n\r\nok",
    "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
};

struct server {
    struct transport *end;
    bool is_shut;
};

static void send_bytes(struct server *s, struct span bytes)
{
    if (!s->is_shut)
        pipe_transport_send(s->end, bytes);
}

static void send_filling(struct server *s, uint8_t n)
{
    struct str bytes;
    str_init(&bytes);
    for (size_t i = 0; i < (size_t)n * 97; i++)
        str_add_char(&bytes, 'b');
    send_bytes(s, str_span(&bytes));
    str_fini(&bytes);
}

static void read_all(struct server *s)
{
    struct str bytes;
    str_init(&bytes);
    (void)pipe_transport_receive(s->end, &bytes);
    str_fini(&bytes);
}

static void act(struct server *s, uint8_t op, struct fuzz_input *in)
{
    switch (op % OP_COUNT) {
    case OP_PIECE:
        send_bytes(s, fuzz_input_piece(in));
        break;
    case OP_FILL:
        send_filling(s, fuzz_input_u8(in));
        break;
    case OP_SHUT:
        if (!s->is_shut)
            pipe_transport_shut(s->end);
        s->is_shut = true;
        break;
    case OP_CUT:
        if (!s->is_shut)
            pipe_transport_cut(s->end);
        s->is_shut = true;
        break;
    case OP_READ:
        read_all(s);
        break;
    }
}

static void run(struct fake_pool *p, struct server *s, struct fuzz_input *in)
{
    for (int i = 0; i < OPERATIONS_MAX && in->len > 0; i++) {
        uint8_t op = fuzz_input_u8(in);
        s->is_shut |= pipe_transport_is_shut(s->end);
        if (op >= 0x80)
            send_bytes(s, span_str(texts[op % (sizeof texts / sizeof *texts)]));
        else if (op % OP_COUNT < FAKE_POOL_ACTS)
            fake_pool_act(p, op % OP_COUNT, in);
        else
            act(s, op, in);
    }
    fake_pool_settle(p);
}

static void open_connection(struct fake_pool *p, struct server *s,
                            uint8_t knobs)
{
    const struct conn_facts facts = {.id = 1};
    struct transport *near;
    if (knobs & KNOB_SMALL_HEAD)
        p->settings.limits.head = 300;
    pipe_transport_pair(p->loop, &near, &s->end);
    if (knobs & KNOB_PIECES)
        pipe_transport_set_piece(near, knobs & KNOB_BYTES ? 1 : 13);
    if (knobs & KNOB_SMALL_ROOM)
        pipe_transport_set_room(s->end, 20);
    fake_pool_adopt(p, h1_new(p->loop, near, &p->settings, &facts));
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
    transport_close(s.end);
    fake_loop_turns(p.loop, 2);
    fake_pool_fini(&p);
    return 0;
}
