/* Frames of HTTP/3 are found in bytes that come and go in pieces of any size. */
#include "conn/h3_qlog.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <yyjson.h>

#include <cmocka.h>

#include "base/varint.h"
#include "conn/h3_fields.h"
#include "conn/h3_qlog_frame.h"

struct rig {
    struct qlog log;
    struct h3_qlog *h3;
    struct arena arena;
};

static uint64_t now(const struct qlog *q)
{
    (void)q;
    return 0;
}

static void on_added(struct qlog *q)
{
    (void)q;
}

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    r->log = (struct qlog){.now = now, .added = on_added};
    r->h3 = h3_qlog_new(&r->log);
    arena_init(&r->arena);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    h3_qlog_free(r->h3);
    str_fini(&r->log.out);
    arena_fini(&r->arena);
    free(r);
    return 0;
}

/* What was told since, one a line: "frame_created 0 headers 3", "... settings". */
static char *told(struct rig *r)
{
    struct str all = {0};
    char *save = NULL;
    for (char *line = strtok_r(r->log.out.base, "\x1e", &save); line;
         line = strtok_r(NULL, "\x1e", &save)) {
        yyjson_doc *doc = yyjson_read(line, strlen(line), 0);
        assert_non_null(doc);
        const char *name = yyjson_get_str(yyjson_doc_ptr_get(doc, "/name"));
        str_printf(
            &all, "%s %d", strchr(name, ':') + 1,
            (int)yyjson_get_int(yyjson_doc_ptr_get(doc, "/data/stream_id")));
        yyjson_val *type = yyjson_doc_ptr_get(doc, "/data/frame/frame_type");
        if (type)
            str_printf(
                &all, " %s %d", yyjson_get_str(type),
                (int)yyjson_get_int(yyjson_doc_ptr_get(doc, "/data/length")));
        yyjson_val *first =
            yyjson_doc_ptr_get(doc, "/data/frame/headers/0/value");
        if (first)
            str_printf(&all, " %s", yyjson_get_str(first));
        yyjson_val *what = yyjson_doc_ptr_get(doc, "/data/new");
        if (what)
            str_printf(&all, " %s", yyjson_get_str(what));
        str_add_char(&all, '\n');
        yyjson_doc_free(doc);
    }
    str_clear(&r->log.out);
    return str_take(&all);
}

static void assert_told(struct rig *r, const char *what)
{
    char *got = told(r);
    assert_string_equal(got, what);
    free(got);
}

/* Sends all of it, `part` bytes at a time in two spans. */
static void send_all(struct rig *r, int64_t id, struct span bytes, size_t part)
{
    while (bytes.len > 0) {
        size_t n = part < bytes.len ? part : bytes.len;
        struct span spans[2] = {span_of(bytes.base, n / 2),
                                span_of(bytes.base + n / 2, bytes.len - n / 2)};
        h3_qlog_offered(r->h3, spans, 2);
        h3_qlog_sent(r->h3, id, n);
        bytes = span_of(bytes.base + n, bytes.len - n);
    }
}

static void submit(struct rig *r, int64_t id, int status)
{
    struct h3_fields_out head;
    h3_fields_response(&head, status, NULL, BODY_LEN_NONE, &r->arena);
    h3_qlog_submitted(r->h3, id, &head);
}

/* HEADERS of 2 bytes, DATA of 3, DATA of none, a reserved one, HEADERS of 1. */
static const struct span message = SPAN_LIT("\x01\x02hh\x00\x03"
                                            "ddd\x00\x00\x21\x01x\x01\x01h");

static void frames_that_leave_have_their_lengths_and_fields(void **state)
{
    struct rig *r = *state;
    for (size_t part = 1; part <= message.len; part++) {
        int64_t id = (int64_t)part * 4;
        char expected[300];
        submit(r, id, 100);
        submit(r, id, 200);
        send_all(r, id, message, part);
        (void)snprintf(expected, sizeof expected,
                       "frame_created %d headers 2 100\n"
                       "frame_created %d data 3\n"
                       "frame_created %d data 0\n"
                       "frame_created %d reserved 1\n"
                       "frame_created %d headers 1 200\n",
                       (int)id, (int)id, (int)id, (int)id, (int)id);
        assert_told(r, expected);
    }
}

/* The stream's type, SETTINGS (MAX_FIELD_SECTION_SIZE, one reserved, one that
 * nobody knows), GOAWAY 8, PRIORITY_UPDATE of stream 4. */
static const struct span control =
    SPAN_LIT("\x00\x04\x07\x06\x50\x00\x21\x01\x0c\x05\x07\x01\x08"
             "\x80\x0f\x07\x00\x04\x04u=1");

static void control_streams_are_read_in_both_directions(void **state)
{
    struct rig *r = *state;
    for (size_t part = 1; part <= control.len; part++) {
        int64_t ours = (int64_t)part * 4 + 2;
        int64_t theirs = (int64_t)part * 4 + 3;
        char expected[400];
        send_all(r, ours, control, part);
        (void)snprintf(expected, sizeof expected,
                       "frame_created %d settings 7\nparameters_set 0\n"
                       "frame_created %d goaway 1\n"
                       "frame_created %d priority_update 4\n",
                       (int)ours, (int)ours, (int)ours);
        assert_told(r, expected);
        for (size_t at = 0; at < control.len; at += part)
            h3_qlog_uni(r->h3, theirs,
                        span_of(control.base + at, control.len - at < part
                                                       ? control.len - at
                                                       : part));
        (void)snprintf(expected, sizeof expected,
                       "stream_type_set %d control\n"
                       "frame_parsed %d settings 7\nparameters_set 0\n"
                       "frame_parsed %d goaway 1\n"
                       "frame_parsed %d priority_update 4\n",
                       (int)theirs, (int)theirs, (int)theirs, (int)theirs);
        assert_told(r, expected);
    }
}

static void settings_are_told_by_name_or_number(void **state)
{
    struct rig *r = *state;
    send_all(r, 2, control, 100);
    const char *all = r->log.out.base;
    assert_non_null(strstr(
        all, "\"settings\":[{\"name\":\"settings_max_field_section_size\","
             "\"value\":4096},{\"name\":\"reserved\",\"value\":1},"
             "{\"name\":\"0xc\",\"value\":5}]"));
    assert_non_null(strstr(all,
                           "{\"owner\":\"local\",\"max_header_list_size\":4096,"
                           "\"0xc\":5}"));
    assert_non_null(strstr(all, "\"frame_type\":\"goaway\",\"id\":8"));
    assert_non_null(strstr(all, "\"element_id\":4,"
                                "\"priority_field_value\":\"u=1\""));
}

static void other_streams_are_told_by_their_type_alone(void **state)
{
    struct rig *r = *state;
    h3_qlog_uni(r->h3, 7, SPAN_LIT("\x02\x04\x07\x06"));
    h3_qlog_uni(r->h3, 11, SPAN_LIT("\x03"));
    h3_qlog_uni(r->h3, 15, SPAN_LIT("\x40"));
    h3_qlog_uni(r->h3, 15, SPAN_LIT("\x54\x00\x01\x05"));
    h3_qlog_uni(r->h3, 19, SPAN_LIT("\x21"));
    h3_qlog_uni(r->h3, 23, SPAN_LIT("\x05"));
    send_all(r, 6, SPAN_LIT("\x02\x01\x02hh"), 2);
    assert_told(r, "stream_type_set 7 qpack_encode\n"
                   "stream_type_set 11 qpack_decode\n"
                   "stream_type_set 15 webtransport\n"
                   "stream_type_set 19 reserved\n"
                   "stream_type_set 23 unknown\n");
}

/* A head may wait for QPACK; what came behind it is told behind it. */
static void what_came_is_told_in_its_order(void **state)
{
    struct rig *r = *state;
    struct h3_fields_in in;
    h3_fields_begin(&in, &r->arena);
    in.status = 200;
    h3_qlog_frame(r->h3, 0, 0x21, 9);
    h3_qlog_frame(r->h3, 0, 0x01, 5);
    h3_qlog_frame(r->h3, 0, 0x00, 10);
    h3_qlog_frame(r->h3, 0, 0x01, 6);
    h3_qlog_settle(r->h3, 0);
    assert_told(r, "frame_parsed 0 reserved 9\n");
    h3_qlog_section(r->h3, 0, &in);
    assert_told(r, "frame_parsed 0 headers 5 200\n");
    in.status = 0;
    h3_qlog_section(r->h3, 0, &in);
    h3_qlog_settle(r->h3, 0);
    assert_told(r, "frame_parsed 0 data 10\nframe_parsed 0 headers 6\n");
    h3_qlog_section(r->h3, 0, &in); /* none was seen */
    h3_qlog_closed(r->h3, 0);
    h3_qlog_closed(r->h3, 0);
    h3_qlog_section(r->h3, 0, &in);
    assert_int_equal(r->log.out.len, 0);
}

static void after_its_end_a_connection_tells_nothing(void **state)
{
    struct rig *r = *state;
    const struct qlog_stream *s = h3_qlog_stream(r->h3, 8, &r->arena);
    qlog_capsule(s, 0, 1, QLOG_LOCAL);
    assert_told(r, "capsule_created 8\n");
    h3_qlog_end(r->h3);
    qlog_capsule(s, 0, 1, QLOG_LOCAL);
    assert_int_equal(r->log.out.len, 0);
}

static void nobody_wants_a_trace(void **state)
{
    (void)state;
    assert_null(h3_qlog_new(NULL));
    h3_qlog_free(NULL);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(frames_that_leave_have_their_lengths_and_fields),
        RIG_TEST(control_streams_are_read_in_both_directions),
        RIG_TEST(settings_are_told_by_name_or_number),
        RIG_TEST(other_streams_are_told_by_their_type_alone),
        RIG_TEST(what_came_is_told_in_its_order),
        RIG_TEST(after_its_end_a_connection_tells_nothing),
        cmocka_unit_test(nobody_wants_a_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
