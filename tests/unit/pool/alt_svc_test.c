/* What origins say of their other places (RFC 7838), and curl's file of it. */
#include "pool/alt_svc.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW  INT64_C(1795230000) /* 2026-11-21 03:00:00 */
#define HOST SPAN_LIT("origin.example")

static const char *const names[] = {"h1", "h2", "h3"};

/* "h3 host:port for-seconds[p] ..." */
static void tell(struct alt_svc *a, struct span host, uint16_t port,
                 struct str *text)
{
    struct alt_svc_place places[ALT_SVC_PLACES_MAX];
    size_t n = alt_svc_find(a, host, port, NOW, places, ALT_SVC_PLACES_MAX);
    str_clear(text);
    for (size_t i = 0; i < n; i++)
        str_printf(text, "%s%s %.*s:%u %lld%s", i > 0 ? ", " : "",
                   names[places[i].protocol], SPAN_ARG(places[i].host),
                   places[i].port, (long long)(places[i].until - NOW),
                   places[i].is_persistent ? "p" : "");
}

static void what_a_field_says(void **state)
{
    static const struct {
        const char *value;
        uint16_t port;
        const char *places;
    } rows[] = {
        {"h3=\":443\"", 443, "h3 origin.example:443 86400"},
        {"h3=\":443\"; ma=60", 443, "h3 origin.example:443 60"},
        {"h3=\":443\"; MA=\"60\";persist=1", 443, "h3 origin.example:443 60p"},
        {"h3=\":443\"; ma=60; persist=2; x=y", 443, "h3 origin.example:443 60"},
        {"h3=\"alt.example:8443\"", 443, "h3 alt.example:8443 86400"},
        {"h3=\"ALT.Example:8443\"", 443, "h3 alt.example:8443 86400"},
        {"h3=\"b\\u\\echer.example:1\"", 443, "h3 buecher.example:1 86400"},
        {"h3=\"xn--bcher-kva.example:1\"", 443,
         "h3 xn--bcher-kva.example:1 86400"},
        {"h3=\"[2001:DB8::1]:443\"", 443, "h3 2001:db8::1:443 86400"},
        {"h3=\":443\", h2=\"a:444\",http%2F1.1=\":445\"", 443,
         "h3 origin.example:443 86400, h2 a:444 86400, "
         "h1 origin.example:445 86400"},
        {"h3=\":443\", h3=\":443\"", 443, "h3 origin.example:443 86400"},
        {", h3=\":443\" ,", 443, "h3 origin.example:443 86400"},
        {"h3=\":443\"; ma=99999999999999999999", 443,
         "h3 origin.example:443 31622400"},
        /* unknown protocols are passed over */
        {"h3-29=\":443\", quic=\":443\"; v=\"46,43\", h3=\":444\"", 443,
         "h3 origin.example:444 86400"},
        {"h9=\":443\"", 443, ""},
        /* over at once */
        {"h3=\":443\"; ma=0", 443, ""},
        /* no places */
        {"h3=\":0\"", 443, ""},
        {"h3=\":65536\"", 443, ""},
        {"h3=\"443\"", 443, ""},
        {"h3=\"a b:443\"", 443, ""},
        {"h3=\"[::1%25lo]:443\"", 443, ""},
        {"h3=\"a:443/path\"", 443, ""},
        /* an ordinary user's port says nothing of the administrator's */
        {"h3=\":443\"", 8443, ""},
        {"h3=\":9443\"", 8443, "h3 origin.example:9443 86400"},
        {"h3=\":444\"", 443, "h3 origin.example:444 86400"},
        /* against the grammar: nothing from there on */
        {"h3", 443, ""},
        {"h3=", 443, ""},
        {"h3=:443", 443, ""},
        {"=\":443\"", 443, ""},
        {"h3=\":443", 443, ""},
        {"h3=\":443\"; ma", 443, ""},
        {"h3=\":443\"; ma=x", 443, ""},
        {"h3=\":443\"; ma=-1", 443, ""},
        {"h3=\":443\", h2", 443, "h3 origin.example:443 86400"},
        {"Clear", 443, ""},
        {"", 443, ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct alt_svc a;
        struct str text;
        alt_svc_init(&a, 1);
        str_init(&text);
        alt_svc_take(&a, HOST, rows[i].port, span_str(rows[i].value), NOW);
        tell(&a, HOST, rows[i].port, &text);
        if (strcmp(str_text(&text), rows[i].places) != 0)
            fail_msg("%s: %s", rows[i].value, str_text(&text));
        str_fini(&text);
        alt_svc_fini(&a);
    }
}

/* What is known, what is said next, and what is known then. */
static void a_new_word_takes_the_place_of_the_last(void **state)
{
    static const struct {
        const char *value;
        const char *places;
    } rows[] = {
        {"h3=\":444\"", "h3 origin.example:444 86400"},
        {"clear", ""},
        {" clear ", ""},
        {"h9=\":1\"", ""},                      /* nothing we know */
        {"???", "h3 origin.example:443 86400"}, /* no word at all */
        {"clear, h2=\":1\"", "h3 origin.example:443 86400"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct alt_svc a;
        struct str text;
        alt_svc_init(&a, 1);
        str_init(&text);
        alt_svc_take(&a, HOST, 443, SPAN_LIT("h3=\":443\""), NOW);
        alt_svc_take(&a, HOST, 443, span_str(rows[i].value), NOW);
        tell(&a, HOST, 443, &text);
        if (strcmp(str_text(&text), rows[i].places) != 0)
            fail_msg("%s: %s", rows[i].value, str_text(&text));
        tell(&a, SPAN_LIT("ORIGIN.example"), 443, &text);
        assert_string_equal(str_text(&text)[0] ? "x" : "",
                            rows[i].places[0] ? "x" : "");
        tell(&a, HOST, 444, &text); /* another origin */
        assert_string_equal(str_text(&text), "");
        str_fini(&text);
        alt_svc_fini(&a);
    }
}

static void the_same_word_again_is_taken_when_time_has_passed(void **state)
{
    (void)state;
    const struct span word = SPAN_LIT("h3=\":443\"; ma=60");
    struct alt_svc a;
    struct str text;
    alt_svc_init(&a, 1);
    str_init(&text);
    alt_svc_take(&a, HOST, 443, word, NOW);
    a.is_changed = false;
    alt_svc_take(&a, HOST, 443, word, NOW);
    assert_false(a.is_changed);
    alt_svc_take(&a, HOST, 443, word, NOW + 1);
    assert_true(a.is_changed);
    tell(&a, HOST, 443, &text);
    assert_string_equal(str_text(&text), "h3 origin.example:443 61");
    /* Of another port, and after another word, it is news. */
    alt_svc_take(&a, HOST, 444, word, NOW + 1);
    tell(&a, HOST, 444, &text);
    assert_string_equal(str_text(&text), "h3 origin.example:443 61");
    alt_svc_take(&a, HOST, 443, SPAN_LIT("clear"), NOW + 1);
    alt_svc_take(&a, HOST, 443, word, NOW + 1);
    tell(&a, HOST, 443, &text);
    assert_string_equal(str_text(&text), "h3 origin.example:443 61");
    str_fini(&text);
    alt_svc_fini(&a);
}

static void what_grows_is_bounded(void **state)
{
    (void)state;
    struct alt_svc a;
    struct str text;
    alt_svc_init(&a, 1);
    str_init(&text);
    alt_svc_take(&a, HOST, 443,
                 SPAN_LIT("h3=\":1\",h3=\":2\",h3=\":3\",h3=\":4\""
                          ",h3=\":5\",h3=\":6\""),
                 NOW);
    tell(&a, HOST, 443, &text);
    assert_null(strstr(str_text(&text), ":5"));
    for (unsigned i = 0; i < ALT_SVC_ORIGINS_MAX; i++) {
        str_clear(&text);
        str_printf(&text, "o%u.example", i);
        alt_svc_take(&a, str_span(&text), 443, SPAN_LIT("h3=\":443\""), NOW);
    }
    assert_int_equal(a.len, ALT_SVC_ORIGINS_MAX);
    tell(&a, HOST, 443, &text); /* the one longest untouched has gone */
    assert_string_equal(str_text(&text), "");
    str_fini(&text);
    alt_svc_fini(&a);
}

static void what_is_saved_is_known_again(void **state)
{
    (void)state;
    struct alt_svc a;
    struct alt_svc other;
    struct str text;
    struct state_report r;
    alt_svc_init(&a, 1);
    alt_svc_init(&other, 2);
    str_init(&text);
    alt_svc_take(&a, HOST, 443,
                 SPAN_LIT("h3=\"[2001:db8::1]:8443\"; ma=60; persist=1,"
                          "h2=\":1\"; ma=30"),
                 NOW);
    alt_svc_save(&a, NOW + 40, &text); /* h2's time is over */
    assert_non_null(strstr(str_text(&text),
                           "\nh2 origin.example 443 h3 [2001:db8::1] 8443 "
                           "\"20261121 03:01:00\" 1 0\n"));
    assert_null(strstr(str_text(&text), " h2 origin.example 1 "));
    assert_true(alt_svc_load(&other, str_span(&text), NOW, &r));
    assert_int_equal(r.taken, 1);
    assert_false(other.is_changed);
    tell(&other, HOST, 443, &text);
    assert_string_equal(str_text(&text), "h3 2001:db8::1:8443 60p");
    str_fini(&text);
    alt_svc_fini(&a);
    alt_svc_fini(&other);
}

static void each_line_of_a_file_stands_for_itself(void **state)
{
    static const struct {
        const char *line;
        size_t taken, expired, bad;
    } rows[] = {
        /* as curl 8 writes them */
        {"h2 a.example 443 h3 a.example 443 \"20301231 23:59:59\" 0 0", 1, 0,
         0},
        {"h1 a.example 443 h3 b.example 8443 \"20301231 23:59:59\" 1 0", 1, 0,
         0},
        {"h2 a.example 443 h3 [2001:db8::1] 443 \"20301231 23:59:59\" 0 0", 1,
         0, 0},
        {"h2 a.example 443 h3 a.example 443 \"20201231 23:59:59\" 0 0", 0, 1,
         0},
        {"# comment", 0, 0, 0},
        {"h2 a.example 443 h9 a.example 443 \"20301231 23:59:59\" 0 0", 0, 0,
         1},
        {"h2 a.example 443 h3 a.example 0 \"20301231 23:59:59\" 0 0", 0, 0, 1},
        {"h2 a.example 443 h3 a.example 443 \"20301331 23:59:59\" 0 0", 0, 0,
         1},
        {"h2 a.example 443 h3 a.example 443 20301231 23:59:59 0 0", 0, 0, 1},
        {"h2 a.example 443 h3 a.example 443 \"20301231 23:59:59\" 0", 0, 0, 1},
        {"h2 a.example 443 h3 a.example 443 \"20301231 23:59:59\" 2 0", 0, 0,
         1},
        {"h2 a.example 443 h3 a/b 443 \"20301231 23:59:59\" 0 0", 0, 0, 1},
        {"h2 a.example 443 h3", 0, 0, 1},
        {"h2", 0, 0, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct alt_svc a;
        struct state_report r;
        alt_svc_init(&a, 1);
        bool is_good = alt_svc_load(&a, span_str(rows[i].line), NOW, &r);
        assert_int_equal(is_good, rows[i].bad == 0);
        if (r.taken != rows[i].taken || r.expired != rows[i].expired ||
            r.bad != rows[i].bad)
            fail_msg("row %zu: %zu taken, %zu expired, %zu bad", i, r.taken,
                     r.expired, r.bad);
        alt_svc_fini(&a);
    }
}

static void what_was_heard_is_better_than_a_file(void **state)
{
    (void)state;
    struct alt_svc a;
    struct str text;
    struct state_report r;
    alt_svc_init(&a, 1);
    str_init(&text);
    alt_svc_take(&a, HOST, 443, SPAN_LIT("h3=\":443\""), NOW);
    assert_true(alt_svc_load(
        &a,
        SPAN_LIT("h2 origin.example 443 h3 old.example 1 \"20301231 23:59:59\" "
                 "0 0\n"),
        NOW, &r));
    tell(&a, HOST, 443, &text);
    assert_string_equal(str_text(&text), "h3 origin.example:443 86400");
    str_fini(&text);
    alt_svc_fini(&a);
}

/* Whoever writes a file reads it again first. */
static void what_was_taken_back_does_not_come_back_with_the_file(void **state)
{
    (void)state;
    static const char file[] =
        "h2 origin.example 443 h3 old.example 1 \"20301231 23:59:59\" 0 0\n";
    struct alt_svc a;
    struct str text;
    struct state_report r;
    alt_svc_init(&a, 1);
    str_init(&text);
    assert_true(alt_svc_load(&a, span_str(file), NOW, &r));
    alt_svc_take(&a, HOST, 443, SPAN_LIT("clear"), NOW);
    assert_true(a.is_changed);
    assert_true(alt_svc_load(&a, span_str(file), NOW, &r));
    tell(&a, HOST, 443, &text);
    assert_string_equal(str_text(&text), "");
    alt_svc_save(&a, NOW, &text);
    assert_null(strstr(str_text(&text), "origin.example"));
    str_fini(&text);
    alt_svc_fini(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_field_says),
        cmocka_unit_test(a_new_word_takes_the_place_of_the_last),
        cmocka_unit_test(the_same_word_again_is_taken_when_time_has_passed),
        cmocka_unit_test(what_grows_is_bounded),
        cmocka_unit_test(what_is_saved_is_known_again),
        cmocka_unit_test(each_line_of_a_file_stands_for_itself),
        cmocka_unit_test(what_was_heard_is_better_than_a_file),
        cmocka_unit_test(what_was_taken_back_does_not_come_back_with_the_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
