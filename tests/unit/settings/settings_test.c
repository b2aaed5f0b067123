#include "settings/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void defaults_are_consistent_and_verify(void **state)
{
    (void)state;
    struct settings s;
    struct fault fault = {0};
    settings_defaults(&s);
    assert_true(settings_check(&s, &fault));
    assert_true(s.tls.verify);
    assert_int_equal(s.tls.min, SETTINGS_TLS_1_2);
}

/* Each case turns the defaults into something that cannot work. */
static void lowest_above_highest(struct settings *s)
{
    s->tls.min = SETTINGS_TLS_1_3;
    s->tls.max = SETTINGS_TLS_1_2;
}

static void h3_without_tls_1_3(struct settings *s)
{
    s->http = SETTINGS_HTTP_3_ONLY;
    s->tls.max = SETTINGS_TLS_1_2;
}

static void h3_over_unix_socket(struct settings *s)
{
    s->http = SETTINGS_HTTP_3_ONLY;
    s->addresses.unix_socket = "/tmp/s";
}

static void key_alone(struct settings *s)
{
    s->tls.key_file = "k.pem";
}

static void no_connections(struct settings *s)
{
    s->pool.max_connections = 0;
}

static void contradictions_are_usage_errors(void **state)
{
    (void)state;
    void (*const cases[])(struct settings *) = {
        lowest_above_highest, h3_without_tls_1_3,
        h3_over_unix_socket,  key_alone,
        no_connections,
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct settings s;
        struct fault fault = {0};
        settings_defaults(&s);
        cases[i](&s);
        assert_false(settings_check(&s, &fault));
        assert_int_equal(fault.code, ERR_USAGE);
        assert_int_not_equal(strlen(fault.detail), 0);
    }
}

static const char *const some_list[] = {"a:1:127.0.0.1", NULL};

static void change_http(struct settings *s)
{
    s->http = SETTINGS_HTTP_1_1;
}
static void change_verify(struct settings *s)
{
    s->tls.verify = false;
}
static void change_ca_file(struct settings *s)
{
    s->tls.ca_file = "x";
}
static void change_ca_path(struct settings *s)
{
    s->tls.ca_path = "x";
}
static void change_cert(struct settings *s)
{
    s->tls.cert_file = "x";
}
static void change_key(struct settings *s)
{
    s->tls.key_file = "x";
}
static void change_pass(struct settings *s)
{
    s->tls.key_pass = "x";
}
static void change_min(struct settings *s)
{
    s->tls.min = SETTINGS_TLS_1_3;
}
static void change_max(struct settings *s)
{
    s->tls.max = SETTINGS_TLS_1_2;
}
static void change_ciphers(struct settings *s)
{
    s->tls.ciphers = "x";
}
static void change_tls13_ciphers(struct settings *s)
{
    s->tls.tls13_ciphers = "x";
}
static void change_groups(struct settings *s)
{
    s->tls.groups = "x";
}
static void change_alpn(struct settings *s)
{
    s->tls.alpn = false;
}
static void change_family(struct settings *s)
{
    s->addresses.family = SETTINGS_FAMILY_IPV6;
}
static void change_unix(struct settings *s)
{
    s->addresses.unix_socket = "x";
}
static void change_interface(struct settings *s)
{
    s->addresses.interface = "x";
}
static void change_resolve(struct settings *s)
{
    s->addresses.resolve = some_list;
}
static void change_connect_to(struct settings *s)
{
    s->addresses.connect_to = some_list;
}

static void every_difference_makes_another_key(void **state)
{
    (void)state;
    void (*const changes[])(struct settings *) = {
        change_http,    change_verify,        change_ca_file, change_ca_path,
        change_cert,    change_key,           change_pass,    change_min,
        change_max,     change_ciphers,       change_groups,  change_alpn,
        change_family,  change_tls13_ciphers, change_unix,    change_interface,
        change_resolve, change_connect_to,
    };
    const size_t n = sizeof changes / sizeof changes[0];
    struct str keys[sizeof changes / sizeof changes[0] + 1];
    for (size_t i = 0; i <= n; i++) {
        struct settings s;
        settings_defaults(&s);
        if (i < n)
            changes[i](&s);
        str_init(&keys[i]);
        settings_key(&s, &keys[i]);
        for (size_t j = 0; j < i; j++)
            assert_string_not_equal(str_text(&keys[i]), str_text(&keys[j]));
    }
    for (size_t i = 0; i <= n; i++)
        str_fini(&keys[i]);
}

static void a_copy_owns_its_strings(void **state)
{
    (void)state;
    char ca[] = "ca.pem";
    char entry[] = "a:1:127.0.0.1";
    const char *list[] = {entry, NULL};
    struct settings from;
    struct settings to;
    struct arena arena;
    arena_init(&arena);
    settings_defaults(&from);
    from.tls.ca_file = ca;
    from.addresses.resolve = list;
    settings_copy(&to, &from, &arena);
    ca[0] = 'X';
    entry[0] = 'X';
    assert_string_equal(to.tls.ca_file, "ca.pem");
    assert_string_equal(to.addresses.resolve[0], "a:1:127.0.0.1");
    assert_null(to.addresses.resolve[1]);
    assert_null(to.addresses.connect_to);
    arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_consistent_and_verify),
        cmocka_unit_test(contradictions_are_usage_errors),
        cmocka_unit_test(a_copy_owns_its_strings),
        cmocka_unit_test(every_difference_makes_another_key),
    };
    return cmocka_run_group_tests_name("settings/settings", tests, NULL, NULL);
}
