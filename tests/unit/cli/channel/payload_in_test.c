#include "channel/payload_in.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What a reading came to: each message as "what:bytes|", a bad one as "!|". */
struct rig {
    struct payload_in in;
    struct str got;
    char error[120]; /* of the last bad one */
};

static void rig_init(struct rig *r, enum payload_mode mode,
                     enum qv_channel_what as, size_t max)
{
    *r = (struct rig){.in = {.mode = mode, .as = as, .max = max}};
}

static void rig_fini(struct rig *r)
{
    payload_in_fini(&r->in);
    str_fini(&r->got);
}

static void add_message(struct rig *r, const struct payload_in_message *m)
{
    static const char letters[] = "dtbsciotxxx";
    if (m->is_close) {
        str_printf(&r->got, "close %llu %s|", (unsigned long long)m->code,
                   m->reason ? m->reason : "");
        return;
    }
    if (m->is_open) {
        str_add_text(&r->got, "open|");
        return;
    }
    str_add_char(&r->got, letters[m->message.what]);
    str_add_char(&r->got, ':');
    str_add(&r->got, span_of(m->message.data, m->message.len));
    str_add_char(&r->got, '|');
}

static bool take(struct rig *r)
{
    struct payload_in_message m;
    for (;;) {
        switch (payload_in_next(&r->in, &m)) {
        case PAYLOAD_IN_MESSAGE:
            add_message(r, &m);
            break;
        case PAYLOAD_IN_BAD:
            str_add_text(&r->got, "!|");
            (void)snprintf(r->error, sizeof r->error, "%s", r->in.error);
            break;
        case PAYLOAD_IN_MORE:
            return true;
        case PAYLOAD_IN_OVER:
            return false;
        }
    }
}

static void feed(struct rig *r, const void *bytes, size_t len, size_t piece)
{
    const char *from = bytes;
    while (len > 0) {
        size_t room;
        size_t n = len < piece ? len : piece;
        char *to = payload_in_reserve(&r->in, &room);
        n = n < room ? n : room;
        memcpy(to, from, n);
        payload_in_commit(&r->in, n);
        from += n;
        len -= n;
        assert_true(take(r));
    }
    payload_in_end(&r->in);
    assert_false(take(r));
}

/* The same outcome however the bytes come. */
static void expect_of(enum payload_mode mode, enum qv_channel_what as,
                      const void *bytes, size_t len, const void *want,
                      size_t want_len)
{
    static const size_t pieces[] = {1, 2, 3, 7, SIZE_MAX};
    for (size_t i = 0; i < sizeof pieces / sizeof *pieces; i++) {
        struct rig r;
        rig_init(&r, mode, as, 64);
        feed(&r, bytes, len, pieces[i]);
        assert_int_equal(r.got.len, want_len);
        assert_memory_equal(str_text(&r.got), want, want_len);
        rig_fini(&r);
    }
}

static void expect(enum payload_mode mode, enum qv_channel_what as,
                   const char *text, const char *want)
{
    expect_of(mode, as, text, strlen(text), want, strlen(want));
}

static void test_lines_are_messages(void **state)
{
    static const struct {
        const char *input;
        const char *messages;
    } cases[] = {
        {"", ""},
        {"a\n", "t:a|"},
        {"a\nb", "t:a|t:b|"},
        {"a\r\nb\r\n", "t:a|t:b|"},
        {"\n\na\n\n", "t:|t:|t:a|t:|"},
        {"a\rb\n", "t:a\rb|"},
        {"\r\n", "t:|"},
        {"gr\xc3\xbc\xc3\x9f\n\xe2\x82\xac",
         "t:gr\xc3\xbc\xc3\x9f|t:\xe2\x82\xac|"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(PAYLOAD_LINE, QV_CHANNEL_TEXT, cases[i].input,
               cases[i].messages);
}

static void test_lines_of_datagrams_are_any_bytes(void **state)
{
    (void)state;
    expect(PAYLOAD_LINE, QV_CHANNEL_DATAGRAM, "\xff\xfe\nb\n",
           "d:\xff\xfe|d:b|");
}

static void test_lines_of_a_stream_keep_their_ends(void **state)
{
    (void)state;
    expect(PAYLOAD_LINE, QV_CHANNEL_STREAM, "a\r\n\nb", "s:a\r\n|s:\n|s:b|");
}

static void test_text_that_is_no_utf8_is_told_with_its_line(void **state)
{
    struct rig r;
    (void)state;
    rig_init(&r, PAYLOAD_LINE, QV_CHANNEL_TEXT, 64);
    feed(&r, "a\nb\xff\nc\n", 7, 2);
    assert_string_equal(r.got.base, "t:a|!|t:c|");
    assert_non_null(strstr(r.error, "line 2 is not UTF-8"));
    rig_fini(&r);
}

static void test_a_line_that_is_too_long_is_told_once(void **state)
{
    char input[400];
    struct rig r;
    (void)state;
    for (size_t piece = 1; piece < 300; piece += 59) {
        rig_init(&r, PAYLOAD_LINE, QV_CHANNEL_TEXT, 64);
        memset(input, 'x', 300);
        memcpy(input + 300, "\nok\n", 4);
        feed(&r, input, 304, piece);
        assert_string_equal(r.got.base, "!|t:ok|");
        assert_non_null(strstr(r.error, "line 1 is longer than 64 bytes"));
        rig_fini(&r);
    }
}

static void test_a_line_of_the_greatest_length_is_a_message(void **state)
{
    char input[70];
    char want[70] = "t:";
    (void)state;
    memset(input, 'x', 64);
    memcpy(input + 64, "\r\n", 3);
    memset(want + 2, 'x', 64);
    memcpy(want + 66, "|", 2);
    expect(PAYLOAD_LINE, QV_CHANNEL_TEXT, input, want);
}

static void test_hex_and_base64_are_bytes(void **state)
{
    (void)state;
    expect(PAYLOAD_HEX, QV_CHANNEL_BINARY, "6162\n61 6A\t6b\r\n\n4",
           "b:ab|b:ajk|b:|!|");
    expect(PAYLOAD_HEX, QV_CHANNEL_BINARY, "6g\n616\n61", "!|!|b:a|");
    expect(PAYLOAD_BASE64, QV_CHANNEL_BINARY, "YWI=\nYWI\r\n\n*\n",
           "b:ab|b:ab|b:|!|");
    expect_of(PAYLOAD_HEX, QV_CHANNEL_DATAGRAM, "00ff\n", 5, "d:\0\xff|", 5);
}

static void test_lengths_are_two_bytes(void **state)
{
    (void)state;
    expect_of(PAYLOAD_LEN, QV_CHANNEL_DATAGRAM, "\0\2ab\0\0\0\1c", 9,
              "d:ab|d:|d:c|", 12);
    expect_of(PAYLOAD_LEN, QV_CHANNEL_DATAGRAM, "\0\2ab\0\3c", 7, "d:ab|!|", 7);
    expect_of(PAYLOAD_LEN, QV_CHANNEL_DATAGRAM, "\0", 1, "!|", 2);
}

static void test_events_are_messages(void **state)
{
    static const struct {
        enum qv_channel_what as;
        const char *input;
        const char *messages;
    } cases[] = {
        {QV_CHANNEL_TEXT, "{\"kind\":\"text\",\"text\":\"a\"}\n", "t:a|"},
        {QV_CHANNEL_TEXT, "\n  \n{\"text\":\"a\"}", "t:a|"},
        {QV_CHANNEL_TEXT, "{\"base64\":\"YWI=\"}\n", "b:ab|"},
        {QV_CHANNEL_DATAGRAM, "{\"text\":\"a\"}\n", "d:a|"},
        {QV_CHANNEL_DATAGRAM, "{\"kind\":\"binary\",\"text\":\"a\"}\n", "b:a|"},
        {QV_CHANNEL_TEXT,
         "{\"t\":1.5,\"dir\":\"in\",\"kind\":\"text\",\"ctx\":null,"
         "\"stream\":null,\"len\":1,\"text\":\"a\",\"base64\":null}\n",
         "t:a|"},
        {QV_CHANNEL_TEXT, "{\"kind\":\"ping\"}\n", "i:|"},
        {QV_CHANNEL_TEXT, "{\"kind\":\"ping\",\"dir\":\"in\"}\n", ""},
        {QV_CHANNEL_TEXT, "{\"kind\":\"close\",\"dir\":\"in\"}\n", ""},
        {QV_CHANNEL_TEXT, "{\"kind\":\"drop\",\"count\":3}\n", ""},
        {QV_CHANNEL_TEXT, "{\"kind\":\"open\",\"status\":200}\n", "open|"},
        {QV_CHANNEL_TEXT,
         "{\"kind\":\"close\",\"code\":1000,\"reason\":\"done\"}\n",
         "close 1000 done|"},
        {QV_CHANNEL_DATAGRAM,
         "{\"kind\":\"capsule\",\"type\":41,\"base64\":\"YQ==\"}\n", "c:a|"},
        {QV_CHANNEL_TEXT, "{\"text\":\"gr\\u00fc\\u00df\"}\n",
         "t:gr\xc3\xbc\xc3\x9f|"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig r;
        rig_init(&r, PAYLOAD_JSONL, cases[i].as, 64);
        feed(&r, cases[i].input, strlen(cases[i].input), SIZE_MAX);
        assert_string_equal(str_text(&r.got), cases[i].messages);
        rig_fini(&r);
    }
}

static void test_bad_events_say_why(void **state)
{
    static const struct {
        const char *input;
        const char *why;
    } cases[] = {
        {"hello", "line 1 is no JSON object"},
        {"[1]", "line 1 is no JSON object"},
        {"{}", "has neither"},
        {"{\"kind\":\"x\"}", "has a \"kind\" that is none"},
        {"{\"kind\":1}", "has a \"kind\" that is none"},
        {"{\"text\":1}", "has a \"text\" that is no string"},
        {"{\"base64\":\"*\"}", "has a \"base64\" that is none"},
        {"{\"text\":\"a\",\"base64\":\"YQ==\"}", "only one"},
        {"{\"kind\":\"capsule\",\"text\":\"a\"}", "without a \"type\""},
        {"{\"kind\":\"stream\",\"stream\":\"x\"}", "\"stream\""},
        {"{\"kind\":\"close\",\"code\":-1}", "\"code\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct rig r;
        rig_init(&r, PAYLOAD_JSONL, QV_CHANNEL_TEXT, 64);
        feed(&r, cases[i].input, strlen(cases[i].input), SIZE_MAX);
        assert_string_equal(str_text(&r.got), "!|");
        assert_non_null(strstr(r.error, cases[i].why));
        rig_fini(&r);
    }
}

static void test_an_event_tells_its_time_and_direction(void **state)
{
    static const char line[] =
        "{\"t\":2.5,\"dir\":\"in\",\"stream\":8,\"text\":\"a\"}\n";
    struct payload_in in = {
        .mode = PAYLOAD_JSONL, .as = QV_CHANNEL_TEXT, .max = 64};
    struct payload_in_message m;
    size_t room;
    (void)state;
    memcpy(payload_in_reserve(&in, &room), line, sizeof line - 1);
    payload_in_commit(&in, sizeof line - 1);
    assert_int_equal(payload_in_next(&in, &m), PAYLOAD_IN_MESSAGE);
    assert_float_equal(m.time, 2.5, 1e-9);
    assert_true(m.is_received);
    assert_int_equal(m.message.stream, 8);
    payload_in_fini(&in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_are_messages),
        cmocka_unit_test(test_lines_of_datagrams_are_any_bytes),
        cmocka_unit_test(test_lines_of_a_stream_keep_their_ends),
        cmocka_unit_test(test_text_that_is_no_utf8_is_told_with_its_line),
        cmocka_unit_test(test_a_line_that_is_too_long_is_told_once),
        cmocka_unit_test(test_a_line_of_the_greatest_length_is_a_message),
        cmocka_unit_test(test_hex_and_base64_are_bytes),
        cmocka_unit_test(test_lengths_are_two_bytes),
        cmocka_unit_test(test_events_are_messages),
        cmocka_unit_test(test_bad_events_say_why),
        cmocka_unit_test(test_an_event_tells_its_time_and_direction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
