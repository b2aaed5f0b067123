/* A channel over a connection that the test moves by hand. */
#include "client/channel.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/fault.h"
#include "pool/fake_dial.h"
#include "support/spin.h"

/* A handler in which the channel is cancelled, or ended. */
enum handler {
    IN_NONE,
    IN_OPEN,
    IN_EVENT,
    IN_DRAIN,
    IN_REFUSAL,
};

struct world {
    struct client client;
    struct qv_channel face;
    struct qv_channel_request ask;
    struct qv_options asked; /* its options */
    struct fake_conn *conn;
    struct arena arena;
    struct fields fields;
    enum http_version version;
    enum handler cancel_in;
    enum qv_flow answer; /* of on_event */
    char told[512];      /* every event, in order */
    struct qv_channel_result result;
    char error[256];
    unsigned nopen;
    unsigned nclosed;
    size_t max;
    char transport[16];
};

static struct world *world_of(struct qv_channel *ch)
{
    return container_of(ch, struct world, face);
}

static void cancel_in(struct qv_channel *ch, enum handler h)
{
    if (world_of(ch)->cancel_in == h)
        channel_cancel(ch->state);
}

static void note(struct world *w, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void note(struct world *w, const char *format, ...)
{
    size_t len = strlen(w->told);
    va_list args;
    va_start(args, format);
    (void)vsnprintf(w->told + len, sizeof w->told - len, format, args);
    va_end(args);
}

static void on_open(struct qv_channel *ch, const struct qv_channel_opened *o)
{
    struct world *w = world_of(ch);
    w->nopen++;
    w->max = o->max;
    (void)snprintf(w->transport, sizeof w->transport, "%s", o->transport);
    note(w, "open ");
    cancel_in(ch, IN_OPEN);
}

static enum qv_flow on_event(struct qv_channel *ch,
                             const struct qv_channel_event *e)
{
    static const char *const names[] = {
        [QV_CHANNEL_DATAGRAM] = "datagram", [QV_CHANNEL_TEXT] = "text",
        [QV_CHANNEL_BINARY] = "binary",     [QV_CHANNEL_STREAM] = "stream",
        [QV_CHANNEL_CAPSULE] = "capsule",   [QV_CHANNEL_PING] = "ping",
        [QV_CHANNEL_PONG] = "pong",         [QV_CHANNEL_TRAILERS] = "trailers",
        [QV_CHANNEL_DROP] = "drop",         [QV_CHANNEL_MAX] = "max",
        [QV_CHANNEL_DRAIN] = "drain",
    };
    struct world *w = world_of(ch);
    note(w, "%s", names[e->what]);
    if (e->what == QV_CHANNEL_CAPSULE)
        note(w, "#%llu", (unsigned long long)e->type);
    if (e->what == QV_CHANNEL_DROP || e->what == QV_CHANNEL_MAX)
        note(w, "(%llu) ", (unsigned long long)e->count);
    else
        note(w, "(%.*s) ", (int)e->len, (const char *)e->data);
    cancel_in(ch, IN_EVENT);
    return w->answer;
}

static void on_drain(struct qv_channel *ch)
{
    note(world_of(ch), "on_drain ");
    cancel_in(ch, IN_DRAIN);
}

static void on_refusal(struct qv_channel *ch, const struct qv_head *head,
                       const void *data, size_t len)
{
    note(world_of(ch), "no%d(%.*s) ", head->status, (int)len,
         data ? (const char *)data : "");
    cancel_in(ch, IN_REFUSAL);
}

static void on_closed(struct qv_channel *ch,
                      const struct qv_channel_result *result)
{
    struct world *w = world_of(ch);
    w->nclosed++;
    w->result = *result;
    (void)snprintf(w->error, sizeof w->error, "%s", result->error.text);
}

static const struct qv_channel_ops ops = {
    .on_open = on_open,
    .on_event = on_event,
    .on_drain = on_drain,
    .on_refusal = on_refusal,
    .on_closed = on_closed,
};

static void turn(struct world *w)
{
    spin_tasks(w->client.loop);
}

static void make(struct world *w, enum qv_channel_kind kind)
{
    *w = (struct world){.face.ops = &ops};
    fake_reset();
    client_init(&w->client, NULL);
    arena_init(&w->arena);
    fields_init(&w->fields, &w->arena);
    w->ask.request.url = "https://example.test/here";
    w->ask.kind = kind;
    w->ask.protocol = "proto";
    w->ask.has_capsules = kind == QV_CHANNEL_KIND_DATAGRAMS;
}

static void unmake(struct world *w)
{
    struct fake_conn *conn = w->conn;
    client_fini(&w->client);
    arena_fini(&w->arena);
    fake_free(conn);
}

static void start(struct world *w)
{
    channel_start(&w->client, &w->face, &w->ask);
    turn(w);
}

static void connect_it(struct world *w, enum http_version version, unsigned has)
{
    w->version = version;
    w->conn = fake_connect_with(fake_ndials - 1, version, 1, has, 0);
}

static struct exchange *ex_of(struct world *w)
{
    return fake_first(w->conn);
}

static void head(struct world *w, int status)
{
    struct exchange *ex = ex_of(w);
    struct response_head h = {.version = w->version,
                              .status = status,
                              .reason = SPAN_LIT("Said So"),
                              .fields = &w->fields};
    ex->sink->on_head(ex, &h);
}

static enum sink_flow body(struct world *w, struct span data)
{
    struct exchange *ex = ex_of(w);
    return ex->sink->on_body(ex, data);
}

/* What the connection pulls, as text. */
static const char *pull(struct world *w)
{
    static char text[512];
    struct exchange *ex = ex_of(w);
    size_t n = 0;
    enum io io = ex->body->read(ex->body, (uint8_t *)text, sizeof text - 8, &n);
    text[n] = '\0';
    if (io == IO_EOF)
        (void)snprintf(text, sizeof text, "EOF");
    if (io == IO_AGAIN)
        (void)snprintf(text, sizeof text, "AGAIN");
    return text;
}

/* The peer's side ends. */
static void peer_ends(struct world *w)
{
    struct exchange *ex = ex_of(w);
    ex->sink->on_end(ex);
}

static void fails(struct world *w, enum err code, uint64_t wire)
{
    struct exchange *ex = ex_of(w);
    struct fault why;
    fault_set(&why, code, wire, "on purpose");
    list_remove(&ex->link);
    conn_release(&w->conn->conn, ex);
    ex->state = EXCHANGE_DONE;
    ex->sink->on_done(ex, &why);
}

static enum qv_channel_sent send(struct world *w, enum qv_channel_what what,
                                 struct span data)
{
    return channel_send(w->face.state,
                        &(struct qv_channel_message){.what = what,
                                                     .data = data.base,
                                                     .len = data.len,
                                                     .stream = -1,
                                                     .type = 77});
}

static void open_bytes(struct world *w)
{
    make(w, QV_CHANNEL_KIND_BYTES);
    start(w);
    connect_it(w, HTTP_VERSION_1_1, FEATURE_UPGRADE | FEATURE_PROTOCOL);
    head(w, 101);
}

/* Over HTTP/3 with QUIC's datagrams of so many bytes; 0: without. */
static void open_datagrams(struct world *w, size_t max)
{
    make(w, QV_CHANNEL_KIND_DATAGRAMS);
    w->ask.queue = 4;
    start(w);
    connect_it(w, HTTP_VERSION_3,
               FEATURE_PROTOCOL | (max ? FEATURE_DATAGRAMS : 0U));
    ex_of(w)->datagrams->max = max;
    head(w, 200);
}

/* --- opening ----------------------------------------------------------- */

static void bytes_go_both_ways_once_it_is_open(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    assert_string_equal(w.transport, "stream");
    assert_int_equal(body(&w, SPAN_LIT("abc")), SINK_MORE);
    assert_string_equal(w.told, "open stream(abc) ");
    assert_string_equal(pull(&w), "AGAIN");
    assert_int_equal(send(&w, QV_CHANNEL_STREAM, SPAN_LIT("xyz")),
                     QV_CHANNEL_SEND_OK);
    assert_int_equal(w.conn->ways, EXCHANGE_SEND);
    assert_string_equal(pull(&w), "xyz");
    assert_string_equal(pull(&w), "AGAIN");
    unmake(&w);
}

static void nothing_is_taken_nor_sent_before_it_is_open(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_BYTES);
    start(&w);
    connect_it(&w, HTTP_VERSION_1_1, FEATURE_UPGRADE);
    assert_int_equal(send(&w, QV_CHANNEL_STREAM, SPAN_LIT("x")),
                     QV_CHANNEL_SEND_FULL);
    assert_string_equal(pull(&w), "AGAIN");
    head(&w, 100);
    assert_int_equal(w.nopen, 0);
    head(&w, 101);
    turn(&w);
    assert_string_equal(w.told, "open on_drain ");
    unmake(&w);
}

static void the_request_names_the_protocol(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200);
    const struct request *r = ex_of(&w)->request;
    assert_true(span_equal(r->method, SPAN_LIT("CONNECT")));
    assert_true(span_equal(r->protocol, SPAN_LIT("proto")));
    assert_true(span_equal(r->target, SPAN_LIT("/here")));
    assert_true(span_equal(fields_value(&r->fields, "capsule-protocol"),
                           SPAN_LIT("?1")));
    unmake(&w);
}

static void goes_away(struct world *w)
{
    struct fault why;
    fault_set(&why, ERR_RECV, 0, "GOAWAY");
    w->conn->conn.events->on_draining(&w->conn->conn, &why);
    turn(w);
}

static void a_goaway_is_told_and_the_channel_goes_on(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200);
    goes_away(&w);
    assert_string_equal(w.told, "open drain() ");
    assert_int_equal(send(&w, QV_CHANNEL_DATAGRAM, SPAN_LIT("one more")),
                     QV_CHANNEL_SEND_OK);
    w.answer = QV_MORE;
    struct datagrams *d = ex_of(&w)->datagrams;
    d->on_datagram(d, SPAN_LIT("x"));
    assert_string_equal(w.told, "open drain() datagram(x) ");
    unmake(&w);
}

static void a_goaway_waits_for_a_caller_who_has_paused(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200);
    w.answer = QV_PAUSE;
    struct datagrams *d = ex_of(&w)->datagrams;
    d->on_datagram(d, SPAN_LIT("x"));
    goes_away(&w);
    assert_string_equal(w.told, "open datagram(x) ");
    channel_resume(w.face.state);
    turn(&w);
    assert_string_equal(w.told, "open datagram(x) drain() ");
    unmake(&w);
}

static void a_goaway_is_told_to_nobody_once_the_channel_is_over(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200);
    w.answer = QV_PAUSE;
    struct datagrams *d = ex_of(&w)->datagrams;
    d->on_datagram(d, SPAN_LIT("x"));
    fails(&w, ERR_CHANNEL_CLOSED, 7); /* it waits behind what is paused */
    goes_away(&w);
    channel_resume(w.face.state);
    turn(&w);
    assert_string_equal(w.told, "open datagram(x) ");
    assert_int_equal(w.nclosed, 1);
    unmake(&w);
}

static void an_answer_that_refuses_is_shown_and_told(void **state)
{
    (void)state;
    static const struct {
        int status;
        int exit;
    } rows[] = {{403, 22}, {301, 22}, {501, 113}, {426, 113}, {200, 113}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world w;
        make(&w, QV_CHANNEL_KIND_BYTES);
        start(&w);
        connect_it(&w, HTTP_VERSION_1_1, FEATURE_UPGRADE);
        head(&w, rows[i].status);
        body(&w, SPAN_LIT("because"));
        fake_answer(w.conn, ex_of(&w));
        turn(&w);
        char expected[64];
        (void)snprintf(expected, sizeof expected, "no%d() no%d(because) ",
                       rows[i].status, rows[i].status);
        assert_string_equal(w.told, expected);
        assert_int_equal(w.nclosed, 1);
        assert_int_equal(w.result.error.status, rows[i].exit);
        assert_int_equal(w.result.response_code, rows[i].status);
        unmake(&w);
    }
}

static void a_refusal_without_end_is_not_read_for_ever(void **state)
{
    (void)state;
    static const char piece[65536];
    struct world w;
    make(&w, QV_CHANNEL_KIND_BYTES);
    start(&w);
    connect_it(&w, HTTP_VERSION_1_1, FEATURE_UPGRADE);
    head(&w, 403);
    for (int i = 0; i < 17; i++)
        body(&w, span_of(piece, sizeof piece));
    turn(&w);
    assert_int_equal(w.conn->ncancelled, 1);
    assert_int_equal(w.result.error.status, 22);
    unmake(&w);
}

static void a_lower_version_is_tried_where_that_is_left_open(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_DATAGRAMS);
    start(&w);
    struct fake_conn *h3 =
        fake_connect_with(0, HTTP_VERSION_3, 1, FEATURE_REPLAY_SAFE, 0);
    turn(&w);
    turn(&w);
    assert_int_equal(fake_ndials, 2);
    struct fake_conn *h2 =
        fake_connect_with(1, HTTP_VERSION_2, 1, FEATURE_REPLAY_SAFE, 0);
    turn(&w);
    turn(&w);
    assert_int_equal(fake_ndials, 3);
    connect_it(&w, HTTP_VERSION_1_1, FEATURE_PROTOCOL);
    head(&w, 101);
    assert_int_equal(w.nopen, 1);
    assert_string_equal(w.transport, "capsule");
    unmake(&w);
    fake_free(h2);
    fake_free(h3);
}

static void a_version_asked_for_by_name_is_the_only_one(void **state)
{
    (void)state;
    static const enum qv_http named[] = {QV_HTTP_2, QV_HTTP_2_PRIOR,
                                         QV_HTTP_3_ONLY};
    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        struct world w;
        make(&w, QV_CHANNEL_KIND_DATAGRAMS);
        w.ask.request.options = &w.asked;
        w.asked.http = named[i];
        start(&w);
        connect_it(&w, HTTP_VERSION_2, FEATURE_REPLAY_SAFE);
        turn(&w);
        assert_int_equal(fake_ndials, 1);
        assert_int_equal(w.nclosed, 1);
        assert_int_equal(w.result.error.status, 113);
        assert_int_equal(w.conn->nsubmitted, 0);
        unmake(&w);
    }
}

static void bad_requests_are_told_by_on_closed(void **state)
{
    (void)state;
    static const struct {
        const char *url;
        const char *protocol;
        int exit;
    } rows[] = {
        {"ftp://example.test/", "proto", 1},
        {"https://example.test:99999/", "proto", 3},
        {"https://example.test/", "no token", 2},
        {"https://example.test/", NULL, 2},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world w;
        make(&w, QV_CHANNEL_KIND_DATAGRAMS);
        w.ask.request.url = rows[i].url;
        w.ask.protocol = rows[i].protocol;
        channel_start(&w.client, &w.face, &w.ask);
        assert_int_equal(w.nclosed, 0);
        turn(&w);
        assert_int_equal(w.nclosed, 1);
        assert_int_equal(w.result.error.status, rows[i].exit);
        assert_int_equal(w.client.nholds, 0);
        unmake(&w);
    }
}

/* --- what comes and goes ----------------------------------------------- */

static void datagrams_go_in_quics_own_if_there_are_any(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200);
    assert_string_equal(w.transport, "datagram");
    assert_int_equal(w.max, 1200);
    struct datagrams *d = ex_of(&w)->datagrams;
    d->on_datagram(d, SPAN_LIT("in"));
    assert_string_equal(w.told, "open datagram(in) ");
    assert_int_equal(send(&w, QV_CHANNEL_DATAGRAM, SPAN_LIT("out")),
                     QV_CHANNEL_SEND_OK);
    assert_int_equal(w.conn->ways, EXCHANGE_DATAGRAM);
    struct span payload;
    assert_true(datagrams_peek(d, 1, &payload));
    assert_true(span_equal(payload, SPAN_LIT("out")));
    datagrams_pop(d);
    struct qv_channel_stats stats;
    channel_get_stats(w.face.state, &stats);
    assert_int_equal(stats.datagrams_sent, 1);
    assert_int_equal(stats.datagrams_received, 1);
    unmake(&w);
}

static void a_datagram_that_is_too_large_is_refused(void **state)
{
    (void)state;
    static const char large[1201];
    struct world w;
    open_datagrams(&w, 1200);
    assert_int_equal(send(&w, QV_CHANNEL_DATAGRAM, span_of(large, 1201)),
                     QV_CHANNEL_SEND_TOO_LARGE);
    assert_int_equal(send(&w, QV_CHANNEL_DATAGRAM, span_of(large, 1200)),
                     QV_CHANNEL_SEND_OK);
    unmake(&w);
}

static void a_datagram_may_come_before_the_answer(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_DATAGRAMS);
    start(&w);
    connect_it(&w, HTTP_VERSION_3, FEATURE_PROTOCOL | FEATURE_DATAGRAMS);
    struct datagrams *d = ex_of(&w)->datagrams;
    d->max = 1200;
    d->on_datagram(d, SPAN_LIT("early"));
    head(&w, 200);
    assert_string_equal(w.told, "datagram(early) open ");
    unmake(&w);
}

static void the_oldest_are_dropped_and_told(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200);
    for (int i = 0; i < 7; i++)
        assert_int_equal(send(&w, QV_CHANNEL_DATAGRAM, SPAN_LIT("x")),
                         QV_CHANNEL_SEND_OK);
    turn(&w);
    assert_string_equal(w.told, "open drop(3) ");
    unmake(&w);
}

static void another_largest_size_is_told(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200);
    struct datagrams *d = ex_of(&w)->datagrams;
    d->max = 1400;
    d->on_drain(d);
    turn(&w);
    assert_string_equal(w.told, "open max(1400) ");
    assert_int_equal(channel_max(w.face.state), 1400);
    unmake(&w);
}

static void the_size_of_quics_own_says_nothing_of_capsules(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_DATAGRAMS);
    w.ask.transport = QV_CHANNEL_OVER_CAPSULES;
    start(&w);
    connect_it(&w, HTTP_VERSION_3, FEATURE_PROTOCOL | FEATURE_DATAGRAMS);
    struct datagrams *d = ex_of(&w)->datagrams;
    d->max = 1200;
    head(&w, 200);
    d->max = 1400;
    d->on_drain(d);
    turn(&w);
    assert_string_equal(w.transport, "capsule");
    assert_string_equal(w.told, "open ");
    assert_int_equal(channel_max(w.face.state), 65535);
    unmake(&w);
}

static void capsules_carry_them_elsewhere(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 0);
    assert_string_equal(w.transport, "capsule");
    body(&w, SPAN_LIT("\0\2hi\x21"));
    body(&w, SPAN_LIT("\3abc"));
    assert_string_equal(w.told, "open datagram(hi) capsule#33(abc) ");
    send(&w, QV_CHANNEL_DATAGRAM, SPAN_LIT("yo"));
    char text[4];
    size_t n = 0;
    struct exchange *ex = ex_of(&w);
    assert_int_equal(ex->body->read(ex->body, (uint8_t *)text, 4, &n), IO_OK);
    assert_memory_equal(text, "\0\2yo", 4);
    unmake(&w);
}

static void the_streams_bytes_are_the_protocols_without_capsules(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200); /* the answer does not say capsule-protocol */
    body(&w, SPAN_LIT("\0\2hi"));
    peer_ends(&w);
    fake_answer(w.conn, ex_of(&w));
    turn(&w);
    assert_int_equal(w.result.error.status, 0);
    assert_int_equal(w.result.stats.bytes_in, 4);
    unmake(&w);
}

static void a_sender_waits_for_a_full_stream(void **state)
{
    (void)state;
    static char piece[64 * 1024];
    struct world w;
    open_bytes(&w);
    unsigned n = 0;
    while (send(&w, QV_CHANNEL_STREAM, span_of(piece, sizeof piece)) ==
           QV_CHANNEL_SEND_OK)
        n++;
    assert_int_equal(n, 4);
    struct exchange *ex = ex_of(&w);
    size_t got = 0;
    size_t all = 0;
    while (ex->body->read(ex->body, (uint8_t *)piece, sizeof piece, &got) ==
           IO_OK) {
        all += got;
        turn(&w);
    }
    assert_int_equal(all, sizeof piece * n);
    assert_string_equal(w.told, "open on_drain ");
    unmake(&w);
}

/* --- pauses ------------------------------------------------------------ */

static void a_pause_holds_the_rest_back(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 0);
    w.answer = QV_PAUSE;
    assert_int_equal(body(&w, SPAN_LIT("\0\1a\0\1b\0\1c")), SINK_PAUSE);
    assert_string_equal(w.told, "open datagram(a) ");
    turn(&w);
    assert_string_equal(w.told, "open datagram(a) ");
    channel_resume(w.face.state);
    turn(&w);
    assert_string_equal(w.told, "open datagram(a) datagram(b) ");
    w.answer = QV_MORE;
    channel_resume(w.face.state);
    turn(&w);
    assert_string_equal(w.told, "open datagram(a) datagram(b) datagram(c) ");
    assert_int_equal(w.conn->ways, EXCHANGE_RECEIVE);
    unmake(&w);
}

static void the_end_waits_for_what_came_before(void **state)
{
    (void)state;
    static const enum err ends[] = {ERR_NONE, ERR_RECV};
    for (size_t i = 0; i < 2; i++) {
        struct world w;
        open_datagrams(&w, 0);
        w.answer = QV_PAUSE;
        body(&w, SPAN_LIT("\0\1a\0\1b"));
        if (ends[i] == ERR_NONE)
            fake_answer(w.conn, ex_of(&w));
        else
            fails(&w, ends[i], 0);
        turn(&w);
        assert_int_equal(w.nclosed, 0);
        w.answer = QV_MORE;
        channel_resume(w.face.state);
        turn(&w);
        assert_string_equal(w.told, "open datagram(a) datagram(b) ");
        assert_int_equal(w.nclosed, 1);
        assert_int_equal(w.result.error.status, i == 0 ? 0 : 56);
        unmake(&w);
    }
}

static void datagrams_wait_and_the_oldest_go(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 1200); /* a queue of four */
    struct datagrams *d = ex_of(&w)->datagrams;
    w.answer = QV_PAUSE;
    for (char c = 'a'; c <= 'f'; c++)
        d->on_datagram(d, span_of(&c, 1));
    assert_string_equal(w.told, "open datagram(a) ");
    w.answer = QV_MORE;
    channel_resume(w.face.state);
    turn(&w);
    assert_string_equal(w.told, "open datagram(a) datagram(c) datagram(d) "
                                "datagram(e) datagram(f) ");
    struct qv_channel_stats stats;
    channel_get_stats(w.face.state, &stats);
    assert_int_equal(stats.datagrams_received, 6);
    assert_int_equal(stats.datagrams_missed, 1);
    unmake(&w);
}

/* --- ends -------------------------------------------------------------- */

static void the_peers_end_is_the_channels(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    peer_ends(&w);
    assert_string_equal(pull(&w), "EOF");
    assert_int_equal(send(&w, QV_CHANNEL_STREAM, SPAN_LIT("x")),
                     QV_CHANNEL_SEND_ENDED);
    assert_int_equal(w.nclosed, 0); /* the last bytes leave first */
    fake_answer(w.conn, ex_of(&w));
    turn(&w);
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.error.status, 0);
    assert_int_equal(w.result.by, QV_CHANNEL_BY_PEER);
    unmake(&w);
}

static void a_peer_that_lets_nothing_leave_is_not_waited_for(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    peer_ends(&w);
    spin_for(w.client.loop, 1100 * LOOP_MS);
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.error.status, 0);
    assert_int_equal(w.conn->ncancelled, 1);
    unmake(&w);
}

static void what_comes_after_our_end_is_told(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    send(&w, QV_CHANNEL_STREAM, SPAN_LIT("last"));
    channel_end(w.face.state, 0, NULL);
    assert_string_equal(pull(&w), "last");
    assert_string_equal(pull(&w), "EOF");
    body(&w, SPAN_LIT("reply"));
    assert_string_equal(w.told, "open stream(reply) ");
    peer_ends(&w);
    fake_answer(w.conn, ex_of(&w));
    turn(&w);
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.error.status, 0);
    unmake(&w);
}

static void the_linger_ends_a_channel_whose_peer_does_not(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_BYTES);
    w.ask.linger = 20 * LOOP_MS;
    start(&w);
    connect_it(&w, HTTP_VERSION_1_1, FEATURE_UPGRADE);
    head(&w, 101);
    channel_end(w.face.state, 0, NULL);
    spin_for(w.client.loop, 60 * LOOP_MS);
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.error.status, 0);
    assert_int_equal(w.result.by, QV_CHANNEL_BY_US);
    assert_int_equal(w.conn->ncancelled, 1);
    unmake(&w);
}

static void a_reset_is_the_peers_word(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    fails(&w, ERR_CHANNEL_CLOSED, 0x10c);
    turn(&w);
    assert_int_equal(w.result.error.status, 114);
    assert_true(w.result.has_code);
    assert_int_equal(w.result.code, 0x10c);
    assert_int_equal(w.result.by, QV_CHANNEL_BY_PEER);
    unmake(&w);
}

static void a_lost_connection_is_not(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    fails(&w, ERR_RECV, 104);
    turn(&w);
    assert_int_equal(w.result.error.status, 56);
    assert_false(w.result.has_code);
    assert_int_equal(w.result.by, QV_CHANNEL_BY_TRANSPORT);
    unmake(&w);
}

static void a_stream_that_ends_within_a_capsule_is_malformed(void **state)
{
    (void)state;
    struct world w;
    open_datagrams(&w, 0);
    body(&w, SPAN_LIT("\0\5ab"));
    peer_ends(&w);
    turn(&w);
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.error.status, 114);
    assert_int_equal(w.conn->reset_code, 0x10e);
    unmake(&w);
}

static void an_end_before_the_answer_is_a_cancel(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_BYTES);
    start(&w);
    connect_it(&w, HTTP_VERSION_1_1, FEATURE_UPGRADE);
    channel_end(w.face.state, 0, NULL);
    assert_int_equal(w.nclosed, 0);
    turn(&w);
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.by, QV_CHANNEL_BY_US);
    assert_int_equal(w.conn->ncancelled, 1);
    unmake(&w);
}

static void time_is_up(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint64_t open;
        uint64_t silence;
        bool opens;
    } rows[] = {
        {"not open after", 20 * LOOP_MS, 0, false},
        {"nothing came from the peer", 0, 20 * LOOP_MS, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world w;
        make(&w, QV_CHANNEL_KIND_BYTES);
        w.ask.open_timeout = rows[i].open;
        w.ask.message_timeout = rows[i].silence;
        start(&w);
        connect_it(&w, HTTP_VERSION_1_1, FEATURE_UPGRADE);
        if (rows[i].opens)
            head(&w, 101);
        spin_for(w.client.loop, 100 * LOOP_MS);
        assert_int_equal(w.nclosed, 1);
        assert_int_equal(w.result.error.status, 28);
        assert_non_null(strstr(w.error, rows[i].text));
        unmake(&w);
    }
}

static void a_peer_that_answers_no_ping_is_gone(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_DATAGRAMS);
    w.ask.ping_interval = 5 * LOOP_MS;
    start(&w);
    connect_it(&w, HTTP_VERSION_2, FEATURE_PROTOCOL);
    head(&w, 200);
    for (int i = 0; i < 6; i++) {
        w.conn->heard++;
        spin_for(w.client.loop, 5 * LOOP_MS);
    }
    assert_int_equal(w.nclosed, 0);
    spin_for(w.client.loop, 100 * LOOP_MS);
    assert_int_equal(w.nclosed, 1);
    assert_int_equal(w.result.error.status, 28);
    assert_true(w.conn->npings > 2);
    unmake(&w);
}

static void without_a_way_to_ask_nobody_is_given_up(void **state)
{
    (void)state;
    struct world w;
    make(&w, QV_CHANNEL_KIND_BYTES);
    w.ask.ping_interval = 5 * LOOP_MS;
    start(&w);
    connect_it(&w, HTTP_VERSION_1_1, FEATURE_UPGRADE);
    head(&w, 101);
    spin_for(w.client.loop, 60 * LOOP_MS);
    assert_int_equal(w.nclosed, 0);
    assert_int_equal(w.conn->npings, 1);
    unmake(&w);
}

/* --- cancels ----------------------------------------------------------- */

static void it_may_be_cancelled_in_every_callback(void **state)
{
    (void)state;
    for (enum handler h = IN_OPEN; h <= IN_REFUSAL; h++) {
        struct world w;
        make(&w, QV_CHANNEL_KIND_DATAGRAMS);
        w.cancel_in = h;
        start(&w);
        connect_it(&w, HTTP_VERSION_2, FEATURE_PROTOCOL);
        if (h == IN_DRAIN)
            send(&w, QV_CHANNEL_DATAGRAM, SPAN_LIT("x"));
        head(&w, h == IN_REFUSAL ? 403 : 200);
        if (h == IN_EVENT)
            body(&w, SPAN_LIT("\0\1a\0\1b"));
        turn(&w);
        assert_null(w.face.state);
        assert_int_equal(w.nclosed, 0);
        assert_int_equal(w.conn->ncancelled, 1);
        assert_int_equal(w.client.nholds, 0);
        unmake(&w);
    }
}

static void a_client_that_goes_takes_its_channels_along(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    unmake(&w);
    assert_int_equal(w.nclosed, 0);
}

static void an_open_channel_holds_no_permit(void **state)
{
    (void)state;
    struct world w;
    open_bytes(&w);
    assert_int_equal(w.client.admission.npermits, 0);
    unmake(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bytes_go_both_ways_once_it_is_open),
        cmocka_unit_test(nothing_is_taken_nor_sent_before_it_is_open),
        cmocka_unit_test(the_request_names_the_protocol),
        cmocka_unit_test(a_goaway_is_told_and_the_channel_goes_on),
        cmocka_unit_test(a_goaway_waits_for_a_caller_who_has_paused),
        cmocka_unit_test(a_goaway_is_told_to_nobody_once_the_channel_is_over),
        cmocka_unit_test(an_answer_that_refuses_is_shown_and_told),
        cmocka_unit_test(a_refusal_without_end_is_not_read_for_ever),
        cmocka_unit_test(a_lower_version_is_tried_where_that_is_left_open),
        cmocka_unit_test(a_version_asked_for_by_name_is_the_only_one),
        cmocka_unit_test(bad_requests_are_told_by_on_closed),
        cmocka_unit_test(datagrams_go_in_quics_own_if_there_are_any),
        cmocka_unit_test(a_datagram_that_is_too_large_is_refused),
        cmocka_unit_test(a_datagram_may_come_before_the_answer),
        cmocka_unit_test(the_oldest_are_dropped_and_told),
        cmocka_unit_test(another_largest_size_is_told),
        cmocka_unit_test(the_size_of_quics_own_says_nothing_of_capsules),
        cmocka_unit_test(capsules_carry_them_elsewhere),
        cmocka_unit_test(the_streams_bytes_are_the_protocols_without_capsules),
        cmocka_unit_test(a_sender_waits_for_a_full_stream),
        cmocka_unit_test(a_pause_holds_the_rest_back),
        cmocka_unit_test(the_end_waits_for_what_came_before),
        cmocka_unit_test(datagrams_wait_and_the_oldest_go),
        cmocka_unit_test(the_peers_end_is_the_channels),
        cmocka_unit_test(a_peer_that_lets_nothing_leave_is_not_waited_for),
        cmocka_unit_test(what_comes_after_our_end_is_told),
        cmocka_unit_test(the_linger_ends_a_channel_whose_peer_does_not),
        cmocka_unit_test(a_reset_is_the_peers_word),
        cmocka_unit_test(a_lost_connection_is_not),
        cmocka_unit_test(a_stream_that_ends_within_a_capsule_is_malformed),
        cmocka_unit_test(an_end_before_the_answer_is_a_cancel),
        cmocka_unit_test(time_is_up),
        cmocka_unit_test(a_peer_that_answers_no_ping_is_gone),
        cmocka_unit_test(without_a_way_to_ask_nobody_is_given_up),
        cmocka_unit_test(it_may_be_cancelled_in_every_callback),
        cmocka_unit_test(a_client_that_goes_takes_its_channels_along),
        cmocka_unit_test(an_open_channel_holds_no_permit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
