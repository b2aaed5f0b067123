#include "client/cookie_file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW INT64_C(1795230000)

#define HEAD                                                                   \
    "# Netscape HTTP Cookie File\n"                                            \
    "# https://curl.se/docs/http-cookies.html\n"                               \
    "# Written by quiver, in the format of curl.\n\n"

static struct cookie_jar jar;
static struct str out;

static int set_up(void **state)
{
    (void)state;
    cookie_jar_init(&jar, 1);
    str_init(&out);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    cookie_jar_fini(&jar);
    str_fini(&out);
    return 0;
}

static struct state_report load(enum state_role role, const char *text)
{
    struct state_report r;
    (void)cookie_file_load(&jar, role, span_str(text), NOW, &r);
    return r;
}

static const char *saved(void)
{
    str_clear(&out);
    cookie_file_save(&jar, NOW, &out);
    assert_memory_equal(out.base, HEAD, sizeof HEAD - 1);
    return str_text(&out) + sizeof HEAD - 1;
}

static void set(const char *host, const char *field)
{
    struct cookie_place place = {
        .host = span_str(host), .is_secure = true, .path = SPAN_LIT("/")};
    assert_null(cookie_jar_take(&jar, span_str(field), &place, NOW, NULL));
}

static const char *sent(const char *host)
{
    struct cookie_place place = {
        .host = span_str(host), .is_secure = true, .path = SPAN_LIT("/")};
    str_clear(&out);
    (void)cookie_jar_gather(&jar, &place, NOW, &out);
    return str_text(&out);
}

static void what_is_saved_is_read_again(void **state)
{
    (void)state;
    static const char lines[] =
        "a.test\tFALSE\t/\tFALSE\t0\ts\t1\n"
        "#HttpOnly_.a.test\tTRUE\t/p/\tTRUE\t1895230000\tname\tv a l=\"u e\n"
        "a.test\tFALSE\t/\tFALSE\t0\tempty\t\n"
        "a.test\tFALSE\t/\tFALSE\t0\t\tnameless\n"
        "::1\tFALSE\t/\tFALSE\t0\tsix\t6\n";
    assert_int_equal(load(STATE_INPUT, lines).taken, 5);
    assert_string_equal(saved(), lines);
}

static void lines_of_other_writers(void **state)
{
    static const struct {
        const char *line;
        const char *saved; /* NULL: the same; "": nothing */
        bool is_bad;
    } cases[] = {
        {"# a comment\n", "", false},
        {"\n", "", false},
        {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\r\n",
         "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"A.Test\tfalse\t/\tfalse\t0\tn\tv",
         "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"a.test\tTRUE\t/\tFALSE\t0\tn\tv\n",
         ".a.test\tTRUE\t/\tFALSE\t0\tn\tv\n", false},
        {".a.test\tFALSE\t/\tFALSE\t0\tn\tv\n",
         "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"a.test\tFALSE\tFALSE\t0\tn\tv\n",
         "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"a.test\tFALSE\t\tFALSE\t0\tn\tv\n",
         "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"a.test\tFALSE\t/\tFALSE\t0\tn\n", "a.test\tFALSE\t/\tFALSE\t0\tn\t\n",
         false},
        {"a.test\tFALSE\t/\tFALSE\t1895230000.75\tn\tv\n",
         "a.test\tFALSE\t/\tFALSE\t1895230000\tn\tv\n", false},
        {"a.test\tFALSE\t/\tFALSE\t\tn\tv\n", /* Python's http.cookiejar */
         "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"127.0.0.1\tTRUE\t/\tFALSE\t0\tn\tv\n",
         "127.0.0.1\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"b\xc3\xbc.test\tFALSE\t/\tFALSE\t0\tn\tv\n",
         "xn--b-eha.test\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"a.test\tFALSE\t/\tFALSE\t1\tgone\tv\n", "", false},
        {"Set-Cookie: n=v; Domain=.a.test; Path=/p; Secure; HttpOnly\n",
         "#HttpOnly_.a.test\tTRUE\t/p\tTRUE\t0\tn\tv\n", false},
        {"set-cookie:n=v; Domain=a.test\n",
         ".a.test\tTRUE\t/\tFALSE\t0\tn\tv\n", false},
        {"localhost\tFALSE\t/\tFALSE\t0\tn\tv\n", NULL, false},
        {"github.io\tFALSE\t/\tFALSE\t0\tn\tv\n", NULL, false},
        {"__Host-x.test\tFALSE\t/\tTRUE\t0\t__Host-n\tv\n",
         "__host-x.test\tFALSE\t/\tTRUE\t0\t__Host-n\tv\n", false},
        /* a public suffix has cookies for itself alone */
        {".github.io\tTRUE\t/\tFALSE\t0\tn\tv\n",
         "github.io\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {".co.uk\tTRUE\t/\tFALSE\t0\tn\tv\n",
         "co.uk\tFALSE\t/\tFALSE\t0\tn\tv\n", false},
        {"Set-Cookie: n=v; Domain=co.uk\n", "co.uk\tFALSE\t/\tFALSE\t0\tn\tv\n",
         false},
        /* none of these may be sent */
        {"\tFALSE\t/\tFALSE\t0\tn\tv\n", "", true},
        {"a b\tFALSE\t/\tFALSE\t0\tn\tv\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t-1\tn\tv\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t1x\tn\tv\n", "", true},
        {"a.test\tMAYBE\t/\tFALSE\t0\tn\tv\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\tmore\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t0\tn\tv\x01\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t0\tn\rx\tv\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t0\t\t\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t0\t__Host-n\tv\n", "", true},
        {"a.test\tFALSE\t/\tFALSE\t0\t__secure-n\tv\n", "", true},
        {".a.test\tTRUE\t/\tTRUE\t0\t__Host-n\tv\n", "", true},
        {"a.test FALSE / FALSE 0 n v\n", "", true},
        {"GET / HTTP/1.1\n", "", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct state_report r = load(STATE_INPUT, cases[i].line);
        const char *want = cases[i].saved ? cases[i].saved : cases[i].line;
        if (strcmp(saved(), want) != 0 || (r.bad > 0) != cases[i].is_bad)
            fail_msg("%s: %zu bad, %s", cases[i].line, r.bad, saved());
        (void)tear_down(state);
        (void)set_up(state);
    }
}

static void mistakes_are_counted(void **state)
{
    (void)state;
    struct state_report r =
        load(STATE_INPUT, "# x\n"
                          "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"
                          "junk\n"
                          "a.test\tFALSE\t/\tFALSE\t9\tn\tv\n"
                          "junk\n");
    assert_int_equal(r.taken, 1);
    assert_int_equal(r.expired, 1);
    assert_int_equal(r.bad, 2);
    assert_int_equal(r.first_bad, 3);
    assert_false(
        cookie_file_load(&jar, STATE_INPUT, SPAN_LIT("junk\n"), NOW, &r));
    assert_false(
        cookie_file_load(&jar, STATE_INPUT, SPAN_LIT("a\0b"), NOW, &r));
}

/* curl -D writes it so. */
static void a_head_of_an_answer(void **state)
{
    (void)state;
    struct state_report r = load(STATE_INPUT, "HTTP/1.1 200 OK\r\n"
                                              "Server: x\r\n"
                                              "Set-Cookie: a=1\r\n"
                                              "Set-Cookie: b=2; Secure\r\n"
                                              "Set-Cookie: c=3; Path=/c\r\n"
                                              "\r\n");
    assert_int_equal(r.taken, 3);
    assert_int_equal(r.bad, 0);
    assert_string_equal(sent("first.test"), "a=1; b=2");
    assert_string_equal(sent("second.test"), "");
    assert_string_equal(sent("first.test"), "a=1; b=2");
}

static void a_new_session(void **state)
{
    (void)state;
    jar.drops_sessions = true;
    (void)load(STATE_INPUT, "a.test\tFALSE\t/\tFALSE\t0\tn\tv\n"
                            "a.test\tFALSE\t/\tFALSE\t1895230000\tm\tv\n");
    set("a.test", "mine=1");
    assert_string_equal(sent("a.test"), "m=v; mine=1");
}

static void a_second_file_is_right(void **state)
{
    (void)state;
    (void)load(STATE_INPUT, "a.test\tFALSE\t/\tFALSE\t0\tn\t1\n");
    (void)load(STATE_INPUT, "a.test\tFALSE\t/\tFALSE\t0\tn\t2\n");
    assert_string_equal(sent("a.test"), "n=2");
}

/* Two runs have read the same file; the other was faster to write it. */
static void both_have_changed_something(void **state)
{
    (void)state;
    (void)load(STATE_INPUT, "a.test\tFALSE\t/\tFALSE\t0\tinput\t1\n");
    (void)load(STATE_HOME, "a.test\tFALSE\t/\tFALSE\t0\tsame\t1\n"
                           "a.test\tFALSE\t/\tFALSE\t0\twe-change\t1\n"
                           "a.test\tFALSE\t/\tFALSE\t0\twe-remove\t1\n"
                           "a.test\tFALSE\t/\tFALSE\t0\tthey-change\t1\n"
                           "a.test\tFALSE\t/\tFALSE\t0\tthey-remove\t1\n");
    assert_false(jar.is_changed);
    set("a.test", "we-change=2");
    set("a.test", "we-remove=; Max-Age=0");
    set("a.test", "we-add=2");
    assert_true(jar.is_changed);
    (void)load(STATE_MERGE, "a.test\tFALSE\t/\tFALSE\t0\tsame\t1\n"
                            "a.test\tFALSE\t/\tFALSE\t0\twe-change\t3\n"
                            "a.test\tFALSE\t/\tFALSE\t0\twe-remove\t1\n"
                            "a.test\tFALSE\t/\tFALSE\t0\tthey-change\t3\n"
                            "a.test\tFALSE\t/\tFALSE\t0\tthey-add\t3\n");
    assert_string_equal(saved(), "a.test\tFALSE\t/\tFALSE\t0\tinput\t1\n"
                                 "a.test\tFALSE\t/\tFALSE\t0\tsame\t1\n"
                                 "a.test\tFALSE\t/\tFALSE\t0\twe-change\t2\n"
                                 "a.test\tFALSE\t/\tFALSE\t0\tthey-change\t3\n"
                                 "a.test\tFALSE\t/\tFALSE\t0\twe-add\t2\n"
                                 "a.test\tFALSE\t/\tFALSE\t0\tthey-add\t3\n");
}

static void a_removed_one_may_come_again(void **state)
{
    (void)state;
    (void)load(STATE_HOME, "a.test\tFALSE\t/\tFALSE\t0\tn\t1\n");
    set("a.test", "n=; Max-Age=0");
    assert_string_equal(sent("a.test"), "");
    set("a.test", "n=2");
    assert_string_equal(sent("a.test"), "n=2");
}

static void a_file_that_is_gone_has_nothing(void **state)
{
    (void)state;
    (void)load(STATE_HOME, "a.test\tFALSE\t/\tFALSE\t0\tn\t1\n");
    set("a.test", "m=2");
    (void)load(STATE_MERGE, "");
    assert_string_equal(sent("a.test"), "m=2");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(what_is_saved_is_read_again),
        TEST(lines_of_other_writers),
        TEST(mistakes_are_counted),
        TEST(a_head_of_an_answer),
        TEST(a_new_session),
        TEST(a_second_file_is_right),
        TEST(both_have_changed_something),
        TEST(a_removed_one_may_come_again),
        TEST(a_file_that_is_gone_has_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
