/*
 * Streams that belong to a session: between two sessions of HTTP/3, and what one
 * makes of those that a peer opens as no peer should.
 */
#include "conn/h3_substreams.h"

#include <stdio.h>

#include "conn/h3_rig.h"

#define LIVES FAKE_NONE

/* Codes of the draft, as on the wire. */
#define REJECTED 0x3994bd84
#define GONE     0x170d7b68

/* Streams of the client: its request is 0, its control streams 2, 6 and 10. */
#define BIDI 4
#define UNI  14

#define LIMIT 8

/* --- an owner ------------------------------------------------------------- */

enum in {
    IN_NONE,
    IN_OPEN,
    IN_DATA,
    IN_END,
    IN_RESET,
    IN_STOP,
    IN_DRAIN,
    IN_GONE,
};

struct owner {
    struct substreams all;
    struct call *call;
    struct str log;
    struct substream *last; /* that was opened or told of */
    enum in leaves_in;      /* gives its exchange up there */
    bool pauses;
    bool echoes;
    bool is_rude; /* in on_data(): stops the stream, and only then reads */
    bool has_refused_write;
};

static struct owner *of_sub(const struct substream *sub)
{
    return container_of(sub->all, struct owner, all);
}

static void leave(struct owner *o)
{
    struct call *c = o->call;
    h3_session_abandon(&c->end->s, c->st, 0x10c);
    c->st = NULL;
}

static void told(struct substream *sub, enum in in, const char *what)
{
    struct owner *o = of_sub(sub);
    str_printf(&o->log, "%lld%s ", (long long)sub->id, what);
    o->last = in == IN_GONE ? NULL : sub;
    if (o->leaves_in == in)
        leave(o);
}

static void sub_on_open(struct substream *sub)
{
    told(sub, IN_OPEN, sub->is_uni ? "+uni" : "+bidi");
}

static enum sink_flow sub_on_data(struct substream *sub, struct span data)
{
    struct owner *o = of_sub(sub);
    bool is_echo = o->echoes && !sub->is_uni;
    if (o->is_rude) {
        /* Whatever memory that gives back is used again. */
        substreams_stop(sub, 9);
        substreams_write(sub, SPAN_LIT("other bytes, of another stream"));
    }
    if (is_echo && !substreams_write(sub, data))
        o->has_refused_write = true;
    char text[2000];
    (void)snprintf(text, sizeof text, "<%.*s>", SPAN_ARG(data));
    enum sink_flow flow = o->pauses ? SINK_PAUSE : SINK_MORE;
    told(sub, IN_DATA, text);
    return flow;
}

static void sub_on_end(struct substream *sub)
{
    if (of_sub(sub)->echoes && !sub->is_uni)
        substreams_end(sub);
    told(sub, IN_END, "$");
}

static void sub_on_reset(struct substream *sub, uint32_t code)
{
    char text[32];
    (void)snprintf(text, sizeof text, "!%u", (unsigned)code);
    told(sub, IN_RESET, text);
}

static void sub_on_stop(struct substream *sub, uint32_t code)
{
    char text[32];
    (void)snprintf(text, sizeof text, "?%u", (unsigned)code);
    told(sub, IN_STOP, text);
}

static void sub_on_drain(struct substream *sub)
{
    told(sub, IN_DRAIN, "~");
}

static void sub_on_gone(struct substream *sub)
{
    told(sub, IN_GONE, "-");
}

static const struct substreams_ops owner_ops = {
    .on_open = sub_on_open,
    .on_data = sub_on_data,
    .on_end = sub_on_end,
    .on_reset = sub_on_reset,
    .on_stop = sub_on_stop,
    .on_drain = sub_on_drain,
    .on_gone = sub_on_gone,
};

static void owner_init(struct owner *o)
{
    *o = (struct owner){.all = {.ops = &owner_ops, .limit = LIMIT}};
    substreams_init(&o->all);
    str_init(&o->log);
}

static void expect(const struct owner *o, const char *log)
{
    assert_string_equal(str_text(&o->log), log);
}

/* --- a session ------------------------------------------------------------ */

static struct rig *rig;
static struct owner here;  /* the client's */
static struct owner there; /* the server's */

static void ask(void)
{
    rig->server.serves_subs = &there.all;
    here.call = request_with(rig, false, &here.all);
    there.call = &rig->server.calls[rig->server.ncalls];
}

static void begin_with(void (*change)(struct rig *r))
{
    owner_init(&here);
    owner_init(&there);
    rig = rig_new(change);
}

static void begin_unopened(void)
{
    begin_with(NULL);
}

static void begin(void)
{
    begin_unopened();
    ask();
    settle(rig);
}

/* A client of another make, which knows nothing of what the server makes of the
 * test's bytes. */
static void begin_raw_unopened(void)
{
    begin_unopened();
    rig->server.q->peer = NULL;
}

static void begin_raw(void)
{
    begin();
    rig->server.q->peer = NULL;
}

static void finish(void)
{
    rig_free(rig);
    str_fini(&here.log);
    str_fini(&there.log);
}

/* What a client of another make would send. */
static void come(int64_t id, const char *bytes, size_t len, bool fin)
{
    fake_quic_receive(rig->server.q, id, span_of(bytes, len), fin);
}

#define COME(id, text)     come(id, text, sizeof(text) - 1, false)
#define COME_ALL(id, text) come(id, text, sizeof(text) - 1, true)

#define BIDI_HEAD "\x40\x41\x00"
#define UNI_HEAD  "\x40\x54\x00"

static struct fake_stream *server_stream(int64_t id)
{
    return fake_quic_stream(rig->server.q, id);
}

/* --- between two ---------------------------------------------------------- */

static void say_on_both_sorts(size_t piece)
{
    begin();
    rig->client.q->piece = piece;
    rig->server.q->piece = piece;
    there.echoes = true;
    struct substream *bidi = substreams_open(&here.all, false);
    struct substream *uni = substreams_open(&here.all, true);
    assert_int_equal(bidi->id, BIDI);
    assert_int_equal(uni->id, UNI);
    assert_false(bidi->is_shut);
    assert_true(substreams_write(bidi, SPAN_LIT("ping")));
    assert_true(substreams_write(uni, SPAN_LIT("x")));
    substreams_end(bidi);
    substreams_end(uni);
    assert_true(bidi->is_shut);
    assert_false(substreams_write(bidi, SPAN_LIT("more")));
    settle(rig);
}

static void both_sorts_pass_both_ways_and_end(void **state)
{
    (void)state;
    say_on_both_sorts(0);
    expect(&there, "4+bidi 4<ping> 4$ 14+uni 14<x> 14$ 14- 4- ");
    expect(&here, "4<ping> 4$ 4- 14- ");
    assert_int_equal(there.all.nopened[0], 0);
    assert_int_equal(there.all.nopened[1], 0);
    assert_true(list_is_empty(&here.all.list));
    struct substream *back = substreams_open(&there.all, true);
    assert_true(substreams_write(back, SPAN_LIT("from the server")));
    str_clear(&here.log);
    settle(rig);
    expect(&here, "15+uni 15<from the server> ");
    finish();
}

static void they_pass_byte_by_byte(void **state)
{
    (void)state;
    say_on_both_sorts(1);
    assert_non_null(strstr(str_text(&here.log), "4<p> 4<i> 4<n> 4<g> 4$ 4-"));
    assert_non_null(strstr(str_text(&there.log), "4<p> "));
    assert_non_null(strstr(str_text(&there.log), "14<x> 14$ 14- "));
    finish();
}

static void a_server_opens_one_with_two_directions(void **state)
{
    (void)state;
    begin();
    here.echoes = true;
    struct substream *sub = substreams_open(&there.all, false);
    assert_int_equal(sub->id, 1);
    substreams_write(sub, SPAN_LIT("a"));
    substreams_end(sub);
    settle(rig);
    expect(&here, "1+bidi 1<a> 1$ 1- ");
    expect(&there, "1<a> 1$ 1- ");
    assert_int_equal(rig->client.q->failed, LIVES);
    finish();
}

/* draft-ietf-webtrans-http3 4.4: all but every 31st code of HTTP/3. */
static const struct {
    uint32_t code;
    uint64_t wire;
} codes[] = {
    {0, 0x52e4a40fa8db},          {1, 0x52e4a40fa8dc},
    {29, 0x52e4a40fa8f8},         {30, 0x52e4a40fa8fa},
    {59, 0x52e4a40fa917},         {60, 0x52e4a40fa919},
    {255, 0x52e4a40fa9e2},        {0x7fffffff, 0x52e52853ed1e},
    {UINT32_MAX, 0x52e5ac983162},
};

static void codes_are_mapped_both_ways(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        begin();
        struct substream *sub = substreams_open(&here.all, false);
        substreams_write(sub, SPAN_LIT("x"));
        settle(rig);
        substreams_reset(sub, codes[i].code);
        substreams_stop(sub, codes[i].code);
        settle(rig);
        const struct fake_stream *st = fake_quic_stream(rig->client.q, BIDI);
        assert_int_equal(st->reset, codes[i].wire);
        assert_int_equal(st->stop, codes[i].wire);
        char want[100];
        unsigned code = (unsigned)codes[i].code;
        (void)snprintf(want, sizeof want, "4+bidi 4<x> 4!%u 4?%u 4- ", code,
                       code);
        expect(&there, want);
        expect(&here, "4- ");
        finish();
    }
}

static void codes_of_others_are_none(void **state)
{
    (void)state;
    static const uint64_t wires[] = {
        0,
        0x100,
        GONE,
        0x52e4a40fa8da, /* one below */
        0x52e4a40fa8f9, /* reserved (RFC 9114 8.1) */
        0x52e4a40fa918,
        0x52e5ac983163, /* one above */
        UINT64_C(0x3fffffffffffffff),
    };
    for (size_t i = 0; i < sizeof wires / sizeof *wires; i++) {
        begin_raw();
        COME(BIDI, BIDI_HEAD);
        settle(rig);
        fake_quic_receive_reset(rig->server.q, BIDI, wires[i]);
        settle(rig);
        expect(&there, "4+bidi 4!0 ");
        finish();
    }
}

static void a_writer_is_held_back_and_called(void **state)
{
    (void)state;
    begin();
    rig->client.q->holds_acks = true;
    struct substream *sub = substreams_open(&here.all, true);
    char piece[1000];
    memset(piece, 'w', sizeof piece);
    size_t n = 0;
    while (substreams_write(sub, span_of(piece, sizeof piece)))
        n++;
    assert_in_range(n, 200, 400);
    there.pauses = true;
    settle(rig);
    expect(&here, "");
    assert_false(sub->is_shut);
    rig->client.q->holds_acks = false;
    quic_wake(rig->client.q);
    settle(rig);
    expect(&here, "14~ ");
    assert_true(substreams_write(sub, span_of(piece, 1)));
    finish();
}

static void a_pause_stops_one_alone_and_keeps_its_end(void **state)
{
    (void)state;
    begin_raw();
    there.pauses = true;
    COME(UNI, UNI_HEAD "one");
    settle(rig);
    COME_ALL(UNI, "two");
    settle(rig); /* QUIC has closed it */
    assert_true(server_stream(UNI)->is_closed);
    expect(&there, "14+uni 14<one> ");
    struct substream *paused = there.last;
    there.pauses = false;
    COME_ALL(BIDI, BIDI_HEAD "x");
    settle(rig);
    expect(&there, "14+uni 14<one> 4+bidi 4<x> 4$ ");
    str_clear(&there.log);
    substreams_resume(paused);
    expect(&there, "");
    settle(rig);
    expect(&there, "14<two> 14$ 14- ");
    finish();
}

static void one_that_is_closed_and_stopped_is_gone(void **state)
{
    (void)state;
    begin_raw();
    there.pauses = true;
    COME_ALL(UNI, UNI_HEAD "one");
    settle(rig);
    expect(&there, "14+uni 14<one> ");
    substreams_stop(there.last, 0);
    settle(rig);
    expect(&there, "14+uni 14<one> 14- ");
    assert_int_equal(there.all.nopened[1], 0);
    finish();
}

/* RFC 9000 3.2: in "Data Recvd" a reset changes nothing. */
static void a_reset_behind_the_end_takes_nothing_back(void **state)
{
    (void)state;
    begin_raw();
    there.pauses = true;
    COME(BIDI, BIDI_HEAD "one");
    settle(rig);
    COME_ALL(BIDI, "two");
    settle(rig);
    rig->server.q->app->ops->on_stream_reset(rig->server.q->app, BIDI, 1);
    there.pauses = false;
    substreams_resume(there.last);
    settle(rig);
    expect(&there, "4+bidi 4<one> 4<two> 4$ ");
    finish();
}

static void streams_take_turns(void **state)
{
    (void)state;
    begin();
    rig->client.q->piece = 10;
    rig->client.q->conn_limit = rig->client.q->conn_sent + 40;
    rig->server.q->peer = NULL; /* no more credit */
    struct substream *a = substreams_open(&here.all, true);
    struct substream *b = substreams_open(&here.all, true);
    char piece[1000] = {0};
    substreams_write(a, span_of(piece, sizeof piece));
    substreams_write(b, span_of(piece, sizeof piece));
    settle(rig);
    assert_int_equal(fake_quic_stream(rig->client.q, UNI)->out.len, 20);
    assert_int_equal(fake_quic_stream(rig->client.q, UNI + 4)->out.len, 20);
    finish();
}

static void a_window_bars_one_stream_alone(void **state)
{
    (void)state;
    begin();
    rig->client.q->send_window = 10;
    there.pauses = true;
    struct substream *a = substreams_open(&here.all, true);
    substreams_write(a, SPAN_LIT("0123456789"));
    settle(rig);
    there.pauses = false;
    struct substream *paused = there.last;
    struct substream *b = substreams_open(&here.all, true);
    substreams_write(b, SPAN_LIT("b"));
    settle(rig);
    expect(&there, "14+uni 14<0123456> 18+uni 18<b> ");
    substreams_resume(paused);
    settle(rig);
    expect(&there, "14+uni 14<0123456> 18+uni 18<b> 14<789> ");
    finish();
}

/* --- credit ---------------------------------------------------------------- */

static void assert_credit(int64_t id, size_t len)
{
    assert_int_equal(server_stream(id)->credited, len);
}

static void each_byte_is_credited_once(void **state)
{
    (void)state;
    static const size_t pieces[] = {0, 1, 2, 3, 5};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        begin_raw();
        rig->server.q->piece = pieces[i];
        uint64_t before = rig->server.q->conn_credited;
        COME(BIDI, BIDI_HEAD "12345");
        settle(rig);
        assert_credit(BIDI, 8);
        assert_int_equal(rig->server.q->conn_credited - before, 8);
        /* Dropped, which is the connection's to know. */
        substreams_stop(there.last, 0);
        rig->server.s.app.ops->on_stream_data(&rig->server.s.app, BIDI,
                                              SPAN_LIT("678"), false);
        assert_int_equal(rig->server.q->conn_credited - before, 11);
        finish();
    }
}

/* A request that begins with a frame of a long type, which makes it look like
 * one of ours for a byte. */
static void a_byte_that_was_looked_at_is_credited_once(void **state)
{
    (void)state;
    for (size_t piece = 0; piece < 3; piece++) {
        begin_raw();
        rig->server.q->piece = piece;
        uint64_t before = rig->server.q->conn_credited;
        COME(BIDI, "\x40\x5f\x02xx");
        settle(rig);
        assert_credit(BIDI, 5);
        assert_int_equal(rig->server.q->conn_credited - before, 5);
        expect(&there, "");
        assert_int_equal(rig->server.q->failed, LIVES);
        finish();
    }
}

static void a_paused_stream_has_its_window_and_no_more(void **state)
{
    (void)state;
    begin_raw();
    there.pauses = true;
    uint64_t before = rig->server.q->conn_credited;
    COME(BIDI, BIDI_HEAD "1");
    settle(rig);
    COME(BIDI, "2345");
    settle(rig);
    assert_credit(BIDI, 4);
    /* It holds up none of the others. */
    assert_int_equal(rig->server.q->conn_credited - before, 8);
    there.pauses = false;
    substreams_resume(there.last);
    settle(rig);
    assert_credit(BIDI, 8);
    assert_int_equal(rig->server.q->conn_credited - before, 8);
    finish();
}

/* --- what is HTTP's -------------------------------------------------------- */

struct foreign {
    const char *what;
    int64_t id;
    struct span bytes;
    bool fin;
    bool to_client;
    uint64_t conn_code;
};

#define BYTES(text)                                                            \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

static const struct foreign foreigns[] = {
    {"a second control stream", UNI, BYTES("\x00"), false, false, 0x103},
    {"the same, its type in two bytes", UNI, BYTES("\x40\x00"), false, false,
     0x103},
    {"a stream of an unknown type", UNI, BYTES("\x40\x40zz"), false, false,
     LIVES},
    {"one that ends within its type", UNI, BYTES("\x40"), true, false, LIVES},
    {"one that ends within its session's id", UNI, BYTES("\x40\x54\x40"), true,
     false, LIVES},
    {"an empty one", UNI, BYTES(""), true, false, LIVES},
    {"a push stream at a server", UNI, BYTES("\x01\x00"), false, false, 0x103},
    {"a request that is cut in a type", BIDI, BYTES("\x40"), true, false,
     0x106},
    {"a session that no client opens", BIDI, BYTES("\x40\x41\x01"), false,
     false, 0x108},
    {"a session with one direction", UNI, BYTES("\x40\x54\x02"), false, false,
     0x108},
    {"a request of a server", 1, BYTES("\x01\x00"), false, true, 0x103},
    {"the same, its type in two bytes", 1, BYTES("\x40\x01\x00"), false, true,
     0x103},
    {"the same, of an unknown type", 1, BYTES("\x40\x5f\x00"), false, true,
     0x103},
    {"the same, with a type of our own that is another", 1,
     BYTES("\x40\x54\x00"), false, true, 0x103},
    {"a stream of the client's session", 1, BYTES("\x40\x41\x00"), false, true,
     LIVES},
    {"a stream of no session of the client's", 1, BYTES("\x40\x41\x04"), false,
     true, LIVES},
};

static void what_is_https_goes_there(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof foreigns / sizeof *foreigns; i++) {
        for (size_t piece = 0; piece < 2; piece++) {
            const struct foreign *x = &foreigns[i];
            begin();
            struct end *e = x->to_client ? &rig->client : &rig->server;
            e->q->piece = piece;
            fake_quic_receive(e->q, x->id, x->bytes, x->fin);
            settle(rig);
            if (e->q->failed != x->conn_code)
                fail_msg("%s: 0x%llx", x->what,
                         (unsigned long long)e->q->failed);
            finish();
        }
    }
}

static void a_client_refuses_those_of_a_session_that_it_has_not(void **state)
{
    (void)state;
    begin();
    fake_quic_receive(rig->client.q, 1, SPAN_LIT("\x40\x41\x04zzz"), false);
    settle(rig);
    assert_int_equal(fake_quic_stream(rig->client.q, 1)->reset, GONE);
    assert_int_equal(fake_quic_stream(rig->client.q, 1)->stop, GONE);
    expect(&here, "");
    finish();
}

/* --- streams before their session ------------------------------------------ */

static void those_before_their_session_wait_for_it(void **state)
{
    (void)state;
    begin_raw_unopened();
    COME(BIDI, BIDI_HEAD "12");
    settle(rig);
    COME(BIDI, "34");
    COME_ALL(UNI, UNI_HEAD "all of it");
    settle(rig);
    assert_true(server_stream(UNI)->is_closed);
    assert_credit(BIDI, 3);
    assert_int_equal(server_stream(BIDI)->reset, LIVES);
    ask();
    settle(rig);
    expect(&there, "4+bidi 4<1234> 14+uni 14<all of it> 14$ 14- ");
    assert_credit(BIDI, 7);
    assert_int_equal(rig->server.s.substreams.nwaiting, 0);
    COME_ALL(BIDI, "5");
    str_clear(&there.log);
    settle(rig);
    expect(&there, "4<5> 4$ ");
    finish();
}

/* In the turn in which the session comes, its owner has yet to hear of them. */
static void bytes_between_the_session_and_the_word_of_it_are_data(void **state)
{
    (void)state;
    begin_raw_unopened();
    (void)server_stream(0); /* comes first in a turn */
    COME(BIDI, BIDI_HEAD "12");
    settle(rig);
    ask();
    while (server_stream(0)->in.len == 0)
        fake_flush(&rig->client.q->flush);
    COME(BIDI, "\x40\x41");
    settle(rig);
    expect(&there, "4+bidi 4<12@A> ");
    finish();
}

static void one_that_waits_may_be_stopped(void **state)
{
    (void)state;
    begin_raw_unopened();
    COME(BIDI, BIDI_HEAD "12");
    settle(rig);
    fake_quic_receive_stop(rig->server.q, BIDI, codes[1].wire);
    settle(rig);
    ask();
    settle(rig);
    expect(&there, "4+bidi 4?1 4<12> ");
    assert_true(there.last->is_shut);
    finish();
}

static void one_that_waits_and_is_reset_is_forgotten(void **state)
{
    (void)state;
    begin_raw_unopened();
    COME(BIDI, BIDI_HEAD "12");
    COME(UNI, UNI_HEAD "12");
    settle(rig);
    fake_quic_receive_reset(rig->server.q, BIDI, codes[1].wire);
    fake_quic_receive_reset(rig->server.q, UNI, codes[1].wire);
    settle(rig);
    assert_int_equal(server_stream(BIDI)->reset, REJECTED);
    assert_true(server_stream(BIDI)->is_closed);
    assert_true(server_stream(UNI)->is_closed);
    assert_int_equal(rig->server.s.substreams.nwaiting, 0);
    ask();
    settle(rig);
    expect(&there, "");
    finish();
}

static void one_that_is_reset_within_its_head_leaves_nothing_open(void **state)
{
    (void)state;
    static const struct span heads[] = {
        BYTES(""), BYTES("\x40"), BYTES("\x40\x41"), BYTES("\x40\x41\x40")};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        begin_raw();
        if (heads[i].len > 0)
            fake_quic_receive(rig->server.q, BIDI, heads[i], false);
        settle(rig);
        fake_quic_receive_reset(rig->server.q, BIDI, 0x10c);
        settle(rig);
        assert_int_equal(server_stream(BIDI)->reset, 0x10d);
        assert_true(server_stream(BIDI)->is_closed);
        expect(&there, "");
        assert_int_equal(rig->server.q->failed, LIVES);
        finish();
    }
}

#define WAITING 16

static void of_too_many_that_wait_the_oldest_go(void **state)
{
    (void)state;
    begin_raw_unopened();
    there.all.limit = 100;
    int64_t id = UNI;
    for (unsigned i = 0; i < WAITING + 1; i++, id += 4) {
        COME(id, UNI_HEAD);
        settle(rig);
    }
    assert_int_equal(server_stream(UNI)->stop, REJECTED);
    assert_int_equal(server_stream(UNI + 4)->stop, LIVES);
    assert_int_equal(rig->server.s.substreams.nwaiting, WAITING);
    ask();
    settle(rig);
    assert_int_equal(there.all.nopened[1], WAITING);
    finish();
}

static void sessions_that_never_come_keep_nobody_out(void **state)
{
    (void)state;
    begin_raw_unopened();
    int64_t id = UNI;
    for (unsigned i = 0; i < WAITING; i++, id += 4)
        COME(id, "\x40\x54\x40\x50"); /* of session 80 */
    settle(rig);
    COME_ALL(id, UNI_HEAD "x");
    settle(rig);
    ask();
    settle(rig);
    char want[64];
    (void)snprintf(want, sizeof want, "%lld+uni %lld<x> %lld$ %lld- ",
                   (long long)id, (long long)id, (long long)id, (long long)id);
    expect(&there, want);
    finish();
}

static void those_of_a_request_that_is_no_session_are_refused(void **state)
{
    (void)state;
    begin_raw_unopened();
    COME(BIDI, BIDI_HEAD "12");
    COME_ALL(UNI, UNI_HEAD "12");
    settle(rig);
    request(rig, false);
    settle(rig);
    assert_int_equal(server_stream(BIDI)->reset, GONE);
    assert_int_equal(server_stream(BIDI)->stop, GONE);
    assert_int_equal(rig->server.s.substreams.nwaiting, 0);
    settle(rig);
    COME(UNI + 4, UNI_HEAD "12");
    settle(rig);
    assert_int_equal(server_stream(UNI + 4)->stop, GONE);
    finish();
}

/* A packet with a request is lost, and a later request overtakes it. */
static void a_session_that_was_overtaken_is_waited_for(void **state)
{
    (void)state;
    begin_raw_unopened();
    struct call *late = request(rig, false); /* 0 */
    h3_session_abandon(&rig->client.s, late->st, 0x10c);
    settle(rig);
    request(rig, false); /* 4 */
    settle(rig);
    COME(16, "\x01\x00"); /* a request, of which no more is of interest */
    settle(rig);
    COME(12, "\x40\x41\x08zz"); /* of session 8 */
    settle(rig);
    assert_int_equal(server_stream(12)->reset, LIVES);
    assert_int_equal(rig->server.s.substreams.nwaiting, 1);
    COME(20, "\x40\x41\x00zz"); /* of 0, which is over */
    settle(rig);
    assert_int_equal(server_stream(20)->reset, GONE);
    finish();
}

/* --- limits, floods -------------------------------------------------------- */

static void more_than_the_limit_are_refused_until_one_is_over(void **state)
{
    (void)state;
    begin_raw();
    int64_t id = UNI;
    for (unsigned i = 0; i < LIMIT; i++, id += 4)
        COME(id, UNI_HEAD);
    COME(id, UNI_HEAD "x");
    settle(rig);
    assert_int_equal(server_stream(id)->stop, REJECTED);
    assert_int_equal(there.all.nopened[1], LIMIT);
    COME(BIDI, BIDI_HEAD); /* of the other sort */
    COME_ALL(UNI, "");
    settle(rig);
    assert_int_equal(there.all.nopened[0], 1);
    assert_int_equal(there.all.nopened[1], LIMIT - 1);
    COME(id + 4, UNI_HEAD);
    settle(rig);
    assert_int_equal(there.all.nopened[1], LIMIT);
    finish();
}

static void a_flood_of_those_that_nobody_wants_ends_the_connection(void **state)
{
    (void)state;
    begin_raw();
    int64_t id = UNI;
    for (unsigned i = 0; i < 900; i++, id += 4)
        COME_ALL(id, "\x40\x54\x40\x50");
    settle(rig);
    assert_int_equal(rig->server.q->failed, LIVES);
    for (unsigned i = 0; i < 300; i++, id += 4)
        COME_ALL(id, "\x40\x54\x40\x50");
    settle(rig);
    assert_int_equal(rig->server.q->failed, 0x107);
    finish();
}

static void a_flood_of_resets_ends_the_connection(void **state)
{
    (void)state;
    begin_raw();
    int64_t id = UNI;
    for (unsigned i = 0; i < 1200; i++, id += 4) {
        COME(id, UNI_HEAD);
        settle(rig);
        if (rig->server.q->failed != LIVES)
            break;
        fake_quic_receive_reset(rig->server.q, id, 0);
    }
    assert_int_equal(rig->server.q->failed, 0x107);
    finish();
}

static void those_with_data_are_no_flood(void **state)
{
    (void)state;
    begin_raw();
    int64_t id = UNI;
    for (unsigned i = 0; i < 3000; i++, id += 4) {
        COME(id, UNI_HEAD "x");
        if (i % 4 == 0)
            settle(rig);
        fake_quic_receive_reset(rig->server.q, id, 0);
    }
    settle(rig);
    assert_int_equal(rig->server.q->failed, LIVES);
    finish();
}

static void what_one_session_may_open_goes_with_it(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(rig->server.q->nallowed, LIMIT);
        assert_int_equal(rig->client.q->nallowed, LIMIT);
        leave(&here);
        settle(rig);
        assert_int_equal(rig->server.q->nallowed, 0);
        assert_int_equal(rig->client.q->nallowed, 0);
        ask();
        settle(rig);
    }
    finish();
}

static void has_few_streams(struct rig *r)
{
    r->server_settings.quic.max_streams = 100;
}

/* RFC 9218 7.2: the limit of streams is what counts, and those of sessions are
 * among them. */
static void a_priority_may_name_a_request_behind_many_streams(void **state)
{
    (void)state;
    begin_with(has_few_streams);
    ask();
    settle(rig);
    rig->server.q->peer = NULL;
    for (int64_t id = BIDI; id <= 4 * 150; id += 4)
        COME_ALL(id, BIDI_HEAD);
    settle(rig);
    COME(2, "\x80\x0f\x07\x00\x05\x43\x20u=1"); /* of stream 800 */
    settle(rig);
    assert_int_equal(rig->server.q->failed, LIVES);
    finish();
}

/* Streams of a session have ids as requests have them. */
static void late_datagrams_of_a_later_session_are_no_error(void **state)
{
    (void)state;
    begin();
    for (unsigned i = 0; i < 200; i++) {
        struct substream *sub = substreams_open(&here.all, false);
        assert_non_null(sub);
        substreams_reset(sub, 0);
        substreams_stop(sub, 0);
        settle(rig);
    }
    /* Of stream 600. */
    fake_quic_receive_datagram(rig->client.q, SPAN_LIT("\x40\x96x"));
    settle(rig);
    assert_int_equal(rig->client.q->failed, LIVES);
    finish();
}

/* The draft, 4.7: GOAWAY is for new sessions. */
static void a_goaway_leaves_a_session_its_streams(void **state)
{
    (void)state;
    begin_raw();
    h3_session_goaway(&rig->server.s);
    settle(rig);
    struct substream *sub = substreams_open(&here.all, false);
    assert_non_null(sub);
    substreams_write(sub, SPAN_LIT("on"));
    settle(rig);
    expect(&there, "4+bidi 4<on> ");
    COME(12, "\x40\x41\x08zz"); /* of a session that would be rejected */
    settle(rig);
    assert_int_equal(server_stream(12)->reset, GONE);
    finish();
}

/* --- ends ------------------------------------------------------------------ */

static void an_owner_may_leave_in_any_callback(void **state)
{
    (void)state;
    for (enum in in = IN_OPEN; in <= IN_GONE; in++) {
        begin_raw();
        there.leaves_in = in;
        there.echoes = true;
        if (in == IN_DRAIN) {
            char piece[1000] = {0};
            COME(BIDI, BIDI_HEAD);
            rig->server.q->holds_acks = true;
            settle(rig);
            while (substreams_write(there.last, span_of(piece, sizeof piece)))
                ;
            settle(rig);
            rig->server.q->holds_acks = false;
            quic_wake(rig->server.q);
        } else {
            COME(BIDI, BIDI_HEAD "x");
            COME_ALL(UNI, UNI_HEAD "x");
        }
        settle(rig);
        if (in == IN_RESET || in == IN_STOP) {
            fake_quic_receive_stop(rig->server.q, BIDI, 1);
            fake_quic_receive_reset(rig->server.q, BIDI, 1);
        }
        settle(rig);
        if (there.call->st)
            fail_msg("not called: %d", (int)in);
        assert_true(list_is_empty(&there.all.list));
        assert_null(there.all.carrier);
        assert_null(substreams_open(&there.all, true));
        size_t len = there.log.len;
        COME(BIDI, "more");
        COME_ALL(BIDI + 4, BIDI_HEAD "x");
        settle(rig);
        assert_int_equal(there.log.len, len);
        assert_int_equal(rig->server.q->failed, LIVES);
        finish();
    }
}

static void an_owner_may_leave_while_it_takes_what_was_held(void **state)
{
    (void)state;
    static const enum in ins[] = {IN_DATA, IN_END, IN_GONE};
    for (size_t i = 0; i < sizeof ins / sizeof *ins; i++) {
        begin_raw();
        there.pauses = true;
        COME(UNI, UNI_HEAD "one");
        settle(rig);
        COME_ALL(UNI, "two");
        settle(rig);
        there.pauses = false;
        there.leaves_in = ins[i];
        substreams_resume(there.last);
        settle(rig);
        assert_null(there.call->st);
        finish();
    }
}

static void an_owner_may_leave_when_it_hears_of_one_that_waited(void **state)
{
    (void)state;
    for (enum in in = IN_OPEN; in <= IN_STOP; in++) {
        begin_raw_unopened();
        there.leaves_in = in;
        COME(BIDI, BIDI_HEAD "12");
        COME_ALL(UNI, UNI_HEAD "12");
        fake_quic_receive_stop(rig->server.q, BIDI, 1);
        settle(rig);
        ask();
        settle(rig);
        assert_true(there.call->st == NULL || in == IN_RESET);
        assert_int_equal(rig->server.s.substreams.nwaiting, 0);
        finish();
    }
}

static void data_is_there_until_the_callback_returns(void **state)
{
    (void)state;
    begin_raw();
    there.pauses = true;
    COME(BIDI, BIDI_HEAD "one");
    settle(rig);
    COME(BIDI, "two");
    settle(rig);
    there.is_rude = true;
    substreams_resume(there.last);
    settle(rig);
    expect(&there, "4+bidi 4<one> 4<two> ");
    finish();
}

static void a_session_that_ends_resets_its_streams(void **state)
{
    (void)state;
    begin();
    rig->client.q->holds_acks = true;
    struct substream *half = substreams_open(&here.all, false);
    substreams_write(half, SPAN_LIT("half"));
    struct substream *whole = substreams_open(&here.all, true);
    substreams_write(whole, SPAN_LIT("whole"));
    substreams_end(whole);
    settle(rig);
    leave(&here);
    settle(rig);
    const struct fake_stream *st = fake_quic_stream(rig->client.q, BIDI);
    assert_int_equal(st->reset, GONE);
    assert_int_equal(st->stop, GONE);
    /* What was complete may still arrive. */
    st = fake_quic_stream(rig->client.q, UNI);
    assert_int_equal(st->reset, LIVES);
    assert_int_equal(st->nunacked, 1);
    rig->client.q->holds_acks = false;
    quic_wake(rig->client.q);
    settle(rig);
    assert_true(st->is_closed);
    expect(&here, "");
    finish();
}

static void the_connection_may_die_in_every_state(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 4; i++) {
        begin_raw();
        there.pauses = true;
        COME(BIDI, BIDI_HEAD "one"); /* paused, with data */
        COME_ALL(UNI, UNI_HEAD "one");
        COME(UNI + 4, "\x40\x54\x40\x50"); /* waits */
        COME(UNI + 8, "\x40\x54");         /* unsorted */
        settle(rig);
        COME(BIDI, "two");
        settle(rig);
        struct substream *held = there.last;
        rig->server.q->holds_acks = true;
        struct substream *out = substreams_open(&there.all, true);
        substreams_write(out, SPAN_LIT("unacknowledged"));
        settle(rig);
        if (i & 1)
            substreams_resume(held);
        if (i & 2)
            substreams_write(out, SPAN_LIT("unsent"));
        fake_quic_lose(rig->server.q, ERR_RECV, 0, "gone");
        settle(rig);
        assert_null(there.call->st);
        assert_true(list_is_empty(&there.all.list));
        rig->client.q->peer = NULL;
        rig->server.q->peer = NULL;
        finish();
    }
}

static void the_connection_may_be_closed_by_us(void **state)
{
    (void)state;
    begin_raw();
    there.pauses = true;
    COME_ALL(UNI, UNI_HEAD "one");
    COME(BIDI, BIDI_HEAD "one");
    settle(rig);
    h3_session_close(&rig->server.s, 0x100);
    rig->server.is_over = true;
    settle(rig);
    assert_true(list_is_empty(&there.all.list));
    assert_null(there.all.carrier);
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(both_sorts_pass_both_ways_and_end),
        cmocka_unit_test(they_pass_byte_by_byte),
        cmocka_unit_test(a_server_opens_one_with_two_directions),
        cmocka_unit_test(codes_are_mapped_both_ways),
        cmocka_unit_test(codes_of_others_are_none),
        cmocka_unit_test(a_writer_is_held_back_and_called),
        cmocka_unit_test(a_pause_stops_one_alone_and_keeps_its_end),
        cmocka_unit_test(one_that_is_closed_and_stopped_is_gone),
        cmocka_unit_test(a_reset_behind_the_end_takes_nothing_back),
        cmocka_unit_test(streams_take_turns),
        cmocka_unit_test(a_window_bars_one_stream_alone),
        cmocka_unit_test(each_byte_is_credited_once),
        cmocka_unit_test(a_byte_that_was_looked_at_is_credited_once),
        cmocka_unit_test(a_paused_stream_has_its_window_and_no_more),
        cmocka_unit_test(what_is_https_goes_there),
        cmocka_unit_test(a_client_refuses_those_of_a_session_that_it_has_not),
        cmocka_unit_test(those_before_their_session_wait_for_it),
        cmocka_unit_test(bytes_between_the_session_and_the_word_of_it_are_data),
        cmocka_unit_test(one_that_waits_may_be_stopped),
        cmocka_unit_test(one_that_waits_and_is_reset_is_forgotten),
        cmocka_unit_test(one_that_is_reset_within_its_head_leaves_nothing_open),
        cmocka_unit_test(of_too_many_that_wait_the_oldest_go),
        cmocka_unit_test(sessions_that_never_come_keep_nobody_out),
        cmocka_unit_test(those_of_a_request_that_is_no_session_are_refused),
        cmocka_unit_test(a_session_that_was_overtaken_is_waited_for),
        cmocka_unit_test(more_than_the_limit_are_refused_until_one_is_over),
        cmocka_unit_test(
            a_flood_of_those_that_nobody_wants_ends_the_connection),
        cmocka_unit_test(a_flood_of_resets_ends_the_connection),
        cmocka_unit_test(those_with_data_are_no_flood),
        cmocka_unit_test(what_one_session_may_open_goes_with_it),
        cmocka_unit_test(a_priority_may_name_a_request_behind_many_streams),
        cmocka_unit_test(late_datagrams_of_a_later_session_are_no_error),
        cmocka_unit_test(a_goaway_leaves_a_session_its_streams),
        cmocka_unit_test(an_owner_may_leave_in_any_callback),
        cmocka_unit_test(an_owner_may_leave_while_it_takes_what_was_held),
        cmocka_unit_test(an_owner_may_leave_when_it_hears_of_one_that_waited),
        cmocka_unit_test(data_is_there_until_the_callback_returns),
        cmocka_unit_test(a_session_that_ends_resets_its_streams),
        cmocka_unit_test(the_connection_may_die_in_every_state),
        cmocka_unit_test(the_connection_may_be_closed_by_us),
    };
    return cmocka_run_group_tests_name("conn/h3_substreams", tests, NULL, NULL);
}
