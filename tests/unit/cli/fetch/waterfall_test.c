#include "fetch/waterfall.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* 1 s: a try and the wait behind it, a redirect, the last request. */
static const struct qv_try tries[] = {{.response_code = 503,
                                       .time_start = 0,
                                       .time_total = 0.1,
                                       .delay = 0.1,
                                       .reason = "backoff"}};
static const struct qv_hop hops[] = {{.url = "http://a:b@h/old",
                                      .method = "POST",
                                      .response_code = 302,
                                      .http_version = "1.1",
                                      .conn_id = 1,
                                      .time_start = 0.2,
                                      .time_total = 0.3,
                                      .stages = {.queue = 0.2,
                                                 .namelookup = 0.3,
                                                 .connect = 0.4,
                                                 .appconnect = -1,
                                                 .pretransfer = 0.4,
                                                 .posttransfer = 0.4,
                                                 .starttransfer = 0.5}}};
static const struct qv_attempt attempts[] = {
    {.proto = "quic",
     .from = "",
     .addr = "192.0.2.6",
     .port = 443,
     .start = 0.2,
     .end = 0.4,
     .result = "failed",
     .why = "no\tanswer"},
    {.proto = "tcp",
     .from = "",
     .addr = "192.0.2.7",
     .port = 443,
     .start = 0.3,
     .end = 0.4,
     .result = "won",
     .why = ""},
};

static struct qv_result sample(void)
{
    return (struct qv_result){
        .url = "http://a:b@h/old",
        .url_effective = "http://h/new\x1b[2J",
        .method = "GET",
        .http_version = "1.1",
        .response_code = 200,
        .conn_id = 1,
        .num_redirects = 1,
        .time_queue = 0.5,
        .time_namelookup = 0.5,
        .time_connect = 0.5,
        .time_appconnect = -1,
        .time_pretransfer = 0.5,
        .time_posttransfer = 0.5,
        .time_starttransfer = 0.75,
        .time_redirect = 0.5,
        .time_total = 1,
        .tries = tries,
        .ntries = 1,
        .hops = hops,
        .nhops = 1,
        .attempts = attempts,
        .nattempts = 2,
    };
}

static char *render(const struct qv_result *r, unsigned width)
{
    struct str out = {0};
    struct waterfall_look look = {.width = width};
    waterfall_render(r, &look, &out);
    return str_take(&out);
}

static void test_each_exchange_has_its_bars(void **state)
{
    struct qv_result r = sample();
    char *text = render(&r, 42);
    (void)state;
    assert_string_equal(text, "                     0             1.00 s\n"
                              "503 GET http://<redacted>@h/old  (try: bac\n"
                              "  try        100 ms  xx\n"
                              "302 POST http://<redacted>@h/old  HTTP/1.1\n"
                              "  dns        100 ms      ==\n"
                              "  connect    100 ms        ==\n"
                              "  wait       100 ms          --\n"
                              "200 GET http://h/new\\x1b[2J  HTTP/1.1, con\n"
                              "  wait       250 ms            -----\n"
                              "  receive    250 ms                 #####\n"
                              "  to 192.0.2.6 port 443: failed, no\\x09ans\n"
                              "  quic       200 ms      xxxx\n"
                              "  to 192.0.2.7 port 443: won\n"
                              "  tcp        100 ms        --\n"
                              "total        1.00 s\n");
    free(text);
}

static bool fits(const char *text, unsigned width)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        if (len > width)
            return false;
        text += len + 1;
    }
    return true;
}

static void test_lines_are_no_wider_than_the_screen(void **state)
{
    struct qv_result r = sample();
    (void)state;
    for (unsigned width = 20; width <= 200; width++) {
        char *text = render(&r, width);
        assert_true(fits(text, width));
        free(text);
    }
}

static void test_a_narrow_screen_has_no_bars(void **state)
{
    struct qv_result r = sample();
    char *text = render(&r, 24);
    (void)state;
    assert_null(strstr(text, "=="));
    assert_non_null(strstr(text, "  connect    100 ms\n"));
    free(text);
}

static void test_the_phase_that_failed_is_told(void **state)
{
    struct qv_result r = {
        .url = "http://h/",
        .url_effective = "http://h/",
        .method = "GET",
        .http_version = "0",
        .error = {.status = QV_EXIT_HOST_NAME},
        .time_queue = 0,
        .time_dial = 0,
        .time_namelookup = -1,
        .time_connect = -1,
        .time_appconnect = -1,
        .time_pretransfer = -1,
        .time_posttransfer = -1,
        .time_starttransfer = -1,
        .time_total = 0.002,
    };
    char *text = render(&r, 40);
    (void)state;
    assert_string_equal(text, "                     0          2.00 ms\n"
                              "--- GET http://h/\n"
                              "  dns       2.00 ms  xxxxxxxxxxxxxxxxxx\n"
                              "total       2.00 ms\n");
    free(text);
}

static void test_colours_and_secrets_are_shown_when_asked_for(void **state)
{
    struct qv_result r = sample();
    struct str out = {0};
    struct waterfall_look look = {.width = 80,
                                  .has_colour = true,
                                  .has_blocks = true,
                                  .show_secrets = true};
    (void)state;
    waterfall_render(&r, &look, &out);
    assert_non_null(strstr(str_text(&out), "\x1b[1;36m302\x1b[0m POST "));
    assert_non_null(strstr(str_text(&out), "http://a:b@h/old"));
    assert_non_null(strstr(str_text(&out), "\u2588"));
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_exchange_has_its_bars),
        cmocka_unit_test(test_lines_are_no_wider_than_the_screen),
        cmocka_unit_test(test_a_narrow_screen_has_no_bars),
        cmocka_unit_test(test_the_phase_that_failed_is_told),
        cmocka_unit_test(test_colours_and_secrets_are_shown_when_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
