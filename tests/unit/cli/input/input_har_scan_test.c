/* The requests of a HAR, found without reading the rest. */
#include "input/input_har_scan.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define MAX ((size_t)1000)

/* All requests, each on a line; fed `step` bytes at a time. */
static void scan(struct str *out, const char *har, size_t len, size_t step)
{
    struct input_har_scan s = {.max = MAX};
    enum input_har_scan_event event = HAR_SCAN_MORE;
    for (size_t at = 0; at < len && event != HAR_SCAN_BAD;) {
        size_t n = len - at < step ? len - at : step;
        size_t used;
        event = input_har_scan_read(&s, har + at, n, &used);
        at += used;
        if (event == HAR_SCAN_ENTRY)
            str_printf(out, "%.*s\n", (int)s.request.len,
                       s.request.len ? s.request.base : "");
        if (event == HAR_SCAN_MORE)
            assert_int_equal(used, n);
    }
    if (event == HAR_SCAN_BAD || !input_har_scan_end(&s))
        str_add_text(out, s.why);
    input_har_scan_fini(&s);
}

#define REQUEST "{\"request\":{\"url\":\"u\"}}"

static const struct {
    const char *har;
    const char *found;
} cases[] = {
    {"{\"log\":{\"entries\":[" REQUEST "," REQUEST "]}}",
     "{\"url\":\"u\"}\n{\"url\":\"u\"}\n"},
    /* members in any order, and those that nobody needs */
    {"{\"a\":{\"log\":[1]},\"log\":{\"version\":\"1.2\",\"pages\":[{"
     "\"entries\":["
     "]}],\"entries\":[{\"time\":1,\"response\":{\"request\":{\"url\":\"no\"}},"
     "\"request\":{\"cookies\":[{\"url\":\"no\"}],\"method\":\"GET\","
     "\"url\":\"u\",\"headers\":[{\"name\":\"a\"}]}}]}}",
     "{\"method\":\"GET\",\"url\":\"u\",\"headers\":[{\"name\":\"a\"}]}\n"},
    /* what is in strings is no structure */
    {"{\"log\":{\"x\":\"\\\"}]{\",\"entries\":[{\"request\":"
     "{\"url\":\"}\\\"{\\\\\"}}]}}",
     "{\"url\":\"}\\\"{\\\\\"}\n"},
    /* elements that are no entries */
    {"{\"log\":{\"entries\":[1, null ,\"x\",[{}],{}, {\"request\":1},true]}}",
     "\n\n\n\n\n\n\n"},
    {"{\"log\":{\"entries\":[]}}", ""},
    {"{\"log\":{\"entries\":[ ]}} \n", ""},
    /* a surrogate pair, halves of one, and control bytes */
    {"{\"log\":{\"entries\":[{\"request\":{\"url\":\"\\ud83d\\ude00|\\ud83d|"
     "\\ude00|\\ud83d\\ud83d\\ude00|\\u0041\\n\t\"}}]}}",
     "{\"url\":\"\\ud83d\\ude00|\xed\xa0\xbd|\xed\xb8\x80|"
     "\xed\xa0\xbd\\ud83d\\ude00|\\u0041\\n\\u0009\"}\n"},
    /* escapes that are none are for who reads the request */
    {"{\"log\":{\"entries\":[{\"request\":{\"url\":\"\\u12\\u12x\\q\"}}]}}",
     "{\"url\":\"\\u12\\u12x\\q\"}\n"},
    /* of two requests of an entry the last counts, of two keys both stand */
    {"{\"log\":{\"entries\":[{\"request\":{\"url\":\"1\"},"
     "\"request\":{\"url\":\"2\",\"url\":\"3\"}}]}}",
     "{\"url\":\"2\",\"url\":\"3\"}\n"},
    /* one archive behind the other */
    {"{\"log\":{\"entries\":[" REQUEST "]}}\n{\"log\":{\"entries\":[" REQUEST
     "]}}",
     "{\"url\":\"u\"}\n{\"url\":\"u\"}\n"},
    {"", "it is empty"},
    {" \n", "it is empty"},
    {"[]", "it does not begin with {"},
    {"{}", "log.entries is not an array"},
    {"{\"log\":{\"entries\":{}}}", "log.entries is not an array"},
    {"{\"log\":[{\"entries\":[]}]}", "log.entries is not an array"},
    {"{\"log\":{", "it ends too early"},
    {"{\"log\":{\"entries\":[" REQUEST,
     "{\"url\":\"u\"}\nit ends within entry 2"},
    {"{\"log\":{\"entries\":[" REQUEST "}}",
     "{\"url\":\"u\"}\nat byte 42 a bracket does not fit"},
};

static void requests_are_found_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        size_t len = strlen(cases[i].har);
        for (size_t step = 1; step <= len + 1; step++) {
            struct str out = {0};
            str_add_text(&out, "");
            scan(&out, cases[i].har, len, step);
            if (strcmp(out.base, cases[i].found) != 0)
                fail_msg("%s\nin pieces of %zu:\n%s", cases[i].har, step,
                         out.base);
            str_fini(&out);
        }
    }
}

/* Bytes that are not JSON at all, but have their brackets in order. */
static void what_nobody_needs_may_be_anything(void **state)
{
    struct str har = {0};
    struct str out = {0};
    (void)state;
    str_add_text(&har, "{\"log\":{\"entries\":[{\"response\":{\"text\":\"");
    for (int c = 0; c < 256; c++) {
        if (c != '"' && c != '\\')
            str_add_char(&har, (char)c);
    }
    str_add_text(&har,
                 "\"},\"request\":{\"url\":\"u\",\"bodySize\":NaN},\"t\":");
    for (int c = 1; c < 256; c++) {
        if (!strchr("\"{}[],", c))
            str_add_char(&har, (char)c);
    }
    str_add_text(&har, "}]}}");
    scan(&out, har.base, har.len, 7);
    assert_string_equal(out.base, "{\"url\":\"u\",\"bodySize\":NaN}\n");
    str_fini(&har);
    str_fini(&out);
}

static void memory_is_that_of_one_request(void **state)
{
    struct input_har_scan s = {.max = 20};
    char junk[100];
    size_t used;
    (void)state;
    memset(junk, 'x', sizeof junk);
    assert_int_equal(
        input_har_scan_read(&s, "{\"log\":{\"entries\":[{\"r\":\"", 26, &used),
        HAR_SCAN_MORE);
    for (int i = 0; i < 100000; i++)
        (void)input_har_scan_read(&s, junk, sizeof junk, &used);
    assert_int_equal(s.request.cap, 0);
    (void)input_har_scan_read(&s, "\",\"request\":{\"url\":\"", 20, &used);
    for (int i = 0; i < 1000; i++)
        (void)input_har_scan_read(&s, junk, sizeof junk, &used);
    assert_true(s.request.cap < 200);
    assert_int_equal(
        input_har_scan_read(&s, "\",\"method\":\"GET\"}}", 18, &used),
        HAR_SCAN_ENTRY);
    assert_true(s.is_too_long);
    assert_int_equal(s.request.len, 0);
    input_har_scan_fini(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(requests_are_found_in_pieces_of_any_size),
        cmocka_unit_test(what_nobody_needs_may_be_anything),
        cmocka_unit_test(memory_is_that_of_one_request),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
