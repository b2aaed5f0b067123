#include "terminal/status_area.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "terminal/console.h"

#define MS UINT64_C(1000000)

/* The engine's part: what is armed, and for when; the test lets it expire. */
static struct qv_timer *armed;
static uint64_t delay;

void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t delay_ns)
{
    assert_non_null(c);
    armed = t;
    delay = delay_ns;
}

void qv_timer_disarm(struct qv_client *c, struct qv_timer *t)
{
    assert_non_null(c);
    assert_ptr_equal(armed, t);
    armed = NULL;
}

static uint64_t now = MS;

uint64_t qv_client_now(const struct qv_client *c)
{
    assert_non_null(c);
    return now;
}

static void expire(void)
{
    struct qv_timer *t = armed;
    assert_non_null(t);
    armed = NULL;
    now += delay;
    t->on_expired(t);
}

/* The console's part: what was written since the last time. */
static struct str written;
static bool is_behind;

void console_write(const struct str *lines)
{
    str_add(&written, span_of(lines->base, lines->len));
}

bool console_is_behind(void)
{
    return is_behind;
}

/* COLUMNS is the terminal's width. */
struct rig {
    struct status_area area;
    unsigned nlines; /* that draw() has */
    unsigned width;  /* that it was told */
    unsigned ncalls;
};

static unsigned draw(void *user, struct str *out, unsigned width)
{
    struct rig *r = user;
    r->width = width;
    r->ncalls++;
    for (unsigned i = 0; i < r->nlines; i++)
        str_printf(out, "line %u\n", i);
    return r->nlines;
}

static void start(struct rig *r)
{
    static int client; /* only its address is used */
    r->area = (struct status_area){
        .client = (struct qv_client *)&client,
        .draw = draw,
        .user = r,
    };
    (void)setenv("COLUMNS", "33", 1);
    (void)setenv("TERM", "xterm", 1);
    (void)unsetenv("TMUX");
    status_area_start(&r->area);
}

static void assert_written(const char *expected)
{
    assert_string_equal(written.base ? written.base : "", expected);
    str_clear(&written);
}

static void test_lines_appear_after_a_while_and_are_drawn_over(void **state)
{
    struct rig r = {.nlines = 2};
    (void)state;
    start(&r);
    assert_true(delay == 500 * MS);
    assert_written("");
    expire();
    assert_written("line 0\nline 1\n");
    assert_true(delay == 100 * MS);
    r.nlines = 1;
    expire();
    assert_written("\x1b[2A\r\x1b[Jline 0\n");
    expire();
    assert_written("\x1b[1A\r\x1b[Jline 0\n");
    status_area_end(&r.area);
    assert_written("\x1b[1A\r\x1b[J");
    assert_null(armed);
    str_fini(&written);
}

static void test_it_is_told_the_width_of_the_moment(void **state)
{
    struct rig r = {.nlines = 1};
    (void)state;
    start(&r);
    expire();
    assert_int_equal(r.width, 33);
    (void)setenv("COLUMNS", "120", 1);
    expire();
    assert_int_equal(r.width, 120);
    status_area_end(&r.area);
    str_fini(&written);
}

static void test_hidden_lines_are_erased_once_and_come_back(void **state)
{
    struct rig r = {.nlines = 3};
    (void)state;
    start(&r);
    status_area_hide(&r.area);
    assert_written("");
    expire();
    assert_written("line 0\nline 1\nline 2\n");
    status_area_hide(&r.area);
    assert_written("\x1b[3A\r\x1b[J");
    status_area_hide(&r.area);
    assert_written("");
    expire();
    assert_written("line 0\nline 1\nline 2\n");
    status_area_end(&r.area);
    str_fini(&written);
}

static void test_they_are_back_behind_the_lines_of_a_turn(void **state)
{
    struct rig r = {.nlines = 1};
    (void)state;
    start(&r);
    expire();
    assert_written("line 0\n");
    /* So often that no tick comes: they are seen all the same, and made anew when
     * it is time. */
    for (unsigned i = 0; i < 250; i++) {
        status_area_hide(&r.area);
        assert_true(delay == MS);
        expire();
        assert_written("\x1b[1A\r\x1b[Jline 0\n");
    }
    assert_int_equal(r.ncalls, 1 + 2);
    assert_true(delay == 50 * MS);
    /* Another width makes other lines. */
    (void)setenv("COLUMNS", "44", 1);
    status_area_hide(&r.area);
    expire();
    assert_int_equal(r.width, 44);
    status_area_end(&r.area);
    str_fini(&written);
}

static void test_what_is_left_stays(void **state)
{
    struct rig r = {.nlines = 1};
    (void)state;
    start(&r);
    expire();
    assert_written("line 0\n");
    status_area_leave(&r.area);
    assert_written("\x1b[1A\r\x1b[Jline 0\n");
    status_area_end(&r.area);
    assert_written("");
    str_fini(&written);
}

static void test_a_reader_who_is_behind_is_spared(void **state)
{
    struct rig r = {.nlines = 1};
    (void)state;
    start(&r);
    is_behind = true;
    expire();
    assert_written("");
    assert_int_equal(r.width, 0);
    is_behind = false;
    expire();
    assert_written("line 0\n");
    status_area_end(&r.area);
    str_fini(&written);
}

/* Lines of 33 columns take two rows when the terminal has but 20. */
static unsigned draw_long(void *user, struct str *out, unsigned width)
{
    (void)user;
    for (unsigned i = 0; i < width - 1; i++)
        str_add_char(out, 'x');
    str_add_char(out, '\n');
    return 1;
}

static void test_a_narrower_terminal_has_wrapped_what_is_erased(void **state)
{
    struct rig r = {.nlines = 1};
    (void)state;
    start(&r);
    r.area.draw = draw_long;
    expire();
    str_clear(&written);
    (void)setenv("COLUMNS", "20", 1);
    expire();
    assert_written("\x1b[2A\r\x1b[Jxxxxxxxxxxxxxxxxxxx\n");
    (void)setenv("COLUMNS", "40", 1);
    status_area_end(&r.area);
    assert_written("\x1b[1A\r\x1b[J");
    str_fini(&written);
}

static void test_one_that_cuts_lines_off_has_as_many_rows(void **state)
{
    struct rig r = {.nlines = 1};
    (void)state;
    (void)setenv("XTERM_VERSION", "XTerm(1)", 1);
    start(&r);
    r.area.draw = draw_long;
    expire();
    (void)setenv("COLUMNS", "20", 1);
    str_clear(&written);
    status_area_end(&r.area);
    assert_written("\x1b[1A\r\x1b[J");
    (void)unsetenv("XTERM_VERSION");
    str_fini(&written);
}

static void test_a_low_terminal_has_the_last_lines(void **state)
{
    struct rig r = {.nlines = 6};
    (void)state;
    (void)setenv("LINES", "4", 1);
    start(&r);
    expire();
    assert_written("line 3\nline 4\nline 5\n");
    expire();
    assert_written("\x1b[3A\r\x1b[Jline 3\nline 4\nline 5\n");
    status_area_end(&r.area);
    (void)unsetenv("LINES");
    str_fini(&written);
}

static void test_one_that_never_started_does_nothing(void **state)
{
    struct status_area a = {0};
    (void)state;
    status_area_hide(&a);
    status_area_leave(&a);
    status_area_end(&a);
    assert_null(armed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_lines_appear_after_a_while_and_are_drawn_over),
        cmocka_unit_test(test_it_is_told_the_width_of_the_moment),
        cmocka_unit_test(test_hidden_lines_are_erased_once_and_come_back),
        cmocka_unit_test(test_they_are_back_behind_the_lines_of_a_turn),
        cmocka_unit_test(test_what_is_left_stays),
        cmocka_unit_test(test_a_reader_who_is_behind_is_spared),
        cmocka_unit_test(test_a_narrower_terminal_has_wrapped_what_is_erased),
        cmocka_unit_test(test_one_that_cuts_lines_off_has_as_many_rows),
        cmocka_unit_test(test_a_low_terminal_has_the_last_lines),
        cmocka_unit_test(test_one_that_never_started_does_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
