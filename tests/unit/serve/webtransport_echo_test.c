/* /wt, over a stream without a protocol and with streams that the test moves. */
#include "serve/webtransport_echo.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "channel/capsule.h"
#include "channel/webtransport.h"
#include "http/datagrams.h"
#include "http/substreams.h"
#include "serve/fake_stream.h"
#include "serve/server_life.h"

#define SUBS 256

struct sub {
    struct substream face;
    struct str written;
    bool is_full;
    bool is_ended;
    int64_t reset; /* -1: it was not */
    int64_t stop;
    unsigned nresumed;
};

static struct loop *loop;
static struct server *server;
static struct fake_stream f;
static struct sub subs[SUBS];
static size_t nsubs;
static bool allows_none;

/* --- streams --------------------------------------------------------------- */

static struct sub *of(struct substream *sub)
{
    return container_of(sub, struct sub, face);
}

static struct sub *add_sub(struct substreams *all, bool is_ours, bool is_uni)
{
    assert_true(nsubs < SUBS);
    struct sub *s = &subs[nsubs++];
    *s = (struct sub){.face = {.all = all,
                               .id = (int64_t)nsubs,
                               .is_ours = is_ours,
                               .is_uni = is_uni,
                               .is_shut = is_uni && !is_ours},
                      .reset = -1,
                      .stop = -1};
    str_init(&s->written);
    return s;
}

static struct substream *open_sub(struct substreams *all, bool is_uni)
{
    return allows_none ? NULL : &add_sub(all, true, is_uni)->face;
}

static bool write_sub(struct substream *sub, struct span data)
{
    if (sub->is_shut || of(sub)->is_full)
        return false;
    str_add(&of(sub)->written, data);
    return true;
}

static void end_sub(struct substream *sub)
{
    of(sub)->is_ended = true;
    sub->is_shut = true;
}

static void reset_sub(struct substream *sub, uint32_t code)
{
    of(sub)->reset = code;
    sub->is_shut = true;
}

static void stop_sub(struct substream *sub, uint32_t code)
{
    of(sub)->stop = code;
}

static void resume_sub(struct substream *sub)
{
    of(sub)->nresumed++;
}

static const struct substreams_carrier carrier = {
    .open = open_sub,
    .write = write_sub,
    .end = end_sub,
    .reset = reset_sub,
    .stop = stop_sub,
    .resume = resume_sub,
};

/* --- a session ------------------------------------------------------------- */

static int set_up(void **state)
{
    (void)state;
    struct server_options options = {.bind = NULL};
    struct fault fault;
    loop = loop_new();
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
    nsubs = 0;
    allows_none = false;
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_stream_fini(&f);
    for (size_t i = 0; i < nsubs; i++)
        str_fini(&subs[i].written);
    server_free(server);
    loop_free(loop);
    return 0;
}

static void ask(enum http_version version, const char *protocol)
{
    fake_stream_init(&f, server, "CONNECT", "/wt");
    f.stream.version = version;
    f.request.protocol = span_str(protocol);
    f.request.body_len = BODY_LEN_UNKNOWN;
    f.is_endless = true;
    fake_stream_run(&f);
}

static struct substreams *streams(void)
{
    return f.stream.handler->substreams;
}

static void open_session(void)
{
    ask(HTTP_VERSION_3, "webtransport");
    assert_int_equal(f.response.status, 200);
    assert_non_null(streams());
    streams()->carrier = &carrier;
}

static struct sub *client_opens(bool is_uni)
{
    struct sub *s = add_sub(streams(), false, is_uni);
    streams()->ops->on_open(&s->face);
    return s;
}

static enum sink_flow data(struct sub *s, const char *text)
{
    return streams()->ops->on_data(&s->face, span_str(text));
}

static void ends(struct sub *s)
{
    streams()->ops->on_end(&s->face);
}

static void is_gone(struct sub *s)
{
    streams()->ops->on_gone(&s->face);
}

/* --- the answer ------------------------------------------------------------ */

static void it_accepts_the_protocol_by_each_of_its_names(void **state)
{
    (void)state;
    open_session();
    assert_string_equal(fake_stream_value(&f, "sec-webtransport-http3-draft"),
                        "draft02");
    assert_non_null(f.stream.handler->datagrams);
    fake_stream_fini(&f);
    ask(HTTP_VERSION_3, "webtransport-h3");
    assert_int_equal(f.response.status, 200);
}

static void it_refuses_what_is_no_session(void **state)
{
    (void)state;
    static const struct {
        enum http_version version;
        const char *protocol;
    } rows[] = {{HTTP_VERSION_3, "websocket"},
                {HTTP_VERSION_3, "webtransport2"},
                {HTTP_VERSION_2, "webtransport"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        if (i > 0)
            fake_stream_fini(&f);
        ask(rows[i].version, rows[i].protocol);
        assert_int_equal(f.response.status, 501);
        assert_null(streams());
    }
    fake_stream_fini(&f);
    fake_stream_init(&f, server, "GET", "/wt");
    fake_stream_run(&f);
    assert_int_equal(f.response.status, 400);
}

/* --- streams --------------------------------------------------------------- */

static void a_stream_with_two_directions_comes_back_on_itself(void **state)
{
    (void)state;
    open_session();
    struct sub *s = client_opens(false);
    assert_int_equal(data(s, "one"), SINK_MORE);
    assert_int_equal(data(s, "two"), SINK_MORE);
    ends(s);
    assert_string_equal(str_text(&s->written), "onetwo");
    assert_true(s->is_ended);
    assert_int_equal(nsubs, 1);
    is_gone(s);
}

static void one_with_one_direction_comes_back_on_one_of_ours(void **state)
{
    (void)state;
    open_session();
    struct sub *s = client_opens(true);
    assert_int_equal(nsubs, 2);
    struct sub *back = &subs[1];
    assert_true(back->face.is_ours && back->face.is_uni);
    data(s, "one");
    ends(s);
    is_gone(s);
    assert_string_equal(str_text(&back->written), "one");
    assert_true(back->is_ended);
    is_gone(back);
}

static void a_full_way_back_stops_the_way_in_until_it_drains(void **state)
{
    (void)state;
    open_session();
    struct sub *s = client_opens(true);
    struct sub *back = &subs[1];
    back->is_full = true;
    assert_int_equal(data(s, "one"), SINK_PAUSE);
    ends(s);
    is_gone(s); /* all of it has come */
    assert_false(back->is_ended);
    back->is_full = false;
    streams()->ops->on_drain(&back->face);
    assert_string_equal(str_text(&back->written), "one");
    assert_true(back->is_ended);
    is_gone(back);
    struct sub *bidi = client_opens(false);
    bidi->is_full = true;
    assert_int_equal(data(bidi, "one"), SINK_PAUSE);
    streams()->ops->on_drain(&bidi->face); /* and is full again at once */
    assert_int_equal(bidi->nresumed, 0);
    bidi->is_full = false;
    streams()->ops->on_drain(&bidi->face);
    assert_int_equal(bidi->nresumed, 1);
    assert_int_equal(data(bidi, "two"), SINK_MORE);
    assert_string_equal(str_text(&bidi->written), "onetwo");
}

static void resets_and_stops_come_back_too(void **state)
{
    (void)state;
    open_session();
    struct sub *uni = client_opens(true);
    streams()->ops->on_reset(&uni->face, 7);
    assert_int_equal(subs[1].reset, 7);
    is_gone(uni);
    is_gone(&subs[1]);
    struct sub *other = client_opens(true);
    struct sub *back = &subs[3];
    streams()->ops->on_stop(&back->face, 8);
    assert_int_equal(other->stop, 8);
    is_gone(back);
    assert_int_equal(data(other, "late"), SINK_MORE);
    is_gone(other);
    struct sub *bidi = client_opens(false);
    streams()->ops->on_reset(&bidi->face, 9);
    streams()->ops->on_stop(&bidi->face, 10);
    assert_int_equal(bidi->reset, 9);
    assert_int_equal(bidi->stop, 10);
    is_gone(bidi);
}

static void without_a_way_back_a_stream_is_not_read(void **state)
{
    (void)state;
    open_session();
    allows_none = true;
    struct sub *s = client_opens(true);
    assert_int_equal(s->stop, 0);
    assert_int_equal(data(s, "x"), SINK_MORE);
    ends(s);
    is_gone(s);
}

/* A client that reads nothing would have any number of them wait here. */
static void streams_back_that_nobody_reads_are_bounded(void **state)
{
    (void)state;
    open_session();
    for (unsigned i = 0; i < 100; i++) {
        struct sub *s = client_opens(true);
        data(s, "x");
        ends(s);
        is_gone(s);
        assert_int_equal(s->stop, -1);
    }
    assert_int_equal(nsubs, 200);
    struct sub *one_more = client_opens(true);
    assert_int_equal(one_more->stop, 0);
    is_gone(one_more);
    is_gone(&subs[1]); /* it was read */
    assert_int_equal(client_opens(true)->stop, -1);
}

/* --- the session's stream --------------------------------------------------- */

static void say(struct span bytes)
{
    f.sent = 0;
    fake_stream_body(&f, bytes);
    fake_stream_go_on(&f);
}

static void a_close_of_the_client_ends_it(void **state)
{
    (void)state;
    for (size_t piece = 1; piece < 10; piece++) {
        if (piece > 1)
            fake_stream_fini(&f);
        open_session();
        f.piece = piece;
        say(SPAN_LIT("\x21\x01z")); /* of no meaning here */
        assert_false(f.is_complete);
        say(SPAN_LIT("\x68\x43\x07\x00\x00\x00\x01"
                     "bye"));
        assert_true(f.is_complete);
        assert_int_equal(f.answer.len, 0);
    }
}

static void an_end_of_the_client_ends_it(void **state)
{
    (void)state;
    open_session();
    f.is_endless = false;
    fake_stream_go_on(&f);
    assert_true(f.is_complete);
}

static void an_end_within_a_capsule_is_malformed(void **state)
{
    (void)state;
    open_session();
    f.is_endless = false;
    say(SPAN_LIT("\x68\x43\x07\x00"));
    assert_true(f.is_reset);
}

/* Flow control is not agreed on: its capsules are of no effect, but for those
 * that belong to HTTP/2. */
static void capsules_of_flow_control_are_ignored_or_prohibited(void **state)
{
    (void)state;
    open_session();
    say(SPAN_LIT("\x99\x0b\x4d\x3d\x01\x05")); /* MAX_DATA */
    assert_false(f.is_reset);
    say(SPAN_LIT("\x99\x0b\x4d\x3f\x01\x05")); /* MAX_STREAMS */
    assert_false(f.is_reset);
    say(SPAN_LIT("\x99\x0b\x4d\x3e\x02\x00\x05")); /* MAX_STREAM_DATA */
    assert_true(f.is_reset);
}

static void datagrams_come_back(void **state)
{
    (void)state;
    open_session();
    struct datagrams *d = f.stream.handler->datagrams;
    datagrams_set_max(d, 100);
    d->on_datagram(d, SPAN_LIT("one"));
    d->on_datagram(d, SPAN_LIT(""));
    struct span got;
    assert_true(datagrams_peek(d, loop_now(loop), &got));
    assert_true(span_equal(got, SPAN_LIT("one")));
    datagrams_pop(d);
    assert_true(datagrams_peek(d, loop_now(loop), &got));
    assert_int_equal(got.len, 0);
}

static void a_session_that_goes_takes_its_streams_along(void **state)
{
    (void)state;
    open_session();
    client_opens(true);
    struct sub *s = client_opens(false);
    s->is_full = true;
    data(s, "kept"); /* tear_down() frees the session */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(it_accepts_the_protocol_by_each_of_its_names),
        TEST(it_refuses_what_is_no_session),
        TEST(a_stream_with_two_directions_comes_back_on_itself),
        TEST(one_with_one_direction_comes_back_on_one_of_ours),
        TEST(a_full_way_back_stops_the_way_in_until_it_drains),
        TEST(resets_and_stops_come_back_too),
        TEST(without_a_way_back_a_stream_is_not_read),
        TEST(streams_back_that_nobody_reads_are_bounded),
        TEST(a_close_of_the_client_ends_it),
        TEST(an_end_of_the_client_ends_it),
        TEST(an_end_within_a_capsule_is_malformed),
        TEST(capsules_of_flow_control_are_ignored_or_prohibited),
        TEST(datagrams_come_back),
        TEST(a_session_that_goes_takes_its_streams_along),
    };
    return cmocka_run_group_tests_name("serve/webtransport_echo", tests, NULL,
                                       NULL);
}
