#include "settings/settings.h"

#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
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
    assert_int_equal(s.timeouts.race,
                     100000000); /* ns of head start for QUIC */
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

static void contradictions_are_usage_errors(void **state)
{
    (void)state;
    void (*const cases[])(struct settings *) = {
        lowest_above_highest,
        h3_without_tls_1_3,
        h3_over_unix_socket,
        key_alone,
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
static void change_ca_source(struct settings *s)
{
    s->tls.ca_source = "x";
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

static void change_key_log(struct settings *s)
{
    s->tls.key_log = "x";
}

static void change_h3_datagrams(struct settings *s)
{
    s->quic.h3_datagrams = true;
}

/* Every member that says how a connection is made, and whether connections
 * made with another value of it may be shared. */
static const struct member {
    const char *in;
    const char *name;
    void (*change)(struct settings *s);
    bool is_shared;
} members[] = {
    {"settings_tls_options", "verify", change_verify, false},
    {"settings_tls_options", "ca_file", change_ca_file, false},
    {"settings_tls_options", "ca_path", change_ca_path, false},
    {"settings_tls_options", "ca_source", change_ca_source, false},
    {"settings_tls_options", "cert_file", change_cert, false},
    {"settings_tls_options", "key_file", change_key, false},
    {"settings_tls_options", "key_pass", change_pass, false},
    {"settings_tls_options", "min", change_min, false},
    {"settings_tls_options", "max", change_max, false},
    {"settings_tls_options", "ciphers", change_ciphers, false},
    {"settings_tls_options", "tls13_ciphers", change_tls13_ciphers, false},
    {"settings_tls_options", "groups", change_groups, false},
    {"settings_tls_options", "alpn", change_alpn, false},
    /* One for the whole client. */
    {"settings_tls_options", "key_log", change_key_log, true},
    {"settings_addresses", "family", change_family, false},
    /* As far as they are about its origin, pool/origin.c adds them. */
    {"settings_addresses", "resolve", change_resolve, true},
    {"settings_addresses", "connect_to", change_connect_to, true},
    {"settings_addresses", "unix_socket", change_unix, false},
    {"settings_addresses", "interface", change_interface, false},
    {"settings_quic", "h3_datagrams", change_h3_datagrams, false},
    {"settings", "http", change_http, false},
};

#define NMEMBERS (sizeof members / sizeof members[0])

static void every_difference_makes_another_key(void **state)
{
    (void)state;
    struct str keys[NMEMBERS + 1];
    struct settings s;
    settings_defaults(&s);
    str_init(&keys[NMEMBERS]);
    settings_key(&s, &keys[NMEMBERS]);
    for (size_t i = 0; i < NMEMBERS; i++) {
        settings_defaults(&s);
        members[i].change(&s);
        str_init(&keys[i]);
        settings_key(&s, &keys[i]);
        bool is_same =
            span_equal(str_span(&keys[i]), str_span(&keys[NMEMBERS]));
        assert_int_equal(is_same, members[i].is_shared);
        for (size_t j = 0; j < i && !is_same; j++)
            assert_false(span_equal(str_span(&keys[i]), str_span(&keys[j])));
    }
    for (size_t i = 0; i <= NMEMBERS; i++)
        str_fini(&keys[i]);
}

/* What can be told apart by its parts must not look alike as a whole. */
static void texts_do_not_run_together(void **state)
{
    (void)state;
    struct settings a;
    struct settings b;
    struct str keys[2];
    settings_defaults(&a);
    settings_defaults(&b);
    a.tls.ca_file = "x";
    a.tls.ca_path = "yz";
    b.tls.ca_file = "xy";
    b.tls.ca_path = "z";
    str_init(&keys[0]);
    str_init(&keys[1]);
    settings_key(&a, &keys[0]);
    settings_key(&b, &keys[1]);
    assert_false(span_equal(str_span(&keys[0]), str_span(&keys[1])));
    str_fini(&keys[0]);
    str_fini(&keys[1]);
}

static void only_equal_settings_have_one_identity(void **state)
{
    (void)state;
    struct settings s;
    struct str keys[3];
    for (size_t i = 0; i < 3; i++) {
        settings_defaults(&s);
        if (i == 2)
            s.timeouts.connect++;
        str_init(&keys[i]);
        settings_identity(&s, &keys[i]);
    }
    assert_true(span_equal(str_span(&keys[0]), str_span(&keys[1])));
    assert_false(span_equal(str_span(&keys[0]), str_span(&keys[2])));
    for (size_t i = 0; i < NMEMBERS; i++) {
        settings_defaults(&s);
        members[i].change(&s);
        str_clear(&keys[1]);
        settings_identity(&s, &keys[1]);
        assert_false(span_equal(str_span(&keys[0]), str_span(&keys[1])));
    }
    for (size_t i = 0; i < 3; i++)
        str_fini(&keys[i]);
}

/* The header as text, without its comments. */
static void read_header(char *text, size_t cap)
{
    FILE *f = fopen("core/settings/settings.h", "r");
    assert_non_null(f);
    size_t len = fread(text, 1, cap - 1, f);
    (void)fclose(f);
    text[len] = '\0';
    for (char *c = text; (c = strstr(c, "/*")) != NULL;) {
        char *end = strstr(c, "*/");
        assert_non_null(end);
        memset(c, ' ', (size_t)(end + 2 - c));
    }
}

static bool is_listed(const char *in, const char *name, size_t len)
{
    for (size_t i = 0; i < NMEMBERS; i++)
        if (strcmp(members[i].in, in) == 0 && strlen(members[i].name) == len &&
            memcmp(members[i].name, name, len) == 0)
            return true;
    print_error("%.*s of struct %s: may connections be shared by requests that "
                "differ in it?  settings_key() and this table must know.\n",
                (int)len, name, in);
    return false;
}

/* A member that is added and forgotten in the key would let a request use a
 * connection that was made with another's certificate or trust. */
static void no_member_is_forgotten(void **state)
{
    (void)state;
    static char text[65536];
    const char *const structs[] = {"settings_tls_options",
                                   "settings_addresses"};
    size_t found = 0;
    read_header(text, sizeof text);
    for (size_t i = 0; i < 2; i++) {
        char head[64];
        (void)snprintf(head, sizeof head, "struct %s {", structs[i]);
        const char *at = strstr(text, head);
        assert_non_null(at);
        const char *end = strstr(at, "};");
        for (at = strchr(at, ';'); at < end; at = strchr(at + 1, ';')) {
            const char *name = at;
            while (name[-1] == '_' || isalnum((unsigned char)name[-1]))
                name--;
            assert_true(is_listed(structs[i], name, (size_t)(at - name)));
            found++;
        }
    }
    /* But for one of settings' own, and one of many of settings_quic. */
    assert_int_equal(found, NMEMBERS - 2);
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
        cmocka_unit_test(texts_do_not_run_together),
        cmocka_unit_test(only_equal_settings_have_one_identity),
        cmocka_unit_test(no_member_is_forgotten),
    };
    return cmocka_run_group_tests_name("settings/settings", tests, NULL, NULL);
}
