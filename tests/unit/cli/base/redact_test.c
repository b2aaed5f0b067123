#include "base/redact.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static bool is_field(const char *name)
{
    return redact_is_field(name, strlen(name));
}

static void test_names_tell(void **state)
{
    static const char *const secrets[] = {
        "Cookie",        "set-cookie",
        "Authorization", "Proxy-Authorization",
        "X-Api-Key",     "X-Auth",
        "x-csrf-TOKEN",  "Client-Secret",
        "X-Password-2",  "X-Amz-Security-Token",
        "aUTH",          "x-sEcret",
        "KeY",           "set-Ke-yes-PASSWORD",
    };
    static const char *const open[] = {
        "",
        "Accept",
        "Date",
        "WWW-Authenticate",
        "Proxy-Authenticate",
        "Content-Type",
        "ke",
        "X-To-Ken",
        "x-aut",
        "secre",
    };
    (void)state;
    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++)
        assert_true(is_field(secrets[i]));
    for (size_t i = 0; i < sizeof open / sizeof open[0]; i++)
        assert_false(is_field(open[i]));
}

static void test_what_a_file_held_is_one(void **state)
{
    (void)state;
    assert_false(is_field("X-Mine"));
    redact_add_field("X-Mine : value");
    redact_add_field("x-mine: again");
    redact_add_field("X-Empty;");
    assert_true(is_field("X-Mine"));
    assert_true(is_field("x-mine"));
    assert_true(is_field("X-EMPTY"));
    assert_false(is_field("X-Min"));
}

static void test_passwords_of_urls(void **state)
{
    static const struct {
        const char *text;
        const char *shown;
    } cases[] = {
        {"", ""},
        {"no URL: a@b", "no URL: a@b"},
        {"http://h/", "http://h/"},
        {"http://token@h/", "http://<redacted>@h/"},
        {"http://u:p@h/", "http://<redacted>@h/"},
        {"http://u:p:q@x@h/a@b", "http://<redacted>@h/a@b"},
        /* A password with a byte that ends the authority. */
        {"http://u:p/q@h/", "http://<redacted>@h/"},
        {"http://u:p?q@h/a@b", "http://<redacted>@b"},
        {"http://u:1#q@h/", "http://u:1#q@h/"}, /* port 1 */
        {"http://u:p q@h/", "http://<redacted>@h/"},
        {"http://u:p\"q@h/", "http://<redacted>@h/"},
        {"http://u:p@pass:word", "http://<redacted>"},
        {"http://u:p@pass^word/x", "http://<redacted>/x"},
        {"[http://u:p@h]: (http://u:p@[::1]), http://u:p@h:8,",
         "[http://<redacted>@h]: (http://<redacted>@[::1]), "
         "http://<redacted>@h:8,"},
        {"http://to^k/en@h/", "http://<redacted>@h/"},
        {"http://h:80/@user", "http://h:80/@user"},
        {"http://[::1]:80/@user", "http://[::1]:80/@user"},
        {"http://[::1]/@user", "http://[::1]/@user"},
        {"http://b\xc3\xbc.example/@user", "http://b\xc3\xbc.example/@user"},
        {"http://h/a:b@c", "http://h/a:b@c"},
        {"from a://u:p@h to b://v:q@i.", "from a://<redacted>@h to "
                                         "b://<redacted>@i."},
        {"\"http://u:p@h\"", "\"http://<redacted>@h\""},
        {"http://", "http://"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str out = {0};
        redact_add_text(&out, cases[i].text, strlen(cases[i].text));
        assert_string_equal(out.base ? out.base : "", cases[i].shown);
        str_fini(&out);
    }
}

static void test_a_url_may_lack_its_scheme(void **state)
{
    struct str out = {0};
    (void)state;
    redact_add_url(&out, "u:p@h/");
    assert_string_equal(out.base, "<redacted>@h/");
    str_clear(&out);
    redact_add_url(&out, "u:p/q@h/");
    assert_string_equal(out.base, "<redacted>@h/");
    str_clear(&out);
    redact_add_url(&out, "h/@u");
    assert_string_equal(out.base, "h/@u");
    str_clear(&out);
    redact_add_url(&out, "http://u:p@h/?u=http://a:b@c");
    assert_string_equal(out.base, "http://<redacted>@h/?u=http://<redacted>@c");
    str_fini(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_tell),
        cmocka_unit_test(test_what_a_file_held_is_one),
        cmocka_unit_test(test_passwords_of_urls),
        cmocka_unit_test(test_a_url_may_lack_its_scheme),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
