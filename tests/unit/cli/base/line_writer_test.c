#include "base/line_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/whole_file.h"

enum {
    LINE = 100,          /* bytes, with the newline */
    PIPE_LINES = 1200,   /* more than a pipe takes (64 KiB) */
    BOUND = 1024 * 1024, /* of most tests: nothing is dropped */
};

/* A pipe, and a writer to it. */
struct rig {
    int fds[2];
    struct line_writer w;
};

static void add_gap(struct str *out, uint64_t lines)
{
    str_printf(out, "gap %" PRIu64 "\n", lines);
}

static void rig_open(struct rig *r, size_t max,
                     void (*gap)(struct str *, uint64_t))
{
    assert_int_equal(pipe(r->fds), 0);
    line_writer_open(&r->w, &(struct line_writer_options){
                                .fd = r->fds[1], .max = max, .add_gap = gap});
}

static uint64_t rig_close(struct rig *r)
{
    uint64_t dropped = line_writer_close(&r->w);
    close(r->fds[0]);
    close(r->fds[1]);
    return dropped;
}

static void write_line(struct rig *r, unsigned n)
{
    char line[LINE + 1];
    (void)snprintf(line, sizeof line, "%-*u\n", LINE - 1, n);
    line_writer_write(&r->w, line, LINE);
}

/* The next line that arrives; waits for it. */
static void read_line(const struct rig *r, char line[LINE + 1])
{
    size_t len = 0;
    do {
        assert_true(len < LINE);
        assert_int_equal(read(r->fds[0], line + len, 1), 1);
    } while (line[len++] != '\n');
    line[len] = '\0';
}

static void expect_line(const struct rig *r, unsigned n)
{
    char line[LINE + 1];
    read_line(r, line);
    assert_int_equal(strtoul(line, NULL, 10), n);
    assert_int_equal(strlen(line), LINE);
}

static void test_a_reader_with_room_has_a_line_at_once(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, BOUND, NULL);
    write_line(&r, 7);
    assert_false(line_writer_is_behind(&r.w));
    assert_int_equal(fcntl(r.fds[0], F_SETFL, O_NONBLOCK), 0);
    expect_line(&r, 7);
    assert_int_equal(rig_close(&r), 0);
}

static void test_a_reader_that_stands_still_is_not_waited_for(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, BOUND, NULL);
    for (unsigned i = 0; i < PIPE_LINES; i++)
        write_line(&r, i);
    assert_true(line_writer_is_behind(&r.w));
    /* Others that have the pipe see no difference. */
    assert_int_equal(fcntl(r.fds[1], F_GETFL) & O_NONBLOCK, 0);
    for (unsigned i = 0; i < PIPE_LINES; i++)
        expect_line(&r, i);
    write_line(&r, PIPE_LINES);
    expect_line(&r, PIPE_LINES);
    assert_int_equal(rig_close(&r), 0);
}

/* Lines that are neither whole nor in their order fail in expect_line(). */
static void test_what_does_not_fit_is_dropped_and_told(void **state)
{
    (void)state;
    enum {
        SMALL = 100 * LINE,
        ALL = PIPE_LINES + 1000,
    };
    struct rig r;
    char line[LINE + 1];
    unsigned n = 0;

    rig_open(&r, SMALL, add_gap);
    for (unsigned i = 0; i < ALL; i++)
        write_line(&r, i);
    /* The queue is empty before the pipe is. */
    for (; line_writer_is_behind(&r.w); n++)
        expect_line(&r, n);
    write_line(&r, ALL);
    for (;; n++) {
        assert_true(n < ALL);
        read_line(&r, line);
        if (memcmp(line, "gap ", 4) == 0)
            break;
        assert_int_equal(strtoul(line, NULL, 10), n);
    }
    unsigned long gap = strtoul(line + 4, NULL, 10);
    assert_int_equal(n + gap, ALL);
    expect_line(&r, ALL);
    assert_int_equal(rig_close(&r), gap);
}

static void test_what_is_urgent_is_never_dropped(void **state)
{
    (void)state;
    struct rig r;
    char line[LINE + 1];
    rig_open(&r, LINE, NULL);
    for (unsigned i = 0; i < PIPE_LINES; i++)
        write_line(&r, i);
    line_writer_urge(&r.w, "urgent\n", 7);
    do
        read_line(&r, line);
    while (strcmp(line, "urgent\n") != 0);
    assert_true(rig_close(&r) > 0);
}

static void test_a_reader_that_goes_ends_the_waiting(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, BOUND, NULL);
    for (unsigned i = 0; i < PIPE_LINES; i++)
        write_line(&r, i);
    close(r.fds[0]);
    line_writer_flush(&r.w);
    assert_int_equal(line_writer_failed(&r.w), EPIPE);
    write_line(&r, 0);
    assert_false(line_writer_is_behind(&r.w));
    assert_int_equal(line_writer_close(&r.w), 0);
    close(r.fds[1]);
}

/* In an empty folder, a pipe of this name. */
static void make_fifo(char folder[32], char path[64])
{
    (void)snprintf(folder, 32, "/tmp/line_writer.XXXXXX");
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, 64, "%s/pipe", folder);
    assert_int_equal(mkfifo(path, 0600), 0);
}

static void test_a_named_pipe_is_opened_when_it_has_a_reader(void **state)
{
    (void)state;
    char folder[32];
    char path[64];
    struct rig r;
    make_fifo(folder, path);
    line_writer_open(&r.w,
                     &(struct line_writer_options){.fifo = path, .max = BOUND});
    for (unsigned i = 0; i < PIPE_LINES; i++)
        write_line(&r, i);
    assert_int_equal(line_writer_queued(&r.w), PIPE_LINES * LINE);
    r.fds[0] = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(r.fds[0] >= 0);
    for (unsigned i = 0; i < PIPE_LINES; i++)
        expect_line(&r, i);
    write_line(&r, PIPE_LINES); /* one that is there already */
    expect_line(&r, PIPE_LINES);
    assert_int_equal(line_writer_close(&r.w), 0);
    assert_int_equal(read(r.fds[0], path, 1), 0); /* and is closed now */
    close(r.fds[0]);
    (void)snprintf(path, sizeof path, "%s/pipe", folder);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void test_a_named_pipe_that_is_gone_is_told(void **state)
{
    (void)state;
    char folder[32];
    char path[64];
    struct rig r;
    make_fifo(folder, path);
    line_writer_open(&r.w,
                     &(struct line_writer_options){.fifo = path, .max = BOUND});
    write_line(&r, 1);
    assert_int_equal(line_writer_failed(&r.w), 0);
    (void)unlink(path);
    line_writer_flush(&r.w); /* does not wait for ever */
    assert_int_equal(line_writer_failed(&r.w), ENOENT);
    assert_int_equal(line_writer_close(&r.w), 0);
    (void)rmdir(folder);
}

static void test_who_is_in_a_hurry_does_not_wait(void **state)
{
    (void)state;
    struct rig r;
    rig_open(&r, BOUND, NULL);
    for (unsigned i = 0; i < PIPE_LINES; i++)
        write_line(&r, i);
    line_writer_give_up(); /* for all that follows */
    line_writer_flush(&r.w);
    size_t queued = line_writer_queued(&r.w);
    assert_in_range(queued, 1, PIPE_LINES * LINE);
    assert_int_equal(rig_close(&r), (queued + LINE - 1) / LINE);
}

static void test_a_file_is_written_as_it_is(void **state)
{
    (void)state;
    FILE *f = tmpfile();
    assert_non_null(f);
    struct line_writer w;
    struct str all = {0};
    char path[32];

    line_writer_open(
        &w, &(struct line_writer_options){.fd = fileno(f), .max = LINE});
    for (unsigned i = 0; i < PIPE_LINES; i++)
        line_writer_write(&w, "line\n", 5);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fileno(f));
    assert_true(whole_file_read(&all, path));
    assert_int_equal(all.len, PIPE_LINES * 5);
    assert_int_equal(line_writer_close(&w), 0);
    str_fini(&all);
    (void)fclose(f);
}

static void test_a_full_disk_is_told(void **state)
{
    (void)state;
    struct line_writer w;
    int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        skip();
    line_writer_open(&w, &(struct line_writer_options){.fd = fd, .max = LINE});
    line_writer_write(&w, "line\n", 5);
    assert_int_equal(line_writer_failed(&w), ENOSPC);
    assert_int_equal(line_writer_close(&w), 0);
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_reader_with_room_has_a_line_at_once),
        cmocka_unit_test(test_a_reader_that_stands_still_is_not_waited_for),
        cmocka_unit_test(test_what_does_not_fit_is_dropped_and_told),
        cmocka_unit_test(test_what_is_urgent_is_never_dropped),
        cmocka_unit_test(test_a_reader_that_goes_ends_the_waiting),
        cmocka_unit_test(test_a_file_is_written_as_it_is),
        cmocka_unit_test(test_a_full_disk_is_told),
        cmocka_unit_test(test_a_named_pipe_is_opened_when_it_has_a_reader),
        cmocka_unit_test(test_a_named_pipe_that_is_gone_is_told),
        cmocka_unit_test(test_who_is_in_a_hurry_does_not_wait),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
