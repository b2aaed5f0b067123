/* What a file is, by its first bytes. */
#include "input/input_format.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *bytes;
    enum input_format format; /* of the whole file */
    size_t enough;            /* bytes that tell; 0: only all of them do */
} files[] = {
    {"", INPUT_URLS, 0},
    {"\n\n# only this", INPUT_URLS, 0},
    /* JSON */
    {"{\"url\":\"a\"}\n", INPUT_JSONL, 3},
    {"  \n{\"id\":1,\"log\":2}\n", INPUT_JSONL, 6},
    {"{", INPUT_JSONL, 0},
    {"{}", INPUT_JSONL, 2},
    {"{\"log\":{\"entries\":[]}}", INPUT_HAR, 6},
    {"\n{\n  \"log\" : {}}", INPUT_HAR, 10},
    {"{\"login\":1}", INPUT_JSONL, 6},
    /* URLs */
    {"https://example.com/\n", INPUT_URLS, 21},
    {"example.com\n", INPUT_URLS, 12},
    {"example.com", INPUT_URLS, 0},
    {"localhost:8080/x=y\n", INPUT_URLS, 19},
    {"[::1]/\n", INPUT_URLS, 7},
    {"example.com/a b\n", INPUT_URLS, 16},
    {"# url = x\n\texample.com/?a=b\r\n", INPUT_URLS, 29},
    {"url.example\n", INPUT_URLS, 12},
    /* configurations */
    {"url = \"http://a/\"\n", INPUT_CURL, 18},
    {"url=http://a/\n", INPUT_CURL, 14},
    {"url: http://a/\n", INPUT_CURL, 15},
    {"url \"http://a/\"\n", INPUT_CURL, 16},
    {"# a config\n--url http://a/\n", INPUT_CURL, 27},
    {"-X POST\n", INPUT_CURL, 8},
    {"silent\n", INPUT_CURL, 7},
    {"silent", INPUT_CURL, 0},
    {"next\n", INPUT_CURL, 5},
    {"unheard-of = 1\n", INPUT_CURL, 15},
    {"unheard-of 1\n", INPUT_CURL, 13},
};

static void the_first_bytes_tell(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *bytes = files[i].bytes;
        size_t len = strlen(bytes);
        enum input_format format;
        assert_true(input_format_guess(bytes, len, true, &format));
        assert_int_equal(format, files[i].format);
    }
}

/* A pipe may never bring more than a line: no more is waited for. */
static void nothing_is_waited_for_in_vain(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        const char *bytes = files[i].bytes;
        enum input_format format;
        for (size_t n = 0; n <= strlen(bytes); n++) {
            bool is_enough = files[i].enough && n >= files[i].enough;
            assert_int_equal(input_format_guess(bytes, n, false, &format),
                             is_enough);
            if (is_enough)
                assert_int_equal(format, files[i].format);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_bytes_tell),
        cmocka_unit_test(nothing_is_waited_for_in_vain),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
