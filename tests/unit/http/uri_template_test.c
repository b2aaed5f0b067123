/* The examples of RFC 6570 that are not of level 4, and what is refused. */
#include "http/uri_template.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define TEXT(text)                                                             \
    {                                                                          \
        (const uint8_t *)(text), sizeof(text) - 1                              \
    }

static const struct uri_template_value items[] = {
    {TEXT("var"), TEXT("value")},
    {TEXT("hello"), TEXT("Hello World!")},
    {TEXT("empty"), TEXT("")},
    {TEXT("path"), TEXT("/foo/bar")},
    {TEXT("x"), TEXT("1024")},
    {TEXT("y"), TEXT("768")},
    {TEXT("half"), TEXT("50%")},
    {TEXT("base"), TEXT("http://a.b/home/")},
    {TEXT("who"), TEXT("fred")},
    {TEXT("dub"), TEXT("me/too")},
    {TEXT("host"), TEXT("2001:db8::1")},
    {TEXT("undef"), {NULL, 0}},
    {TEXT("triplet"), TEXT("%41%4")},
};

static const struct uri_template_values values = {
    items,
    sizeof items / sizeof items[0],
};

static void test_expansion(void **state)
{
    static const struct {
        const char *text, *expanded;
    } cases[] = {
        {"", ""},
        {"/plain", "/plain"},
        {"{var}", "value"},
        {"{hello}", "Hello%20World%21"},
        {"{half}", "50%25"},
        {"O{empty}X", "OX"},
        {"O{undef}X", "OX"},
        {"{x,y}", "1024,768"},
        {"{x,hello,y}", "1024,Hello%20World%21,768"},
        {"?{x,empty}", "?1024,"},
        {"?{x,undef}", "?1024"},
        {"?{undef,y}", "?768"},
        {"{+var}", "value"},
        {"{+hello}", "Hello%20World!"},
        {"{+half}", "50%25"},
        {"{+base}index", "http://a.b/home/index"},
        {"{base}index", "http%3A%2F%2Fa.b%2Fhome%2Findex"},
        {"O{+empty}X", "OX"},
        {"{+path}/here", "/foo/bar/here"},
        {"here?ref={+path}", "here?ref=/foo/bar"},
        {"up{+path}{var}/here", "up/foo/barvalue/here"},
        {"{+x,hello,y}", "1024,Hello%20World!,768"},
        {"{+triplet}", "%41%254"},
        {"{#var}", "#value"},
        {"{#hello}", "#Hello%20World!"},
        {"foo{#empty}", "foo#"},
        {"foo{#undef}", "foo"},
        {"{#x,hello,y}", "#1024,Hello%20World!,768"},
        {"{#path,x}/here", "#/foo/bar,1024/here"},
        {"{.who}", ".fred"},
        {"{.who,who}", ".fred.fred"},
        {"X{.var}", "X.value"},
        {"X{.empty}", "X."},
        {"X{.undef}", "X"},
        {"{/who}", "/fred"},
        {"{/who,dub}", "/fred/me%2Ftoo"},
        {"{/var,empty}", "/value/"},
        {"{/var,undef}", "/value"},
        {"{/var,x}/here", "/value/1024/here"},
        {"{;who}", ";who=fred"},
        {"{;empty}", ";empty"},
        {"{;x,y,empty}", ";x=1024;y=768;empty"},
        {"{;x,y,undef}", ";x=1024;y=768"},
        {"{?who}", "?who=fred"},
        {"{?half}", "?half=50%25"},
        {"{?x,y,empty}", "?x=1024&y=768&empty="},
        {"{?x,y,undef}", "?x=1024&y=768"},
        {"{?undef,x}", "?x=1024"},
        {"?fixed=yes{&x}", "?fixed=yes&x=1024"},
        {"{&x,y,empty}", "&x=1024&y=768&empty="},
        {"/m/{host}/{x}/", "/m/2001%3Adb8%3A%3A1/1024/"},
        {"{x}{y}", "1024768"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str to = {0};
        struct fault fault;
        assert_true(
            uri_template_expand(&to, span_str(cases[i].text), &values, &fault));
        assert_string_equal(str_text(&to), cases[i].expanded);
        str_fini(&to);
    }
}

static void test_what_is_no_template_of_level_3(void **state)
{
    static const char *const cases[] = {
        "{",     "}",        "{x",         "x}",     "{}",    "{x,}",  "{,x}",
        "{x y}", "{x:3}",    "{x*}",       "{?x*}",  "{=x}",  "{,x}",  "{!x}",
        "{@x}",  "{|x}",     "{+}",        "{.x}{",  "{x}}",  "a b",   "a\x01",
        "a\x7f", "\xc3\xa4", "{\xc3\xa4}", "{a..b}", "{.a.}", "{{x}}",
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct str to = {0};
        struct fault fault = {0};
        assert_false(
            uri_template_expand(&to, span_str(cases[i]), &values, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
        assert_non_null(strstr(fault.detail, "URI template: "));
        str_fini(&to);
    }
}

struct listing {
    struct uri_template_visitor visitor;
    struct str names;
    size_t most;
    size_t n;
};

static bool visit(struct uri_template_visitor *v, char op, struct span name)
{
    struct listing *l = (struct listing *)v;
    str_printf(&l->names, "%c%.*s ", op ? op : '-', SPAN_ARG(name));
    return ++l->n < l->most;
}

static void test_variables_are_told_in_their_order(void **state)
{
    struct listing l = {.visitor.visit = visit, .most = 99};
    struct fault fault;
    (void)state;
    assert_true(uri_template_visit(span_str("/a/{one}/{?two,three}x{#f}"),
                                   &l.visitor, &fault));
    assert_string_equal(str_text(&l.names), "-one ?two ?three #f ");
    l.most = l.n + 1;
    assert_false(uri_template_visit(span_str("{a}{b}{c}"), &l.visitor, &fault));
    assert_int_equal(l.n, 5);
    assert_false(uri_template_visit(span_str("{a"), &l.visitor, &fault));
    str_fini(&l.names);
}

static void test_is_one(void **state)
{
    (void)state;
    assert_true(uri_template_is_one(span_str("https://p/{a}")));
    assert_true(uri_template_is_one(span_str("https://p/}")));
    assert_false(uri_template_is_one(span_str("https://p/")));
    assert_false(uri_template_is_one(span_str("")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_expansion),
        cmocka_unit_test(test_what_is_no_template_of_level_3),
        cmocka_unit_test(test_variables_are_told_in_their_order),
        cmocka_unit_test(test_is_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
