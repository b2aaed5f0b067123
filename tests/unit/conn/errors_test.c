/*
 * What the codes of HTTP/2 and HTTP/3 mean for the request that they end: the
 * layers above see kinds of errors and remedies, never a code.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "conn/h2_errors.h"
#include "conn/h3_errors.h"
#include "conn/h3_protocol.h"

struct row {
    const char *name;
    uint64_t code;
    bool has_head;
    enum err kind;
    enum remedy remedy;
};

#define COUNT(rows) (sizeof(rows) / sizeof *(rows))

static void expect(const struct row *row, const struct fault *f)
{
    if (f->code != row->kind || f->remedy != row->remedy ||
        f->wire != row->code || strstr(f->detail, row->name) == NULL)
        fail_msg("%s: %s, remedy %d, \"%s\"", row->name, err_name(f->code),
                 (int)f->remedy, f->detail);
}

static void a_reset_stream_of_http_2_says_what_may_be_done(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"REFUSED_STREAM", 0x7, false, ERR_H2_STREAM, REMEDY_RESEND},
        {"REFUSED_STREAM", 0x7, true, ERR_PARTIAL, REMEDY_UNKNOWN},
        {"HTTP_1_1_REQUIRED", 0xd, false, ERR_H2_STREAM, REMEDY_HTTP_1_1},
        {"HTTP_1_1_REQUIRED", 0xd, true, ERR_H2_STREAM, REMEDY_HTTP_1_1},
        {"PROTOCOL_ERROR", 0x1, false, ERR_H2_STREAM, REMEDY_UNKNOWN},
        {"CANCEL", 0x8, true, ERR_PARTIAL, REMEDY_UNKNOWN},
        {"(unknown error 0xe)", 0xe, false, ERR_H2_STREAM, REMEDY_UNKNOWN},
        {"(unknown error 0xffffffff)", 0xffffffff, true, ERR_PARTIAL,
         REMEDY_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault f;
        h2_errors_reset(&f, (uint32_t)rows[i].code, rows[i].has_head);
        expect(&rows[i], &f);
    }
}

static void a_goaway_says_what_may_be_done(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"NO_ERROR", 0x0, false, ERR_NONE, REMEDY_UNKNOWN},
        {"HTTP_1_1_REQUIRED", 0xd, false, ERR_H2_FRAMING, REMEDY_HTTP_1_1},
        {"ENHANCE_YOUR_CALM", 0xb, false, ERR_H2_FRAMING, REMEDY_UNKNOWN},
        {"(unknown error 0x63): debug", 0x63, false, ERR_H2_FRAMING,
         REMEDY_UNKNOWN},
        /* RFC 9113 7: of a stream; of a whole connection it says nothing. */
        {"REFUSED_STREAM", 0x7, false, ERR_H2_FRAMING, REMEDY_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault f;
        h2_errors_goaway(&f, (uint32_t)rows[i].code, SPAN_LIT("debug"));
        expect(&rows[i], &f);
    }
}

static void a_reset_stream_of_http_3_says_what_may_be_done(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {"H3_REQUEST_REJECTED", 0x10b, false, ERR_RECV, REMEDY_RESEND},
        {"H3_REQUEST_REJECTED", 0x10b, true, ERR_PARTIAL, REMEDY_UNKNOWN},
        {"H3_VERSION_FALLBACK", 0x110, false, ERR_H3, REMEDY_TCP},
        {"H3_MESSAGE_ERROR", 0x10e, false, ERR_H3, REMEDY_UNKNOWN},
        {"H3_INTERNAL_ERROR", 0x102, false, ERR_RECV, REMEDY_UNKNOWN},
        {"unknown code", 0x4242, false, ERR_RECV, REMEDY_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault f;
        h3_errors_reset(&f, rows[i].code, rows[i].has_head);
        expect(&rows[i], &f);
    }
}

static void a_closed_connection_of_http_3_says_what_may_be_done(void **state)
{
    (void)state;
    static const struct row rows[] = {
        {": H3_NO_ERROR", 0x100, false, ERR_NONE, REMEDY_UNKNOWN},
        {": H3_VERSION_FALLBACK", 0x110, false, ERR_H3, REMEDY_TCP},
        {": H3_REQUEST_REJECTED", 0x10b, false, ERR_H3, REMEDY_UNKNOWN},
        {": H3_DATAGRAM_ERROR", 0x33, false, ERR_H3, REMEDY_UNKNOWN},
        {": QPACK_DECODER_STREAM_ERROR", 0x202, false, ERR_H3, REMEDY_UNKNOWN},
        {": error 0x4242", 0x4242, false, ERR_H3, REMEDY_UNKNOWN},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct fault f;
        h3_protocol.closed(&f, rows[i].code);
        expect(&rows[i], &f);
    }
}

static void quic_leaves_in_the_codes_of_http_3(void **state)
{
    (void)state;
    assert_string_equal(h3_protocol.alpn, "h3");
    assert_int_equal(h3_protocol.no_error, 0x100); /* RFC 9114 8.1 */
    assert_int_equal(h3_protocol.internal_error, 0x102);
    assert_int_equal(h3_protocol.excessive_load, 0x107);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_reset_stream_of_http_2_says_what_may_be_done),
        cmocka_unit_test(a_goaway_says_what_may_be_done),
        cmocka_unit_test(a_reset_stream_of_http_3_says_what_may_be_done),
        cmocka_unit_test(a_closed_connection_of_http_3_says_what_may_be_done),
        cmocka_unit_test(quic_leaves_in_the_codes_of_http_3),
    };
    return cmocka_run_group_tests_name("conn/errors", tests, NULL, NULL);
}
