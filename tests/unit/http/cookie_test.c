/* Cases after RFC 6265bis 5, one table a rule. */
#include "http/cookie.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "http/public_suffix.h"

#define NOW INT64_C(1795230000) /* November 2026 */

#define N(cases) (sizeof(cases) / sizeof(cases)[0])

static void assert_span(struct span got, const char *want)
{
    if (!span_equal(got, span_str(want)))
        fail_msg("\"%.*s\" is not \"%s\"", SPAN_ARG(got), want);
}

static void names_and_values(void **state)
{
    static const struct {
        const char *field;
        const char *name; /* NULL: it is ignored */
        const char *value;
    } cases[] = {
        {"foo=bar", "foo", "bar"},
        {"foo=", "foo", ""},
        {"foo", "", "foo"},
        {"=foo", "", "foo"},
        {"=", NULL, NULL},
        {"", NULL, NULL},
        {";", NULL, NULL},
        {"; foo=bar", NULL, NULL},
        {" foo = bar ", "foo", "bar"},
        {"\tfoo\t=\tbar\t ; x", "foo", "bar"},
        {"foo=bar=baz", "foo", "bar=baz"},
        {"foo==bar", "foo", "=bar"},
        {"foo=\"bar\"", "foo", "\"bar\""},
        {"foo=\"bar;baz\"", "foo", "\"bar"},
        {"foo=a b, c", "foo", "a b, c"},
        {"foo bar=baz", "foo bar", "baz"},
        {"foo=\xc3\xa9", "foo", "\xc3\xa9"},
        {"FOO=bar", "FOO", "bar"},
        {"foo=b\ta", NULL, NULL},
        {"f\too=ba", NULL, NULL},
        {"foo=b\x01z", NULL, NULL},
        {"foo=bar\r\nSet-Cookie: x=y", NULL, NULL},
        {"foo=bar\x7f", NULL, NULL},
        {"foo=bar; x=\x1f", NULL, NULL},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        struct cookie c;
        const char *why = cookie_parse(&c, span_str(cases[i].field), NOW);
        if ((why == NULL) != (cases[i].name != NULL))
            fail_msg("%s: %s", cases[i].field, why ? why : "taken");
        if (why)
            continue;
        assert_span(c.name, cases[i].name);
        assert_span(c.value, cases[i].value);
    }
}

static void a_zero_byte_ends_nothing(void **state)
{
    struct cookie c;
    (void)state;
    assert_non_null(cookie_parse(&c, SPAN_LIT("a=b\0c"), NOW));
}

static void names_and_values_have_a_limit(void **state)
{
    (void)state;
    for (size_t len = 4094; len <= 4096; len++) {
        struct str field;
        struct cookie c;
        str_init(&field);
        str_add_text(&field, "a=");
        for (size_t i = 0; i < len; i++)
            str_add_char(&field, 'x');
        str_add_text(&field, "; Path=/");
        bool is_good = cookie_parse(&c, str_span(&field), NOW) == NULL;
        assert_int_equal(is_good, len < 4096);
        str_fini(&field);
    }
}

static void attributes(void **state)
{
    static const struct {
        const char *field;
        const char *domain; /* NULL: none */
        const char *path;   /* NULL: none */
        bool is_secure, is_http_only;
        enum cookie_same_site same_site;
    } cases[] = {
        {"a=b", NULL, NULL, false, false, COOKIE_SAME_SITE_DEFAULT},
        {"a=b; secure", NULL, NULL, true, false, COOKIE_SAME_SITE_DEFAULT},
        {"a=b; SECURE; HTTPONLY", NULL, NULL, true, true, 0},
        {"a=b;Secure=no;HttpOnly=0", NULL, NULL, true, true, 0},
        {"a=b; Domain=example.com", "example.com", NULL, false, false, 0},
        {"a=b; domain=.Example.com", "Example.com", NULL, false, false, 0},
        {"a=b; Domain=a.com; Domain=b.com", "b.com", NULL, false, false, 0},
        {"a=b; Domain=a.com; Domain=", NULL, NULL, false, false, 0},
        {"a=b; Domain", NULL, NULL, false, false, 0},
        {"a=b; Path=/x", NULL, "/x", false, false, 0},
        {"a=b; Path=/x/", NULL, "/x/", false, false, 0},
        {"a=b; Path=x", NULL, NULL, false, false, 0},
        {"a=b; Path=\"/x\"", NULL, NULL, false, false, 0},
        {"a=b; Path=/x; Path=/y", NULL, "/y", false, false, 0},
        {"a=b; Path=/x; Path=", NULL, NULL, false, false, 0},
        {"a=b; SameSite=lax", NULL, NULL, false, false, COOKIE_SAME_SITE_LAX},
        {"a=b; SameSite=STRICT", NULL, NULL, false, false,
         COOKIE_SAME_SITE_STRICT},
        {"a=b; samesite=None", NULL, NULL, false, false, COOKIE_SAME_SITE_NONE},
        {"a=b; SameSite=Lax; SameSite=what", NULL, NULL, false, false, 0},
        {"a=b; unknown; Comment=\"x; Secure", NULL, NULL, true, false, 0},
        {"a=b;;;; secure;", NULL, NULL, true, false, 0},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        struct cookie c;
        assert_null(cookie_parse(&c, span_str(cases[i].field), NOW));
        assert_int_equal(c.is_secure, cases[i].is_secure);
        assert_int_equal(c.is_http_only, cases[i].is_http_only);
        assert_int_equal(c.same_site, cases[i].same_site);
        assert_int_equal(c.domain.base != NULL, cases[i].domain != NULL);
        assert_int_equal(c.path.base != NULL, cases[i].path != NULL);
        if (cases[i].domain)
            assert_span(c.domain, cases[i].domain);
        if (cases[i].path)
            assert_span(c.path, cases[i].path);
    }
}

static void a_long_attribute_is_ignored(void **state)
{
    struct str field;
    struct cookie c;
    (void)state;
    str_init(&field);
    str_add_text(&field, "a=b; Secure; Path=/");
    for (int i = 0; i < 1024; i++)
        str_add_char(&field, 'x');
    assert_null(cookie_parse(&c, str_span(&field), NOW));
    assert_true(c.is_secure);
    assert_null(c.path.base);
    str_fini(&field);
}

static void ages(void **state)
{
    static const struct {
        const char *field;
        int64_t expires;
    } cases[] = {
        {"a=b", COOKIE_SESSION},
        {"a=b; Max-Age=60", NOW + 60},
        {"a=b; Max-Age=0", COOKIE_PAST},
        {"a=b; Max-Age=-1", COOKIE_PAST},
        {"a=b; Max-Age=-", COOKIE_SESSION},
        {"a=b; Max-Age=", COOKIE_SESSION},
        {"a=b; Max-Age", COOKIE_SESSION},
        {"a=b; Max-Age=1x", COOKIE_SESSION},
        {"a=b; Max-Age=+1", COOKIE_SESSION},
        {"a=b; Max-Age=\"60\"", COOKIE_SESSION},
        {"a=b; Max-Age=99999999999999999999999", NOW + COOKIE_AGE_MAX},
        {"a=b; Max-Age=-99999999999999999999999", COOKIE_PAST},
        {"a=b; Max-Age=60; Max-Age=x", NOW + 60},
        {"a=b; Max-Age=60; Max-Age=70", NOW + 70},
        {"a=b; Expires=Wed, 01 Jan 2020 00:00:00 GMT", 1577836800},
        {"a=b; Expires=Fri, 01 Jan 2027 00:00:00 GMT", 1798761600},
        {"a=b; Expires=Fri, 01 Jan 2077 00:00:00 GMT", NOW + COOKIE_AGE_MAX},
        {"a=b; Expires=Thu, 01 Jan 1970 00:00:00 GMT", COOKIE_PAST},
        {"a=b; Expires=Mon, 01 Jan 1601 00:00:00 GMT", COOKIE_PAST},
        {"a=b; Expires=never", COOKIE_SESSION},
        {"a=b; Max-Age=60; Expires=Fri, 01 Jan 2027 00:00:00 GMT", NOW + 60},
        {"a=b; Expires=Fri, 01 Jan 2027 00:00:00 GMT; Max-Age=60", NOW + 60},
        {"a=b; Expires=Fri, 01 Jan 2027 00:00:00 GMT; Max-Age=x", 1798761600},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        struct cookie c;
        assert_null(cookie_parse(&c, span_str(cases[i].field), NOW));
        if (c.expires != cases[i].expires)
            fail_msg("%s: %lld", cases[i].field, (long long)c.expires);
    }
}

static void dates(void **state)
{
    static const struct {
        const char *text;
        int64_t seconds; /* -1: it is none */
    } cases[] = {
        {"Sun, 06 Nov 1994 08:49:37 GMT", 784111777},
        {"Sunday, 06-Nov-94 08:49:37 GMT", 784111777},
        {"Sun Nov  6 08:49:37 1994", 784111777},
        {"1994 Nov 6 8:49:37", 784111777},
        {"08:49:37 6 november 94", 784111777},
        {"6Nov 1994 08:49:37", -1}, /* the day takes what hangs on it */
        {"Mon, 10-Dec-2007 17:02:24 GMT", 1197306144},
        {"Wed, 09 Dec 2009 16:27:23 GMT", 1260376043},
        {"Thursday, 01-Jan-1970 00:00:00 GMT", 0},
        {"Tue, 29-Feb-2000 00:00:00", 951782400},
        {"Mon, 29-Feb-2001 00:00:00", -1},
        {"31 Apr 2001 00:00:00", -1},
        {"01 Jan 69 00:00:00", 3124224000},
        {"01 Jan 70 00:00:00", 0},
        {"01 Jan 1601 00:00:00", -11644473600},
        {"01 Jan 1600 00:00:00", -1},
        {"01 Jan 99999 00:00:00", -1},
        {"00 Jan 2000 00:00:00", -1},
        {"32 Jan 2000 00:00:00", -1},
        {"01 Jan 2000 24:00:00", -1},
        {"01 Jan 2000 23:60:00", -1},
        {"01 Jan 2000 23:00:60", -1},
        {"01 Jan 2000 23:00", -1},
        {"01 Jan 2000 001:00:00", -1},
        {"01 Jan 2000", -1},
        {"Jan 2000 00:00:00", -1},
        {"01 2000 00:00:00", -1},
        {"01 Foo 2000 00:00:00", -1},
        {"01 Janus 2000x 00:00:00zz", 946684800},
        {"01 Jan 2000 00:00:00 +0500", 946684800}, /* zones are not looked at */
        {"", -1},
        {"; \"", -1},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        int64_t seconds = -1;
        bool is_date = cookie_date_parse(span_str(cases[i].text), &seconds);
        if (is_date != (cases[i].seconds != -1) ||
            (is_date && seconds != cases[i].seconds))
            fail_msg("%s: %d %lld", cases[i].text, is_date, (long long)seconds);
    }
}

static void domains_match(void **state)
{
    static const struct {
        const char *host;
        const char *domain;
        bool is_address;
        bool matches;
    } cases[] = {
        {"example.com", "example.com", false, true},
        {"example.com", "EXAMPLE.com", false, true},
        {"a.example.com", "example.com", false, true},
        {"a.b.example.com", "example.com", false, true},
        {"example.com", "a.example.com", false, false},
        {"badexample.com", "example.com", false, false},
        {"example.com.evil.test", "example.com", false, false},
        {"example.com", "example.com.", false, false},
        {"example.com.", "example.com", false, false},
        {"127.0.0.1", "127.0.0.1", true, true},
        {"127.0.0.1", "0.0.1", true, false},
        {"127.0.0.1", "1", true, false},
        {"a", "", false, false},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++)
        if (cookie_domain_matches(span_str(cases[i].host), cases[i].is_address,
                                  span_str(cases[i].domain)) !=
            cases[i].matches)
            fail_msg("%s of %s", cases[i].host, cases[i].domain);
}

static void paths_match(void **state)
{
    static const struct {
        const char *path;
        const char *cookie;
        bool matches;
    } cases[] = {
        {"/", "/", true},        {"/a", "/", true},    {"/a", "/a", true},
        {"/a/", "/a", true},     {"/a/b", "/a", true}, {"/ab", "/a", false},
        {"/a", "/a/", false},    {"/a/", "/a/", true}, {"/a/b", "/a/", true},
        {"/A", "/a", false},     {"/", "/a", false},   {"/a%2fb", "/a", false},
        {"/a/../b", "/a", true},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++)
        if (cookie_path_matches(span_str(cases[i].path),
                                span_str(cases[i].cookie)) != cases[i].matches)
            fail_msg("%s in %s", cases[i].path, cases[i].cookie);
}

static void default_paths(void **state)
{
    static const char *const cases[][2] = {
        {"/", "/"},        {"/a", "/"}, {"/a/", "/a"}, {"/a/b", "/a"},
        {"/a/b/", "/a/b"}, {"", "/"},   {"a/b", "/"},  {"//", "/"},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++)
        assert_span(cookie_default_path(span_str(cases[i][0])), cases[i][1]);
}

static void who_may_set_what(void **state)
{
    static const struct {
        const char *host;
        bool is_address;
        bool is_secure;
        const char *field;
        const char *domain; /* NULL: it is refused */
        bool is_host_only;
        const char *path;
    } cases[] = {
        {"www.example.com", 0, 1, "a=b", "www.example.com", 1, "/d"},
        {"www.example.com", 0, 1, "a=b; Domain=example.com", "example.com", 0,
         "/d"},
        {"www.example.com", 0, 1, "a=b; Domain=www.example.com",
         "www.example.com", 0, "/d"},
        {"www.example.com", 0, 1, "a=b; Domain=other.example.com", NULL, 0, ""},
        {"www.example.com", 0, 1, "a=b; Domain=x.www.example.com", NULL, 0, ""},
        {"www.example.com", 0, 1, "a=b; Domain=com", NULL, 0, ""},
        {"www.example.com", 0, 1, "a=b; Domain=.com", NULL, 0, ""},
        {"www.example.com", 0, 1, "a=b; Domain=COM", NULL, 0, ""},
        {"www.example.com", 0, 1, "a=b; Domain=com.", NULL, 0, ""},
        {"www.example.co.uk", 0, 1, "a=b; Domain=co.uk", NULL, 0, ""},
        {"www.example.co.uk", 0, 1, "a=b; Domain=Co.Uk", NULL, 0, ""},
        {"www.example.co.uk.", 0, 1, "a=b; Domain=co.uk.", NULL, 0, ""},
        {"me.github.io", 0, 1, "a=b; Domain=github.io", NULL, 0, ""},
        {"github.io", 0, 1, "a=b; Domain=github.io", "github.io", 1, "/d"},
        {"x.city.kawasaki.jp", 0, 1, "a=b; Domain=city.kawasaki.jp",
         "city.kawasaki.jp", 0, "/d"},
        {"x.foo.kawasaki.jp", 0, 1, "a=b; Domain=foo.kawasaki.jp", NULL, 0, ""},
        {"x.xn--55qx5d.cn", 0, 1, "a=b; Domain=xn--55qx5d.cn", NULL, 0, ""},
        {"a.intranet", 0, 1, "a=b; Domain=intranet", NULL, 0, ""},
        {"localhost", 0, 1, "a=b; Domain=localhost", "localhost", 1, "/d"},
        {"x.b\xc3\xbc.test", 0, 1, "a=b; Domain=b\xc3\xbc.test", NULL, 0, ""},
        {"127.0.0.1", 1, 1, "a=b; Domain=127.0.0.1", "127.0.0.1", 1, "/d"},
        {"127.0.0.1", 1, 1, "a=b; Domain=0.0.1", NULL, 0, ""},
        {"::1", 1, 1, "a=b", "::1", 1, "/d"},
        {"e.test", 0, 0, "a=b; Secure", NULL, 0, ""},
        {"e.test", 0, 1, "a=b; Secure", "e.test", 1, "/d"},
        {"e.test", 0, 1, "a=b; Path=/q", "e.test", 1, "/q"},
        /* prefixes, in any case */
        {"e.test", 0, 1, "__Secure-a=b; Secure", "e.test", 1, "/d"},
        {"e.test", 0, 1, "__Secure-a=b", NULL, 0, ""},
        {"e.test", 0, 1, "__SeCuRe-a=b", NULL, 0, ""},
        {"e.test", 0, 0, "__Secure-a=b; Secure", NULL, 0, ""},
        {"e.test", 0, 1, "__Host-a=b; Secure; Path=/", "e.test", 1, "/"},
        {"e.test", 0, 1, "__host-a=b; Secure; Path=/", "e.test", 1, "/"},
        {"e.test", 0, 1, "__Host-a=b; Secure", NULL, 0, ""},
        {"e.test", 0, 1, "__Host-a=b; Path=/", NULL, 0, ""},
        {"e.test", 0, 1, "__HOST-a=b; Secure; Path=/q", NULL, 0, ""},
        {"e.test", 0, 1, "__Host-a=b; Secure; Path=/; Domain=e.test", NULL, 0,
         ""},
        {"localhost", 0, 1, "__Host-a=b; Secure; Path=/; Domain=localhost",
         NULL, 0, ""},
        {"e.test", 0, 1, "=__Host-a=b; Secure; Path=/", NULL, 0, ""},
        {"e.test", 0, 1, "__Secure-a; Secure", NULL, 0, ""},
    };
    (void)state;
    for (size_t i = 0; i < N(cases); i++) {
        struct cookie_place place = {.host = span_str(cases[i].host),
                                     .is_address = cases[i].is_address,
                                     .is_secure = cases[i].is_secure,
                                     .path = SPAN_LIT("/d/file")};
        struct cookie c;
        const char *why = cookie_parse(&c, span_str(cases[i].field), NOW);
        if (why == NULL)
            why = cookie_judge(&c, &place);
        if ((why == NULL) != (cases[i].domain != NULL))
            fail_msg("%s at %s: %s", cases[i].field, cases[i].host,
                     why ? why : "taken");
        if (why)
            continue;
        assert_span(c.domain, cases[i].domain);
        assert_int_equal(c.is_host_only, cases[i].is_host_only);
        assert_span(c.path, cases[i].path);
    }
}

static void public_suffixes(void **state)
{
    struct str name;
    (void)state;
    assert_true(public_suffix_is(SPAN_LIT("com")));
    assert_true(public_suffix_is(SPAN_LIT("com.")));
    assert_true(public_suffix_is(SPAN_LIT("")));
    assert_false(public_suffix_is(SPAN_LIT("example.com")));
    str_init(&name);
    for (int i = 0; i < 150; i++)
        str_add_text(&name, "a.");
    assert_true(public_suffix_is(str_span(&name)));
    str_fini(&name);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_values),
        cmocka_unit_test(a_zero_byte_ends_nothing),
        cmocka_unit_test(names_and_values_have_a_limit),
        cmocka_unit_test(attributes),
        cmocka_unit_test(a_long_attribute_is_ignored),
        cmocka_unit_test(ages),
        cmocka_unit_test(dates),
        cmocka_unit_test(domains_match),
        cmocka_unit_test(paths_match),
        cmocka_unit_test(default_paths),
        cmocka_unit_test(who_may_set_what),
        cmocka_unit_test(public_suffixes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
