/*
 * The HTTP/1 client connection against a model of RFC 9112.
 *
 * The input is not what is sent but how: a list of answers to a list of
 * requests is made from it, each framed in one of the ways of RFC 9112 6.3,
 * with interim answers, chunk sizes, extensions and trailers as they come,
 * and cut where the input says.  So the model knows, without reading a byte
 * back, what each exchange has to end with: whole, short, or not answered.
 * One answer may break a rule that frames a message (RFC 9112 6.3, 7.1): then
 * its exchange must not succeed.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "conn/h1.h"
#include "fake_loop.h"
#include "fake_pool.h"
#include "support/pipe_transport.h"

#define ANSWERS_MAX 4

enum framing {
    FRAMED_BY_LENGTH,
    FRAMED_BY_CHUNKS,
    FRAMED_BY_CLOSE,
    FRAMED_WITHOUT, /* 204, 304 or an answer to HEAD: no body */
    FRAMED_WRONG,
    FRAMING_COUNT,
};

/* Each of them could be two messages to two readers. */
static const char *const wrongs[] = {
    "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "Content-Length: 3, 4\r\n\r\nabcd",
    "Content-Length: -1\r\n\r\nabcd",
    "Content-Length: 0x3\r\n\r\nabc",
    "Content-Length: 99999999999999999999\r\n\r\nabc",
    "Transfer-Encoding: chunked\r\n\r\ng\r\nabc\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nabc\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n",
    "Transfer-Encoding: chunked\r\n\r\n\r\nabc\r\n0\r\n\r\n",
};

struct answer {
    enum framing framing;
    bool is_for_head;
    size_t begin;    /* in the wire */
    size_t head_end; /* in the wire; of the final head */
    size_t end;      /* in the wire */
    struct str body;
    size_t *ends; /* in the wire, of each byte of the body */
};

struct script {
    struct str wire;
    struct answer answers[ANSWERS_MAX];
    size_t n;
};

static void add_interim(struct str *wire, uint8_t knobs)
{
    if (knobs & 1)
        str_add_text(wire, "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
    if (knobs & 2)
        str_add_text(wire, "HTTP/1.1 100 Continue\r\n\r\n");
}

static void add_start(struct str *wire, const struct answer *a, uint8_t knobs)
{
    const char *line = knobs & 4 ? "HTTP/1.1 404 Nope" : "HTTP/1.1 200 OK";
    if (a->framing == FRAMED_WITHOUT && !a->is_for_head)
        line = knobs & 4 ? "HTTP/1.1 204" : "HTTP/1.1 304 Not Modified";
    str_printf(wire, "%s\r\n", line);
    if (knobs & 8)
        str_add_text(wire, "Server:x\r\nX-Empty:\r\nX-List: a,\tb \r\n");
}

static void add_byte(struct answer *a, struct str *wire)
{
    size_t i = a->body.len;
    char c = (char)('a' + i % 26);
    str_add_char(&a->body, c);
    str_add_char(wire, c);
    a->ends[i] = wire->len;
}

static void add_chunk_size(struct str *wire, size_t n)
{
    switch (n % 4) {
    case 0:
        str_printf(wire, "%zx\r\n", n);
        break;
    case 1:
        str_printf(wire, "%zX;e=\"q;\"\r\n", n);
        break;
    case 2:
        str_printf(wire, "000%zx\r\n", n);
        break;
    case 3:
        str_printf(wire, "%zx;a;b=c\r\n", n);
        break;
    }
}

static void add_chunks(struct answer *a, struct str *wire, size_t n,
                       struct fuzz_input *in)
{
    while (a->body.len < n) {
        size_t k = (size_t)fuzz_input_u8(in) % 60 + 1;
        if (k > n - a->body.len)
            k = n - a->body.len;
        add_chunk_size(wire, k);
        for (size_t i = 0; i < k; i++)
            add_byte(a, wire);
        str_add_text(wire, "\r\n");
    }
}

static void add_body(struct answer *a, struct str *wire, uint8_t knobs,
                     struct fuzz_input *in)
{
    size_t n = fuzz_input_u8(in) + (knobs & 16 ? 700U : 0U);
    a->ends = calloc(n + 1, sizeof *a->ends);
    assert(a->ends);
    switch (a->framing) {
    case FRAMED_BY_LENGTH:
        str_printf(wire, "Content-Length: %zu\r\n\r\n", n);
        break;
    case FRAMED_BY_CHUNKS:
        str_add_text(wire, "Transfer-Encoding: chunked\r\n\r\n");
        break;
    case FRAMED_BY_CLOSE:
        str_add_text(wire, "Connection: close\r\n\r\n");
        break;
    case FRAMED_WITHOUT:
        if (a->is_for_head)
            str_printf(wire, "Content-Length: %zu\r\n", n);
        str_add_text(wire, "\r\n");
        break;
    case FRAMED_WRONG:
        str_add_text(wire, INPUT_LINES_PICK(wrongs, in));
        break;
    case FRAMING_COUNT:
        break;
    }
    a->head_end = wire->len;
    if (a->framing == FRAMED_BY_CHUNKS) {
        add_chunks(a, wire, n, in);
        str_add_text(wire, knobs & 32 ? "0\r\nX-Sum: 1\r\n\r\n" : "0\r\n\r\n");
    }
    if (a->framing == FRAMED_BY_LENGTH || a->framing == FRAMED_BY_CLOSE)
        while (a->body.len < n)
            add_byte(a, wire);
}

static void add_answer(struct script *s, struct fuzz_input *in)
{
    struct answer *a = &s->answers[s->n++];
    uint8_t knobs = fuzz_input_u8(in);
    a->framing = fuzz_input_u8(in) % FRAMING_COUNT;
    a->is_for_head = a->framing == FRAMED_WITHOUT && knobs & 64;
    a->begin = s->wire.len;
    str_init(&a->body);
    add_interim(&s->wire, knobs);
    add_start(&s->wire, a, knobs);
    add_body(a, &s->wire, knobs, in);
    a->end = s->wire.len;
}

/* Nothing can be told apart after an answer that ends by the close, or is
 * wrong. */
static bool is_last(const struct answer *a)
{
    return a->framing == FRAMED_BY_CLOSE || a->framing == FRAMED_WRONG;
}

static void make_script(struct script *s, struct fuzz_input *in)
{
    *s = (struct script){0};
    str_init(&s->wire);
    size_t n = fuzz_input_u8(in) % ANSWERS_MAX + 1;
    do
        add_answer(s, in);
    while (s->n < n && !is_last(&s->answers[s->n - 1]));
}

static void free_script(struct script *s)
{
    for (size_t i = 0; i < s->n; i++) {
        str_fini(&s->answers[i].body);
        free(s->answers[i].ends);
    }
    str_fini(&s->wire);
}

/* Bytes of the body that are there when the wire ends at `cut`. */
static size_t delivered(const struct answer *a, size_t cut)
{
    size_t n = 0;
    while (n < a->body.len && a->ends[n] <= cut)
        n++;
    return n;
}

static void check(const struct answer *a, const struct fake_call *c, size_t cut)
{
    bool is_whole =
        cut >= (a->framing == FRAMED_BY_CLOSE ? a->head_end : a->end);
    /* Given back, unsent, by a connection that had ended before it came. */
    if (c->life == FAKE_CALL_RETURNED) {
        assert(a->begin > 0 && cut <= a->begin);
        return;
    }
    assert(c->life == FAKE_CALL_DONE);
    if (a->framing == FRAMED_WRONG) {
        assert(!c->is_ok);
        return;
    }
    assert(c->is_ok == is_whole);
    size_t n = delivered(a, cut);
    assert(c->body.len == n);
    assert(n == 0 || memcmp(c->body.base, a->body.base, n) == 0);
    if (!c->is_ok)
        assert(c->error == ERR_PARTIAL || c->error == ERR_EMPTY_REPLY);
    if (!c->is_ok && n > 0)
        assert(c->error == ERR_PARTIAL);
}

struct play {
    struct fake_pool pool;
    struct transport *server;
    size_t sent;
    size_t cut;
    bool pauses;
};

/* Turns, and no pause lasts. */
static void advance(struct play *t, const struct fake_call *c)
{
    struct fake_pool *p = &t->pool;
    fake_loop_turns(p->loop, 2);
    if (t->pauses && c->life == FAKE_CALL_LIVE && p->conn)
        fake_pool_resume(&p->calls[p->ncalls - 1], EXCHANGE_RECEIVE);
}

static void play_answer(struct play *t, const struct script *s,
                        const struct answer *a, struct fuzz_input *in)
{
    struct fake_pool *p = &t->pool;
    uint8_t kind = (a->is_for_head ? 1 : 0) | (t->pauses ? 16 : 0);
    const struct fake_call *c = fake_pool_submit(p, kind);
    if (c == NULL)
        return;
    fake_loop_turns(p->loop, 3);
    size_t end = a->end < t->cut ? a->end : t->cut;
    while (t->sent < end && !pipe_transport_is_shut(t->server)) {
        size_t n = (size_t)fuzz_input_u8(in) % 80 + 1;
        n = n < end - t->sent ? n : end - t->sent;
        pipe_transport_send(t->server, span_of(s->wire.base + t->sent, n));
        t->sent += n;
        if (n & 1)
            advance(t, c);
    }
    if (end == t->cut || is_last(a))
        pipe_transport_shut(t->server);
    for (int i = 0; i < 2000 && c->life == FAKE_CALL_LIVE; i++)
        advance(t, c);
    check(a, c, t->cut);
}

static void play_script(struct play *t, const struct script *s,
                        struct fuzz_input *in)
{
    for (size_t i = 0; i < s->n && t->pool.conn; i++)
        play_answer(t, s, &s->answers[i], in);
    /* Before the cut nothing may have kept the connection from going on. */
    size_t last = s->n - 1;
    if (t->cut >= s->answers[last].end)
        assert(t->pool.ncalls == s->n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct fuzz_input in = {data, len};
    const struct conn_facts facts = {.id = 1};
    struct script s;
    struct play t = {0};
    struct transport *near;
    uint8_t knobs = fuzz_input_u8(&in);
    make_script(&s, &in);
    t.cut = s.wire.len;
    if (knobs & 1)
        t.cut = fuzz_input_u16(&in) % (s.wire.len + 1);
    t.pauses = knobs & 2;
    fake_pool_init(&t.pool);
    pipe_transport_pair(t.pool.loop, &near, &t.server);
    if (knobs & 4)
        pipe_transport_set_piece(near, knobs / 16 + 1);
    fake_pool_adopt(&t.pool,
                    h1_new(t.pool.loop, near, &t.pool.settings, &facts));
    play_script(&t, &s, &in);
    fake_pool_close(&t.pool);
    transport_close(t.server);
    fake_loop_turns(t.pool.loop, 2);
    fake_pool_fini(&t.pool);
    free_script(&s);
    return 0;
}
