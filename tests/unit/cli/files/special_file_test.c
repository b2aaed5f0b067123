#include "files/special_file.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Every test runs in a folder of its own with a pipe in it. */
static int enter(void **state)
{
    char *folder = strdup("/tmp/special_file.XXXXXX");
    *state = folder;
    return mkdtemp(folder) && !chdir(folder) && !mkfifo("pipe", 0600) ? 0 : -1;
}

static int leave(void **state)
{
    (void)unlink("pipe");
    (void)unlink("file");
    int failed = chdir("/") || rmdir(*state);
    free(*state);
    return failed;
}

static bool put(const char *path, const char *line)
{
    struct str text = {0};
    str_add_text(&text, line);
    bool ok = special_file_write(path, &text);
    int why = errno;
    str_fini(&text);
    errno = why;
    return ok;
}

static void test_what_is_special(void **state)
{
    (void)state;
    close(open("file", O_WRONLY | O_CREAT, 0600));
    assert_true(special_file_is("pipe"));
    assert_true(special_file_is("/dev/null"));
    assert_false(special_file_is("file"));
    assert_false(special_file_is("."));
    assert_false(special_file_is("absent"));
    assert_false(special_file_is_terminal("/dev/null"));
    assert_false(special_file_is_terminal("pipe"));
    special_files_close();
}

static void test_lines_wait_for_a_reader_in_their_order(void **state)
{
    char got[64] = "";
    (void)state;
    assert_true(put("pipe", "one\n"));
    assert_true(put("pipe", "two\n"));
    assert_true(special_file_is_behind("pipe"));
    assert_false(special_file_is_behind("other"));
    int fd = open("pipe", O_RDONLY);
    assert_true(put("pipe", "three\n"));
    special_files_close();
    for (size_t len = 0, n = 1; n > 0; len += n) {
        ssize_t more = read(fd, got + len, sizeof got - 1 - len);
        assert_true(more >= 0);
        n = (size_t)more;
    }
    assert_string_equal(got, "one\ntwo\nthree\n");
    close(fd);
}

static void test_too_much_for_a_reader_is_told(void **state)
{
    static char line[64 * 1024 + 1];
    size_t n = 0;
    (void)state;
    memset(line, 'x', sizeof line - 1);
    line[sizeof line - 2] = '\n';
    assert_false(special_files_are_full());
    for (; !special_files_are_full(); n++)
        assert_true(put("pipe", line));
    assert_int_equal(n, 16);
    close(open("pipe", O_RDONLY | O_NONBLOCK)); /* comes and goes */
    (void)unlink("pipe");
    special_files_close();
}

static void test_what_cannot_be_written_is_told(void **state)
{
    (void)state;
    assert_false(put("absent", "line\n"));
    assert_int_equal(errno, ENOENT);
    assert_false(put("/dev/full", "line\n"));
    assert_int_equal(errno, ENOSPC);
    special_files_close();
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter, leave)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_what_is_special),
        TEST(test_lines_wait_for_a_reader_in_their_order),
        TEST(test_too_much_for_a_reader_is_told),
        TEST(test_what_cannot_be_written_is_told),
    };
    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
