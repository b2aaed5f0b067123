#include "terminal/colour.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

static void set(const char *name, const char *value)
{
    if (value)
        assert_return_code(setenv(name, value, 1), 0);
    else
        assert_return_code(unsetenv(name), 0);
}

struct example {
    const char *no_color;
    const char *clicolor_force;
    const char *term;
    enum colour_when when;
    bool on_terminal;
    bool elsewhere;
};

static const struct example cases[] = {
    {NULL, NULL, "xterm", COLOUR_AUTO, true, false},
    {NULL, NULL, "dumb", COLOUR_AUTO, false, false},
    {NULL, NULL, NULL, COLOUR_AUTO, false, false},
    {"1", NULL, "xterm", COLOUR_AUTO, false, false},
    {"", NULL, "xterm", COLOUR_AUTO, true, false},
    {NULL, "1", "xterm", COLOUR_AUTO, true, true},
    {NULL, "1", "dumb", COLOUR_AUTO, true, true},
    {NULL, "0", "xterm", COLOUR_AUTO, true, false},
    {"1", "1", "xterm", COLOUR_AUTO, false, false},
    {"1", NULL, "dumb", COLOUR_ALWAYS, true, true},
    {NULL, "1", "xterm", COLOUR_NEVER, false, false},
};

static void test_who_says_whether_there_are_colours(void **state)
{
    int terminal = open("/dev/ptmx", O_RDWR | O_NOCTTY);
    int file = open("/dev/null", O_WRONLY);
    (void)state;
    assert_true(terminal >= 0 && file >= 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct example *e = &cases[i];
        set("NO_COLOR", e->no_color);
        set("CLICOLOR_FORCE", e->clicolor_force);
        set("TERM", e->term);
        assert_int_equal(colour_is_wanted(e->when, terminal), e->on_terminal);
        assert_int_equal(colour_is_wanted(e->when, file), e->elsewhere);
    }
    close(terminal);
    close(file);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_who_says_whether_there_are_colours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
