/* What requests with equal options share, and for how long. */
#include "client/prepared.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/request_settings.h"

static const struct qv_client_options no_client;

static struct prepared *take(struct prepared_cache *c,
                             const struct qv_options *o)
{
    struct fault fault = {0};
    struct prepared *p = prepared_take(c, o, &no_client, &fault);
    assert_non_null(p);
    return p;
}

static void equal_options_share_one_wherever_their_strings_are(void **state)
{
    (void)state;
    struct prepared_cache c = {0};
    char here[] = "/some/ca.pem";
    char there[] = "/some/ca.pem";
    const char *const list[] = {"a:1:127.0.0.1", "b:1:127.0.0.1", NULL};
    const char *const same[] = {list[0], list[1], NULL};
    const char *const shorter[] = {list[0], NULL};
    struct qv_options a = {.ca_file = here, .resolve = list};
    struct qv_options b = {.ca_file = there, .resolve = same, .max_time = 1};
    struct prepared *p = take(&c, &a);
    struct prepared *q = take(&c, &b);
    assert_ptr_equal(p, q);
    b.resolve = shorter;
    struct prepared *r = take(&c, &b);
    assert_ptr_not_equal(p, r);
    prepared_drop(p);
    prepared_drop(q);
    prepared_drop(r);
    prepared_cache_fini(&c);
}

/* The memory of a request that is over may say something else for the next. */
static void strings_are_compared_by_what_they_say_now(void **state)
{
    (void)state;
    struct prepared_cache c = {0};
    char path[] = "/one.pem";
    const struct qv_options o = {.cert_file = path, .http = QV_HTTP_2};
    struct prepared *one = take(&c, &o);
    memcpy(path, "/two", 4);
    struct prepared *two = take(&c, &o);
    assert_ptr_not_equal(one, two);
    assert_string_equal(one->settings.tls.cert_file, "/one.pem");
    assert_string_equal(two->settings.tls.cert_file, "/two.pem");
    assert_int_equal(two->settings.http, SETTINGS_HTTP_2);
    prepared_drop(one);
    prepared_drop(two);
    prepared_cache_fini(&c);
}

static void lists_are_compared_by_what_they_say_now(void **state)
{
    (void)state;
    struct prepared_cache c = {0};
    char first[] = "a:1:127.0.0.1";
    const char *list[] = {first, "b:1:127.0.0.1", NULL};
    const struct qv_options o = {.resolve = list};
    struct prepared *one = take(&c, &o);
    first[0] = 'c';
    struct prepared *two = take(&c, &o);
    list[1] = NULL;
    struct prepared *three = take(&c, &o);
    struct prepared *again = take(&c, &o);
    assert_ptr_not_equal(one, two);
    assert_ptr_not_equal(two, three);
    assert_ptr_equal(three, again);
    assert_string_equal(one->settings.addresses.resolve[0], "a:1:127.0.0.1");
    assert_string_equal(two->settings.addresses.resolve[0], "c:1:127.0.0.1");
    assert_null(three->settings.addresses.resolve[1]);
    prepared_drop(one);
    prepared_drop(two);
    prepared_drop(three);
    prepared_drop(again);
    prepared_cache_fini(&c);
}

/* The lines of the table of which settings are made. */
static const struct asked {
    const char *name;
    size_t at;
    bool is_list;
} asked_table[] = {
#define CHOICE(name) enum qv_##name
#define REQUEST(type, setting, connections, how, asked)                        \
    {#asked, offsetof(struct qv_options, asked),                               \
     _Generic((type){0}, const char *const * : true,                           \
              const char * : true, default : false)},
#include "settings/settings.def"
};

/* A value other than the default that nothing forbids. */
static void ask(struct qv_options *o, size_t at)
{
    static const uint16_t values[] = {1, 1300, 20000};
    struct fault fault;
    struct settings s;
    bool is_right = false;
    for (size_t i = 0; !is_right && i < sizeof values / sizeof *values; i++) {
        memcpy((char *)o + at, &values[i], i == 0 ? 1 : sizeof *values);
        is_right = request_settings(&s, o, &no_client, &fault);
    }
    /* Longer numbers: windows, and times in ns. */
    static const uint32_t large = 2000000;
    if (!is_right)
        memcpy((char *)o + at, &large, sizeof large);
}

static void each_line_of_the_table_makes_another(void **state)
{
    (void)state;
    /* Good as a list and as a string of its own. */
    static const char *const list[] = {"a:1:127.0.0.1", NULL};
    const char *const *value = list;
    for (size_t i = 0; i < sizeof asked_table / sizeof asked_table[0]; i++) {
        const struct asked *a = &asked_table[i];
        struct prepared_cache c = {0};
        const struct qv_options none = {0};
        struct qv_options o = {0};
        if (a->is_list)
            memcpy((char *)&o + a->at, &value, sizeof value);
        else
            ask(&o, a->at);
        if (strcmp(a->name, "key_file") == 0)
            o.cert_file = "x";
        /* Some are looked at. */
        if (strcmp(a->name, "proxy_key_file") == 0)
            o.proxy_cert_file = "x";
        if (strcmp(a->name, "proxy") == 0)
            o.proxy = "p.test";
        if (strcmp(a->name, "preproxy") == 0)
            o.preproxy = "socks4://p.test";
        if (strcmp(a->name, "haproxy_client") == 0)
            o.haproxy_client = "192.0.2.1";
        struct prepared *usual = take(&c, &none);
        struct prepared *asked = take(&c, &o);
        struct prepared *again = take(&c, &o);
        struct prepared *back = take(&c, &none);
        if (asked == usual || asked != again || usual != back)
            fail_msg("%s is not told apart", a->name);
        prepared_drop(usual);
        prepared_drop(asked);
        prepared_drop(again);
        prepared_drop(back);
        prepared_cache_fini(&c);
    }
}

static void its_key_is_that_of_the_settings(void **state)
{
    (void)state;
    struct prepared_cache c = {0};
    const struct qv_options o = {.insecure = true, .groups = "X25519"};
    struct settings s;
    struct fault fault = {0};
    struct str key;
    struct prepared *p = take(&c, &o);
    str_init(&key);
    assert_true(request_settings(&s, &o, &no_client, &fault));
    settings_key(&s, &key);
    assert_true(span_equal(str_span(&key), str_span(&p->key)));
    str_fini(&key);
    prepared_drop(p);
    prepared_cache_fini(&c);
}

static void contradictions_are_told_each_time(void **state)
{
    (void)state;
    struct prepared_cache c = {0};
    const struct qv_options good = {0};
    const struct qv_options bad = {.key_file = "k"};
    struct prepared *p = take(&c, &good);
    for (int i = 0; i < 2; i++) {
        struct fault fault = {0};
        assert_null(prepared_take(&c, &bad, &no_client, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
    }
    struct prepared *q = take(&c, &good);
    assert_ptr_equal(p, q);
    prepared_drop(p);
    prepared_drop(q);
    prepared_cache_fini(&c);
}

/* One a connect timeout; each is used after all others. */
static void one_that_is_forgotten_lasts_as_long_as_it_is_held(void **state)
{
    (void)state;
    struct prepared_cache c = {0};
    struct prepared *held[2 * PREPARED_RECENT];
    const size_t n = sizeof held / sizeof held[0];
    for (size_t i = 0; i < n; i++)
        held[i] = take(&c, &(struct qv_options){.connect_timeout = i + 1});
    for (size_t i = n - 1; i >= n - PREPARED_RECENT; i--) {
        struct qv_options o = {.connect_timeout = i + 1};
        struct prepared *p = take(&c, &o);
        assert_ptr_equal(p, held[i]);
        prepared_drop(p);
    }
    struct prepared *anew =
        take(&c, &(struct qv_options){.connect_timeout = 1});
    assert_ptr_not_equal(anew, held[0]);
    prepared_cache_fini(&c);
    for (size_t i = 0; i < n; i++) {
        assert_int_equal(held[i]->settings.timeouts.connect, i + 1);
        prepared_drop(held[i]);
    }
    prepared_drop(anew);
    prepared_drop(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(equal_options_share_one_wherever_their_strings_are),
        cmocka_unit_test(strings_are_compared_by_what_they_say_now),
        cmocka_unit_test(lists_are_compared_by_what_they_say_now),
        cmocka_unit_test(each_line_of_the_table_makes_another),
        cmocka_unit_test(its_key_is_that_of_the_settings),
        cmocka_unit_test(contradictions_are_told_each_time),
        cmocka_unit_test(one_that_is_forgotten_lasts_as_long_as_it_is_held),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
