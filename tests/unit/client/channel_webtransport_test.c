/* A WebTransport session, over a connection whose streams the test moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "channel/capsule.h"
#include "channel/webtransport.h"
#include "client/channel.h"
#include "http/substreams.h"
#include "pool/fake_dial.h"
#include "support/spin.h"

#define SUBS 8

#define CAN (FEATURE_PROTOCOL | FEATURE_DATAGRAMS | FEATURE_WEBTRANSPORT)

/* What a caller does at an event. */
enum act {
    ACT_NONE,
    ACT_CANCEL,
    ACT_END,
    ACT_PAUSE,
    ACT_CANCEL_AND_PAUSE,
    ACT_RESET,
};

struct fake_sub {
    struct substream face;
    struct str written;
    bool is_ended;
    bool is_full;
    int64_t reset; /* -1: it was not */
    int64_t stop;
    unsigned nresumed;
};

struct world {
    struct client client;
    struct qv_channel face;
    struct qv_channel_request ask;
    struct fake_conn *conn;
    struct arena arena;
    struct fields fields;
    enum qv_channel_what act_at;
    enum act act;
    char told[512]; /* every event, in order */
    struct qv_channel_result result;
    char reason[64];
    unsigned nopen;
    unsigned nclosed;
    struct fake_sub subs[SUBS];
    size_t nsubs;
    bool allows_no_stream;
};

static struct world w;

static void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void note(const char *format, ...)
{
    size_t len = strlen(w.told);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(w.told + len, sizeof w.told - len, format, args);
    va_end(args);
}

static void expect(const char *told)
{
    assert_string_equal(w.told, told);
    w.told[0] = '\0';
}

/* --- the caller ------------------------------------------------------------ */

static void on_open(struct qv_channel *ch, const struct qv_channel_opened *o)
{
    (void)ch;
    w.nopen++;
    note("open:%s ", o->transport);
}

static enum qv_flow act(enum qv_channel_what what, int64_t stream)
{
    if (w.act == ACT_NONE || what != w.act_at)
        return QV_MORE;
    switch (w.act) {
    case ACT_CANCEL:
    case ACT_CANCEL_AND_PAUSE:
        channel_cancel(w.face.state);
        break;
    case ACT_END:
        channel_end(w.face.state, 0, "");
        break;
    case ACT_RESET:
        channel_reset_stream(w.face.state, stream, 9);
        break;
    case ACT_PAUSE:
    case ACT_NONE:
        break;
    }
    return w.act == ACT_PAUSE || w.act == ACT_CANCEL_AND_PAUSE ? QV_PAUSE
                                                               : QV_MORE;
}

static enum qv_flow on_event(struct qv_channel *ch,
                             const struct qv_channel_event *e)
{
    (void)ch;
    long long stream = (long long)e->stream;
    enum qv_flow flow = act(e->what, e->stream);
    unsigned count = (unsigned)e->count;
    switch (e->what) {
    case QV_CHANNEL_STREAM_OPEN:
        note("%lld+%s ", stream, e->is_end ? "uni" : "bidi");
        break;
    case QV_CHANNEL_STREAM:
        note("%lld<%.*s>%s ", stream, (int)e->len, (const char *)e->data,
             e->is_end ? "$" : "");
        break;
    case QV_CHANNEL_STREAM_RESET:
        note("%lld!%u ", stream, count);
        break;
    case QV_CHANNEL_STREAM_STOP:
        note("%lld?%u ", stream, count);
        break;
    case QV_CHANNEL_DATAGRAM:
        note("datagram(%.*s) ", (int)e->len, (const char *)e->data);
        break;
    case QV_CHANNEL_CAPSULE:
        note("capsule#%llu(%.*s) ", (unsigned long long)e->type, (int)e->len,
             (const char *)e->data);
        break;
    case QV_CHANNEL_DRAIN:
        note("drain ");
        break;
    default:
        note("other ");
        break;
    }
    return flow;
}

static void on_drain(struct qv_channel *ch)
{
    (void)ch;
    note("on_drain ");
}

static void on_closed(struct qv_channel *ch,
                      const struct qv_channel_result *result)
{
    (void)ch;
    w.nclosed++;
    w.result = *result;
    (void)snprintf(w.reason, sizeof w.reason, "%s", result->reason);
}

static const struct qv_channel_ops ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_closed = on_closed,
};

/* --- the connection -------------------------------------------------------- */

static struct fake_sub *of_face(struct substream *sub)
{
    return container_of(sub, struct fake_sub, face);
}

static struct fake_sub *add_sub(struct substreams *all, bool is_ours,
                                bool is_uni)
{
    assert_true(w.nsubs < SUBS);
    struct fake_sub *f = &w.subs[w.nsubs];
    *f = (struct fake_sub){
        .face = {.all = all,
                 .id = (int64_t)w.nsubs * 4 + 2 * is_uni + !is_ours,
                 .is_ours = is_ours,
                 .is_uni = is_uni,
                 .is_shut = is_uni && !is_ours},
        .reset = -1,
        .stop = -1,
    };
    w.nsubs++;
    str_init(&f->written);
    return f;
}

static struct substream *fake_open_sub(struct substreams *all, bool is_uni)
{
    return w.allows_no_stream ? NULL : &add_sub(all, true, is_uni)->face;
}

static bool fake_write_sub(struct substream *sub, struct span data)
{
    if (sub->is_shut || of_face(sub)->is_full)
        return false;
    str_add(&of_face(sub)->written, data);
    return true;
}

static void fake_end_sub(struct substream *sub)
{
    of_face(sub)->is_ended = true;
    sub->is_shut = true;
}

static void fake_reset_sub(struct substream *sub, uint32_t code)
{
    of_face(sub)->reset = code;
    sub->is_shut = true;
}

static void fake_stop_sub(struct substream *sub, uint32_t code)
{
    of_face(sub)->stop = code;
}

static void fake_resume_sub(struct substream *sub)
{
    of_face(sub)->nresumed++;
}

static const struct substreams_carrier carrier = {
    .open = fake_open_sub,
    .write = fake_write_sub,
    .end = fake_end_sub,
    .reset = fake_reset_sub,
    .stop = fake_stop_sub,
    .resume = fake_resume_sub,
};

static struct exchange *the_exchange(void)
{
    return fake_first(w.conn);
}

static struct substreams *streams(void)
{
    return the_exchange()->substreams;
}

/* As a connection does when the exchange comes to it, */
static void attach(void)
{
    streams()->carrier = &carrier;
    streams()->era++;
}

/* and when it leaves: what was of a stream is other memory now. */
static void detach(struct substreams *all)
{
    all->carrier = NULL;
    for (size_t i = 0; i < w.nsubs; i++) {
        str_fini(&w.subs[i].written);
        memset(&w.subs[i], 0xa5, sizeof w.subs[i]);
    }
    w.nsubs = 0;
}

static void connect_it(unsigned has)
{
    w.conn = fake_connect_with(fake_ndials - 1, HTTP_VERSION_3, 1, has, 0);
    attach();
    the_exchange()->datagrams->max = 1000;
}

static void head(int status)
{
    struct exchange *ex = the_exchange();
    struct response_head h = {.version = HTTP_VERSION_3,
                              .status = status,
                              .reason = SPAN_LIT(""),
                              .fields = &w.fields};
    ex->sink->on_head(ex, &h);
}

static enum sink_flow body(struct span data)
{
    struct exchange *ex = the_exchange();
    return ex->sink->on_body(ex, data);
}

static void turn(void)
{
    spin_tasks(w.client.loop);
}

static void start(void)
{
    w = (struct world){.face.ops = &ops};
    fake_reset();
    client_init(&w.client, NULL);
    arena_init(&w.arena);
    fields_init(&w.fields, &w.arena);
    w.ask.request.url = "https://example.test/wt";
    w.ask.kind = QV_CHANNEL_KIND_WEBTRANSPORT;
    w.ask.queue = 4;
    channel_start(&w.client, &w.face, &w.ask);
    turn();
}

static void open_session(void)
{
    start();
    connect_it(CAN);
    head(200);
    expect("open:datagram ");
}

static void finish(void)
{
    struct fake_conn *conn = w.conn;
    client_fini(&w.client);
    for (size_t i = 0; i < w.nsubs; i++)
        str_fini(&w.subs[i].written);
    arena_fini(&w.arena);
    fake_free(conn);
}

/* --- the peer's streams ---------------------------------------------------- */

static struct substream *peer_opens(bool is_uni)
{
    struct substream *sub = &add_sub(streams(), false, is_uni)->face;
    sub->all->ops->on_open(sub);
    return sub;
}

static enum sink_flow data(struct substream *sub, const char *text)
{
    return sub->all->ops->on_data(sub, span_str(text));
}

static void ends(struct substream *sub)
{
    sub->all->ops->on_end(sub);
}

static void is_gone(struct substream *sub)
{
    sub->all->ops->on_gone(sub);
}

static enum qv_channel_sent send_on(int64_t id, const char *text)
{
    return channel_send(w.face.state,
                        &(struct qv_channel_message){.what = QV_CHANNEL_STREAM,
                                                     .data = text,
                                                     .len = strlen(text),
                                                     .stream = id});
}

static void resume_it(void)
{
    w.act = ACT_NONE;
    channel_resume(w.face.state);
    turn();
}

/* --- opening --------------------------------------------------------------- */

static void it_asks_for_a_session_over_http3(void **state)
{
    (void)state;
    open_session();
    const struct request *r = the_exchange()->request;
    assert_true(span_equal(r->protocol, SPAN_LIT("webtransport")));
    assert_true(
        span_equal(fields_value(&r->fields, "sec-webtransport-http3-draft02"),
                   SPAN_LIT("1")));
    assert_int_equal(w.nopen, 1);
    finish();
}

static void streams_that_overtake_the_answer_are_told_behind_it(void **state)
{
    (void)state;
    start();
    connect_it(CAN);
    struct substream *uni = peer_opens(true);
    assert_int_equal(data(uni, "one"), SINK_PAUSE);
    struct substream *bidi = peer_opens(false);
    ends(bidi);
    bidi->all->ops->on_stop(bidi, 5);
    expect("");
    head(200);
    expect("open:datagram ");
    turn();
    expect("3+uni 3<one> 5+bidi 5<>$ 5?5 ");
    assert_int_equal(of_face(uni)->nresumed, 1);
    assert_int_equal(data(uni, "two"), SINK_MORE);
    expect("3<two> ");
    finish();
}

static void those_of_a_session_that_is_refused_are_not_told(void **state)
{
    (void)state;
    start();
    connect_it(CAN);
    data(peer_opens(true), "one");
    head(404);
    detach(streams());
    fake_answer(w.conn, the_exchange());
    turn();
    expect("");
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.error.status, 22);
    finish();
}

/* A server may open streams and then give the request back. */
static void those_of_a_connection_before_are_forgotten(void **state)
{
    (void)state;
    start();
    connect_it(CAN);
    data(peer_opens(true), "old");
    peer_opens(false);
    detach(streams());
    attach();                                 /* another */
    struct substream *sub = peer_opens(true); /* with an id that was there */
    data(sub, "new");
    head(200);
    turn();
    expect("open:datagram 3+uni 3<new> ");
    assert_int_equal(send_on(5, "x"), QV_CHANNEL_SEND_CANNOT);
    channel_reset_stream(w.face.state, 5, 0);
    finish();
}

/* --- streams --------------------------------------------------------------- */

static void streams_of_the_peer_are_events(void **state)
{
    (void)state;
    open_session();
    struct substream *sub = peer_opens(false);
    assert_int_equal(data(sub, "one"), SINK_MORE);
    ends(sub);
    sub->all->ops->on_stop(sub, 7);
    is_gone(sub);
    expect("1+bidi 1<one> 1<>$ 1?7 ");
    struct substream *other = peer_opens(true);
    other->all->ops->on_reset(other, 8);
    is_gone(other);
    expect("7+uni 7!8 ");
    assert_int_equal(send_on(1, "x"), QV_CHANNEL_SEND_CANNOT);
    finish();
}

static void streams_of_ours_take_bytes_and_ends(void **state)
{
    (void)state;
    open_session();
    assert_int_equal(channel_open_stream(w.face.state, false), 0);
    assert_int_equal(channel_open_stream(w.face.state, true), 6);
    assert_int_equal(send_on(0, "abc"), QV_CHANNEL_SEND_OK);
    assert_string_equal(str_text(&w.subs[0].written), "abc");
    channel_end_stream(w.face.state, 0);
    assert_true(w.subs[0].is_ended);
    /* It never drains: nothing to wait for. */
    assert_int_equal(send_on(0, "abc"), QV_CHANNEL_SEND_CANNOT);
    channel_reset_stream(w.face.state, 6, 3);
    assert_int_equal(w.subs[1].reset, 3);
    assert_int_equal(w.subs[1].stop, 3);
    assert_int_equal(send_on(6, "abc"), QV_CHANNEL_SEND_CANNOT);
    assert_int_equal(send_on(44, "abc"), QV_CHANNEL_SEND_CANNOT);
    w.allows_no_stream = true;
    assert_int_equal(channel_open_stream(w.face.state, true), -1);
    expect("");
    finish();
}

static void a_stream_of_the_peers_with_one_direction_takes_none(void **state)
{
    (void)state;
    open_session();
    peer_opens(true);
    assert_int_equal(send_on(3, "x"), QV_CHANNEL_SEND_CANNOT);
    finish();
}

static void a_full_stream_is_told_when_it_drains(void **state)
{
    (void)state;
    open_session();
    channel_open_stream(w.face.state, true);
    w.subs[0].is_full = true;
    assert_int_equal(send_on(2, "x"), QV_CHANNEL_SEND_FULL);
    turn();
    expect("");
    w.subs[0].is_full = false;
    streams()->ops->on_drain(&w.subs[0].face);
    turn();
    expect("on_drain ");
    assert_int_equal(send_on(2, "x"), QV_CHANNEL_SEND_OK);
    finish();
}

/* --- pauses ---------------------------------------------------------------- */

static void nothing_is_told_while_the_caller_pauses(void **state)
{
    (void)state;
    open_session();
    struct substream *a = peer_opens(false);
    struct substream *b = peer_opens(true);
    expect("1+bidi 7+uni ");
    w.act = ACT_PAUSE;
    w.act_at = QV_CHANNEL_STREAM;
    assert_int_equal(data(a, "one"), SINK_PAUSE);
    assert_int_equal(data(b, "two"), SINK_PAUSE);
    ends(b);
    is_gone(b);
    a->all->ops->on_reset(a, 4);
    a->all->ops->on_stop(a, 5);
    data(peer_opens(true), "three");
    expect("1<one> ");
    resume_it();
    expect("1!4 1?5 7<two> 7<>$ 11+uni 11<three> ");
    assert_int_equal(of_face(a)->nresumed, 1);
    assert_int_equal(of_face(b)->nresumed, 0); /* it was gone */
    finish();
}

static void a_caller_may_pause_at_each_event(void **state)
{
    (void)state;
    static const enum qv_channel_what whats[] = {
        QV_CHANNEL_STREAM_OPEN, QV_CHANNEL_STREAM, QV_CHANNEL_STREAM_RESET,
        QV_CHANNEL_STREAM_STOP};
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++) {
        open_session();
        w.act = ACT_PAUSE;
        w.act_at = whats[i];
        struct substream *a = peer_opens(false);
        data(a, "one");
        a->all->ops->on_reset(a, 4);
        a->all->ops->on_stop(a, 5);
        is_gone(a);
        for (unsigned n = 0; n < 4; n++) {
            turn();
            if (w.face.state)
                channel_resume(w.face.state);
        }
        turn();
        expect("1+bidi 1<one> 1!4 1?5 ");
        finish();
    }
}

static struct span close_capsule(uint32_t code, const char *reason)
{
    static uint8_t bytes[100];
    struct str value;
    str_init(&value);
    webtransport_add_close(&value, code, span_str(reason));
    size_t n = capsule_head(bytes, WEBTRANSPORT_CAPSULE_CLOSE, value.len);
    memcpy(bytes + n, value.base, value.len);
    n += value.len;
    str_fini(&value);
    return span_of(bytes, n);
}

static void what_came_before_a_close_is_told_before_it(void **state)
{
    (void)state;
    open_session();
    struct substream *a = peer_opens(true);
    expect("3+uni ");
    w.act = ACT_PAUSE;
    w.act_at = QV_CHANNEL_STREAM;
    data(a, "one");
    assert_int_equal(data(a, "two"), SINK_PAUSE);
    assert_int_equal(body(close_capsule(3, "bye")), SINK_PAUSE);
    expect("3<one> ");
    resume_it();
    expect("3<two> ");
    detach(streams());
    fake_answer(w.conn, the_exchange());
    turn();
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.code, 3);
    assert_string_equal(w.reason, "bye");
    finish();
}

/* The exchange ends while the caller pauses, which the session survives. */
static void streams_go_with_the_exchange(void **state)
{
    (void)state;
    open_session();
    int64_t ours = channel_open_stream(w.face.state, false);
    struct substream *a = peer_opens(true);
    expect("7+uni ");
    w.act = ACT_PAUSE;
    w.act_at = QV_CHANNEL_STREAM;
    data(a, "one");
    data(a, "two");
    struct exchange *ex = the_exchange();
    detach(streams());
    fake_answer(w.conn, ex);
    turn();
    assert_int_equal(w.nclosed, 0);
    assert_int_equal(send_on(ours, "x"), QV_CHANNEL_SEND_CANNOT);
    channel_end_stream(w.face.state, ours);
    channel_reset_stream(w.face.state, ours, 1);
    assert_int_equal(channel_open_stream(w.face.state, true), -1);
    resume_it();
    expect("7<one> 7<two> ");
    assert_int_equal(w.nclosed, 1);
    finish();
}

/* --- callbacks that end it ------------------------------------------------- */

static void a_caller_may_end_it_at_each_event(void **state)
{
    (void)state;
    static const enum act acts[] = {ACT_CANCEL, ACT_CANCEL_AND_PAUSE, ACT_END,
                                    ACT_RESET};
    static const enum qv_channel_what whats[] = {
        QV_CHANNEL_STREAM_OPEN, QV_CHANNEL_STREAM, QV_CHANNEL_STREAM_RESET,
        QV_CHANNEL_STREAM_STOP};
    for (size_t i = 0; i < 4 * 4 * 2; i++) {
        bool is_held = i & 1; /* told from what was set aside */
        open_session();
        enum act then = acts[i / 2 % 4];
        enum qv_channel_what at = whats[i / 8];
        struct substreams *all = streams();
        if (is_held) {
            w.act = ACT_PAUSE;
            w.act_at = QV_CHANNEL_DATAGRAM;
            all = streams();
            struct datagrams *d = the_exchange()->datagrams;
            d->on_datagram(d, SPAN_LIT("x"));
            expect("datagram(x) ");
        }
        if (!is_held) {
            w.act = then;
            w.act_at = at;
        }
        struct substream *a = peer_opens(false);
        if (w.face.state)
            data(a, "one");
        if (w.face.state)
            all->ops->on_reset(a, 4);
        if (w.face.state)
            all->ops->on_stop(a, 5);
        if (is_held) {
            w.act = then;
            w.act_at = at;
            channel_resume(w.face.state);
            turn();
        }
        bool is_cancelled = then == ACT_CANCEL || then == ACT_CANCEL_AND_PAUSE;
        assert_int_equal(w.face.state == NULL, is_cancelled);
        turn();
        finish();
    }
}

/* --- the session's own stream ---------------------------------------------- */

static void capsules_of_others_are_shown(void **state)
{
    (void)state;
    open_session();
    body(SPAN_LIT("\x21\x03"
                  "abc\x80\x00\x78\xae\x00"));
    expect("capsule#33(abc) drain ");
    finish();
}

static void a_prohibited_capsule_fails_the_session(void **state)
{
    (void)state;
    static const struct span bad[] = {
        /* MAX_STREAM_DATA, STREAM_DATA_BLOCKED */
        {(const uint8_t *)"\x99\x0b\x4d\x3e\x02\x00\x05", 7},
        {(const uint8_t *)"\x99\x0b\x4d\x42\x02\x00\x05", 7},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        open_session();
        body(SPAN_LIT("\x99\x0b\x4d\x3d\x01\x05")); /* MAX_DATA: ignored */
        turn();
        assert_int_equal(w.nclosed, 0);
        body(bad[i]);
        turn();
        assert_int_equal(w.nclosed, 1);
        assert_int_equal(w.conn->reset_code, 0x10e);
        finish();
    }
}

static void a_malformed_close_fails_the_session(void **state)
{
    (void)state;
    static const struct span bad[] = {
        {(const uint8_t *)"\x68\x43\x03"
                          "\0\0\0",
         6},
        {(const uint8_t *)"\x68\x43\x05"
                          "\0\0\0\0\xff",
         8},
        {(const uint8_t *)"\x68\x43\x44\x05", 4}, /* too long */
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        open_session();
        body(bad[i]);
        if (i == 2) {
            char rest[0x405] = {0};
            if (!list_is_empty(&w.conn->exchanges))
                body(span_of(rest, sizeof rest));
        }
        turn();
        assert_int_equal(w.nclosed, 1);
        assert_int_equal(w.conn->reset_code, 0x10e);
        assert_int_equal(w.result.by, QV_CHANNEL_BY_US);
        finish();
    }
}

static void an_end_sends_the_close_and_ends_our_side(void **state)
{
    (void)state;
    open_session();
    channel_end(w.face.state, 0x01020304, "done");
    uint8_t got[100];
    size_t n = 0;
    struct exchange *ex = the_exchange();
    assert_int_equal(ex->body->read(ex->body, got, sizeof got, &n), IO_OK);
    struct span want = close_capsule(0x01020304, "done");
    assert_int_equal(n, want.len);
    assert_memory_equal(got, want.base, n);
    assert_int_equal(ex->body->read(ex->body, got, sizeof got, &n), IO_EOF);
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_asks_for_a_session_over_http3),
        cmocka_unit_test(streams_that_overtake_the_answer_are_told_behind_it),
        cmocka_unit_test(those_of_a_session_that_is_refused_are_not_told),
        cmocka_unit_test(those_of_a_connection_before_are_forgotten),
        cmocka_unit_test(streams_of_the_peer_are_events),
        cmocka_unit_test(streams_of_ours_take_bytes_and_ends),
        cmocka_unit_test(a_stream_of_the_peers_with_one_direction_takes_none),
        cmocka_unit_test(a_full_stream_is_told_when_it_drains),
        cmocka_unit_test(nothing_is_told_while_the_caller_pauses),
        cmocka_unit_test(a_caller_may_pause_at_each_event),
        cmocka_unit_test(what_came_before_a_close_is_told_before_it),
        cmocka_unit_test(streams_go_with_the_exchange),
        cmocka_unit_test(a_caller_may_end_it_at_each_event),
        cmocka_unit_test(capsules_of_others_are_shown),
        cmocka_unit_test(a_prohibited_capsule_fails_the_session),
        cmocka_unit_test(a_malformed_close_fails_the_session),
        cmocka_unit_test(an_end_sends_the_close_and_ends_our_side),
    };
    return cmocka_run_group_tests_name("client/channel_webtransport", tests,
                                       NULL, NULL);
}
