#include "client/no_proxy.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/arena.h"
#include "http/url.h"

/* What curl 8.23 did with http://HOST/ and --noproxy LIST: is it direct? */
static const struct {
    const char *host;
    const char *list;
    bool is_direct;
} vectors[] = {
    {"www.example.com", "localhost,.example.com,.example.de", true},
    {"www.example.com", "localhost .example.com .example.de", false},
    {"www.example.com.", "localhost,.example.com,.example.de", true},
    {"example.com", "localhost,.example.com,.example.de", true},
    {"example.com.", "localhost,.example.com,.example.de", true},
    {"www.example.com", "localhost,.example.com.,.example.de", true},
    {"www.example.com", "localhost,www.example.com.,.example.de", true},
    {"example.com", "localhost,example.com,.example.de", true},
    {"example.com.", "localhost,example.com,.example.de", true},
    {"nexample.com", "localhost,example.com,.example.de", false},
    {"www.example.com", "localhost,example.com,.example.de", true},
    {"127.0.0.5", "127.0.0.1,localhost", false},
    {"127.0.0.1", "127.0.0.1,localhost", true},
    {"127.0.0.1", "127.0.0.1 localhost,", true},
    {"127.0.0.1", "127.0.0.1/8,", true},
    {"127.0.0.1", "127.0.0.1/28,", true},
    {"127.0.0.1", "127.0.0.1/31,", true},
    {"127.0.0.1", "localhost,127.0.0.1", true},
    {"127.0.0.1", "localhost, 127.0.0.1", true},
    {"127.0.0.1", "localhost,127.0.0.1.localhost", false},
    {"127.0.0.1", "localhost.127.0.0.1", false},
    {"127.0.0.1", "localhost,xd,  ,127.0.0.1", true},
    {"127.0.0.1", "  ,,", false},
    {"127.0.0.1", "127.0.0.1/32", true},
    {"127.0.0.1", "127.0.0.1/33", false},
    {"127.0.0.1", "127.0.0.1/0", true},
    {"127.0.0.1", "127.0.0.2/0", false},
    {"127.0.0.9", "127.0.0.1/0", false},
    {"127.0.0.1", "127.0.0.1/-1", false},
    {"127.0.0.1", "127.0.0.1/a", false},
    {"127.0.0.1", "127.0.0.1/", false},
    {"127.0.0.1", "127.0.0.1/08", true},
    {"127.0.0.1", "127/8", false},
    {"127.0.0.1", "*", true},
    {"127.0.0.1", "*,foo", false},
    {"a.test", "*,foo", false},
    {"a.test", "foo,*", false},
    {"a.test", "*.test", false},
    {"a.test", " *", false},
    {"a.test", "* ", false},
    {"a.test", "a.test:80", false},
    {"a.test:80", "a.test:80", false},
    {"a.test", "a.test:81", false},
    {"[::1]", "::1", true},
    {"[::1]", "[::1]", false},
    {"[::1]", "::1/128", true},
    {"[::1]", "::1/127", true},
    {"[::1]", "::2/126", true},
    {"[::1]", "::2/127", false},
    {"[::1]", "::/0", false},
    {"[::2]", "::1/0", false},
    {"[::1]", "::1/129", false},
    {"[::1]", "0:0:0:0:0:0:0:1", true},
    {"[::1]", "[::1]/128", false},
    {"[::1]", "localhost, ::1", true},
    {"[fe80::1]", "fe80::/10", true},
    {"[fe80::1]", "fe80::1", true},
    {"[::1]", "[::1]:80", false},
    {"[::ffff:127.0.0.1]", "127.0.0.1", false},
    {"[::ffff:127.0.0.1]", "::ffff:127.0.0.1", true},
    {"a.test", "a.test b.test", true},
    {"b.test", "a.test b.test", false},
    {"b.test", "a.test\tb.test", false},
    {"b.test", "a.test , b.test", true},
    {"b.test", "a.test,,b.test", true},
    {"b.test", ",b.test", true},
    {"b.test", " b.test", true},
    {"b.test", "a.test,b.test ", true},
    {"A.TEST", "a.test", true},
    {"a.test", "A.Test", true},
    {"a.test", ".", false},
    {"a.test", "..", false},
    {"a.test", ".a.test", true},
    {"a.test", "..a.test", false},
    {"a.test", "a.test.", true},
    {"a.test", "a.test..", false},
    {"x.a.test", "a.test.", true},
    {"x.a.test", ".a.test.", true},
    {"a.test", "test", true},
    {"atest", "test", false},
    {"0x7f.1", "127.0.0.1", true},
    {"127.1", "127.0.0.0/8", true},
    {"xn--bcher-kva.test", "xn--bcher-kva.test", true},
    {"xn--bcher-kva.test",
     "b\xc3\xbc"
     "cher.test",
     false},
    {"b\xc3\xbc"
     "cher.test",
     "b\xc3\xbc"
     "cher.test",
     false},
    {"b\xc3\xbc"
     "cher.test",
     "xn--bcher-kva.test", true},
    {"a.test", ";a.test", false},
    {"a.test", "a.test;b.test", false},
    {"a.test", "http://a.test", false},
    {"a.test", "a.test/8", false},
    {"1.a.test", "1.a.test/8", false},
    {"localhost", "localhost", true},
    {"localhost", "127.0.0.1", false},
    {"127.0.0.1", "localhost", false},
    {"a.test", "", false},
};

static void hosts_are_matched_as_curl_does(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
        struct url url;
        struct fault fault = {0};
        const struct url_options o = {.default_scheme = "http"};
        if (!url_parse(&url, span_str(vectors[i].host), &o, &arena, &fault))
            fail_msg("%s: %s", vectors[i].host, fault.detail);
        if (no_proxy_matches(vectors[i].list, &url.host) !=
            vectors[i].is_direct)
            fail_msg("%s, no_proxy \"%s\"", vectors[i].host, vectors[i].list);
    }
    arena_fini(&arena);
}

static void no_list_matches_nothing(void **state)
{
    (void)state;
    const struct url_host host = {.kind = URL_HOST_NAME, .text = SPAN_LIT("a")};
    assert_false(no_proxy_matches(NULL, &host));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hosts_are_matched_as_curl_does),
        cmocka_unit_test(no_list_matches_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
