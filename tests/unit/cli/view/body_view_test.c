#include "view/body_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct body_view_how formatted = {.is_formatted = true};

/* False: refused. */
static bool show(struct str *out, const struct body_view_how *how,
                 const char *type, const char *body, size_t len, size_t piece)
{
    struct body_view v = {0};
    bool ok = true;
    body_view_begin(&v, how, type);
    for (size_t at = 0; ok && at < len; at += piece)
        ok = body_view_add(&v, out, body + at,
                           len - at < piece ? len - at : piece);
    if (ok)
        body_view_finish(&v, out, true);
    body_view_fini(&v);
    return ok;
}

static const struct {
    const char *type;
    const char *body;
    const char *shown;
} cases[] = {
    {"application/json", "[1]", "[\n    1\n]\n"},
    {"application/problem+json; charset=utf-8", "[1]\n", "[\n    1\n]\n"},
    {"text/json", "\xef\xbb\xbf[1]", "[\n    1\n]\n"},
    {NULL, " {\"a\":1}", "{\n    \"a\": 1\n}\n"},
    {NULL, "text", "text\n"},
    {NULL, "[2026-11-30] started\n", "[2026-11-30] started\n"},
    {NULL, "{ \\begin{a} }\n", "{ \\begin{a} }\n"},
    {NULL, "[[1]]", "[\n    [\n        1\n    ]\n]\n"},
    {NULL, "", ""},
    {"text/plain", "[1]\n", "[1]\n"},
    {"text/html", "<p>\r\n", "<p>\r\n"},
    {"application/x-ndjson", "[1]\n[2]", "[1]\n[2]\n"},
    {"text/event-stream", ": hi\rdata: [1]\r\n\n", ": hi\ndata: [1]\n\n"},
    {"text/event-stream", "data:x", "data:x\n"},
    {"text/plain; charset=ISO-8859-1", "caf\xe9 \x80\x81",
     "caf\xc3\xa9 \xe2\x82\xac\\xc2\\x81\n"},
    {"text/plain; a=b;charset=\"latin1\"", "\xe9", "\xc3\xa9\n"},
    {"text/plain; charset=iso-8859-15", "\xa4", "\xe2\x82\xac\n"},
    {"text/plain", "\xe9", "\\xe9\n"},
    {"application/json; charset=latin1", "\"\xe9\"", "\"\xc3\xa9\"\n"},
    {"text/plain", "\x1b[2J", "\\x1b[2J\n"},
    {"text/plain", "Convert WEBP\n", "Convert WEBP\n"},
    {"text/plain", "The ftyp box\n", "The ftyp box\n"},
    {"text/plain", "ID3 and GIF89a\n", "ID3 and GIF89a\n"},
    {"text/plain", "", ""},
};

static void test_a_body_is_shown_by_its_type(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        for (size_t piece = 1; piece <= 50; piece += 7) {
            struct str out = {0};
            /* What has no type is looked at by its first piece. */
            if (!cases[i].type && piece < 20)
                continue;
            if (strncmp(cases[i].body, "\xef", 1) == 0 && piece < 3)
                continue;
            assert_true(show(&out, &formatted, cases[i].type, cases[i].body,
                             strlen(cases[i].body), piece));
            assert_string_equal(str_text(&out), cases[i].shown);
            str_fini(&out);
        }
    }
}

static void test_utf_16_becomes_utf_8(void **state)
{
    static const char le[] = "\xff\xfe"
                             "a\0\xac\x20\x3d\xd8\x00\xde";
    static const char be[] = "\xfe\xff\0a\x20\xac\xd8\x3d\xde\x00";
    (void)state;
    for (size_t piece = 1; piece < 12; piece++) {
        struct str out = {0};
        assert_true(show(&out, &formatted, "text/plain; charset=utf-16", le,
                         sizeof le - 1, piece));
        assert_string_equal(str_text(&out), "a\xe2\x82\xac\xf0\x9f\x98\x80\n");
        str_clear(&out);
        assert_true(show(&out, &formatted, "text/plain; charset=utf-16", be,
                         sizeof be - 1, piece));
        assert_string_equal(str_text(&out), "a\xe2\x82\xac\xf0\x9f\x98\x80\n");
        str_fini(&out);
    }
}

static void test_unformatted_text_is_harmless_and_as_it_came(void **state)
{
    static const struct body_view_how plain = {.is_formatted = false};
    struct str out = {0};
    (void)state;
    assert_true(show(&out, &plain, "application/json", "[1, \x1b]", 6, 10));
    assert_string_equal(str_text(&out), "[1, \\x1b]\n");
    str_fini(&out);
}

static void test_what_is_no_text_is_refused_by_name(void **state)
{
    static const struct {
        const char *bytes;
        size_t len;
        const char *what;
    } binaries[] = {
        {"\x1f\x8b\x08", 3, "gzip data"},
        {"\x89PNG\r\n", 6, "a PNG image"},
        {"\xff\xd8\xff\xe0", 4, "a JPEG image"},
        {"RIFF\1\2\3\0WEBP", 12, "a WebP image"},
        {"BZh91AY&SYtext", 14, "bzip2 data"},
        {"%PDF-1.7\n", 9, "a PDF document"},
        {"text\0text", 9, NULL},
    };
    (void)state;
    for (size_t i = 0; i < sizeof binaries / sizeof binaries[0]; i++) {
        struct body_view v = {0};
        struct str out = {0};
        body_view_begin(&v, &formatted, "text/plain");
        assert_false(
            body_view_add(&v, &out, binaries[i].bytes, binaries[i].len));
        if (binaries[i].what)
            assert_string_equal(v.what, binaries[i].what);
        else
            assert_null(v.what);
        assert_int_equal(out.len, 0);
        body_view_fini(&v);
        str_fini(&out);
    }
}

static void test_a_pipe_takes_what_is_no_text_as_it_is(void **state)
{
    static const struct body_view_how how = {.is_formatted = true,
                                             .takes_binary = true};
    static const char bytes[] = "\x89PNG\r\n\x1a\n\0\x1b";
    struct str out = {0};
    (void)state;
    assert_true(show(&out, &how, "image/png", bytes, sizeof bytes, 4));
    assert_int_equal(out.len, sizeof bytes);
    assert_memory_equal(out.base, bytes, sizeof bytes);
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_body_is_shown_by_its_type),
        cmocka_unit_test(test_utf_16_becomes_utf_8),
        cmocka_unit_test(test_unformatted_text_is_harmless_and_as_it_came),
        cmocka_unit_test(test_what_is_no_text_is_refused_by_name),
        cmocka_unit_test(test_a_pipe_takes_what_is_no_text_as_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
