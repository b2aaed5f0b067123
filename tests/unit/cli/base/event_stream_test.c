/* The rules of WHATWG HTML 9.2.6, and its examples. */
#include "base/event_stream.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MAX ((size_t)1000)

/* "type|data|id|retry" and a line end for each. */
static void add_event(struct str *out, const struct event_stream_event *e)
{
    str_printf(out, "%.*s|%.*s|%.*s|", SPAN_ARG(e->type), SPAN_ARG(e->data),
               SPAN_ARG(e->id));
    if (e->has_retry)
        str_printf(out, "%llu", (unsigned long long)e->retry);
    str_add_char(out, '\n');
}

static void feed(struct event_stream *s, struct str *out, struct span in,
                 size_t piece)
{
    for (size_t at = 0; at < in.len; at += piece) {
        struct event_stream_event event;
        size_t n = in.len - at < piece ? in.len - at : piece;
        event_stream_feed(s, in.base + at, n);
        enum event_stream_next next;
        while ((next = event_stream_next(s, &event)) == EVENT_STREAM_EVENT)
            add_event(out, &event);
        assert_int_equal(next, EVENT_STREAM_MORE);
    }
}

static void expect(struct span in, const char *text)
{
    for (size_t piece = 1; piece <= in.len + 1; piece++) {
        struct event_stream s;
        struct str out = {0};
        event_stream_init(&s, MAX);
        feed(&s, &out, in, piece);
        assert_string_equal(out.base ? str_text(&out) : "", text);
        str_fini(&out);
        event_stream_fini(&s);
    }
}

static void the_examples_of_the_specification(void **state)
{
    (void)state;
    expect(SPAN_LIT("data: This is the first message.\n\n"
                    "data: This is the second message, it\n"
                    "data: has two lines.\n\n"
                    "data: This is the third message.\n\n"),
           "message|This is the first message.||\n"
           "message|This is the second message, it\nhas two lines.||\n"
           "message|This is the third message.||\n");
    expect(SPAN_LIT("event: add\ndata: 73857293\n\n"
                    "event: remove\ndata: 2153\n\n"),
           "add|73857293||\nremove|2153||\n");
    expect(SPAN_LIT(": test stream\n\n"
                    "data: first event\nid: 1\n\n"
                    "data:second event\nid\n\n"
                    "data:  third event\n\n"),
           "message|first event|1|\nmessage|second event||\n"
           "message| third event||\n");
    expect(SPAN_LIT("data\n\ndata\ndata\n\ndata:"),
           "message|||\nmessage|\n||\n");
    expect(SPAN_LIT("data:test\n\ndata: test\n\n"),
           "message|test||\nmessage|test||\n");
}

static void every_end_of_a_line_is_one(void **state)
{
    (void)state;
    expect(SPAN_LIT("data: a\r\n\r\ndata: b\r\rdata: c\n\n"),
           "message|a||\nmessage|b||\nmessage|c||\n");
    expect(SPAN_LIT("data: a\r\ndata: b\rdata: c\n\r\n"),
           "message|a\nb\nc||\n");
    expect(SPAN_LIT("data: a\n\rdata: b\n\r"), "message|a||\nmessage|b||\n");
}

static void a_mark_at_the_beginning_is_none_of_its_bytes(void **state)
{
    (void)state;
    expect(SPAN_LIT("\xEF\xBB\xBF"
                    "data: a\n\n"),
           "message|a||\n");
    expect(SPAN_LIT("\xEF\xBB\xBF\n"
                    "data: a\n\n"),
           "message|a||\n");
    expect(SPAN_LIT("data: a\n\n\xEF\xBB\xBF"
                    "data: b\n\n"),
           "message|a||\n");
}

static void an_identifier_lasts_and_counts_when_its_event_is_over(void **state)
{
    (void)state;
    expect(SPAN_LIT("id: 7\ndata: a\n\ndata: b\n\nid: 8\n\ndata: c\n\n"),
           "message|a|7|\nmessage|b|7|\nmessage|c|8|\n");
    expect(SPAN_LIT("id: 7\ndata: a\n\nid: x\0y\ndata: b\n\n"),
           "message|a|7|\nmessage|b|7|\n");
    struct event_stream s;
    struct str out = {0};
    event_stream_init(&s, MAX);
    feed(&s, &out, SPAN_LIT("id: 7\ndata: a\n\nid: 8\ndata: b\n"), 100);
    assert_string_equal(str_text(&s.id), "7");
    event_stream_again(&s);
    feed(&s, &out, SPAN_LIT("data: c\n\n"), 100);
    assert_string_equal(str_text(&out), "message|a|7|\nmessage|c|7|\n");
    str_fini(&out);
    event_stream_fini(&s);
}

static void a_time_is_of_digits(void **state)
{
    (void)state;
    expect(SPAN_LIT("retry: 1500\ndata: a\n\ndata: b\n\n"),
           "message|a||1500\nmessage|b||\n");
    expect(SPAN_LIT("retry: 1x\ndata: a\n\nretry: -1\ndata: b\n\nretry:\n"
                    "data: c\n\n"),
           "message|a||\nmessage|b||\nmessage|c||\n");
    struct event_stream s;
    struct str out = {0};
    event_stream_init(&s, MAX);
    feed(&s, &out, SPAN_LIT("retry: 20\n\n"), 100);
    assert_int_equal(s.retry, 20);
    assert_int_equal(out.len, 0);
    event_stream_fini(&s);
}

static void what_is_unknown_or_unfinished_is_nothing(void **state)
{
    (void)state;
    expect(SPAN_LIT("foo: bar\nData: x\n data: y\n\n"), "");
    expect(SPAN_LIT("event: x\n\ndata: a\n\n"), "message|a||\n");
    expect(SPAN_LIT("data: a\n"), "");
    expect(SPAN_LIT("data: a"), "");
    expect(SPAN_LIT(""), "");
}

static void there_is_an_end_to_its_size(void **state)
{
    (void)state;
    static const char *const large[] = {"data: ",
                                        "data: 12345\ndata: 123456\n"};
    for (size_t i = 0; i < sizeof large / sizeof large[0]; i++) {
        struct event_stream s;
        struct event_stream_event event;
        enum event_stream_next next = EVENT_STREAM_MORE;
        unsigned turns = 0;
        event_stream_init(&s, 20);
        while (next == EVENT_STREAM_MORE && turns++ < 10) {
            event_stream_feed(&s, large[i], strlen(large[i]));
            next = event_stream_next(&s, &event);
        }
        assert_int_equal(next, EVENT_STREAM_TOO_LARGE);
        event_stream_fini(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_examples_of_the_specification),
        cmocka_unit_test(every_end_of_a_line_is_one),
        cmocka_unit_test(a_mark_at_the_beginning_is_none_of_its_bytes),
        cmocka_unit_test(an_identifier_lasts_and_counts_when_its_event_is_over),
        cmocka_unit_test(a_time_is_of_digits),
        cmocka_unit_test(what_is_unknown_or_unfinished_is_nothing),
        cmocka_unit_test(there_is_an_end_to_its_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
