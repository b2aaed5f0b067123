#include "channel/channel_options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "args/options_general.h"
#include "args/parser.h"
#include "request/cmdline.h"

static const struct option_group *const groups[] = {&options_channel,
                                                    &options_general, NULL};

enum {
    ARGS_MAX = 32
};

/* The options of this line, words between blanks, or its error. */
static bool read_line(const char *line, const char *url,
                      struct channel_options *o, char *error, size_t cap)
{
    static char copy[256]; /* the options point into it */
    char *argv[ARGS_MAX] = {(char *)"quiver"};
    int argc = 1;
    struct cmdline *s = cmdline_new();
    struct parser p = {
        .groups = groups,
        .scope = {[SCOPE_SESSION] = s,
                  [SCOPE_OPERATION] = s->first,
                  [SCOPE_REQUEST] = &s->first->how,
                  [SCOPE_CHANNEL] = o},
        .owned = &s->owned,
    };
    assert_true(strlen(line) < sizeof copy);
    strcpy(copy, line);
    for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
        argv[argc++] = word;
    channel_options_init(o);
    bool ok = parser_run(&p, argc, argv) && channel_options_finish(o, &p, url);
    assert_true(strlen(p.error) < cap);
    strcpy(error, p.error);
    cmdline_free(s);
    return ok;
}

static void test_the_kind_follows_from_protocol_and_url(void **state)
{
    static const struct {
        const char *line;
        const char *url;
        enum qv_channel_kind kind;
    } cases[] = {
        {"", "ws://h/", QV_CHANNEL_KIND_WEBSOCKET},
        {"", "WSS://h/", QV_CHANNEL_KIND_WEBSOCKET},
        {"--protocol websocket", "https://h/", QV_CHANNEL_KIND_WEBSOCKET},
        {"--protocol webtransport", "https://h/", QV_CHANNEL_KIND_WEBTRANSPORT},
        {"--protocol p", "https://h/", QV_CHANNEL_KIND_DATAGRAMS},
        {"--upgrade foo/2", "http://h/", QV_CHANNEL_KIND_BYTES},
        {"--method GET --allow-unspecified-datagrams", "https://h/",
         QV_CHANNEL_KIND_DATAGRAMS},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct channel_options o;
        char error[256];
        assert_true(
            read_line(cases[i].line, cases[i].url, &o, error, sizeof error));
        assert_int_equal(o.kind, cases[i].kind);
        channel_options_fini(&o);
    }
}

static void test_contradictions_are_named(void **state)
{
    static const struct {
        const char *line;
        const char *url;
        const char *error;
    } cases[] = {
        {"", "https://h/", "needs --protocol"},
        {"--protocol p", "ws://h/", "is for WebSocket"},
        {"--protocol p --upgrade q", "http://h/", "exclude each other"},
        {"--method GET", "https://h/", "belong together"},
        {"--allow-unspecified-datagrams --protocol p", "https://h/",
         "belong together"},
        {"--exec a --echo-test 3", "ws://h/", "--exec and --echo-test"},
        {"--echo-test 3 --replay f", "ws://h/", "--echo-test and --replay"},
        {"--in raw", "ws://h/", "--in raw is for --upgrade"},
        {"--in len --upgrade p", "http://h/", "has no messages"},
        {"--in hex --replay f", "ws://h/", "no meaning with --replay"},
        {"--in words", "ws://h/", "is none of line"},
        {"--speed 2", "ws://h/", "belongs to --replay"},
        {"--speed x --replay f", "ws://h/", "no speed"},
        {"--speed 0 --replay f", "ws://h/", "no speed"},
        {"--rate 5/s", "ws://h/", "belong to --echo-test"},
        {"--rate x --echo-test 3", "ws://h/", "no rate"},
        {"--size 7 --echo-test 3", "ws://h/", "too few"},
        {"--echo-test 3 --upgrade p", "http://h/", "has none"},
        {"--close-code 999", "ws://h/", "cannot be sent"},
        {"--close-code 1005", "ws://h/", "cannot be sent"},
        {"--close-code 5000", "ws://h/", "cannot be sent"},
        {"--close-code 1000 --protocol p", "https://h/", "for WebSocket"},
        {"--close-reason \xff", "ws://h/", "UTF-8"},
        {"--subprotocol a --protocol p", "https://h/", "for WebSocket"},
        {"--transport capsule", "ws://h/", "for datagrams"},
        {"--transport x", "ws://h/", "is none of auto"},
        {"--no-capsules --transport capsule --protocol p", "https://h/",
         "exclude each other"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct channel_options o;
        char error[256];
        assert_false(
            read_line(cases[i].line, cases[i].url, &o, error, sizeof error));
        if (strstr(error, cases[i].error) == NULL)
            fail_msg("%s: %s", cases[i].line, error);
        channel_options_fini(&o);
    }
}

static void test_options_have_their_values(void **state)
{
    struct channel_options o;
    char error[256];
    (void)state;
    assert_true(read_line("-n 3 --linger 0.5 --close-code 4000 --queue-age 0.1 "
                          "--subprotocol a --subprotocol b --in hex --out raw",
                          "ws://h/", &o, error, sizeof error));
    assert_int_equal(o.messages, 3);
    assert_int_equal(o.linger, 500000000);
    assert_int_equal(o.close_code, 4000);
    assert_int_equal(o.queue_age, 100000000);
    assert_int_equal(o.subprotocols.len, 2);
    assert_string_equal(o.subprotocols.at[1], "b");
    assert_int_equal(o.in, PAYLOAD_HEX);
    assert_int_equal(o.out, PAYLOAD_RAW);
    assert_int_equal(o.size, CHANNEL_OPTIONS_SIZE);
    channel_options_fini(&o);
    assert_true(read_line("--echo-test 9", "ws://h/", &o, error, sizeof error));
    assert_int_equal(o.queue, CHANNEL_OPTIONS_WINDOW);
    channel_options_fini(&o);
    assert_true(read_line("", "ws://h/", &o, error, sizeof error));
    assert_true(o.linger == CHANNEL_OPTIONS_UNSET);
    assert_int_equal(o.end_delay, 300000000);
    assert_int_equal(o.max_message, 16 * 1024 * 1024);
    channel_options_fini(&o);
    assert_true(read_line("--upgrade p", "http://h/", &o, error, sizeof error));
    assert_int_equal(o.end_delay, 0);
    channel_options_fini(&o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_kind_follows_from_protocol_and_url),
        cmocka_unit_test(test_contradictions_are_named),
        cmocka_unit_test(test_options_have_their_values),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
