#include "forward/forward_via.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void test_urls(void **state)
{
    static const struct {
        const char *via, *host, *url;
    } cases[] = {
        {"https://p.example", "192.0.2.1",
         "https://p.example/.well-known/masque/udp/192.0.2.1/53/"},
        {"https://p.example:4433/", "dns.example",
         "https://p.example:4433/.well-known/masque/udp/dns.example/53/"},
        {"p.example", "2001:db8::1",
         "p.example/.well-known/masque/udp/2001%3Adb8%3A%3A1/53/"},
        {"https://p/m?h={target_host}&p={target_port}", "::1",
         "https://p/m?h=%3A%3A1&p=53"},
        {"https://p/masque{?target_host,target_port}", "h",
         "https://p/masque?target_host=h&target_port=53"},
        {"https://p/m?a=b{&target_host,target_port,other}", "h",
         "https://p/m?a=b&target_host=h&target_port=53"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str url = {0};
        struct fault fault;
        assert_true(forward_via_check(cases[i].via, true, &fault));
        assert_true(forward_via_check(cases[i].via, false, &fault));
        forward_via_url(&url, cases[i].via, span_str(cases[i].host), 53);
        assert_string_equal(str_text(&url), cases[i].url);
        str_fini(&url);
    }
}

static void test_what_is_no_proxy(void **state)
{
    static const struct {
        const char *via, *why;
    } cases[] = {
        {"", "names no proxy"},
        {"/path", "names no proxy"},
        {"https://p/path", "is no template"},
        {"https://p/?q", "is no template"},
        {"https://p/{target_host}", "target_port"},
        {"https://p/{x}", "target_host"},
        {"https://{target_host}:{target_port}/", "path or query"},
        {"https://p/{+target_host}/{target_port}", "only ? and &"},
        {"https://p/{/target_host}/{target_port}", "only ? and &"},
        {"https://p/{target_host", "closing brace"},
        {"https://p/{target_host:3}/{target_port}", "level 4"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fault fault;
        assert_false(forward_via_check(cases[i].via, true, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
        assert_non_null(strstr(fault.detail, cases[i].why));
    }
    struct fault fault;
    assert_true(forward_via_check("https://p/path", false, &fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_what_is_no_proxy),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
