/* From what a request asks for to settings, and to another origin's. */
#include "client/request_settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const struct qv_client_options no_client;

/* The lines of the table that a request may ask for. */
static const struct asked {
    const char *name;
    size_t at;
    size_t size;
    bool is_setting; /* of connections too */
} asked_table[] = {
#define CHOICE(name) enum qv_##name
#define REQUEST(type, setting, connections, how, asked)                        \
    {#asked, offsetof(struct qv_options, asked), sizeof(type), true},
#define CLIENT(type, asked)                                                    \
    {#asked, offsetof(struct qv_options, asked), sizeof(type), false},
#include "settings/settings.def"
};

#define NASKED (sizeof asked_table / sizeof asked_table[0])

/* Zero is what nobody asked for.  No text is read through a pointer here. */
static void ask(struct qv_options *o, const struct asked *a, char value)
{
    ((char *)o)[a->at] = value;
}

static struct str identity_of(const struct qv_options *o)
{
    struct settings s;
    struct fault fault = {0};
    struct str key;
    str_init(&key);
    (void)request_settings(&s, o, &no_client, &fault);
    settings_identity(&s, &key);
    return key;
}

/* A text and a list of texts that may be read. */
static void ask_readable(struct qv_options *o, const struct asked *a)
{
    static const char *const list[] = {"a:1:127.0.0.1", NULL};
    const char *const *value = list;
    if (a->size == sizeof value &&
        a->at != offsetof(struct qv_options, connect_timeout) &&
        strncmp(a->name, "pool.", 5) != 0)
        memcpy((char *)o + a->at, &value, sizeof value);
    else
        ask(o, a, 1);
}

static void whatever_is_asked_for_reaches_the_settings(void **state)
{
    (void)state;
    const struct qv_options none = {0};
    struct str usual = identity_of(&none);
    for (size_t i = 0; i < NASKED; i++) {
        const struct asked *a = &asked_table[i];
        struct qv_options o = {0};
        ask_readable(&o, a);
        if (strcmp(a->name, "tls_min") == 0)
            o.tls_min = QV_TLS_1_3; /* 1.2 is the default */
        struct str key = identity_of(&o);
        if (span_equal(str_span(&key), str_span(&usual)) == a->is_setting)
            fail_msg("%s is%s lost", a->name, a->is_setting ? "" : " not");
        str_fini(&key);
    }
    str_fini(&usual);
}

static void nothing_asked_for_means_the_defaults(void **state)
{
    (void)state;
    const struct qv_options none = {0};
    struct settings defaults;
    struct str usual;
    struct str key = identity_of(&none);
    settings_defaults(&defaults);
    str_init(&usual);
    settings_identity(&defaults, &usual);
    assert_true(span_equal(str_span(&key), str_span(&usual)));
    str_fini(&key);
    str_fini(&usual);
}

static void what_is_asked_for_arrives_as_it_was_meant(void **state)
{
    (void)state;
    const struct qv_options o = {
        .http = QV_HTTP_3,
        .family = QV_FAMILY_IPV6,
        .insecure = true,
        .no_alpn = true,
        .tls_max = QV_TLS_1_2,
        .connect_timeout = 7,
        .interface = "lo",
        .pool = {.size = 3, .idle = 9},
    };
    struct settings s;
    struct fault fault = {0};
    assert_true(request_settings(&s, &o, &no_client, &fault));
    assert_int_equal(s.http, SETTINGS_HTTP_3);
    assert_int_equal(s.addresses.family, SETTINGS_FAMILY_IPV6);
    assert_false(s.tls.verify);
    assert_false(s.tls.alpn);
    assert_int_equal(s.tls.min, SETTINGS_TLS_1_2);
    assert_int_equal(s.tls.max, SETTINGS_TLS_1_2);
    assert_int_equal(s.timeouts.connect, 7);
    assert_string_equal(s.addresses.interface, "lo");
    assert_int_equal(s.pool.max_connections, 3);
    assert_int_equal(s.pool.idle, 9);
}

static void none_is_told_from_the_default(void **state)
{
    (void)state;
    const struct qv_options o = {.quic_idle = QV_NONE,
                                 .h3_qpack_table = QV_NONE,
                                 .h3_blocked_streams = (unsigned)QV_NONE};
    struct settings s;
    struct fault fault = {0};
    assert_true(request_settings(&s, &o, &no_client, &fault));
    assert_int_equal(s.timeouts.quic_idle, 0);
    assert_int_equal(s.quic.qpack_table, 0);
    assert_int_equal(s.quic.qpack_blocked, 0);
}

static void a_window_and_its_largest_follow_each_other(void **state)
{
    (void)state;
    struct settings s;
    struct fault fault = {0};
    const uint64_t much = UINT64_C(1) << 30;
    struct qv_options o = {.quic_window = much, .quic_max_stream_window = 1};
    assert_true(request_settings(&s, &o, &no_client, &fault));
    assert_int_equal(s.quic.max_conn_window, much);
    assert_int_equal(s.quic.stream_window, 1);
    o.quic_max_window = much - 1;
    assert_false(request_settings(&s, &o, &no_client, &fault));
    assert_int_equal(fault.code, ERR_USAGE);
}

/* Forgetting one would let a redirect take the first origin's trust, identity
 * or way along. */
static void another_origin_has_its_own_of_every_line(void **state)
{
    (void)state;
    for (size_t i = 0; i < NASKED; i++) {
        const struct asked *a = &asked_table[i];
        struct qv_options from = {0};
        struct qv_options to = {0};
        struct qv_options o;
        ask(&from, a, 1);
        ask(&to, a, 2);
        o = from;
        qv_options_adopt(&o, &from, &to);
        assert_memory_equal((char *)&o + a->at, (char *)&to + a->at, a->size);
        /* What the request alone says differently stays. */
        ask(&o, a, 3);
        qv_options_adopt(&o, &from, &to);
        assert_int_equal(((char *)&o)[a->at], 3);
    }
}

static void what_the_request_is_stays(void **state)
{
    (void)state;
    const struct qv_options from = {.max_redirs = 1, .user = "a:a"};
    const struct qv_options to = {.max_redirs = 2,
                                  .user = "b:b",
                                  .follow = true,
                                  .compressed = true,
                                  .max_time = 2};
    struct qv_options o = from;
    qv_options_adopt(&o, &from, &to);
    assert_memory_equal(&o, &from, sizeof o);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_is_asked_for_reaches_the_settings),
        cmocka_unit_test(nothing_asked_for_means_the_defaults),
        cmocka_unit_test(what_is_asked_for_arrives_as_it_was_meant),
        cmocka_unit_test(none_is_told_from_the_default),
        cmocka_unit_test(a_window_and_its_largest_follow_each_other),
        cmocka_unit_test(another_origin_has_its_own_of_every_line),
        cmocka_unit_test(what_the_request_is_stays),
    };
    return cmocka_run_group_tests_name("client/request_settings", tests, NULL,
                                       NULL);
}
