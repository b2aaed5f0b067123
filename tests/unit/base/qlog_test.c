/* Traces are JSON texts, whatever a peer has put into them. */
#include "base/qlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

static uint64_t clock_ns;

static uint64_t now(const struct qlog *q)
{
    (void)q;
    return clock_ns;
}

static void on_added(struct qlog *q)
{
    (void)q;
}

static bool hides_cookie(const char *name, size_t len)
{
    return len == 6 && memcmp(name, "cookie", 6) == 0;
}

static struct qlog new_log(void)
{
    clock_ns = 5000000;
    return (struct qlog){
        .start = 5000000, .now = now, .added = on_added, .hides = hides_cookie};
}

/* The only record, without what separates it from others. */
static yyjson_doc *read_record(const struct qlog *q)
{
    assert_int_equal(q->out.base[0], '\x1e');
    assert_int_equal(q->out.base[q->out.len - 1], '\n');
    yyjson_doc *doc = yyjson_read(q->out.base + 1, q->out.len - 1, 0);
    assert_non_null(doc);
    return doc;
}

static void an_event_has_a_time_a_name_and_values(void **state)
{
    (void)state;
    struct qlog q = new_log();
    clock_ns += 12000345;
    qlog_begin(&q, "x:y");
    qlog_number(&q, "n", UINT64_MAX);
    qlog_open(&q, "list", '[');
    qlog_open(&q, NULL, '{');
    qlog_bool(&q, "b", true);
    qlog_close(&q, '}');
    qlog_open(&q, NULL, '{');
    qlog_close(&q, '}');
    qlog_close(&q, ']');
    qlog_hex(&q, "hex", span_of("\x00\xff", 2));
    qlog_json(&q, "json", SPAN_LIT("[1,2]"));
    qlog_length(&q, 7);
    qlog_end(&q);
    assert_string_equal(
        q.out.base, "\x1e{\"time\":12.000345,\"name\":\"x:y\",\"data\":{\"n\":"
                    "18446744073709551615,\"list\":[{\"b\":true},{}],\"hex\":"
                    "\"00ff\",\"json\":[1,2],\"raw\":{\"length\":7}}}\n");
    str_fini(&q.out);
}

static void text_is_utf8_whatever_it_was(void **state)
{
    static const struct {
        struct span text;
        const char *read;
    } cases[] = {
        {SPAN_LIT("plain"), "plain"},
        {SPAN_LIT("\"\\\n\x1e\x7f"), "\"\\\n\x1e\x7f"},
        {SPAN_LIT("\xc3\xa9"), "\xc3\xa9"},
        {SPAN_LIT("a\xff"), "a\xc3\xbf"},
        {SPAN_LIT("\xc3"), "\xc3\x83"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct qlog q = new_log();
        qlog_begin(&q, "x:y");
        qlog_text(&q, "text", cases[i].text);
        qlog_end(&q);
        assert_null(memchr(q.out.base + 1, '\x1e', q.out.len - 1));
        yyjson_doc *doc = read_record(&q);
        assert_string_equal(
            yyjson_get_str(yyjson_doc_ptr_get(doc, "/data/text")),
            cases[i].read);
        yyjson_doc_free(doc);
        str_fini(&q.out);
    }
}

static void secrets_are_hidden_pseudo_fields_are_not(void **state)
{
    (void)state;
    struct qlog q = new_log();
    qlog_begin(&q, "x:y");
    qlog_open(&q, "headers", '[');
    qlog_field(&q, SPAN_LIT("cookie"), SPAN_LIT("a=b"));
    qlog_field(&q, SPAN_LIT("accept"), SPAN_LIT("*/*"));
    qlog_close(&q, ']');
    qlog_end(&q);
    assert_non_null(strstr(q.out.base,
                           "{\"name\":\"cookie\",\"value\":\"<redacted>\"},"
                           "{\"name\":\"accept\",\"value\":\"*/*\"}"));
    assert_null(strstr(q.out.base, "a=b"));
    str_fini(&q.out);
}

static void times_of_others_become_as_exact_as_ours(void **state)
{
    (void)state;
    struct qlog q = new_log();
    clock_ns += 3500000;
    qlog_record(&q, SPAN_LIT("\x1e{\"time\":3,\"name\":\"a:b\"}\n"));
    qlog_record(&q, SPAN_LIT("\x1e{\"qlog_version\":\"0.3\"}\n"));
    assert_string_equal(q.out.base, "\x1e{\"time\":3.500000,\"name\":\"a:b\"}\n"
                                    "\x1e{\"qlog_version\":\"0.3\"}\n");
    str_fini(&q.out);
}

static void capsules_are_told_while_the_connection_is_there(void **state)
{
    (void)state;
    struct qlog q = new_log();
    struct qlog *log = &q;
    struct qlog_stream s = {.log = &log, .id = 4};
    qlog_capsule(NULL, 0, 1, QLOG_LOCAL);
    qlog_capsule(&s, 0, 64, QLOG_LOCAL);
    qlog_capsule(&s, 0x2843, 4, QLOG_REMOTE);
    log = NULL;
    qlog_capsule(&s, 0, 64, QLOG_LOCAL);
    assert_string_equal(
        q.out.base,
        "\x1e{\"time\":0.000000,\"name\":\"http:capsule_created\",\"data\":{"
        "\"stream_id\":4,\"capsule\":{\"capsule_type\":\"datagram\",\"raw\":{"
        "\"length\":64}}}}\n"
        "\x1e{\"time\":0.000000,\"name\":\"http:capsule_parsed\",\"data\":{"
        "\"stream_id\":4,\"capsule\":{\"capsule_type\":\"unknown\","
        "\"capsule_type_value\":10307,\"raw\":{\"length\":4}}}}\n");
    str_fini(&q.out);
}

static void events_can_wait_for_a_record(void **state)
{
    (void)state;
    struct qlog q = new_log();
    qlog_hold(&q);
    qlog_begin(&q, "x:y");
    qlog_end(&q);
    qlog_record(&q, SPAN_LIT("\x1e{\"time\":0}\n"));
    assert_string_equal(q.out.base, "\x1e{\"time\":0.000000}\n");
    qlog_release(&q);
    qlog_release(&q);
    assert_non_null(strstr(q.out.base, "}\n\x1e{\"time\":0.000000,\"name\":"
                                       "\"x:y\",\"data\":{}}\n"));
    str_fini(&q.out);
    str_fini(&q.held);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_event_has_a_time_a_name_and_values),
        cmocka_unit_test(text_is_utf8_whatever_it_was),
        cmocka_unit_test(secrets_are_hidden_pseudo_fields_are_not),
        cmocka_unit_test(times_of_others_become_as_exact_as_ours),
        cmocka_unit_test(events_can_wait_for_a_record),
        cmocka_unit_test(capsules_are_told_while_the_connection_is_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
