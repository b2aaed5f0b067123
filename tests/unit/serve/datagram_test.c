/* /datagram, without a protocol of HTTP's below it. */
#include "serve/datagram.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "http/datagrams.h"
#include "serve/fake_stream.h"
#include "serve/server_life.h"

static struct loop *loop;
static struct server *server;
static struct fake_stream f;

static int set_up(void **state)
{
    (void)state;
    struct server_options options = {.bind = NULL};
    struct fault fault;
    loop = loop_new();
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_free(server);
    loop_free(loop);
    return 0;
}

static void begin(const char *target, struct span body)
{
    fake_stream_init(&f, server, "CONNECT", target);
    f.stream.version = HTTP_VERSION_3;
    f.request.protocol = SPAN_LIT("any");
    fake_stream_body(&f, body);
    f.request.body_len = BODY_LEN_UNKNOWN;
}

struct fixture {
    const char *what;
    const char *target;
    struct span body;
    bool is_malformed;
};

#define BYTES(text)                                                            \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

static const struct fixture fixtures[] = {
    {"nothing", "/datagram", BYTES(""), false},
    {"a DATAGRAM capsule", "/datagram", BYTES("\x00\x02hi"), false},
    {"an unknown one", "/datagram", BYTES("\x17\x02hi\x00\x00"), false},
    {"an end in a capsule", "/datagram", BYTES("\x00\x03hi"), true},
    {"an end in a length", "/datagram", BYTES("\x00\x40"), true},
    {"raw bytes", "/datagram?raw", BYTES("\x00\x03hi"), false},
};

static void the_stream_comes_back_as_it_is(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof fixtures / sizeof *fixtures; i++) {
        const struct fixture *x = &fixtures[i];
        begin(x->target, x->body);
        f.piece = 1;
        f.stream.version = HTTP_VERSION_3;
        fake_stream_run(&f);
        assert_int_equal(f.response.status, 200);
        if (f.is_reset != x->is_malformed)
            fail_msg("%s", x->what);
        if (!x->is_malformed)
            assert_true(span_equal(str_span(&f.answer), x->body));
        assert_int_equal(f.is_complete, !x->is_malformed);
        fake_stream_fini(&f);
    }
}

static void capsules_are_promised_where_they_are_spoken(void **state)
{
    (void)state;
    begin("/datagram", SPAN_LIT(""));
    fake_stream_run(&f);
    assert_string_equal(fake_stream_value(&f, "capsule-protocol"), "?1");
    fake_stream_fini(&f);
    begin("/datagram?raw", SPAN_LIT(""));
    fake_stream_run(&f);
    assert_string_equal(fake_stream_value(&f, "capsule-protocol"), "");
    fake_stream_fini(&f);
}

static void a_client_that_reads_nothing_is_not_read(void **state)
{
    (void)state;
    enum {
        LEN = 4 << 20
    };
    uint8_t *body = calloc(1, LEN);
    begin("/datagram?raw", span_of(body, LEN));
    f.is_slow = true;
    fake_stream_run(&f);
    assert_true(f.was_paused);
    assert_true(f.sent < LEN / 4);
    fake_stream_fini(&f);
    free(body);
}

/* The oldest go, and what is kept is bounded. */
static void datagrams_come_back_or_the_oldest_are_dropped(void **state)
{
    (void)state;
    begin("/datagram", SPAN_LIT(""));
    f.is_endless = true;
    fake_stream_run(&f);
    struct datagrams *d = f.stream.handler->datagrams;
    assert_non_null(d);
    for (unsigned i = 0; i < 10000; i++)
        d->on_datagram(d, span_of(&i, sizeof i));
    assert_true(datagrams_is_full(d));
    assert_int_equal(d->n + d->counters.dropped_full, 10000);
    unsigned next = (unsigned)d->counters.dropped_full;
    struct span payload;
    while (datagrams_peek(d, 0, &payload)) {
        assert_true(span_equal(payload, span_of(&next, sizeof next)));
        datagrams_pop(d);
        next++;
    }
    assert_int_equal(next, 10000);
    fake_stream_fini(&f);
}

static void a_plain_request_is_told_what_is_taken(void **state)
{
    (void)state;
    fake_stream_init(&f, server, "GET", "/datagram");
    fake_stream_run(&f);
    assert_int_equal(f.response.status, 400);
    assert_null(f.stream.handler->datagrams);
    fake_stream_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_stream_comes_back_as_it_is, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(
            capsules_are_promised_where_they_are_spoken, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_client_that_reads_nothing_is_not_read,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(
            datagrams_come_back_or_the_oldest_are_dropped, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_plain_request_is_told_what_is_taken,
                                        set_up, tear_down),
    };
    return cmocka_run_group_tests_name("serve/datagram", tests, NULL, NULL);
}
