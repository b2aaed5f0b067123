#include "results/results.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/whole_file.h"
#include "core/base/str.h"

/* A batch's end of the matter, without a batch. */
struct rig {
    struct qv_client *client;
    struct results *results;
    char folder[32];
    char path[64];
    unsigned nrooms;
    int real_stdout;
    int read_end; /* of the pipe that is standard output; -1: none */
};

static void on_drain(void *user)
{
    struct rig *r = user;
    r->nrooms++;
}

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    strcpy(r->folder, "/tmp/results.XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    (void)snprintf(r->path, sizeof r->path, "%s/out", r->folder);
    r->client = qv_client_new(&(struct qv_client_options){0});
    r->read_end = -1;
    *state = r;
    return 0;
}

static void restore_stdout(struct rig *r)
{
    assert_true(dup2(r->real_stdout, STDOUT_FILENO) >= 0);
    close(r->real_stdout);
    if (r->read_end >= 0)
        close(r->read_end);
    r->read_end = -1;
}

static int end(void **state)
{
    struct rig *r = *state;
    if (r->results)
        results_free(r->results);
    qv_client_free(r->client);
    unlink(r->path);
    rmdir(r->folder);
    free(r);
    return 0;
}

static void start(struct rig *r, const struct results_options *o)
{
    struct qv_error error;
    r->results = results_new(r->client, o, on_drain, r, &error);
    assert_non_null(r->results);
}

/* Standard output becomes a pipe that holds one page. */
static void pipe_stdout(struct rig *r)
{
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    assert_int_equal(fcntl(fds[1], F_SETPIPE_SZ, 4096), 4096);
    fflush(stdout);
    r->real_stdout = dup(STDOUT_FILENO);
    assert_true(dup2(fds[1], STDOUT_FILENO) >= 0);
    close(fds[1]);
    r->read_end = fds[0];
    assert_int_equal(fcntl(r->read_end, F_SETFL, O_NONBLOCK), 0);
}

struct turn {
    struct qv_client *client;
    struct qv_fd fd;
    unsigned turns;
};

static void end_turn(struct qv_fd *h, unsigned ready)
{
    struct turn *t = QV_OWNER(h, struct turn, fd);
    (void)ready;
    if (!t->turns--)
        qv_fd_unwatch(t->client, h);
}

/* A turn of the loop begins what was due, or makes it due: two end it. */
static void turns(struct rig *r)
{
    struct turn t = {.client = r->client, .fd.on_ready = end_turn, .turns = 2};
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    t.fd.fd = fds[1];
    qv_fd_watch(r->client, &t.fd, QV_WRITABLE);
    qv_client_run(r->client);
    close(fds[0]);
    close(fds[1]);
}

static void assert_file(const char *path, const char *expected)
{
    struct str t = {0};
    assert_true(whole_file_read(&t, path));
    assert_string_equal(t.base ? t.base : "", expected);
    str_fini(&t);
}

static void put(struct rig *r, uint64_t seq)
{
    char line[32];
    int n = snprintf(line, sizeof line, "{\"seq\":%u}", (unsigned)seq);
    results_end(r->results, seq, line, (size_t)n);
}

static void writes_lines_as_they_end(void **state)
{
    struct rig *r = *state;
    start(r, &(struct results_options){.path = r->path});
    for (uint64_t seq = 0; seq < 3; seq++)
        results_expect(r->results, seq);
    put(r, 2);
    put(r, 0);
    assert_file(r->path, ""); /* gathered */
    turns(r);
    assert_file(r->path, "{\"seq\":2}\n{\"seq\":0}\n");
    put(r, 1);
    results_flush(r->results);
    assert_file(r->path, "{\"seq\":2}\n{\"seq\":0}\n{\"seq\":1}\n");
}

static void keeps_the_order_of_the_input_when_asked(void **state)
{
    enum {
        N = 500
    };
    struct rig *r = *state;
    uint64_t seqs[N];
    struct str expected = {0};
    start(r, &(struct results_options){.path = r->path, .ordered = true});
    for (uint64_t i = 0; i < N; i++) {
        seqs[i] = 3 * i; /* a shard's have gaps */
        results_expect(r->results, seqs[i]);
        str_printf(&expected, "{\"seq\":%u}\n", (unsigned)seqs[i]);
    }
    srand(7);
    for (size_t i = N; i > 0; i--) {
        size_t k = (size_t)rand() % i;
        put(r, seqs[k]);
        seqs[k] = seqs[i - 1];
    }
    results_flush(r->results);
    assert_file(r->path, expected.base);
    str_fini(&expected);
}

static void is_full_while_too_much_waits_for_the_head(void **state)
{
    enum {
        PIECE = 1 << 20,
        N = RESULTS_ORDER_MAX / PIECE
    };
    struct rig *r = *state;
    char *line = malloc(PIECE);
    memset(line, 'x', PIECE);
    start(r, &(struct results_options){.path = "/dev/null", .ordered = true});
    for (uint64_t seq = 0; seq <= N; seq++)
        results_expect(r->results, seq);
    for (uint64_t seq = 1; seq <= N; seq++) {
        assert_false(results_is_full(r->results));
        results_end(r->results, seq, line, PIECE);
    }
    assert_true(results_is_full(r->results));
    results_end(r->results, 0, line, PIECE);
    assert_false(results_is_full(r->results));
    free(line);
}

static void tells_a_failed_write(void **state)
{
    struct rig *r = *state;
    start(r, &(struct results_options){.path = "/dev/full"});
    put(r, 0);
    assert_int_equal(results_failed(r->results), 0);
    assert_int_equal(r->nrooms, 0);
    turns(r);
    assert_int_equal(results_failed(r->results), ENOSPC);
    assert_int_equal(r->nrooms, 1);
}

static void cuts_the_line_that_the_disk_did_not_hold(void **state)
{
    struct rig *r = *state;
    struct rlimit limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    rlim_t old = limit.rlim_cur;
    limit.rlim_cur = 25;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    start(r, &(struct results_options){.path = r->path});
    for (uint64_t seq = 0; seq < 4; seq++)
        put(r, seq);
    results_flush(r->results);
    limit.rlim_cur = old;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    assert_int_equal(results_failed(r->results), EFBIG);
    assert_file(r->path, "{\"seq\":0}\n{\"seq\":1}\n");
}

static void says_why_a_file_cannot_be_opened(void **state)
{
    struct rig *r = *state;
    struct qv_error error;
    assert_null(results_new(r->client,
                            &(struct results_options){.path = "/nowhere/x"},
                            on_drain, r, &error));
    assert_int_equal(error.status, QV_EXIT_WRITE);
    assert_non_null(strstr(error.text, "/nowhere/x: No such file"));
}

static size_t drain(struct rig *r, char *into, size_t size)
{
    size_t len = 0;
    ssize_t n;
    while (len < size && (n = read(r->read_end, into + len, size - len)) > 0)
        len += (size_t)n;
    return len;
}

/* As a program that is stopped while its reader sleeps. */
static void leaves_no_half_line_in_a_pipe(void **state)
{
    struct rig *r = *state;
    char *line = malloc(3000);
    char *got = malloc(100000);
    memset(line, 'x', 3000);
    pipe_stdout(r);
    start(r, &(struct results_options){0});
    for (uint64_t seq = 0; seq < 50; seq++)
        results_end(r->results, seq, line, 3000);
    size_t len = drain(r, got, 100000); /* a page: a line and a part of one */
    results_flush(r->results);
    len += drain(r, got + len, 100000 - len);
    results_free(r->results);
    r->results = NULL;
    restore_stdout(r);
    assert_int_equal(len % 3001, 0);
    assert_true(len > 0 && len < (size_t)50 * 3001);
    assert_int_equal(got[len - 1], '\n');
    free(line);
    free(got);
}

static void is_full_while_the_reader_is_slow(void **state)
{
    struct rig *r = *state;
    char *line = malloc(1000);
    uint64_t seq = 0;
    memset(line, 'x', 1000);
    pipe_stdout(r);
    start(r, &(struct results_options){0});
    while (!results_is_full(r->results) && seq < 10000)
        results_end(r->results, seq++, line, 1000);
    close(r->read_end);
    r->read_end = -1;
    (void)signal(SIGPIPE, SIG_IGN);
    turns(r); /* the failure is told */
    restore_stdout(r);
    assert_in_range(seq, 100, 1000);
    assert_int_equal(results_failed(r->results), EPIPE);
    assert_int_equal(r->nrooms, 1);
    free(line);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_lines_as_they_end, begin, end),
        cmocka_unit_test_setup_teardown(keeps_the_order_of_the_input_when_asked,
                                        begin, end),
        cmocka_unit_test_setup_teardown(
            is_full_while_too_much_waits_for_the_head, begin, end),
        cmocka_unit_test_setup_teardown(tells_a_failed_write, begin, end),
        cmocka_unit_test_setup_teardown(
            cuts_the_line_that_the_disk_did_not_hold, begin, end),
        cmocka_unit_test_setup_teardown(says_why_a_file_cannot_be_opened, begin,
                                        end),
        cmocka_unit_test_setup_teardown(leaves_no_half_line_in_a_pipe, begin,
                                        end),
        cmocka_unit_test_setup_teardown(is_full_while_the_reader_is_slow, begin,
                                        end),
    };
    (void)signal(SIGXFSZ, SIG_IGN);
    return cmocka_run_group_tests_name("results", tests, NULL, NULL);
}
