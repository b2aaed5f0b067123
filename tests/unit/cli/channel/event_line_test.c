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

static void test_a_message_is_text_or_base64(void **state)
{
    struct str out = {0};
    (void)state;
    event_line_received(
        &out, 1.25,
        &(struct qv_channel_event){
            .what = QV_CHANNEL_TEXT, .data = "a\"\x1b", .len = 3, .stream = -1},
        false);
    expect(&out, "{\"t\":1.250000,\"dir\":\"in\",\"kind\":\"text\","
                 "\"ctx\":null,\"stream\":null,\"len\":3,"
                 "\"text\":\"a\\\"\\u001b\",\"base64\":null}\n");
    str_clear(&out);
    event_line_sent(&out, 0,
                    &(struct qv_channel_message){.what = QV_CHANNEL_DATAGRAM,
                                                 .data = "\xff",
                                                 .len = 1,
                                                 .stream = 4});
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
                        false);
    expect(&out, "{\"t\":1.000000,\"dir\":\"out\",\"kind\":\"drop\","
                 "\"count\":3,\"why\":\"queue full\"}\n");
    str_clear(&out);
    event_line_received(&out, 1,
                        &(struct qv_channel_event){.what = QV_CHANNEL_CAPSULE,
                                                   .type = 41,
                                                   .stream = -1},
                        false);
    expect(&out, "{\"t\":1.000000,\"dir\":\"in\",\"kind\":\"capsule\","
                 "\"ctx\":null,\"stream\":null,\"type\":41,\"len\":0,"
                 "\"text\":\"\",\"base64\":null}\n");
    str_clear(&out);
    event_line_received(&out, 1,
                        &(struct qv_channel_event){.what = QV_CHANNEL_TRAILERS,
                                                   .fields = fields,
                                                   .nfields = 1},
                        false);
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
    event_line_open(&out, 0.5, &o, false);
    assert_non_null(strstr(out.base, "\"status\":200,\"version\":\"3\","
                                     "\"transport\":\"datagram\""));
    assert_non_null(strstr(out.base, "\"max\":1180"));
    assert_null(strstr(out.base, "secret"));
    str_clear(&out);
    event_line_open(&out, 0.5, &o, true);
    assert_non_null(strstr(out.base, "secret"));
    str_clear(&out);
    event_line_closed(&out, 2, &r);
    expect(&out, "{\"t\":2.000000,\"dir\":\"in\",\"kind\":\"close\","
                 "\"code\":1000,\"reason\":\"bye\",\"by\":\"peer\","
                 "\"error\":null}\n");
    str_fini(&out);
}

/* Every byte there is, once through the line. */
static void test_what_is_printed_can_be_sent_again(void **state)
{
    static const enum qv_channel_what whats[] = {
        QV_CHANNEL_DATAGRAM, QV_CHANNEL_TEXT, QV_CHANNEL_BINARY,
        QV_CHANNEL_STREAM, QV_CHANNEL_CAPSULE};
    unsigned char data[256];
    void *document = NULL;
    struct str decoded = {0};
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
            struct payload_in_message m;
            struct str out = {0};
            event_line_received(&out, 1, &e, false);
            assert_int_equal(payload_event_read(&document, &decoded,
                                                span_of(out.base, out.len),
                                                QV_CHANNEL_DATAGRAM, &m),
                             PAYLOAD_EVENT_IS_ONE);
            assert_int_equal(m.message.what, whats[i]);
            assert_int_equal(m.message.len, len);
            assert_memory_equal(m.message.data, data, len);
            assert_int_equal(m.message.type,
                             whats[i] == QV_CHANNEL_CAPSULE ? 77 : 0);
            str_fini(&out);
        }
    }
    payload_event_forget(&document);
    str_fini(&decoded);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_message_is_text_or_base64),
        cmocka_unit_test(test_other_events_have_their_members),
        cmocka_unit_test(test_open_and_close_are_told),
        cmocka_unit_test(test_what_is_printed_can_be_sent_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
