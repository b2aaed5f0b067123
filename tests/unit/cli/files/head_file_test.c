#include "files/head_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* A file of its own for each test. */
struct rig {
    struct head_file file;
    char path[40];
};

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    strcpy(r->path, "/tmp/head_file_test.XXXXXX");
    int fd = mkstemp(r->path);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, "before", 6), 6);
    close(fd);
    head_file_init(&r->file);
    *state = r;
    return 0;
}

static int end(void **state)
{
    struct rig *r = *state;
    head_file_fini(&r->file);
    unlink(r->path);
    free(r);
    return 0;
}

static void add(struct rig *r, const void *writer, const char *bytes)
{
    struct str head = {0};
    str_add_text(&head, bytes);
    assert_true(head_file_add(&r->file, r->path, writer, &head));
    str_fini(&head);
}

static void assert_holds(const struct rig *r, const char *expected)
{
    char bytes[200] = "";
    int fd = open(r->path, O_RDONLY);
    assert_true(fd >= 0);
    assert_true(read(fd, bytes, sizeof bytes - 1) >= 0);
    close(fd);
    assert_string_equal(bytes, expected);
}

static void test_heads_are_there_as_they_come(void **state)
{
    struct rig *r = *state;
    assert_holds(r, "before"); /* until the first one comes */
    add(r, r, "one ");
    assert_holds(r, "one ");
    add(r, r, "two ");
    assert_holds(r, "one two ");
}

static void test_what_is_taken_back_is_gone(void **state)
{
    struct rig *r = *state;
    add(r, r, "redirect ");
    add(r, r, "final ");
    assert_true(head_file_take_back(&r->file, r->path, r));
    assert_holds(r, "");
    assert_true(head_file_take_back(&r->file, r->path, r));
    add(r, r, "again ");
    assert_holds(r, "again ");
}

static void test_those_of_others_stay_in_their_order(void **state)
{
    struct rig *r = *state;
    int a = 0;
    int b = 0;
    int c = 0;
    add(r, &a, "a1 ");
    add(r, &b, "b1 ");
    add(r, &a, "a2 ");
    add(r, &c, "c1 ");
    assert_true(head_file_take_back(&r->file, r->path, &a));
    assert_holds(r, "b1 c1 ");
    add(r, &a, "a3 ");
    assert_true(head_file_take_back(&r->file, r->path, &b));
    assert_holds(r, "c1 a3 ");
    assert_true(head_file_take_back(&r->file, r->path, &c));
    assert_holds(r, "a3 ");
    head_file_settle(&r->file, &a);
    assert_true(head_file_take_back(&r->file, r->path, &a));
    assert_holds(r, "a3 ");
}

static void test_a_long_rest_moves_up(void **state)
{
    struct rig *r = *state;
    char line[101];
    int a = 0;
    int b = 0;
    memset(line, 'x', 100);
    line[100] = '\0';
    add(r, &a, "first ");
    for (int i = 0; i < 100; i++)
        add(r, &b, line);
    assert_true(head_file_take_back(&r->file, r->path, &a));
    assert_int_equal(lseek(r->file.fd, 0, SEEK_END), 100 * 100);
}

static void test_a_pipe_is_written_and_not_taken_back(void **state)
{
    struct rig *r = *state;
    struct str head = {0};
    char got[20] = "";
    char path[40];
    int fds[2];
    assert_int_equal(pipe(fds), 0);
    (void)snprintf(path, sizeof path, "/dev/fd/%d", fds[1]);
    str_add_text(&head, "head");
    assert_true(head_file_add(&r->file, path, r, &head));
    assert_true(head_file_take_back(&r->file, path, r));
    assert_int_equal(read(fds[0], got, sizeof got), 4);
    str_fini(&head);
    close(fds[0]);
    close(fds[1]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_heads_are_there_as_they_come),
        TEST(test_what_is_taken_back_is_gone),
        TEST(test_those_of_others_stay_in_their_order),
        TEST(test_a_long_rest_moves_up),
        TEST(test_a_pipe_is_written_and_not_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
