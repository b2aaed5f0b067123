/* The whole way of entries but its ends: the input and the results are fakes,
 * and so are the connections; tasks and the engine are real. */
#include "batch/dispatch.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "cli/batch/fake_input.h"
#include "cli/batch/fake_peer.h"
#include "cli/batch/fake_results.h"
#include "core/base/xalloc.h"
#include "request/cmdline.h"
#include "terminal/console.h"

enum {
    SLICE = 256,               /* entries that dispatch_fill() takes at most */
    WEIGHT = 16 * 1024 * 1024, /* bytes of those under way */
};

struct rig {
    struct cmdline *cmdline;
    struct engine engine;
    struct batch_options options;
    struct input input;
    struct results results;
    struct dispatch dispatch;
    int read_end; /* of the pipe that is standard error */
    int real_stderr;
    struct qv_fd turn;
    unsigned nturns;
};

/* ---- entries ---- */

static void set_url(struct entry *e, const char *host)
{
    static const struct qv_options none;
    char url[64];
    int len = snprintf(url, sizeof url, "http://%s/%" PRIu64, host, e->seq);
    e->request.url = entry_memory_copy(e, url, (size_t)len);
    e->request.options = &none;
}

static void make_for_one_host(struct entry *e)
{
    set_url(e, "a.test");
}

static void make_for_many_hosts(struct entry *e)
{
    char host[32];
    (void)snprintf(host, sizeof host, "h%" PRIu64 ".test", e->seq);
    set_url(e, host);
}

/* Every hundredth is for another host. */
static void make_for_two_hosts(struct entry *e)
{
    set_url(e, e->seq % 100 == 99 ? "b.test" : "a.test");
}

static void make_post(struct entry *e)
{
    make_for_one_host(e);
    e->request.method = "POST";
}

static void make_large(struct entry *e)
{
    static const char body[4 * 1024 * 1024];
    make_post(e);
    e->request.body = (struct qv_body){
        .kind = QV_BODY_BYTES, .bytes = body, .len = sizeof body};
}

static void make_patient(struct entry *e)
{
    static const struct qv_options options = {
        .retry = {.max = 9, .delay = UINT64_C(1000000000000)}};
    make_for_two_hosts(e);
    e->request.options = &options;
}

static void make_bad(struct entry *e)
{
    e->status = QV_EXIT_USAGE;
    (void)snprintf(e->message, sizeof e->message, "a bad line");
}

/* ---- the rig ---- */

static void on_ready(void *user)
{
    struct rig *r = user;
    dispatch_fill(&r->dispatch);
}

static void on_first_signal(void *user)
{
    (void)user;
}

static const struct engine_events engine_events = {
    .on_ready = on_ready,
    .on_first_signal = on_first_signal,
};

static int set_up(void **state)
{
    struct rig *r = xalloc_zeroed(1, sizeof *r);
    int ends[2];
    assert_int_equal(pipe2(ends, O_NONBLOCK), 0);
    r->read_end = ends[0];
    r->real_stderr = dup(STDERR_FILENO);
    assert_int_equal(dup2(ends[1], STDERR_FILENO), STDERR_FILENO);
    (void)close(ends[1]);
    fake_peer_init();
    fake_input_init(&r->input);
    batch_options_init(&r->options);
    r->cmdline = cmdline_new();
    r->input.op = r->cmdline->first;
    r->input.make = make_for_one_host;
    *state = r;
    return 0;
}

/* With so many places.  What else is wanted was set before. */
static void open_with(struct rig *r, unsigned max_parallel)
{
    struct engine_needs needs = {
        .cmdline = r->cmdline,
        .max_parallel = max_parallel,
    };
    struct batch_opened opened = {.input = &r->input, .results = &r->results};
    assert_int_equal(engine_start(&r->engine, &needs, &engine_events, r), 0);
    dispatch_init(&r->dispatch, &r->engine, &r->options, r->cmdline->first,
                  max_parallel);
    dispatch_open(&r->dispatch, &opened);
}

/* What was printed and not looked at may tell why a test has failed. */
static void restore_stderr(struct rig *r)
{
    char rest[1024];
    ssize_t n;
    console_close();
    (void)dup2(r->real_stderr, STDERR_FILENO);
    (void)close(r->real_stderr);
    while ((n = read(r->read_end, rest, sizeof rest)) > 0)
        (void)fprintf(stderr, "%.*s", (int)n, rest);
    (void)close(r->read_end);
}

static void close_all(struct rig *r)
{
    if (r->dispatch.state.phase != BATCH_STOPPED)
        dispatch_stop(&r->dispatch);
    engine_stop(&r->engine);
    dispatch_fini(&r->dispatch);
    assert_int_equal(r->input.nfreed, 1);
    assert_int_equal(engine_end(&r->engine), 0);
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    if (r->engine.client != NULL)
        close_all(r);
    fake_peer_fini();
    fake_input_fini(&r->input);
    fake_results_fini(&r->results);
    batch_options_fini(&r->options);
    cmdline_free(r->cmdline);
    restore_stderr(r);
    free(r);
    return 0;
}

/* For the next case of a test. */
static struct rig *renew(void **state)
{
    (void)tear_down(state);
    (void)set_up(state);
    return *state;
}

static void on_turn(struct qv_fd *h, unsigned ready)
{
    struct rig *r = QV_OWNER(h, struct rig, turn);
    (void)ready;
    if (r->nturns-- == 0)
        qv_client_stop(r->engine.client);
}

/* Some turns of the loop, fewer when it is stopped; then connections are
 * taken. */
static void turns(struct rig *r, unsigned n)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    r->nturns = n;
    r->turn = (struct qv_fd){.fd = fds[1], .on_ready = on_turn};
    qv_fd_watch(r->engine.client, &r->turn, QV_WRITABLE);
    qv_client_run(r->engine.client);
    qv_fd_unwatch(r->engine.client, &r->turn);
    (void)close(fds[0]);
    (void)close(fds[1]);
    fake_peer_accept();
}

static void fill(struct rig *r)
{
    dispatch_fill(&r->dispatch);
    turns(r, 4);
}

/* Fills until nothing more is taken. */
static void fill_up(struct rig *r)
{
    uint64_t before;
    do {
        before = r->input.count;
        fill(r);
    } while (r->input.count > before);
}

static const char *target(uint64_t seq)
{
    static char text[24];
    (void)snprintf(text, sizeof text, "/%" PRIu64, seq);
    return text;
}

/* Answers whatever has come until nothing comes any more. */
static void answer_all(struct rig *r, int status)
{
    for (bool was_any = true; was_any;) {
        was_any = false;
        turns(r, 4);
        for (uint64_t seq = 0; seq < r->input.count; seq++) {
            if (!fake_peer_has(target(seq)))
                continue;
            fake_peer_answer(target(seq), status);
            was_any = true;
        }
    }
}

static void assert_printed(struct rig *r, const char *part)
{
    char got[1024] = "";
    ssize_t n = read(r->read_end, got, sizeof got - 1);
    got[n > 0 ? n : 0] = '\0';
    assert_non_null(strstr(got, part));
}

/* ---- how many at a time ---- */

static void test_every_entry_ends_once(void **state)
{
    struct rig *r = *state;
    r->input.total = 40;
    r->input.make = make_for_two_hosts;
    open_with(r, 3);
    fill(r);
    answer_all(r, 200);
    assert_int_equal(r->results.nexpected, 40);
    assert_int_equal(r->results.nended, 40);
    assert_int_equal(r->dispatch.state.summary.nok, 40);
    assert_int_equal(r->dispatch.state.phase, BATCH_FED);
    assert_int_equal(r->dispatch.state.nread, 40);
    assert_int_equal(r->dispatch.tasks.n, 0);
    assert_int_equal(r->input.nfreed, 1);
    qv_client_run(r->engine.client); /* nobody holds it any more */
}

static void test_places_that_are_taken_hold_the_input_back(void **state)
{
    struct rig *r = *state;
    r->input.total = 100;
    r->input.make = make_for_many_hosts;
    open_with(r, 4);
    fill_up(r);
    assert_int_equal(r->results.nbegun, 4);
    assert_int_equal(r->input.count, 8); /* as many again wait */
    for (uint64_t seq = 0; seq < 100; seq++) {
        assert_true(fake_peer_has(target(seq)));
        fake_peer_answer(target(seq), 200);
        turns(r, 4);
        assert_in_range(r->results.nbegun - r->results.nended, 0, 4);
    }
    assert_int_equal(r->results.nended, 100);
}

static void test_a_host_at_its_limit_does_not_hold_up_others(void **state)
{
    struct rig *r = *state;
    r->input.total = 200;
    r->input.make = make_for_two_hosts;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    assert_int_equal(r->input.count, 200);
    assert_int_equal(r->results.nbegun, 2);
    assert_true(fake_peer_has(target(0)));
    assert_true(fake_peer_has(target(99)));
    fake_peer_answer(target(99), 200);
    turns(r, 4);
    assert_int_equal(r->results.nbegun, 3);
    assert_true(fake_peer_has(target(199)));
}

static void test_a_rate_holds_the_input_back(void **state)
{
    struct rig *r = *state;
    r->input.total = 100;
    r->input.make = make_for_many_hosts;
    r->cmdline->rate = 1e-6;
    open_with(r, 5);
    fill_up(r);
    assert_int_equal(r->results.nbegun, 1);
    assert_int_equal(r->dispatch.tasks.nwaiting, 5);
    assert_int_equal(r->input.count, 6);
}

static void test_one_call_takes_no_more_than_a_turn_may(void **state)
{
    struct rig *r = *state;
    r->input.total = 1000;
    r->input.make = make_bad;
    open_with(r, 4);
    dispatch_fill(&r->dispatch);
    assert_int_equal(r->input.count, SLICE);
    assert_int_equal(r->results.nended, SLICE);
    assert_int_equal(r->dispatch.state.nread, SLICE);
    qv_client_run(r->engine.client); /* goes on by itself, to the end */
    assert_int_equal(r->results.nended, 1000);
    assert_int_equal(r->results.nbegun, 0);
    assert_int_equal(r->dispatch.state.summary.nfailed, 1000);
}

static void test_memory_bounds_what_is_under_way(void **state)
{
    struct rig *r = *state;
    r->input.total = FAKE_RESULTS_MAX;
    open_with(r, 3 * FAKE_RESULTS_MAX);
    fill_up(r);
    assert_in_range(r->input.count, 5000, 15000);
    assert_int_equal(r->dispatch.tasks.n, r->input.count);
    assert_in_range(r->dispatch.tasks.weight, WEIGHT, WEIGHT + 4096);
}

static void test_large_bodies_bound_it_sooner(void **state)
{
    struct rig *r = *state;
    r->input.total = 100;
    r->input.make = make_large;
    open_with(r, 50);
    fill_up(r);
    assert_int_equal(r->input.count, 2); /* 8 MiB each, in line and undone */
    fake_peer_answer(target(0), 200);
    fill_up(r);
    assert_int_equal(r->input.count, 3);
}

static void test_ordered_records_bound_what_is_handed_over(void **state)
{
    struct rig *r = *state;
    r->input.total = 1000;
    r->options.ordered = true;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    /* As many as have room with 128 KiB each. */
    assert_int_equal(r->input.count, RESULTS_ORDER_MAX / (128 * 1024));
    fake_peer_answer(target(0), 200);
    fill_up(r); /* one was small: a little less is thought of all */
    assert_in_range(r->input.count, 129, 140);
}

static void test_what_is_not_there_yet_is_waited_for(void **state)
{
    struct rig *r = *state;
    r->input.total = 10;
    r->input.wait_at = 3;
    open_with(r, 50);
    fill_up(r);
    assert_int_equal(r->results.nbegun, 3);
    answer_all(r, 200);
    assert_int_equal(r->dispatch.state.phase, BATCH_FEEDING);
    assert_int_equal(r->input.nfreed, 0);
    r->input.wait_at = UINT64_MAX;
    fill_up(r);
    answer_all(r, 200);
    assert_int_equal(r->results.nended, 10);
    assert_int_equal(r->dispatch.state.phase, BATCH_FED);
}

/* ---- the reader of the records ---- */

static void test_full_results_hold_the_input_back(void **state)
{
    struct rig *r = *state;
    r->input.total = 10;
    r->results.is_full = true;
    open_with(r, 50);
    fill_up(r);
    assert_int_equal(r->input.count, 0);
    r->results.is_full = false;
    dispatch_on_output(&r->dispatch);
    assert_int_equal(r->input.count, 10);
}

static void test_full_results_pause_bodies_until_there_is_room(void **state)
{
    struct rig *r = *state;
    r->input.total = 2;
    r->input.make = make_for_many_hosts;
    open_with(r, 50);
    fill_up(r);
    r->results.is_full = true;
    fake_peer_head("/0", 200);
    assert_false(fake_peer_body("/0", "abc"));
    r->results.is_full = false;
    dispatch_on_output(&r->dispatch);
    dispatch_on_output(&r->dispatch); /* once is enough */
    turns(r, 4);
    assert_int_equal(fake_peer_nresumed("/0"), 1);
    assert_int_equal(fake_peer_nresumed("/1"), 0);
    assert_true(fake_peer_body("/0", "def"));
    fake_peer_end("/0");
    assert_non_null(strstr(r->results.last_line, "\"abcdef\""));
}

/* Records that wait for an earlier one must not stop that one. */
static void test_ordered_bodies_are_not_paused(void **state)
{
    struct rig *r = *state;
    r->input.total = 1;
    r->options.ordered = true;
    open_with(r, 50);
    fill_up(r);
    r->results.is_full = true;
    fake_peer_head("/0", 200);
    assert_true(fake_peer_body("/0", "abc"));
}

static void test_an_output_that_fails_stops_all(void **state)
{
    struct rig *r = *state;
    r->input.total = 200;
    r->cmdline->jobs_host = 2;
    open_with(r, 50);
    fill_up(r);
    r->results.fails_at_end = true;
    fake_peer_answer(target(0), 200);
    assert_int_equal(r->dispatch.state.phase, BATCH_STOPPED);
    assert_int_equal(r->dispatch.state.status, QV_EXIT_WRITE);
    assert_int_equal(r->dispatch.tasks.n, 0);
    assert_int_equal(r->results.nended, 1);
    dispatch_on_output(&r->dispatch); /* nothing more comes of it */
    assert_int_equal(r->results.nended, 1);
}

static void test_an_output_that_fails_between_records_stops_all(void **state)
{
    struct rig *r = *state;
    r->input.total = 200;
    open_with(r, 50);
    fill_up(r);
    r->results.failed = ENOSPC;
    dispatch_on_output(&r->dispatch);
    assert_int_equal(r->dispatch.state.phase, BATCH_STOPPED);
    assert_int_equal(r->dispatch.state.status, QV_EXIT_WRITE);
    assert_int_equal(r->dispatch.tasks.n, 0);
}

/* ---- an earlier run, other shards ---- */

static void test_what_was_done_before_is_not_sent_again(void **state)
{
    struct rig *r = *state;
    r->input.total = 6;
    r->results.fates[0] = RESULTS_DONE;
    r->results.fates[2] = RESULTS_DONE;
    r->results.fates[3] = RESULTS_STARTED; /* a GET */
    open_with(r, 50);
    fill_up(r);
    answer_all(r, 200);
    assert_int_equal(r->dispatch.state.summary.nresumed, 2);
    assert_int_equal(r->dispatch.state.summary.nok, 4);
    assert_int_equal(r->results.expected[0], 0);
    assert_int_equal(r->results.begun[3], 1);
}

static void test_what_may_have_been_sent_is_sent_again_when_asked(void **state)
{
    for (unsigned unsafe = 0; unsafe < 2; unsafe++) {
        struct rig *r = renew(state);
        r->input.total = 2;
        r->input.make = make_post;
        r->results.fates[0] = RESULTS_STARTED;
        r->options.resume_unsafe = unsafe == 1;
        open_with(r, 50);
        fill_up(r);
        answer_all(r, 200);
        assert_int_equal(r->results.nended, 2);
        assert_int_equal(r->results.begun[0], unsafe);
        assert_int_equal(r->results.begun[1], 1);
        assert_int_equal(r->dispatch.state.summary.nok, 1 + unsafe);
        assert_int_equal(r->dispatch.state.summary.by_exit[QV_EXIT_RECV],
                         1 - unsafe);
    }
}

static void test_records_without_a_journal_are_gone_through(void **state)
{
    struct rig *r = *state;
    r->input.total = 100;
    r->results.has_past = true;
    for (size_t i = 0; i < 100; i++)
        r->results.is_past[i] = true;
    open_with(r, 50);
    fill_up(r);
    assert_int_equal(r->dispatch.state.summary.nresumed, 100);
    assert_int_equal(r->dispatch.state.phase, BATCH_FED);
    assert_int_equal(r->dispatch.state.status, 0);
}

static void test_an_entry_without_a_record_there_stops_it(void **state)
{
    struct rig *r = *state;
    r->input.total = 100;
    r->results.has_past = true;
    for (size_t i = 0; i < 7; i++)
        r->results.is_past[i] = true;
    open_with(r, 50);
    fill_up(r);
    assert_int_equal(r->dispatch.state.summary.nresumed, 7);
    assert_int_equal(r->dispatch.state.phase, BATCH_STOPPED);
    assert_int_equal(r->dispatch.state.status, QV_EXIT_JOURNAL);
    assert_int_equal(r->results.nexpected, 0);
    assert_printed(r, "entry 8 of the input has no record there");
}

static void test_a_journal_beyond_the_input_is_another_inputs(void **state)
{
    for (unsigned reads_stdin = 0; reads_stdin < 2; reads_stdin++) {
        struct rig *r = renew(state);
        r->input.total = 3;
        r->results.lacks_entries = true;
        r->options.reads_stdin =
            reads_stdin == 1; /* it may have lost its end */
        open_with(r, 50);
        fill_up(r);
        assert_int_equal(r->dispatch.state.status,
                         reads_stdin ? 0 : QV_EXIT_JOURNAL);
        assert_int_equal(r->dispatch.state.phase, BATCH_FED);
        answer_all(r, 200); /* what was begun ends all the same */
        assert_int_equal(r->results.nended, 3);
    }
}

static void test_entries_of_other_shards_are_passed_over(void **state)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < 2; i++) {
        struct rig *r = renew(state);
        r->input.total = 100;
        r->input.make = make_bad;
        r->options.shard = (struct shard){.index = i, .count = 2};
        open_with(r, 50);
        fill_up(r);
        assert_int_equal(
            r->results.nended + r->dispatch.state.summary.nelsewhere, 100);
        sum += r->results.nended;
    }
    assert_int_equal(sum, 100);
}

static void test_a_file_that_cannot_be_read_stops_no_other(void **state)
{
    struct rig *r = *state;
    r->input.total = 10;
    r->input.fail_at = 4;
    open_with(r, 50);
    fill_up(r);
    assert_int_equal(r->dispatch.state.status, QV_EXIT_READ);
    assert_int_equal(r->dispatch.state.phase, BATCH_FED);
    assert_printed(r, "quiver: (26) no such file\n");
    answer_all(r, 200);
    assert_int_equal(r->results.nended, 10);
}

/* ---- its end, asked for ---- */

static void test_a_drain_leaves_what_waits_and_counts_it(void **state)
{
    struct rig *r = *state;
    r->input.total = 5000;
    r->cmdline->jobs_host = 2;
    open_with(r, 8);
    fill_up(r);
    uint64_t taken = r->input.count;
    dispatch_drain(&r->dispatch);
    assert_int_equal(r->dispatch.state.phase, BATCH_DRAINING);
    assert_int_equal(r->dispatch.tasks.n, 2);
    assert_int_equal(r->dispatch.state.summary.nleft, taken - 2);
    assert_int_equal(r->input.count, taken); /* no slice before the next turn */
    turns(r, 1);
    assert_in_range(r->input.count, taken, taken + 2 * SLICE);
    assert_int_equal(r->input.nfreed, 0);
    for (unsigned i = 0; r->input.nfreed == 0 && i < 100; i++)
        turns(r, 1);
    assert_int_equal(r->input.nfreed, 1);
    assert_int_equal(r->dispatch.state.summary.nleft, 4998);
    assert_false(r->dispatch.state.is_cut);
    answer_all(r, 200);
    assert_int_equal(r->results.nended, 2);
    assert_int_equal(r->results.nbegun, 2);
    qv_client_run(r->engine.client);
}

static void test_a_second_drain_changes_nothing(void **state)
{
    struct rig *r = *state;
    r->input.total = 100;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    dispatch_drain(&r->dispatch);
    dispatch_drain(&r->dispatch);
    turns(r, 8);
    assert_int_equal(r->dispatch.state.summary.nleft, 99);
    dispatch_fill(&r->dispatch);
    assert_int_equal(r->dispatch.tasks.n, 1);
}

static void test_standard_input_is_not_read_on_for_a_number(void **state)
{
    struct rig *r = *state;
    r->input.total = 5000;
    r->options.reads_stdin = true;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    uint64_t taken = r->input.count;
    dispatch_drain(&r->dispatch);
    assert_true(r->dispatch.state.is_cut);
    assert_int_equal(r->input.nfreed, 1);
    turns(r, 8);
    assert_int_equal(r->input.count, taken);
    assert_int_equal(r->dispatch.state.summary.nleft, taken - 1);
}

static void test_what_cannot_be_counted_is_cut(void **state)
{
    struct rig *r = *state;
    r->input.total = 5000;
    r->input.wait_at = 4000;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    dispatch_drain(&r->dispatch);
    for (unsigned i = 0; r->input.nfreed == 0 && i < 100; i++)
        turns(r, 1);
    assert_true(r->dispatch.state.is_cut);
    assert_int_equal(r->dispatch.state.summary.nleft, 3999);
}

/* 0 and 99 are under way, each at its host: 1 to 98 come before 99. */
static void test_an_ordered_drain_keeps_what_comes_before(void **state)
{
    struct rig *r = *state;
    r->input.total = 110;
    r->input.make = make_for_two_hosts;
    r->options.ordered = true;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    assert_int_equal(r->results.nbegun, 2);
    dispatch_drain(&r->dispatch);
    assert_int_equal(r->dispatch.tasks.n, 100);
    assert_int_equal(r->dispatch.state.summary.nleft, 10);
    answer_all(r, 200);
    assert_int_equal(r->results.nended, 100);
    assert_int_equal(r->results.expected[100] - r->results.ended[100], 1);
}

/* The record of 99 is written: 1 to 98 are a hole before it. */
static void test_an_ordered_drain_keeps_what_comes_before_a_record(void **state)
{
    struct rig *r = *state;
    r->input.total = 110;
    r->input.make = make_for_two_hosts;
    r->options.ordered = true;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    fake_peer_answer(target(99), 200);
    dispatch_drain(&r->dispatch);
    answer_all(r, 200);
    assert_int_equal(r->results.nended, 100);
    assert_int_equal(r->dispatch.state.summary.nleft, 10);
}

static void test_what_rests_between_two_tries_is_left_too(void **state)
{
    struct rig *r = *state;
    r->input.total = 100;
    r->input.make = make_patient;
    r->cmdline->jobs_host = 1;
    open_with(r, 8);
    fill_up(r);
    fake_peer_answer(target(99), 503); /* rests */
    turns(r, 4);
    dispatch_drain(&r->dispatch);
    assert_int_equal(r->results.left[99], 1);
    assert_int_equal(r->dispatch.tasks.n, 1);
    fake_peer_answer(target(0), 503); /* would rest from now on */
    turns(r, 4);
    assert_int_equal(r->results.left[0], 1);
    assert_int_equal(r->dispatch.tasks.n, 0);
    assert_int_equal(r->results.nended, 0);
    assert_int_equal(r->dispatch.state.summary.nleft, 100);
    qv_client_run(r->engine.client);
}

static void test_a_stop_drops_everything(void **state)
{
    struct rig *r = *state;
    r->input.total = 5000;
    r->cmdline->jobs_host = 2;
    open_with(r, 8);
    fill_up(r);
    uint64_t taken = r->input.count;
    dispatch_stop(&r->dispatch);
    assert_int_equal(r->dispatch.state.phase, BATCH_STOPPED);
    assert_true(r->dispatch.state.is_cut);
    assert_int_equal(r->dispatch.tasks.n, 0);
    assert_int_equal(r->input.nfreed, 1);
    assert_int_equal(r->dispatch.state.summary.nleft, taken);
    assert_int_equal(r->dispatch.state.nread, taken);
    assert_int_equal(r->results.nended, 0);
    dispatch_fill(&r->dispatch); /* nothing comes of it */
    assert_int_equal(r->input.count, taken);
}

static void test_a_stop_after_the_input_was_read_cuts_nothing(void **state)
{
    struct rig *r = *state;
    r->input.total = 3;
    open_with(r, 50);
    fill_up(r);
    dispatch_stop(&r->dispatch);
    assert_false(r->dispatch.state.is_cut);
    assert_int_equal(r->dispatch.state.summary.nleft, 3);
}

static void test_a_stop_ends_the_count_of_a_drain(void **state)
{
    struct rig *r = *state;
    r->input.total = 50000;
    r->cmdline->jobs_host = 2;
    open_with(r, 8);
    fill_up(r);
    dispatch_drain(&r->dispatch);
    turns(r, 1);
    assert_int_equal(r->input.nfreed, 0);
    dispatch_stop(&r->dispatch);
    assert_int_equal(r->input.nfreed, 1);
    assert_true(r->dispatch.state.is_cut);
    assert_int_equal(r->dispatch.state.summary.nleft, r->input.count);
}

static void test_the_first_failure_drains_when_asked(void **state)
{
    for (unsigned is_early = 0; is_early < 2; is_early++) {
        struct rig *r = renew(state);
        r->input.total = 200;
        r->input.make = make_for_two_hosts;
        r->cmdline->jobs_host = 1;
        r->cmdline->fail_early = is_early == 1;
        r->cmdline->first->how.fail_with_body = true;
        open_with(r, 8);
        fill_up(r);
        fake_peer_answer(target(99), 404);
        assert_int_equal(r->dispatch.state.phase,
                         is_early ? BATCH_DRAINING : BATCH_FED);
        answer_all(r, 200);
        assert_int_equal(r->results.nended, is_early ? 2 : 200);
        assert_int_equal(r->dispatch.state.summary.nleft, is_early ? 198 : 0);
    }
}

static void test_without_input_there_is_nothing_to_do(void **state)
{
    struct rig *r = *state;
    open_with(r, 8);
    fill_up(r);
    assert_int_equal(r->dispatch.state.phase, BATCH_FED);
    dispatch_drain(&r->dispatch);
    qv_client_run(r->engine.client);
    assert_int_equal(r->dispatch.state.summary.nleft, 0);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_every_entry_ends_once),
        RIG_TEST(test_places_that_are_taken_hold_the_input_back),
        RIG_TEST(test_a_host_at_its_limit_does_not_hold_up_others),
        RIG_TEST(test_a_rate_holds_the_input_back),
        RIG_TEST(test_one_call_takes_no_more_than_a_turn_may),
        RIG_TEST(test_memory_bounds_what_is_under_way),
        RIG_TEST(test_large_bodies_bound_it_sooner),
        RIG_TEST(test_ordered_records_bound_what_is_handed_over),
        RIG_TEST(test_what_is_not_there_yet_is_waited_for),
        RIG_TEST(test_full_results_hold_the_input_back),
        RIG_TEST(test_full_results_pause_bodies_until_there_is_room),
        RIG_TEST(test_ordered_bodies_are_not_paused),
        RIG_TEST(test_an_output_that_fails_stops_all),
        RIG_TEST(test_an_output_that_fails_between_records_stops_all),
        RIG_TEST(test_what_was_done_before_is_not_sent_again),
        RIG_TEST(test_what_may_have_been_sent_is_sent_again_when_asked),
        RIG_TEST(test_records_without_a_journal_are_gone_through),
        RIG_TEST(test_an_entry_without_a_record_there_stops_it),
        RIG_TEST(test_a_journal_beyond_the_input_is_another_inputs),
        RIG_TEST(test_entries_of_other_shards_are_passed_over),
        RIG_TEST(test_a_file_that_cannot_be_read_stops_no_other),
        RIG_TEST(test_a_drain_leaves_what_waits_and_counts_it),
        RIG_TEST(test_a_second_drain_changes_nothing),
        RIG_TEST(test_standard_input_is_not_read_on_for_a_number),
        RIG_TEST(test_what_cannot_be_counted_is_cut),
        RIG_TEST(test_an_ordered_drain_keeps_what_comes_before),
        RIG_TEST(test_an_ordered_drain_keeps_what_comes_before_a_record),
        RIG_TEST(test_what_rests_between_two_tries_is_left_too),
        RIG_TEST(test_a_stop_drops_everything),
        RIG_TEST(test_a_stop_after_the_input_was_read_cuts_nothing),
        RIG_TEST(test_a_stop_ends_the_count_of_a_drain),
        RIG_TEST(test_the_first_failure_drains_when_asked),
        RIG_TEST(test_without_input_there_is_nothing_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
