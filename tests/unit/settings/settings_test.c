#include "settings/settings.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
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

static void window_above_the_largest(struct settings *s)
{
    s->quic.conn_window = s->quic.max_conn_window + 1;
}

static void payload_too_small_for_quic(struct settings *s)
{
    s->quic.max_payload = 1199;
}

static void acknowledgements_too_late(struct settings *s)
{
    s->quic.ack_delay = UINT64_C(16384) * 1000000;
}

static void too_few_streams_for_h3(struct settings *s)
{
    s->quic.uni_streams = 2;
}

static void frame_size_below_the_least(struct settings *s)
{
    s->h2.max_frame = 16383;
}

static void window_above_2_31(struct settings *s)
{
    s->h2.stream_window = UINT64_C(1) << 31;
}

static void contradictions_are_usage_errors(void **state)
{
    (void)state;
    void (*const cases[])(struct settings *) = {
        lowest_above_highest,       h3_without_tls_1_3,
        h3_over_unix_socket,        key_alone,
        window_above_the_largest,   payload_too_small_for_quic,
        acknowledgements_too_late,  too_few_streams_for_h3,
        frame_size_below_the_least, window_above_2_31,
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

/* ---- the table ---- */

static const char *const some_list[] = {"a:1:127.0.0.1", NULL};

/* The defaults, but for one setting. */
static void set_changed(struct settings *s, const struct setting *row)
{
    char *at = (char *)s + row->at;
    settings_defaults(s);
    switch (row->kind) {
    case SETTING_PLAIN:
        *at = *at ? 0 : 1;
        return;
    case SETTING_TEXT:
        *(const char **)at = "x";
        return;
    case SETTING_LIST:
        *(const char *const **)at = some_list;
        return;
    }
}

/* Of what says how and whereto a connection is made, this alone may differ
 * between requests that share it. */
static bool may_be_shared(const char *name)
{
    static const char *const names[] = {
        "tls.key_log", /* one for the whole client */
        /* As far as they are about its origin, pool/origin.c adds them. */
        "addresses.resolve",
        "addresses.connect_to",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    return strncmp(name, "tls.", 4) != 0 &&
           strncmp(name, "addresses.", 10) != 0 && strcmp(name, "http") != 0;
}

static struct str key_of(const struct settings *s,
                         void (*make)(const struct settings *, struct str *))
{
    struct str key;
    str_init(&key);
    make(s, &key);
    return key;
}

/* A setting that is wrongly shared would let a request use a connection that
 * was made with another's certificate or trust. */
static void what_makes_connections_makes_another_key(void **state)
{
    (void)state;
    struct str *keys = calloc(settings_count + 1, sizeof *keys);
    struct settings s;
    assert_non_null(keys);
    settings_defaults(&s);
    keys[settings_count] = key_of(&s, settings_key);
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *row = &settings_table[i];
        set_changed(&s, row);
        keys[i] = key_of(&s, settings_key);
        bool is_same =
            span_equal(str_span(&keys[i]), str_span(&keys[settings_count]));
        assert_int_equal(is_same, !row->is_apart);
        if (is_same && !may_be_shared(row->name))
            fail_msg("%s: connections are shared by requests that differ in it",
                     row->name);
        for (size_t j = 0; j < i && !is_same; j++)
            assert_false(span_equal(str_span(&keys[i]), str_span(&keys[j])));
    }
    for (size_t i = 0; i <= settings_count; i++)
        str_fini(&keys[i]);
    free(keys);
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
    settings_defaults(&s);
    struct str one = key_of(&s, settings_identity);
    memset(&s, 0xff, sizeof s); /* whatever the padding is */
    settings_defaults(&s);
    struct str two = key_of(&s, settings_identity);
    assert_true(span_equal(str_span(&one), str_span(&two)));
    str_fini(&two);
    for (size_t i = 0; i < settings_count; i++) {
        set_changed(&s, &settings_table[i]);
        two = key_of(&s, settings_identity);
        assert_false(span_equal(str_span(&one), str_span(&two)));
        str_fini(&two);
    }
    str_fini(&one);
}

static int by_place(const void *a, const void *b)
{
    const struct setting *x = a;
    const struct setting *y = b;
    return x->at < y->at ? -1 : x->at > y->at;
}

/* Between two settings there is nothing but what alignment needs. */
static void the_table_covers_the_struct(void **state)
{
    (void)state;
    size_t size = settings_count * sizeof settings_table[0];
    struct setting *rows = malloc(size);
    size_t end = 0;
    assert_non_null(rows);
    memcpy(rows, settings_table, size);
    qsort(rows, settings_count, sizeof *rows, by_place);
    for (size_t i = 0; i < settings_count; i++) {
        size_t gap = rows[i].at - end;
        assert_true(rows[i].at >= end);
        if (gap >= _Alignof(struct settings))
            fail_msg("what stands before %s is not in settings.def",
                     rows[i].name);
        end = rows[i].at + rows[i].size;
    }
    assert_true(sizeof(struct settings) - end < _Alignof(struct settings));
    free(rows);
}

/* Padding could hide a small one. */
static void no_member_is_declared_by_hand(void **state)
{
    (void)state;
    static char text[65536];
    FILE *f = fopen("core/settings/settings.h", "r");
    size_t nmembers = 0;
    assert_non_null(f);
    text[fread(text, 1, sizeof text - 1, f)] = '\0';
    (void)fclose(f);
    bool is_inside = false;
    for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
        if (strncmp(line, "struct settings", 15) == 0 && strchr(line, '{'))
            is_inside = true;
        else if (line[0] == '}')
            is_inside = false;
        else if (is_inside && line[0] == '#')
            nmembers += strstr(line, "include") != NULL;
        else if (is_inside && strncmp(line, "    struct settings_", 20) != 0)
            fail_msg("'%s' belongs in settings.def", line);
    }
    assert_true(nmembers > 0);
}

static void a_copy_owns_its_strings(void **state)
{
    (void)state;
    size_t nowned = 0;
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *row = &settings_table[i];
        char text[] = "a:1:127.0.0.1";
        const char *list[] = {text, NULL};
        const char *const *given = list;
        const char *given_text = text;
        struct settings from;
        struct settings to;
        struct arena arena;
        arena_init(&arena);
        settings_defaults(&from);
        char *at = (char *)&from + row->at;
        if (row->kind == SETTING_TEXT)
            memcpy(at, &given_text, sizeof given_text);
        else if (row->kind == SETTING_LIST)
            memcpy(at, &given, sizeof given);
        else
            set_changed(&from, row);
        settings_copy(&to, &from, &arena);
        text[0] = 'X';
        at = (char *)&to + row->at;
        if (row->kind == SETTING_TEXT) {
            assert_string_equal(*(const char **)at, "a:1:127.0.0.1");
        } else if (row->kind == SETTING_LIST) {
            const char *const *copy = *(const char *const **)at;
            assert_string_equal(copy[0], "a:1:127.0.0.1");
            assert_null(copy[1]);
        } else {
            assert_memory_equal(at, (char *)&from + row->at, row->size);
        }
        nowned += row->kind != SETTING_PLAIN;
        arena_fini(&arena);
    }
    assert_true(nowned >= 14);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_consistent_and_verify),
        cmocka_unit_test(contradictions_are_usage_errors),
        cmocka_unit_test(a_copy_owns_its_strings),
        cmocka_unit_test(what_makes_connections_makes_another_key),
        cmocka_unit_test(texts_do_not_run_together),
        cmocka_unit_test(only_equal_settings_have_one_identity),
        cmocka_unit_test(the_table_covers_the_struct),
        cmocka_unit_test(no_member_is_declared_by_hand),
    };
    return cmocka_run_group_tests_name("settings/settings", tests, NULL, NULL);
}
