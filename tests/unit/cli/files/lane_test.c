#include "files/lane.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* The engine's part: what is watched and armed; the test lets it happen. */
static struct qv_fd *watched;
static struct qv_timer *armed;

void qv_fd_watch(struct qv_client *c, struct qv_fd *h, unsigned ready)
{
    (void)c;
    assert_int_equal(ready, QV_WRITABLE);
    watched = h;
}

void qv_fd_unwatch(struct qv_client *c, struct qv_fd *h)
{
    (void)c;
    assert_ptr_equal(watched, h);
    watched = NULL;
}

void qv_timer_arm(struct qv_client *c, struct qv_timer *t, uint64_t delay_ns)
{
    (void)c;
    assert_int_equal(delay_ns, 0);
    armed = t;
}

void qv_timer_disarm(struct qv_client *c, struct qv_timer *t)
{
    (void)c;
    assert_ptr_equal(armed, t);
    armed = NULL;
}

/* For a named pipe without a reader; here there is none. */
void qv_client_hold(struct qv_client *c)
{
    (void)c;
    fail();
}

void qv_client_release(struct qv_client *c)
{
    (void)c;
    fail();
}

/* Standard output is a pipe that the test reads. */
struct rig {
    struct lanes lanes;
    int read_end;
    int real_stdout;
    unsigned nresumed;
    unsigned nlanes;
};

static void on_drain(struct lane *l)
{
    struct rig *r = l->user;
    r->nresumed++;
}

static void set_up_as(struct rig *r, enum lanes_order order)
{
    int ends[2];
    *r = (struct rig){0};
    assert_int_equal(pipe(ends), 0);
    assert_int_equal(fcntl(ends[0], F_SETFL, O_NONBLOCK), 0);
    r->read_end = ends[0];
    r->real_stdout = dup(STDOUT_FILENO);
    dup2(ends[1], STDOUT_FILENO);
    close(ends[1]);
    lanes_init(&r->lanes, NULL, order);
}

static void set_up(struct rig *r)
{
    set_up_as(r, LANES_ORDERED);
}

static void tear_down(struct rig *r)
{
    lanes_fini(&r->lanes);
    dup2(r->real_stdout, STDOUT_FILENO);
    close(r->real_stdout);
    close(r->read_end);
    assert_null(watched);
    assert_null(armed);
}

static struct lane *new_lane(struct rig *r)
{
    return lane_new(&r->lanes, r->nlanes++, on_drain, r);
}

static enum qv_flow put(struct lane *l, const char *s)
{
    return lane_write(l, s, strlen(s));
}

/* What has come out since the last time. */
static void assert_out(struct rig *r, const char *expected)
{
    char bytes[200] = "";
    writer_flush(&r->lanes.writer);
    ssize_t n = read(r->read_end, bytes, sizeof bytes - 1);
    assert_int_equal(n < 0 ? 0 : n, strlen(expected));
    assert_string_equal(bytes, expected);
}

static size_t drain(struct rig *r)
{
    char bytes[4096];
    size_t all = 0;
    ssize_t n;
    while ((n = read(r->read_end, bytes, sizeof bytes)) > 0)
        all += (size_t)n;
    return all;
}

static void test_the_first_streams_and_others_wait(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    struct lane *a = new_lane(&r);
    struct lane *b = new_lane(&r);
    assert_int_equal(put(b, "b1"), QV_MORE);
    assert_int_equal(put(a, "a1"), QV_MORE);
    assert_out(&r, "b1");
    assert_int_equal(put(b, "b2"), QV_MORE);
    assert_out(&r, "b2");
    lane_close(b);
    assert_out(&r, "a1");
    assert_int_equal(put(a, "a2"), QV_MORE);
    assert_out(&r, "a2");
    lane_close(a);
    tear_down(&r);
}

static void test_closed_lanes_follow_in_order(void **state)
{
    struct rig r;
    struct lane *lanes[4];
    (void)state;
    set_up(&r);
    for (int i = 0; i < 4; i++)
        lanes[i] = new_lane(&r);
    put(lanes[0], "0");
    put(lanes[3], "3");
    put(lanes[1], "1");
    put(lanes[2], "2");
    lane_close(lanes[3]);
    lane_close(lanes[1]);
    assert_out(&r, "0");
    lane_close(lanes[0]);
    assert_out(&r, "12"); /* 2 streams now, 3 waits for it */
    lane_close(lanes[2]);
    assert_out(&r, "3");
    tear_down(&r);
}

static void test_a_lane_that_holds_too_much_pauses(void **state)
{
    struct rig r;
    char piece[65536];
    (void)state;
    set_up(&r);
    memset(piece, 'x', sizeof piece);
    struct lane *a = new_lane(&r);
    struct lane *b = new_lane(&r);
    put(a, "a");
    for (int i = 0; i < 3; i++)
        assert_int_equal(lane_write(b, piece, sizeof piece), QV_MORE);
    assert_int_equal(lane_write(b, piece, sizeof piece), QV_PAUSE);
    lane_close(a);
    /* The pipe takes 64 KiB; b has to wait for the reader now. */
    assert_int_equal(r.nresumed, 0);
    assert_non_null(watched);
    while (watched) {
        assert_true(drain(&r) > 0);
        watched->on_ready(watched, QV_WRITABLE);
    }
    assert_int_equal(r.nresumed, 1);
    lane_close(b);
    tear_down(&r);
}

static void test_small_pieces_leave_in_one_write(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    struct lane *a = new_lane(&r);
    put(a, "one ");
    put(a, "two");
    assert_int_equal(drain(&r), 0);
    assert_non_null(armed);
    armed->on_expired(armed);
    armed = NULL; /* as the engine does before */
    assert_out(&r, "one two");
    r.lanes.writer.is_immediate = true;
    put(a, "now");
    assert_int_equal(drain(&r), 3);
    lane_close(a);
    tear_down(&r);
}

static void test_a_reader_that_leaves_aborts_all(void **state)
{
    struct rig r;
    char piece[65536];
    (void)state;
    (void)signal(SIGPIPE, SIG_IGN);
    set_up(&r);
    memset(piece, 'x', sizeof piece);
    struct lane *a = new_lane(&r);
    struct lane *b = new_lane(&r);
    put(a, "a");
    while (lane_write(b, piece, sizeof piece) == QV_MORE)
        ;
    close(r.read_end);
    r.read_end = open("/dev/null", O_RDONLY);
    assert_int_equal(lane_write(a, piece, sizeof piece), QV_ABORT);
    assert_int_equal(r.lanes.writer.failed, EPIPE);
    assert_int_equal(r.nresumed, 1); /* b runs into it as well */
    assert_int_equal(lane_write(b, piece, 1), QV_ABORT);
    lane_close(a);
    lane_close(b);
    tear_down(&r);
}

/* One that has got its place, but no answer yet. */
static struct lane *awaited_lane(struct rig *r)
{
    struct lane *l = new_lane(r);
    lane_await(l);
    return l;
}

static void test_those_behind_wait_for_one_that_is_awaited(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    struct lane *a = awaited_lane(&r);
    struct lane *b = awaited_lane(&r);
    struct lane *c = awaited_lane(&r);
    put(c, "c");
    lane_close(c);
    put(b, "b");
    assert_out(&r, "");
    put(a, "a");
    assert_out(&r, "a");
    lane_close(a);
    assert_out(&r, "b");
    lane_close(b);
    assert_out(&r, "c");
    tear_down(&r);
}

static void test_the_place_is_that_of_the_number(void **state)
{
    struct rig r;
    (void)state;
    set_up(&r);
    struct lane *first = awaited_lane(&r);
    struct lane *third = lane_new(&r.lanes, 3, on_drain, &r);
    struct lane *second = lane_new(&r.lanes, 2, on_drain, &r);
    put(third, "3");
    lane_close(third);
    put(second, "2");
    lane_close(second);
    lane_close(first);
    assert_out(&r, "23");
    tear_down(&r);
}

static void test_one_that_yields_keeps_nobody(void **state)
{
    struct rig r;
    char piece[262144];
    (void)state;
    set_up(&r);
    memset(piece, 'x', sizeof piece);
    struct lane *a = awaited_lane(&r);
    struct lane *b = awaited_lane(&r);
    assert_int_equal(lane_write(b, piece, sizeof piece), QV_PAUSE);
    lane_yield(a);
    while (watched) {
        assert_true(drain(&r) > 0);
        watched->on_ready(watched, QV_WRITABLE);
    }
    drain(&r);
    assert_int_equal(r.nresumed, 1);
    put(a, "a");
    put(b, "b");
    assert_out(&r, "b");
    lane_close(b);
    assert_out(&r, "a");
    lane_close(a);
    tear_down(&r);
}

static void test_done_is_the_order_of_ends(void **state)
{
    struct rig r;
    (void)state;
    set_up_as(&r, LANES_DONE);
    struct lane *a = awaited_lane(&r);
    struct lane *b = awaited_lane(&r);
    struct lane *c = awaited_lane(&r);
    put(a, "a1");
    put(b, "b1");
    put(c, "c");
    assert_out(&r, "");
    lane_close(c);
    assert_out(&r, "c");
    put(b, "b2");
    put(a, "a2");
    lane_close(b);
    assert_out(&r, "b1b2");
    lane_close(a);
    assert_out(&r, "a1a2");
    tear_down(&r);
}

static void test_done_streams_what_it_cannot_hold(void **state)
{
    struct rig r;
    char piece[262144];
    (void)state;
    set_up_as(&r, LANES_DONE);
    memset(piece, 'x', sizeof piece);
    struct lane *a = new_lane(&r);
    struct lane *b = new_lane(&r);
    struct lane *c = new_lane(&r);
    put(a, "a");
    put(c, "c");
    assert_int_equal(lane_write(b, piece, sizeof piece), QV_PAUSE);
    lane_close(c);
    lane_close(a);
    size_t n = drain(&r);
    while (watched) {
        watched->on_ready(watched, QV_WRITABLE);
        n += drain(&r);
    }
    assert_int_equal(n, sizeof piece);
    assert_int_equal(r.nresumed, 1);
    put(b, "b");
    lane_close(b);
    assert_out(&r, "bca");
    tear_down(&r);
}

/* However many have ended: what the reader does not take counts as held. */
static void test_a_slow_reader_holds_up_those_that_come(void **state)
{
    struct rig r;
    char piece[65536];
    unsigned n = 0;
    (void)state;
    set_up_as(&r, LANES_DONE);
    memset(piece, 'x', sizeof piece);
    struct lane *l = new_lane(&r);
    while (lane_write(l, piece, sizeof piece) == QV_MORE) {
        lane_close(l);
        l = new_lane(&r);
        assert_true(++n < 1000);
    }
    assert_true(n * sizeof piece >= 8 * 1024 * 1024);
    size_t all = drain(&r);
    while (watched) {
        watched->on_ready(watched, QV_WRITABLE);
        all += drain(&r);
    }
    assert_int_equal(r.nresumed, 1);
    assert_int_equal(all, n * sizeof piece);
    lane_close(l);
    while (watched) {
        watched->on_ready(watched, QV_WRITABLE);
        all += drain(&r);
    }
    assert_int_equal(all + drain(&r), (n + 1) * sizeof piece);
    tear_down(&r);
}

static void test_raw_holds_nothing(void **state)
{
    struct rig r;
    char piece[262144];
    (void)state;
    set_up_as(&r, LANES_RAW);
    memset(piece, 'x', sizeof piece);
    struct lane *a = awaited_lane(&r);
    struct lane *b = awaited_lane(&r);
    put(b, "b1");
    put(a, "a1");
    put(b, "b2");
    assert_out(&r, "b1a1b2");
    assert_int_equal(lane_write(a, piece, sizeof piece), QV_PAUSE);
    assert_int_equal(put(b, "b3"), QV_PAUSE);
    while (watched) {
        assert_true(drain(&r) > 0);
        watched->on_ready(watched, QV_WRITABLE);
    }
    assert_int_equal(r.nresumed, 2);
    lane_close(a);
    lane_close(b);
    tear_down(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_first_streams_and_others_wait),
        cmocka_unit_test(test_closed_lanes_follow_in_order),
        cmocka_unit_test(test_a_lane_that_holds_too_much_pauses),
        cmocka_unit_test(test_small_pieces_leave_in_one_write),
        cmocka_unit_test(test_a_reader_that_leaves_aborts_all),
        cmocka_unit_test(test_those_behind_wait_for_one_that_is_awaited),
        cmocka_unit_test(test_the_place_is_that_of_the_number),
        cmocka_unit_test(test_one_that_yields_keeps_nobody),
        cmocka_unit_test(test_done_is_the_order_of_ends),
        cmocka_unit_test(test_done_streams_what_it_cannot_hold),
        cmocka_unit_test(test_a_slow_reader_holds_up_those_that_come),
        cmocka_unit_test(test_raw_holds_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
