/* The storage model and the retrieval of RFC 6265bis 5.7 and 5.8, and limits. */
#include "client/cookie_jar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define NOW INT64_C(1795230000)

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

/* "https://host/path"; the host may be an address. */
static struct cookie_place place_of(const char *url)
{
    bool is_secure = strncmp(url, "https:", 6) == 0;
    const char *host = strstr(url, "://") + 3;
    const char *path = strchr(host, '/');
    return (struct cookie_place){
        .host = span_of(host, (size_t)(path - host)),
        .is_address = host[0] >= '0' && host[0] <= '9',
        .is_secure = is_secure,
        .path = span_str(path),
    };
}

static const char *set_at(const char *url, const char *field, int64_t now)
{
    struct cookie_place place = place_of(url);
    return cookie_jar_take(&jar, span_str(field), &place, now, NULL);
}

static void set(const char *url, const char *field)
{
    const char *why = set_at(url, field, NOW);
    if (why)
        fail_msg("%s at %s: %s", field, url, why);
}

static void refuse(const char *url, const char *field)
{
    if (set_at(url, field, NOW) == NULL)
        fail_msg("%s is taken at %s", field, url);
}

static const char *sent_at(const char *url, int64_t now)
{
    struct cookie_place place = place_of(url);
    str_clear(&out);
    (void)cookie_jar_gather(&jar, &place, now, &out);
    return str_text(&out);
}

#define assert_sent(url, want) assert_string_equal(sent_at(url, NOW), want)

static void a_cookie_goes_back_to_its_host_alone(void **state)
{
    (void)state;
    set("https://a.test/", "x=1");
    assert_sent("https://a.test/", "x=1");
    assert_sent("http://a.test/deep/er", "x=1");
    assert_sent("https://b.a.test/", "");
    assert_sent("https://ba.test/", "");
    assert_sent("https://test/", "");
}

static void one_with_a_domain_goes_below_it(void **state)
{
    (void)state;
    set("https://www.a.test/", "x=1; Domain=a.test");
    assert_sent("https://a.test/", "x=1");
    assert_sent("https://www.a.test/", "x=1");
    assert_sent("https://q.r.a.test/", "x=1");
    assert_sent("https://xa.test/", "");
}

static void an_address_has_nothing_below(void **state)
{
    (void)state;
    set("http://127.0.0.1/", "x=1; Domain=127.0.0.1");
    assert_sent("http://127.0.0.1/", "x=1");
    assert_sent("http://1.127.0.0.1.test/", "");
}

static void a_name_without_value_and_a_value_without_name(void **state)
{
    (void)state;
    set("https://a.test/", "x=");
    set("https://a.test/", "y");
    assert_sent("https://a.test/", "x=; y");
}

static void longer_paths_come_first_then_older_ones(void **state)
{
    (void)state;
    set("https://a.test/", "one=1; Path=/");
    set("https://a.test/", "two=2; Path=/deep");
    set("https://a.test/", "three=3; Path=/");
    set("https://a.test/", "four=4; Path=/deep/er");
    set("https://www.a.test/", "five=5; Path=/; Domain=a.test");
    assert_sent("https://a.test/deep/er", "four=4; two=2; one=1; three=3; "
                                          "five=5");
    assert_sent("https://a.test/deep", "two=2; one=1; three=3; five=5");
    assert_sent("https://a.test/dee", "one=1; three=3; five=5");
}

static void a_new_value_keeps_the_place_of_the_old_one(void **state)
{
    (void)state;
    set("https://a.test/", "one=1");
    set("https://a.test/", "two=2");
    set("https://a.test/", "one=3");
    assert_sent("https://a.test/", "one=3; two=2");
    assert_int_equal(jar.len, 2);
}

static void what_differs_in_path_or_domain_stays_beside_it(void **state)
{
    (void)state;
    set("https://a.test/", "x=1; Path=/");
    set("https://a.test/", "x=2; Path=/p");
    set("https://a.test/", "x=3; Domain=a.test; Path=/");
    set("https://a.test/", "X=4; Path=/");
    assert_sent("https://a.test/p", "x=2; x=1; x=3; X=4");
}

static void a_past_date_takes_it_away(void **state)
{
    (void)state;
    set("https://a.test/", "x=1");
    set("https://a.test/", "y=1");
    set("https://a.test/", "x=; Max-Age=0");
    set("https://a.test/", "never=; Max-Age=0");
    assert_sent("https://a.test/", "y=1");
    assert_int_equal(jar.len, 1);
}

static void it_ends_at_its_time(void **state)
{
    (void)state;
    set("https://a.test/", "x=1; Max-Age=10");
    assert_string_equal(sent_at("https://a.test/", NOW + 9), "x=1");
    assert_string_equal(sent_at("https://a.test/", NOW + 10), "");
}

static void secure_ones_need_a_secure_place(void **state)
{
    (void)state;
    set("https://a.test/", "x=1; Secure");
    refuse("http://a.test/", "y=1; Secure");
    assert_sent("http://a.test/", "");
    assert_sent("https://a.test/", "x=1");
}

static void secure_ones_are_left_alone(void **state)
{
    (void)state;
    set("https://a.test/login/", "x=1; Secure; Path=/login");
    refuse("http://a.test/login/", "x=2; Path=/login");
    refuse("http://a.test/login/", "x=2; Path=/login/en");
    refuse("http://a.test/login/", "x=2; Path=/login; Domain=a.test");
    refuse("http://b.a.test/login/", "x=2; Path=/login; Domain=a.test");
    refuse("http://b.a.test/login/", "x=2; Path=/login");
    refuse("http://a.test/login/", "x=; Path=/login; Max-Age=0");
    set("http://a.test/", "x=2; Path=/loginhelper");
    set("http://a.test/", "x=3; Path=/");
    set("http://a.test/login/", "y=2; Path=/login");
    set("http://b.test/login/", "x=2; Path=/login");
    set("https://a.test/login/", "x=4; Path=/login");
    assert_sent("https://a.test/login", "x=4; y=2; x=3");
}

static void secure_ones_below_are_left_alone_too(void **state)
{
    (void)state;
    set("https://d.c.b.test/", "x=1; Secure");
    set("https://e.b.test/", "y=1; Secure");
    refuse("http://b.test/", "x=2; Domain=b.test");
    refuse("http://b.test/", "y=2; Domain=b.test");
    set("http://b.test/", "z=2; Domain=b.test");
    set("http://f.b.test/", "x=2");
}

static void the_fiftieth_and_the_oldest(void **state)
{
    (void)state;
    char field[64];
    set("https://a.test/", "keep=1; Secure");
    for (int i = 0; i < COOKIE_JAR_OF_DOMAIN_MAX + 20; i++) {
        (void)snprintf(field, sizeof field, "n%d=1; Path=/p%d", i, i);
        set("https://a.test/", field);
    }
    assert_int_equal(jar.len, COOKIE_JAR_OF_DOMAIN_MAX);
    assert_sent("https://a.test/p0", "keep=1"); /* the one anybody may set */
    assert_sent("https://a.test/p199", "n199=1; keep=1");
}

static void one_request_has_so_many(void **state)
{
    (void)state;
    char field[64];
    for (int i = 0; i < 160; i++) {
        (void)snprintf(field, sizeof field, "n%d=1", i);
        set("https://a.test/", field);
    }
    struct cookie_place place = place_of("https://a.test/");
    assert_false(cookie_jar_gather(&jar, &place, NOW, &out));
    assert_non_null(strstr(str_text(&out), "n149=1"));
    assert_null(strstr(str_text(&out), "n150=1"));
}

static void one_field_is_so_long(void **state)
{
    (void)state;
    struct str field;
    str_init(&field);
    for (int i = 0; i < 4; i++) {
        str_clear(&field);
        str_printf(&field, "n%d=", i);
        for (int k = 0; k < 2700; k++)
            str_add_char(&field, 'x');
        set("https://a.test/", str_text(&field));
    }
    str_fini(&field);
    struct cookie_place place = place_of("https://a.test/");
    assert_false(cookie_jar_gather(&jar, &place, NOW, &out));
    assert_true(out.len < COOKIE_JAR_FIELD_MAX);
    assert_non_null(strstr(str_text(&out), "n2="));
    assert_null(strstr(str_text(&out), "n3="));
}

static void all_together_have_a_bound(void **state)
{
    (void)state;
    struct str field;
    char url[64];
    str_init(&field);
    str_add_text(&field, "n=");
    for (int k = 0; k < 4000; k++)
        str_add_char(&field, 'x');
    for (int i = 0; i < 20000; i++) {
        (void)snprintf(url, sizeof url, "https://h%d.test/", i);
        set(url, str_text(&field));
    }
    str_fini(&field);
    assert_true(jar.bytes <= COOKIE_JAR_BYTES_MAX);
    assert_true(jar.len > 15000 && jar.len < 17000);
    assert_sent("https://h0.test/", "");
    assert_int_equal(strlen(sent_at("https://h19999.test/", NOW)), 4002);
}

static void what_is_used_stays(void **state)
{
    (void)state;
    char field[64];
    set("https://a.test/", "used=1; Path=/u");
    for (int i = 0; i < COOKIE_JAR_OF_DOMAIN_MAX + 20; i++) {
        assert_sent("https://a.test/u", "used=1");
        (void)snprintf(field, sizeof field, "n%d=1; Path=/p%d", i, i);
        set("https://a.test/", field);
    }
    assert_sent("https://a.test/u", "used=1");
}

static void a_domain_is_forgotten_with_those_below(void **state)
{
    (void)state;
    set("https://a.test/", "x=1");
    set("https://b.a.test/", "y=1");
    set("https://c.test/", "z=1");
    assert_int_equal(cookie_jar_forget(&jar, SPAN_LIT("a.test")), 2);
    assert_sent("https://b.a.test/", "");
    assert_sent("https://c.test/", "z=1");
    assert_int_equal(cookie_jar_forget(&jar, SPAN_LIT("c.test")), 1);
    assert_int_equal(jar.domains.len, 0);
    assert_int_equal(jar.bytes, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_cookie_goes_back_to_its_host_alone),
        TEST(one_with_a_domain_goes_below_it),
        TEST(an_address_has_nothing_below),
        TEST(a_name_without_value_and_a_value_without_name),
        TEST(longer_paths_come_first_then_older_ones),
        TEST(a_new_value_keeps_the_place_of_the_old_one),
        TEST(what_differs_in_path_or_domain_stays_beside_it),
        TEST(a_past_date_takes_it_away),
        TEST(it_ends_at_its_time),
        TEST(secure_ones_need_a_secure_place),
        TEST(secure_ones_are_left_alone),
        TEST(secure_ones_below_are_left_alone_too),
        TEST(the_fiftieth_and_the_oldest),
        TEST(one_request_has_so_many),
        TEST(one_field_is_so_long),
        TEST(all_together_have_a_bound),
        TEST(what_is_used_stays),
        TEST(a_domain_is_forgotten_with_those_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
