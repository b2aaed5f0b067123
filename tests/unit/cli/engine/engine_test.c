#include "engine/engine.h"

#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "terminal/console.h"

/* A command with nothing but events; standard error is a pipe. */
struct rig {
    struct engine engine;
    struct cmdline *cmdline;
    char told[8]; /* a letter for each event, in order */
    unsigned ndrawn;
    int read_end;
    int real_stderr;
    struct qv_timer patience;
};

static void on_impatient(struct qv_timer *t)
{
    (void)t;
    fail_msg("nothing has happened");
}

static void hear(struct rig *r, char letter)
{
    r->told[strlen(r->told)] = letter;
}

static void on_ready(void *user)
{
    hear(user, 'r');
}

static void on_first_signal(void *user)
{
    hear(user, '1');
    (void)raise(SIGTERM);
}

static void on_second_signal(void *user)
{
    struct rig *r = user;
    hear(r, '2');
    qv_client_stop(r->engine.client);
}

static const struct engine_events events = {
    .on_ready = on_ready,
    .on_first_signal = on_first_signal,
    .on_second_signal = on_second_signal,
};

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    int ends[2];
    assert_non_null(r);
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    r->read_end = ends[0];
    r->real_stderr = dup(STDERR_FILENO);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    (void)close(ends[1]);
    r->cmdline = cmdline_new();
    *state = r;
    return 0;
}

static void start(struct rig *r)
{
    struct engine_needs needs = {.cmdline = r->cmdline, .max_parallel = 1};
    assert_int_equal(engine_start(&r->engine, &needs, &events, r), 0);
    r->patience.on_expired = on_impatient;
    qv_timer_arm(r->engine.client, &r->patience, UINT64_C(60000000000));
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    if (r->engine.client != NULL) {
        qv_timer_disarm(r->engine.client, &r->patience);
        engine_stop(&r->engine);
        engine_stop(&r->engine); /* once more does nothing more */
        assert_int_equal(engine_end(&r->engine), 0);
    }
    cmdline_free(r->cmdline);
    console_close();
    (void)dup2(r->real_stderr, STDERR_FILENO);
    (void)close(r->real_stderr);
    (void)close(r->read_end);
    free(r);
    return 0;
}

static void assert_printed(struct rig *r, const char *expected)
{
    char got[512] = "";
    ssize_t n = read(r->read_end, got, sizeof got - 1);
    got[n > 0 ? n : 0] = '\0';
    assert_string_equal(got, expected);
}

static unsigned draw(void *user, struct str *out, unsigned width)
{
    struct rig *r = user;
    assert_true(width > 0);
    str_add_text(out, "progress\n");
    r->ndrawn++;
    qv_client_stop(r->engine.client);
    return 1;
}

/* Runs until the lines are on the screen. */
static void show_lines(struct rig *r)
{
    engine_area_start(&r->engine, draw, r);
    qv_client_hold(r->engine.client);
    qv_client_run(r->engine.client);
    assert_int_equal(r->ndrawn, 1);
    assert_printed(r, "progress\n");
}

static void test_signals_are_told_in_their_order(void **state)
{
    struct rig *r = *state;
    start(r);
    engine_watch_signals(&r->engine);
    qv_client_hold(r->engine.client);
    (void)raise(SIGTERM);
    assert_string_equal(r->told, "");
    qv_client_run(r->engine.client);
    assert_string_equal(r->told, "12");
    assert_int_equal(r->engine.signals.signum, SIGTERM);
}

static void test_lines_make_place_for_messages(void **state)
{
    struct rig *r = *state;
    start(r);
    show_lines(r);
    engine_warning(&r->engine, "%u left", 3u);
    assert_printed(r, "\x1b[1A\r\x1b[Jquiver: 3 left\n");
    engine_error(&r->engine, 7, "host", "refused");
    assert_printed(r, "quiver: (7) host: refused\n");
}

static void test_lines_make_place_for_a_signal(void **state)
{
    struct rig *r = *state;
    start(r);
    engine_watch_signals(&r->engine);
    show_lines(r);
    (void)raise(SIGTERM);
    qv_client_run(r->engine.client);
    assert_string_equal(r->told, "12");
    assert_printed(r, "\x1b[1A\r\x1b[J");
}

static void test_lines_are_erased_at_the_end(void **state)
{
    struct rig *r = *state;
    start(r);
    show_lines(r);
    engine_stop(&r->engine);
    assert_printed(r, "\x1b[1A\r\x1b[J");
}

static void test_silence_has_degrees(void **state)
{
    static const struct {
        bool silent;
        bool show_error;
        const char *printed;
    } cases[] = {
        {false, false, "quiver: (7) e\nquiver: w\n"},
        {true, false, ""},
        {true, true, "quiver: (7) e\n"},
    };
    struct rig *r = *state;
    start(r);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        r->cmdline->silent = cases[i].silent;
        r->cmdline->show_error = cases[i].show_error;
        engine_error(&r->engine, 7, NULL, "e");
        engine_warning(&r->engine, "w");
        assert_printed(r, cases[i].printed);
    }
}

static void test_notes_are_for_v(void **state)
{
    struct rig *r = *state;
    start(r);
    engine_note(&r->engine, "open");
    assert_printed(r, "");
    qv_timer_disarm(r->engine.client, &r->patience);
    engine_stop(&r->engine);
    assert_int_equal(engine_end(&r->engine), 0);
    r->cmdline->verbose = true;
    start(r);
    engine_note(&r->engine, "open over HTTP/%d", 3);
    assert_printed(r, "* open over HTTP/3\n");
}

static void test_a_request_has_a_method(void **state)
{
    static const struct {
        struct qv_request request;
        const char *method;
    } cases[] = {
        {{0}, "GET"},
        {{.head = true}, "HEAD"},
        {{.body.kind = QV_BODY_BYTES}, "POST"},
        {{.method = "PUT", .body.kind = QV_BODY_BYTES}, "PUT"},
        {{.custom_method = "PURGE", .method = "PUT"}, "PURGE"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_string_equal(engine_method_of(&cases[i].request),
                            cases[i].method);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_signals_are_told_in_their_order),
        RIG_TEST(test_lines_make_place_for_messages),
        RIG_TEST(test_lines_make_place_for_a_signal),
        RIG_TEST(test_lines_are_erased_at_the_end),
        RIG_TEST(test_silence_has_degrees),
        RIG_TEST(test_notes_are_for_v),
        cmocka_unit_test(test_a_request_has_a_method),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
