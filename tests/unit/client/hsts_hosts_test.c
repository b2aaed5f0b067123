#include "client/hsts_hosts.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define NOW INT64_C(1795230000) /* 20261121 03:00:00 */

#define HEAD                                                                   \
    "# Your HSTS cache. https://curl.se/docs/hsts.html\n"                      \
    "# Written by quiver, in the format of curl.\n"

static struct hsts_hosts hosts;
static struct str out;

static int set_up(void **state)
{
    (void)state;
    hsts_hosts_init(&hosts, 1);
    str_init(&out);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    hsts_hosts_fini(&hosts);
    str_fini(&out);
    return 0;
}

static void parse(struct url_host *h, const char *text, struct arena *arena)
{
    struct fault fault;
    assert_true(url_host_parse(h, span_str(text), arena, &fault));
}

static void say(const char *host, uint64_t max_age, bool has_subdomains)
{
    struct url_host h;
    struct arena arena;
    arena_init(&arena);
    parse(&h, host, &arena);
    hsts_hosts_take(&hosts, &h,
                    &(struct hsts_word){.max_age = max_age,
                                        .has_subdomains = has_subdomains},
                    NOW);
    arena_fini(&arena);
}

static bool applies_at(const char *host, int64_t now)
{
    struct url_host h;
    struct arena arena;
    arena_init(&arena);
    parse(&h, host, &arena);
    bool applies = hsts_hosts_find(&hosts, &h, now).base != NULL;
    arena_fini(&arena);
    return applies;
}

static bool applies(const char *host)
{
    return applies_at(host, NOW);
}

static struct state_report load(enum state_role role, const char *text)
{
    struct state_report r;
    (void)hsts_hosts_load(&hosts, role, span_str(text), NOW, &r);
    return r;
}

static const char *saved(void)
{
    str_clear(&out);
    hsts_hosts_save(&hosts, NOW, &out);
    assert_memory_equal(out.base, HEAD, sizeof HEAD - 1);
    return str_text(&out) + sizeof HEAD - 1;
}

static void a_host_and_those_below(void **state)
{
    (void)state;
    say("a.test", 100, false);
    say("b.test", 100, true);
    assert_true(applies("a.test"));
    assert_true(applies("A.TEST"));
    assert_true(applies("a.test."));
    assert_false(applies("x.a.test"));
    assert_true(applies("x.y.b.test"));
    assert_true(applies("x.b.test."));
    assert_false(applies("xb.test"));
    assert_false(applies("test"));
}

/* CVE-2022-43551, CVE-2022-30115: two spellings of a host are one. */
static void international_names(void **state)
{
    (void)state;
    say("b\xc3\xbc\xe3\x80\x82test", 100, false);
    assert_true(applies("b\xc3\xbc.test"));
    assert_true(applies("xn--b-eha.test"));
    assert_true(applies("xn--b-eha.test."));
}

static void an_address_says_nothing(void **state)
{
    (void)state;
    say("127.0.0.1", 100, true);
    say("[::1]", 100, true);
    assert_int_equal(hosts.len, 0);
    assert_false(applies("127.0.0.1"));
}

static void it_ends_at_its_time(void **state)
{
    (void)state;
    say("a.test", 100, false);
    assert_true(applies_at("a.test", NOW + 99));
    assert_false(applies_at("a.test", NOW + 100));
}

/* CVE-2024-9681 */
static void one_below_says_nothing_of_one_above(void **state)
{
    (void)state;
    say("a.test", 1000, true);
    say("x.a.test", 10, false);
    assert_true(applies_at("a.test", NOW + 500));
    assert_true(applies_at("x.a.test", NOW + 500));
    say("x.a.test", 0, false);
    assert_true(applies("x.a.test"));
    say("a.test", 0, false);
    assert_false(applies("a.test"));
    assert_false(applies("x.a.test"));
}

static void the_newest_word_counts(void **state)
{
    (void)state;
    say("a.test", 1000, true);
    say("a.test", 10, false);
    assert_false(applies("x.a.test"));
    assert_false(applies_at("a.test", NOW + 10));
}

static void there_are_so_many(void **state)
{
    (void)state;
    char host[32];
    for (int i = 0; i <= HSTS_HOSTS_MAX; i++) {
        (void)snprintf(host, sizeof host, "h%d.test", i);
        say(host, 100, false);
    }
    assert_int_equal(hosts.len, HSTS_HOSTS_MAX);
    assert_false(applies("h0.test"));
    assert_true(applies("h1.test"));
}

static void curls_file(void **state)
{
    (void)state;
    struct state_report r = load(STATE_HOME, "# comment\n"
                                             "\n"
                                             "a.test \"20271231 23:59:59\"\n"
                                             ".b.test \"20271231 23:59:59\"\r\n"
                                             "C.test. \"unlimited\"\n"
                                             "old.test \"20191231 23:59:59\"\n"
                                             "junk\n"
                                             "127.0.0.1 \"20271231 23:59:59\"\n"
                                             "d.test 20271231 23:59:59\n"
                                             "e.test \"20271331 23:59:59\"\n"
                                             ". \"20271231 23:59:59\"\n");
    assert_int_equal(r.taken, 3);
    assert_int_equal(r.expired, 1);
    assert_int_equal(r.bad, 5);
    assert_int_equal(r.first_bad, 7);
    assert_true(applies("x.b.test"));
    assert_false(applies("x.a.test"));
    assert_string_equal(saved(), "a.test \"20271231 23:59:59\"\n"
                                 ".b.test \"20271231 23:59:59\"\n"
                                 "c.test \"unlimited\"\n");
    assert_false(
        hsts_hosts_load(&hosts, STATE_HOME, SPAN_LIT("junk"), NOW, &r));
    assert_false(
        hsts_hosts_load(&hosts, STATE_HOME, SPAN_LIT("a\0b"), NOW, &r));
}

static void twice_in_a_file_the_stricter_counts(void **state)
{
    (void)state;
    (void)load(STATE_HOME, ".a.test \"20271231 23:59:59\"\n"
                           "a.test \"20281231 23:59:59\"\n"
                           "a.test \"20261231 23:59:59\"\n");
    assert_string_equal(saved(), ".a.test \"20281231 23:59:59\"\n");
}

static void both_have_changed_something(void **state)
{
    (void)state;
    (void)load(STATE_HOME, "we-change.test \"20271231 23:59:59\"\n"
                           "we-remove.test \"20271231 23:59:59\"\n"
                           "they-change.test \"20271231 23:59:59\"\n"
                           "they-remove.test \"20271231 23:59:59\"\n");
    say("we-change.test", 86400, false);
    say("we-remove.test", 0, false);
    assert_true(hosts.is_changed);
    (void)load(STATE_MERGE, "we-change.test \"20291231 23:59:59\"\n"
                            "we-remove.test \"20271231 23:59:59\"\n"
                            "they-change.test \"20261231 23:59:59\"\n"
                            "they-add.test \"20271231 23:59:59\"\n");
    assert_string_equal(saved(), "we-change.test \"20261122 03:00:00\"\n"
                                 "they-change.test \"20261231 23:59:59\"\n"
                                 "they-add.test \"20271231 23:59:59\"\n");
}

static void a_name_is_forgotten_with_those_below(void **state)
{
    (void)state;
    say("a.test", 100, false);
    say("x.a.test", 100, false);
    say("b.test", 100, false);
    assert_int_equal(hsts_hosts_forget(&hosts, SPAN_LIT("a.test")), 2);
    assert_false(applies("x.a.test"));
    assert_true(applies("b.test"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_host_and_those_below),
        TEST(international_names),
        TEST(an_address_says_nothing),
        TEST(it_ends_at_its_time),
        TEST(one_below_says_nothing_of_one_above),
        TEST(the_newest_word_counts),
        TEST(there_are_so_many),
        TEST(curls_file),
        TEST(twice_in_a_file_the_stricter_counts),
        TEST(both_have_changed_something),
        TEST(a_name_is_forgotten_with_those_below),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
