#include "channel/event_line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

#include "channel/payload_event.h"

static void expect(const struct str *line, const char *want)
{
    assert_string_equal(line->base, want);
    yyjson_doc *doc = yyjson_read(line->base, line->len, 0);
    assert_non_null(doc);
    yyjson_doc_free(doc);
}

static const struct event_line_form plain;
static const struct event_line_form secrets = {.show_secrets = true};

static void test_a_context_id_is_no_payload(void **state)
{
    static const struct event_line_form form = {.has_contexts = true};
    static const struct {
        const char *data;
        size_t len;
        const char *expected;
    } rows[] = {
        {"\0hi", 3, "\"ctx\":0,\"stream\":null,\"len\":2,\"text\":\"hi\""},
        {"\x40\x41", 2, "\"ctx\":65,\"stream\":null,\"len\":0,\"text\":\"\""},
        /* none is there */
        {"", 0, "\"ctx\":null,\"stream\":null,\"len\":0,\"text\":\"\""},
        {"@", 1, "\"ctx\":null,\"stream\":null,\"len\":1,\"text\":\"@\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct str out = {0};
        struct str line = {0};
        event_line_received(
            &out, 1,
            &(struct qv_channel_event){.what = QV_CHANNEL_DATAGRAM,
                                       .data = rows[i].data,
                                       .len = rows[i].len,
                                       .stream = -1},
            &form);
        str_printf(&line,
                   "{\"t\":1.000000,\"dir\":\"in\",\"kind\":\"datagram\",%s,"
                   "\"base64\":null}\n",
                   rows[i].expected);
        expect(&out, str_text(&line));
        str_fini(&out);
        str_fini(&line);
    }
    assert_true(event_line_has_contexts("connect-udp"));
    assert_false(event_line_has_contexts("echo"));
    assert_false(event_line_has_contexts(NULL));
}

static void test_a_message_is_text_or_base64(void **state)
{
    struct str out = {0};
    (void)state;
    event_line_received(
        &out, 1.25,
        &(struct qv_channel_event){
            .what = QV_CHANNEL_TEXT, .data = "a\"\x1b", .len = 3, .stream = -1},
        &plain);
    expect(&out, "{\"t\":1.250000,\"dir\":\"in\",\"kind\":\"text\","
                 "\"ctx\":null,\"stream\":null,\"len\":3,"
                 "\"text\":\"a\\\"\\u001b\",\"base64\":null}\n");
    str_clear(&out);
    event_line_sent(
        &out, 0,
        &(struct qv_channel_message){
            .what = QV_CHANNEL_DATAGRAM, .data = "\xff", .len = 1, .stream = 4},
        &plain);
    expect(&out, "{\"t\":0.000000,\"dir\":\"out\",\"kind\":\"datagram\","
                 "\"ctx\":null,\"stream\":4,\"len\":1,\"text\":null,"
                 "\"base64\":\"/w==\"}\n");
    str_fini(&out);
}

static void test_other_events_have_their_members(void **state)
{
    struct qv_field fields[] = {{"X-A", "1"}};
    struct str out = {0};
    (void)state;
    event_line_received(&out, 1,
                        &(struct qv_channel_event){.what = QV_CHANNEL_DROP,
                                                   .count = 3,
                                                   .text = "queue full"},
                        &plain);
    expect(&out, "{\"t\":1.000000,\"dir\":\"out\",\"kind\":\"drop\","
                 "\"count\":3,\"why\":\"queue full\"}\n");
    str_clear(&out);
    event_line_received(&out, 1,
                        &(struct qv_channel_event){.what = QV_CHANNEL_CAPSULE,
                                                   .type = 41,
                                                   .stream = -1},
                        &plain);
    expect(&out, "{\"t\":1.000000,\"dir\":\"in\",\"kind\":\"capsule\","
                 "\"ctx\":null,\"stream\":null,\"type\":41,\"len\":0,"
                 "\"text\":\"\",\"base64\":null}\n");
    str_clear(&out);
    event_line_received(&out, 1,
                        &(struct qv_channel_event){.what = QV_CHANNEL_TRAILERS,
                                                   .fields = fields,
                                                   .nfields = 1},
                        &plain);
    expect(&out, "{\"t\":1.000000,\"dir\":\"in\",\"kind\":\"trailers\","
                 "\"headers\":{\"x-a\":[\"1\"]}}\n");
    str_fini(&out);
}

static void test_open_and_close_are_told(void **state)
{
    struct qv_field fields[] = {{"set-cookie", "secret"}};
    struct qv_channel_opened o = {
        .head = {.status = 200, .version = "3", .fields = fields, .nfields = 1},
        .transport = "datagram",
        .why = "",
        .protocol = "p",
        .max = 1180,
        .remote_ip = "127.0.0.1",
        .remote_port = 443,
    };
    struct qv_channel_result r = {
        .by = QV_CHANNEL_BY_PEER,
        .has_code = true,
        .code = 1000,
        .reason = "bye",
    };
    struct str out = {0};
    (void)state;
    event_line_open(&out, 0.5, &o, &plain);
    assert_non_null(strstr(out.base, "\"status\":200,\"version\":\"3\","
                                     "\"transport\":\"datagram\""));
    assert_non_null(strstr(out.base, "\"max\":1180"));
    assert_null(strstr(out.base, "secret"));
    str_clear(&out);
    event_line_open(&out, 0.5, &o, &secrets);
    assert_non_null(strstr(out.base, "secret"));
    str_clear(&out);
    event_line_closed(&out, 2, &r);
    expect(&out, "{\"t\":2.000000,\"dir\":\"in\",\"kind\":\"close\","
                 "\"code\":1000,\"reason\":\"bye\",\"by\":\"peer\","
                 "\"error\":null}\n");
    str_fini(&out);
}

/* Every byte there is, once through the line. */
/* What event_line_received() makes of it is read as a message to send. */
static void expect_sent_again(const struct qv_channel_event *e,
                              const struct event_line_form *form)
{
    void *document = NULL;
    struct str decoded = {0};
    struct payload_in_message m;
    struct str out = {0};
    event_line_received(&out, 1, e, form);
    assert_int_equal(payload_event_read(&document, &decoded,
                                        span_of(out.base, out.len),
                                        QV_CHANNEL_DATAGRAM, &m),
                     PAYLOAD_EVENT_IS_ONE);
    assert_int_equal(m.message.what, e->what);
    assert_int_equal(m.message.len, e->len);
    assert_memory_equal(m.message.data, e->data, e->len);
    assert_int_equal(m.message.type,
                     e->what == QV_CHANNEL_CAPSULE ? e->type : 0);
    str_fini(&out);
    payload_event_forget(&document);
    str_fini(&decoded);
}

static void test_what_is_printed_can_be_sent_again(void **state)
{
    static const struct event_line_form form = {.has_contexts = true};
    static const enum qv_channel_what whats[] = {
        QV_CHANNEL_DATAGRAM, QV_CHANNEL_TEXT, QV_CHANNEL_BINARY,
        QV_CHANNEL_STREAM, QV_CHANNEL_CAPSULE};
    unsigned char data[256];
    (void)state;
    for (size_t i = 0; i < sizeof data; i++)
        data[i] = (unsigned char)i;
    for (size_t i = 0; i < sizeof whats / sizeof *whats; i++) {
        for (size_t len = 0; len <= sizeof data; len += 128) {
            struct qv_channel_event e = {.what = whats[i],
                                         .data = data,
                                         .len = len,
                                         .type = 77,
                                         .stream = -1};
            expect_sent_again(&e, &plain);
            expect_sent_again(&e, &form);
        }
    }
}

static void test_a_context_id_is_of_datagrams_alone(void **state)
{
    static const char *const rows[] = {
        "{\"kind\":\"text\",\"ctx\":0,\"text\":\"x\"}",
        "{\"kind\":\"datagram\",\"ctx\":-1,\"text\":\"x\"}",
        "{\"kind\":\"datagram\",\"ctx\":4611686018427387904,\"text\":\"x\"}",
        "{\"kind\":\"datagram\",\"ctx\":\"0\",\"text\":\"x\"}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        void *document = NULL;
        struct str decoded = {0};
        struct payload_in_message m;
        assert_int_equal(payload_event_read(&document, &decoded,
                                            span_str(rows[i]),
                                            QV_CHANNEL_DATAGRAM, &m),
                         PAYLOAD_EVENT_IS_BAD);
        assert_string_equal(
            str_text(&decoded),
            "has a \"ctx\" that is no context id of a datagram");
        payload_event_forget(&document);
        str_fini(&decoded);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_is_text_or_base64),
        cmocka_unit_test(test_a_context_id_is_no_payload),
        cmocka_unit_test(test_other_events_have_their_members),
        cmocka_unit_test(test_open_and_close_are_told),
        cmocka_unit_test(test_what_is_printed_can_be_sent_again),
        cmocka_unit_test(test_a_context_id_is_of_datagrams_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
