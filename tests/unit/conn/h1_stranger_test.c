#include "conn/h1_stranger.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    const char *bytes;
    size_t len;
    enum err code; /* NONE: it may be HTTP/1 */
    const char *detail;
} cases[] = {
#define BYTES(s) (s), sizeof(s) - 1
    {BYTES("HTTP/1.1 200 OK\r\n"), ERR_NONE, ""},
    {BYTES("HT"), ERR_NONE, ""},
    {BYTES("\r\nHTTP/1.1 2"), ERR_NONE, ""},
    {BYTES("\r\n"), ERR_NONE, ""},
    {BYTES("\x15\x03\x01\0\2\2\x46"), ERR_TLS_WANTED, "speaks TLS"},
    {BYTES("\x15"), ERR_TLS_WANTED, "speaks TLS"},
    {BYTES("\x15\x04"), ERR_NOT_HTTP, "begins with"},
    {BYTES("\0\0\x12\4\0\0\0\0\0"), ERR_HTTP2_WANTED, "HTTP/2"},
    {BYTES("\0\0\0"), ERR_NOT_HTTP, "begins with"},
    {BYTES("SSH-2.0-x\r\n"), ERR_NOT_HTTP, "\"SSH-2.0-x??\""},
    {BYTES("http/1.1 200 OK"), ERR_NONE, ""},
    {BYTES("HELO"), ERR_NONE, ""},
    {BYTES("\r\n<html>"), ERR_NOT_HTTP, "\"<html>\""},
};

static void what_speaks_is_known_by_its_first_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault f = {.code = ERR_NONE};
        bool is_found =
            h1_stranger_find(span_of(cases[i].bytes, cases[i].len), &f);
        if (f.code != cases[i].code || is_found != (f.code != ERR_NONE) ||
            !strstr(f.detail, cases[i].detail))
            fail_msg("%zu: %d %s", i, f.code, f.detail);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_speaks_is_known_by_its_first_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
