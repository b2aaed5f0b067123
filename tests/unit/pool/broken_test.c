/* For how long an alternative that did not work is left alone. */
#include "pool/broken.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NOW  INT64_C(1795230000) /* November 2026 */
#define KEY  SPAN_LIT("h3=a|443;b|443;192.0.2.1,-")
#define HEAD "# quiver: alternatives that did not work, 1\n"

static void it_is_left_alone_twice_as_long_each_time(void **state)
{
    static const int64_t seconds[] = {300,   600,    1200,   2400,
                                      4800,  9600,   19200,  38400,
                                      76800, 153600, 172800, 172800};
    (void)state;
    struct broken b;
    int64_t now = NOW;
    broken_init(&b, 1);
    assert_int_equal(broken_for(&b, KEY, now), 0);
    for (size_t i = 0; i < sizeof seconds / sizeof seconds[0]; i++) {
        assert_int_equal(broken_failed(&b, KEY, now), seconds[i]);
        /* several dials that met it are one time */
        assert_int_equal(broken_failed(&b, KEY, now + 1), seconds[i] - 1);
        assert_int_equal(broken_for(&b, KEY, now + 1), seconds[i] - 1);
        assert_int_equal(broken_for(&b, SPAN_LIT("other"), now), 0);
        now += seconds[i];
        assert_int_equal(broken_for(&b, KEY, now), 0); /* tried again */
    }
    broken_fini(&b);
}

static void success_clears(void **state)
{
    (void)state;
    struct broken b;
    broken_init(&b, 1);
    broken_failed(&b, KEY, NOW);
    broken_failed(&b, KEY, NOW + 300);
    b.is_changed = false;
    broken_worked(&b, KEY);
    assert_true(b.is_changed);
    assert_int_equal(broken_for(&b, KEY, NOW + 301), 0);
    assert_int_equal(broken_failed(&b, KEY, NOW + 301), 300);
    broken_fini(&b);
}

static void the_one_longest_untouched_makes_room(void **state)
{
    (void)state;
    struct broken b;
    struct str key;
    broken_init(&b, 1);
    str_init(&key);
    broken_failed(&b, KEY, NOW);
    for (unsigned i = 0; i < BROKEN_MAX; i++) {
        str_clear(&key);
        str_printf(&key, "k%u", i);
        broken_failed(&b, str_span(&key), NOW);
    }
    assert_int_equal(b.len, BROKEN_MAX);
    assert_int_equal(broken_for(&b, KEY, NOW), 0);
    assert_int_equal(broken_for(&b, SPAN_LIT("k0"), NOW), 300);
    str_fini(&key);
    broken_fini(&b);
}

static void what_is_saved_is_known_again(void **state)
{
    (void)state;
    struct broken b;
    struct broken other;
    struct str text;
    struct state_report r;
    broken_init(&b, 1);
    broken_init(&other, 2);
    str_init(&text);
    broken_failed(&b, KEY, NOW);
    broken_save(&b, NOW, &text);
    assert_false(b.is_changed);
    assert_string_equal(str_text(&text),
                        HEAD "h3=a|443;b|443;192.0.2.1,- 1795230300 1\n");
    assert_true(broken_load(&other, str_span(&text), NOW + 10, &r));
    assert_int_equal(r.taken, 1);
    assert_false(other.is_changed);
    assert_int_equal(broken_for(&other, KEY, NOW + 10), 290);
    /* its time is over, and counts still */
    assert_int_equal(broken_failed(&other, KEY, NOW + 300), 600);
    str_fini(&text);
    broken_fini(&b);
    broken_fini(&other);
}

static void each_line_stands_for_itself(void **state)
{
    static const struct {
        const char *line;
        size_t taken, expired, bad;
    } rows[] = {
        {"k 1795230100 1", 1, 0, 0},
        {"k 1795230100 65536", 0, 0, 1},
        {"k 1795230100 0", 0, 0, 1},
        {"k 1795230100", 0, 0, 1},
        {"k 1795230100 1 1", 0, 0, 1},
        {"k -1 1", 0, 0, 1},
        {"k 18446744073709551615 1", 0, 0, 1},
        {" 1795230100 1", 0, 0, 1},
        {"k\t 1795230100 1", 0, 0, 1},
        {"k 1700000000 3", 0, 1, 0},
        {"# a word", 0, 0, 0},
        {"", 0, 0, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct broken b;
        struct str text;
        struct state_report r;
        broken_init(&b, 1);
        str_init(&text);
        str_printf(&text, HEAD "%s\n", rows[i].line);
        assert_true(broken_load(&b, str_span(&text), NOW, &r));
        if (r.taken != rows[i].taken || r.expired != rows[i].expired ||
            r.bad != rows[i].bad)
            fail_msg("row %zu: %zu taken, %zu expired, %zu bad", i, r.taken,
                     r.expired, r.bad);
        assert_int_equal(r.first_bad, rows[i].bad ? 2 : 0);
        str_fini(&text);
        broken_fini(&b);
    }
}

static void a_clock_that_was_wrong_does_not_put_it_off_for_ever(void **state)
{
    (void)state;
    struct broken b;
    struct state_report r;
    broken_init(&b, 1);
    assert_true(broken_load(&b, SPAN_LIT(HEAD "k 9795230100 1\n"), NOW, &r));
    assert_int_equal(broken_for(&b, SPAN_LIT("k"), NOW), BROKEN_MOST);
    assert_false(broken_load(&b, SPAN_LIT("# another file\n"), NOW, &r));
    broken_fini(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_left_alone_twice_as_long_each_time),
        cmocka_unit_test(success_clears),
        cmocka_unit_test(the_one_longest_untouched_makes_room),
        cmocka_unit_test(what_is_saved_is_known_again),
        cmocka_unit_test(each_line_stands_for_itself),
        cmocka_unit_test(a_clock_that_was_wrong_does_not_put_it_off_for_ever),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
