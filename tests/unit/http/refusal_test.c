#include "http/refusal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static const struct {
    int status;
    const char *type;
    const char *cause;
    const char *body;
    const char *line;
} refusals[] = {
    {403, "text/plain", "", "", "403"},
    {403, "text/plain", "", "\r\n  not you  \r\nmore", "403: not you"},
    {502, "", "p; error=dns_error", "", "502 (p; error=dns_error)"},
    {502, "text/html; charset=x", "",
     "<html><head><TITLE>\n Bad gate\n</TITLE>", "502: Bad gate"},
    {429, "text/html", "", "<p>none", "429"},
    {403, "", "q; error=http_request_denied; details=\"not from here\"",
     "not from here\n", "403 (q; error=http_request_denied): not from here"},
    {502, "text/html", "a;details=\"say \\\"no; 1\\\\2\\\"\" ; error=x",
     "<title>Bad gate</title>", "502 (a; error=x): say \"no; 1\\2\""},
    {502, "", "a; details=\"far\", b; details=\"near\"", "",
     "502 (a, b): near"},
    {502, "", "a; details=\"never ends", "", "502 (a): never ends"},
    {502, "", "a; details=\"\\", "b", "502 (a): \\"},
};

static void a_refusal_is_one_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
        struct refusal f;
        char line[REFUSAL_LINE_MAX];
        refusal_begin(&f, refusals[i].status, span_str(refusals[i].cause),
                      span_str(refusals[i].type));
        refusal_add(&f, span_str(refusals[i].body));
        refusal_line(&f, line);
        assert_string_equal(line, refusals[i].line);
    }
}

static void a_long_refusal_is_bounded(void **state)
{
    (void)state;
    struct refusal f;
    char line[REFUSAL_LINE_MAX];
    char cause[5000];
    memset(cause, 'x', sizeof cause);
    memcpy(cause + 200, "; details=\"", 11);
    refusal_begin(&f, 500, span_of(cause, sizeof cause), SPAN_LIT(""));
    for (int i = 0; i < 1000; i++)
        refusal_add(&f, SPAN_LIT("0123456789"));
    assert_int_equal(f.len, REFUSAL_KEPT);
    refusal_line(&f, line);
    assert_true(strlen(line) < REFUSAL_LINE_MAX - 1);
    assert_true(strlen(line) > 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_refusal_is_one_line),
        cmocka_unit_test(a_long_refusal_is_bounded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
