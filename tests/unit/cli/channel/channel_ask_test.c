/* Options of a channel, as the engine is asked for it. */
#include "channel/channel_ask.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const struct qv_request request = {.url = "https://a/", .method = "GET"};

static struct qv_channel_request ask_for(const struct channel_options *o)
{
    struct qv_channel_request ask;
    channel_ask(&ask, o, &request);
    return ask;
}

static void only_what_is_no_stream_of_its_own_has_capsules(void **state)
{
    static const struct {
        enum qv_channel_kind kind;
        bool no_capsules;
        bool has_capsules;
    } rows[] = {
        {QV_CHANNEL_KIND_DATAGRAMS, false, true},
        {QV_CHANNEL_KIND_DATAGRAMS, true, false},
        {QV_CHANNEL_KIND_WEBTRANSPORT, false, true},
        {QV_CHANNEL_KIND_WEBSOCKET, false, false},
        {QV_CHANNEL_KIND_BYTES, false, false},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct channel_options o = {.kind = rows[i].kind,
                                          .no_capsules = rows[i].no_capsules};
        struct qv_channel_request ask = ask_for(&o);
        assert_int_equal(ask.kind, rows[i].kind);
        assert_int_equal(ask.has_capsules, rows[i].has_capsules);
    }
}

static void linger_is_said_or_the_engines(void **state)
{
    static const struct {
        uint64_t given;
        uint64_t asked;
    } rows[] = {
        {CHANNEL_OPTIONS_UNSET, 0}, /* the engine's own */
        {0, 1},                     /* none: as short as can be said */
        {5, 5},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct channel_options o = {.linger = rows[i].given};
        assert_int_equal(ask_for(&o).linger, rows[i].asked);
    }
}

static void a_method_is_unspecified_and_an_upgrade_the_protocol(void **state)
{
    const struct channel_options plain = {.protocol = "p"};
    const struct channel_options other = {
        .protocol = "p", .upgrade = "u", .method = "POST"};
    (void)state;
    struct qv_channel_request ask = ask_for(&plain);
    assert_string_equal(ask.protocol, "p");
    assert_string_equal(ask.request.method, "GET");
    assert_false(ask.is_unspecified);
    ask = ask_for(&other);
    assert_string_equal(ask.protocol, "u");
    assert_string_equal(ask.request.method, "POST");
    assert_true(ask.is_unspecified);
    assert_string_equal(ask.request.url, "https://a/");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_what_is_no_stream_of_its_own_has_capsules),
        cmocka_unit_test(linger_is_said_or_the_engines),
        cmocka_unit_test(a_method_is_unspecified_and_an_upgrade_the_protocol),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
