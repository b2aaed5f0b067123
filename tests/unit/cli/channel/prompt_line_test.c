#include "channel/prompt_line.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A terminal that is standard input and output, and the line at it. */
struct rig {
    int person; /* the other side of the terminal */
    int kept[2];
    struct prompt_line p;
    char line[64];
    unsigned nlines;
};

static void on_line(struct prompt_line *p, const char *line)
{
    struct rig *r = QV_OWNER(p, struct rig, p);
    r->nlines++;
    strncpy(r->line, line != NULL ? line : "the end", sizeof r->line - 1);
}

static int begin(void **state)
{
    static const char *const commands[] = {NULL};
    struct rig *r = calloc(1, sizeof *r);
    r->person = posix_openpt(O_RDWR | O_NOCTTY);
    if (r->person < 0 || grantpt(r->person) < 0 || unlockpt(r->person) < 0)
        return -1;
    int terminal = open(ptsname(r->person), O_RDWR | O_NOCTTY);
    for (int fd = 0; fd < 2; fd++) {
        r->kept[fd] = dup(fd);
        if (dup2(terminal, fd) < 0)
            return -1;
    }
    close(terminal);
    r->p = (struct prompt_line){
        .client = qv_client_new(&(struct qv_client_options){0}),
        .on_line = on_line,
        .commands = commands,
    };
    prompt_line_start(&r->p);
    *state = r;
    return 0;
}

static int end(void **state)
{
    struct rig *r = *state;
    prompt_line_stop(&r->p);
    prompt_line_close(&r->p);
    qv_client_free(r->p.client);
    for (int fd = 0; fd < 2; fd++) {
        dup2(r->kept[fd], fd);
        close(r->kept[fd]);
    }
    close(r->person);
    free(r);
    return 0;
}

/* The loop has seen a key. */
static void turn(struct rig *r)
{
    r->p.watch.on_ready(&r->p.watch, QV_READABLE);
}

static void press(struct rig *r, const char *keys)
{
    assert_int_equal(write(r->person, keys, strlen(keys)), strlen(keys));
    struct pollfd p = {.fd = STDIN_FILENO, .events = POLLIN};
    while (poll(&p, 1, 0) == 1)
        turn(r);
}

static void keys_become_a_line(void **state)
{
    struct rig *r = *state;
    press(r, "one\rtw\xc3\xb6\x1b[D!\r");
    assert_int_equal(r->nlines, 2);
    assert_string_equal(r->line, "tw!\xc3\xb6");
    press(r, "\x04");
    assert_string_equal(r->line, "the end");
}

static void keys_that_are_gone_are_not_waited_for(void **state)
{
    struct rig *r = *state;
    /* Ctrl-C came between the loop's look and ours, and has taken them away. */
    turn(r);
    press(r, "on");
    turn(r);
    press(r, "e\r");
    assert_string_equal(r->line, "one");
}

static void a_terminal_that_is_gone_ends_the_line(void **state)
{
    struct rig *r = *state;
    close(r->person);
    turn(r);
    assert_string_equal(r->line, "the end");
    r->person = dup(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_become_a_line, begin, end),
        cmocka_unit_test_setup_teardown(keys_that_are_gone_are_not_waited_for,
                                        begin, end),
        cmocka_unit_test_setup_teardown(a_terminal_that_is_gone_ends_the_line,
                                        begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
