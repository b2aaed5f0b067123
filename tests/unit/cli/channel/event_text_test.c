#include "channel/event_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct event_text_time at = {.since_start = 1.25};

static void expect(struct str *out, const char *want)
{
    assert_string_equal(str_text(out), want);
    str_clear(out);
}

static void test_messages_have_a_kind_and_a_length(void **state)
{
    static const struct event_text e = {.is_relative = true};
    struct str out = {0};
    (void)state;
    event_text_received(&out, &e, &at,
                        &(struct qv_channel_event){.what = QV_CHANNEL_DATAGRAM,
                                                   .data = "hello",
                                                   .len = 5,
                                                   .stream = -1});
    expect(&out, "    1.250 < dgram 5B \"hello\"\n");
    event_text_sent(&out, &e, &at,
                    &(struct qv_channel_message){
                        .what = QV_CHANNEL_CAPSULE, .type = 41, .stream = -1});
    expect(&out, "    1.250 > capsule type 41 0B \"\"\n");
    event_text_received(&out, &e, &at,
                        &(struct qv_channel_event){.what = QV_CHANNEL_STREAM,
                                                   .data = "a\n\x1b",
                                                   .len = 3,
                                                   .stream = 4});
    expect(&out, "    1.250 < stream #4 3B \"a\\x0a\\x1b\"\n");
    str_fini(&out);
}

static void test_notices_stay_on_their_line(void **state)
{
    static const struct event_text e = {.is_relative = true};
    struct str out = {0};
    (void)state;
    event_text_notice(&out, &e, &at, "a\nb");
    expect(&out, "    1.250 * a\\x0ab\n");
    event_text_received(
        &out, &e, &at,
        &(struct qv_channel_event){
            .what = QV_CHANNEL_DROP, .count = 3, .text = "the queue is full"});
    expect(&out, "    1.250 * 3 datagrams were dropped: the queue is full\n");
    event_text_received(
        &out, &e, &at,
        &(struct qv_channel_event){.what = QV_CHANNEL_MAX, .count = 1200});
    expect(&out, "    1.250 * datagrams have room for 1200 bytes now\n");
    str_fini(&out);
}

static void test_hex_has_offset_digits_and_characters(void **state)
{
    static const struct event_text e = {.is_relative = true, .is_hex = true};
    struct str out = {0};
    (void)state;
    event_text_received(
        &out, &e, &at,
        &(struct qv_channel_event){.what = QV_CHANNEL_BINARY,
                                   .data = "0123456789abcdef\x1bX",
                                   .len = 18,
                                   .stream = -1});
    expect(&out,
           "    1.250 < binary 18B\n"
           "  0000  30 31 32 33 34 35 36 37 38 39 61 62 63 64 65 66  "
           "0123456789abcdef\n"
           "  0010  1b 58                                            .X\n");
    str_fini(&out);
}

static void test_the_time_of_day_has_milliseconds(void **state)
{
    static const struct event_text e = {0};
    const struct event_text_time day = {
        .day = {.tv_sec = 3723, .tv_nsec = 123999999}};
    struct str out = {0};
    (void)state;
    event_text_notice(&out, &e, &day, "x");
    /* Whatever the time zone: minutes of a quarter of an hour. */
    assert_int_equal(out.len, strlen("01:02:03.123 * x\n"));
    assert_string_equal(out.base + 6, "03.123 * x\n");
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_messages_have_a_kind_and_a_length),
        cmocka_unit_test(test_notices_stay_on_their_line),
        cmocka_unit_test(test_hex_has_offset_digits_and_characters),
        cmocka_unit_test(test_the_time_of_day_has_milliseconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
