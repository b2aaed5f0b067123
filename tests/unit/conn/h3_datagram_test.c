/*
 * HTTP datagrams between two sessions, and what a session makes of those that a
 * peer should not have sent.
 */
#include "conn/h3_datagram.h"

#include "conn/h3_rig.h"

/* --- between two ---------------------------------------------------------- */

static void datagrams_pass_both_ways_and_are_counted(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    assert_int_equal(c->ndrain, 0);
    push(c, "early");
    push(c, "");
    settle(r);
    assert_int_equal(c->ndrain, 1); /* `max` was set */
    assert_int_equal(c->d.max, PATH_MAX_LEN - 1);
    assert_log(&r->server.calls[0], "<early><>");
    push(&r->server.calls[0], "back");
    settle(r);
    assert_log(c, "<back>");
    assert_int_equal(c->d.counters.sent, 2);
    assert_int_equal(c->d.counters.acked, 2);
    assert_int_equal(c->d.counters.lost, 0);
    assert_int_equal(c->d.counters.received, 1);
    rig_free(r);
}

static void streams_that_have_some_take_turns(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *a = request(r, true);
    struct call *b = request(r, true);
    r->client.q->holds_datagrams = true;
    r->client.q->holds_acks = true;
    push(a, "1");
    push(a, "2");
    push(a, "3");
    push(b, "4");
    push(b, "5");
    settle(r);
    r->client.q->holds_datagrams = false;
    quic_wake(r->client.q);
    settle(r);
    struct str order;
    str_init(&order);
    list_each (l, &r->client.q->datagrams_out)
        str_add_char(
            &order, container_of(l, struct fake_datagram, link)->bytes.base[1]);
    assert_string_equal(str_text(&order), "14253");
    str_fini(&order);
    rig_free(r);
}

static void a_stream_ends_behind_its_datagrams(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    settle(r);
    r->client.q->holds_datagrams = true;
    push(c, "last");
    r->is_last = true;
    h3_session_resume(&r->client.s, c->st, EXCHANGE_SEND);
    settle(r);
    assert_false(fake_quic_stream(r->client.q, 0)->has_fin);
    r->client.q->holds_datagrams = false;
    quic_wake(r->client.q);
    settle(r);
    assert_true(fake_quic_stream(r->client.q, 0)->has_fin);
    assert_log(&r->server.calls[0], "<last>$");
    /* RFC 9297 2.1: none after that. */
    push(c, "more");
    settle(r);
    assert_int_equal(c->d.counters.sent, 1);
    rig_free(r);
}

static void the_largest_follows_the_path(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    settle(r);
    r->client.q->holds_datagrams = true;
    push(c, "0123456789");
    settle(r);
    fake_quic_set_datagram_max(r->client.q, 10);
    assert_int_equal(c->d.max, 9);
    assert_int_equal(c->ndrain, 1);
    settle(r);
    assert_int_equal(c->ndrain, 2);
    r->client.q->holds_datagrams = false;
    push(c, "012345678");
    quic_wake(r->client.q);
    settle(r);
    assert_int_equal(c->d.counters.dropped_large, 1);
    assert_log(&r->server.calls[0], "<012345678>");
    fake_quic_set_datagram_max(r->client.q, 10);
    settle(r);
    assert_int_equal(c->ndrain, 2); /* the same as before */
    rig_free(r);
}

static void a_lost_one_is_counted(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    r->client.q->loses_datagrams = true;
    push(c, "x");
    settle(r);
    assert_int_equal(c->d.counters.sent, 1);
    assert_int_equal(c->d.counters.lost, 1);
    assert_int_equal(c->d.counters.acked, 0);
    assert_log(&r->server.calls[0], "");
    rig_free(r);
}

static void the_owner_hears_of_room_from_a_task(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    settle(r);
    r->client.q->holds_datagrams = true;
    for (unsigned i = 0; i < 8; i++)
        push(c, "x");
    settle(r);
    assert_int_equal(c->ndrain, 1);
    r->client.q->holds_datagrams = false;
    quic_wake(r->client.q);
    settle(r);
    assert_int_equal(c->ndrain, 2);
    rig_free(r);
}

static void server_is_silent(struct rig *r)
{
    r->server_settings.quic.h3_datagrams = false;
}

static void client_is_silent(struct rig *r)
{
    r->settings.quic.h3_datagrams = false;
}

/* RFC 9297 2.1.1 */
static void none_is_sent_unless_both_sides_said_so(void **state)
{
    (void)state;
    static void (*const changes[])(struct rig *) = {server_is_silent,
                                                    client_is_silent};
    for (size_t i = 0; i < 2; i++) {
        struct rig *r = rig_new(changes[i]);
        struct call *c = request(r, true);
        push(c, "x");
        settle(r);
        assert_int_equal(c->d.max, 0);
        assert_int_equal(r->client.q->ndatagrams, 0);
        push(&r->server.calls[0], "x");
        settle(r);
        assert_int_equal(r->server.q->ndatagrams, 0);
        rig_free(r);
    }
}

static void what_waits_goes_when_the_settings_come(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    r->client.s.peer_datagrams = false; /* as before them */
    h3_datagram_update(&r->client.s);
    assert_int_equal(c->d.max, 0);
    push(c, "x");
    settle(r);
    assert_int_equal(c->d.counters.sent, 0);
    r->client.s.peer_datagrams = true;
    h3_datagram_update(&r->client.s);
    settle(r);
    assert_log(&r->server.calls[0], "<x>");
    rig_free(r);
}

static void the_end_of_the_connection_leaves_none(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    settle(r);
    fake_quic_lose(r->client.q, ERR_RECV, 0, "gone");
    settle(r);
    assert_null(c->st);
    assert_int_equal(c->d.max, 0);
    r->client.q->peer = NULL;
    r->server.q->peer = NULL;
    rig_free(r);
}

/* --- what a peer should not have sent ------------------------------------- */

#define LIVES FAKE_NONE

static void inject(struct end *e, const char *bytes, size_t len)
{
    fake_quic_receive_datagram(e->q, span_of(bytes, len));
    settle(the_rig);
}

#define INJECT(end, text) inject(end, text, sizeof(text) - 1)

struct stray {
    const char *what;
    struct span bytes;
    bool to_client; /* else the server gets it */
    uint64_t conn_code;
};

/* Stream 0 is open on both sides, stream 4 is over. */
static const struct stray strays[] = {
    {"without an id", {NULL, 0}, false, 0x33},
    {"cut in its id", {(const uint8_t *)"\x40", 1}, false, 0x33},
    {"over the last id",
     {(const uint8_t *)"\xd0\x00\x00\x00\x00\x00\x00\x00", 8},
     false,
     0x33},
    {"of the last id, which the limit does not allow",
     {(const uint8_t *)"\xcf\xff\xff\xff\xff\xff\xff\xff", 8},
     false,
     0x108},
    {"one over the limit", {(const uint8_t *)"\x40\x66", 2}, false, 0x108},
    {"of the last allowed", {(const uint8_t *)"\x40\x63", 2}, false, LIVES},
    {"of a stream that is over", {(const uint8_t *)"\x01x", 2}, false, LIVES},
    {"without an id, for a client", {NULL, 0}, true, 0x33},
    {"over the limit, for a client",
     {(const uint8_t *)"\x40\x66", 2},
     true,
     0x108},
    {"of one that the client has not opened",
     {(const uint8_t *)"\x05x", 2},
     true,
     LIVES},
    {"of one that is over, for a client",
     {(const uint8_t *)"\x01x", 2},
     true,
     LIVES},
};

static void strays_are_dropped_or_end_the_connection(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof strays / sizeof *strays; i++) {
        const struct stray *x = &strays[i];
        struct rig *r = rig_new(NULL);
        request(r, true);
        struct call *over = request(r, true);
        settle(r);
        h3_session_abandon(&r->client.s, over->st, 0x10c);
        settle(r);
        struct end *e = x->to_client ? &r->client : &r->server;
        inject(e, (const char *)x->bytes.base, x->bytes.len);
        if (e->q->failed != x->conn_code)
            fail_msg("%s: 0x%llx", x->what, (unsigned long long)e->q->failed);
        assert_log(&e->calls[0], "");
        rig_free(r);
    }
}

static void one_for_a_request_without_use_for_it_aborts_that(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *plain = request(r, false);
    struct call *other = request(r, true);
    settle(r);
    INJECT(&r->client, "\x00x");
    assert_null(plain->st);
    assert_int_equal(r->client.cut, 0x33);
    assert_int_equal(fake_quic_stream(r->client.q, 0)->stop, 0x33);
    assert_int_equal(fake_quic_stream(r->client.q, 0)->reset, 0x33);
    push(other, "on"); /* the others go on */
    settle(r);
    assert_log(&r->server.calls[1], "<on>");
    rig_free(r);
}

static void a_server_without_use_for_it_aborts_too(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    r->server.serves_datagrams = false;
    struct call *c = request(r, true);
    push(c, "x");
    settle(r);
    assert_int_equal(r->server.cut, 0x33);
    assert_null(r->server.calls[0].st);
    rig_free(r);
}

static void those_before_their_request_wait_for_it(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    INJECT(&r->server, "\x00one");
    INJECT(&r->server, "\x01other");
    INJECT(&r->server, "\x00two");
    request(r, true);
    settle(r);
    assert_log(&r->server.calls[0], "<one><two>");
    assert_int_equal(r->server.calls[0].d.counters.received, 2);
    assert_int_equal(r->server.s.early.n, 1);
    rig_free(r);
}

static void those_before_a_request_without_use_abort_it(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    r->server.serves_datagrams = false;
    INJECT(&r->server, "\x00one");
    INJECT(&r->server, "\x00two");
    request(r, true);
    settle(r);
    assert_int_equal(r->server.cut, 0x33);
    assert_null(r->server.calls[0].st);
    rig_free(r);
}

static void the_owner_may_give_the_stream_up_at_any_of_them(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    settle(r);
    c->drops_stream = true;
    fake_quic_receive_datagram(r->client.q, SPAN_LIT("\x00"
                                                     "a"));
    fake_quic_receive_datagram(r->client.q, SPAN_LIT("\x00"
                                                     "b"));
    settle(r);
    assert_log(c, "<a>");
    assert_int_equal(r->client.q->failed, LIVES);
    rig_free(r);
}

static void a_flood_that_nobody_wants_ends_the_connection(void **state)
{
    (void)state;
    struct rig *r = rig_new(NULL);
    struct call *c = request(r, true);
    settle(r);
    char bytes[1000] = {5}; /* a stream that the client has not opened */
    for (unsigned i = 0; i < 900; i++)
        inject(&r->client, bytes, sizeof bytes);
    assert_int_equal(r->client.q->failed, LIVES);
    bytes[0] = 0; /* those that it wants pay for them */
    for (unsigned i = 0; i < 5000; i++)
        inject(&r->client, bytes, sizeof bytes);
    assert_int_equal(r->client.q->failed, LIVES);
    assert_int_equal(c->d.counters.received, 5000);
    assert_int_equal(r->client.s.guard.barren, 0);
    bytes[0] = 5;
    for (unsigned i = 0; i < 1100; i++)
        inject(&r->client, bytes, sizeof bytes);
    assert_int_equal(r->client.q->failed, 0x107);
    rig_free(r);
}

/* RFC 9297 2.1.1: no peer may. */
static void those_that_were_not_asked_for_are_dropped(void **state)
{
    (void)state;
    struct rig *r = rig_new(client_is_silent);
    struct call *c = request(r, true);
    settle(r);
    INJECT(&r->client, "\x00x");
    INJECT(&r->client, "");
    assert_log(c, "");
    assert_int_equal(r->client.q->failed, LIVES);
    rig_free(r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(datagrams_pass_both_ways_and_are_counted),
        cmocka_unit_test(streams_that_have_some_take_turns),
        cmocka_unit_test(a_stream_ends_behind_its_datagrams),
        cmocka_unit_test(the_largest_follows_the_path),
        cmocka_unit_test(a_lost_one_is_counted),
        cmocka_unit_test(the_owner_hears_of_room_from_a_task),
        cmocka_unit_test(none_is_sent_unless_both_sides_said_so),
        cmocka_unit_test(what_waits_goes_when_the_settings_come),
        cmocka_unit_test(the_end_of_the_connection_leaves_none),
        cmocka_unit_test(strays_are_dropped_or_end_the_connection),
        cmocka_unit_test(one_for_a_request_without_use_for_it_aborts_that),
        cmocka_unit_test(a_server_without_use_for_it_aborts_too),
        cmocka_unit_test(those_before_their_request_wait_for_it),
        cmocka_unit_test(those_before_a_request_without_use_abort_it),
        cmocka_unit_test(the_owner_may_give_the_stream_up_at_any_of_them),
        cmocka_unit_test(a_flood_that_nobody_wants_ends_the_connection),
        cmocka_unit_test(those_that_were_not_asked_for_are_dropped),
    };
    return cmocka_run_group_tests_name("conn/h3_datagram", tests, NULL, NULL);
}
