#include "view/head_view.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_a_head_has_colours_and_nothing_that_is_obeyed(void **state)
{
    static const struct qv_field fields[] = {{"X-A", "1\x1b[2J"},
                                             {"X-B", "\xc2\x9b"}};
    static const struct qv_head head = {.version = "2",
                                        .status = 404,
                                        .reason = "",
                                        .fields = fields,
                                        .nfields = 2};
    struct str out = {0};
    (void)state;
    head_view_answer(&out, &head, false);
    assert_string_equal(str_text(&out), "HTTP/2 404 \r\nX-A: 1\\x1b[2J\r\n"
                                        "X-B: \\xc2\\x9b\r\n\r\n");
    str_clear(&out);
    head_view_answer(&out, &head, true);
    assert_string_equal(str_text(&out),
                        "HTTP/2 \x1b[1;33m404 \x1b[0m\r\n"
                        "\x1b[1;34mX-A\x1b[0m: 1\\x1b[2J\r\n"
                        "\x1b[1;34mX-B\x1b[0m: \\xc2\\x9b\r\n\r\n");
    str_fini(&out);
}

static void test_a_request_hides_its_secrets(void **state)
{
    static const char text[] = "GET /a:b HTTP/1.1\r\nHost: h\r\n"
                               "Authorization: Basic eDp5\r\nX: 1\r\n\r\n";
    struct head_view_request_how how = {.is_escaped = true};
    struct str out = {0};
    (void)state;
    head_view_request(&out, text, strlen(text), &how);
    assert_string_equal(str_text(&out),
                        "GET /a:b HTTP/1.1\r\nHost: h\r\n"
                        "Authorization: <redacted>\r\nX: 1\r\n\r\n");
    str_clear(&out);
    how = (struct head_view_request_how){.has_colours = true,
                                         .shows_secrets = true};
    head_view_request(&out, text, strlen(text), &how);
    assert_string_equal(
        str_text(&out),
        "\x1b[1mGET\x1b[0m /a:b HTTP/1.1\r\n\x1b[1;34mHost\x1b[0m: h\r\n"
        "\x1b[1;34mAuthorization\x1b[0m: Basic eDp5\r\n"
        "\x1b[1;34mX\x1b[0m: 1\r\n\r\n");
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_head_has_colours_and_nothing_that_is_obeyed),
        cmocka_unit_test(test_a_request_hides_its_secrets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
