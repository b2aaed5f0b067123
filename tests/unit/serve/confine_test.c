#include "serve/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/*
 *  TOP/secret
 *  TOP/root/file  TOP/root/dir/file  TOP/root/pipe
 *  TOP/root/inside -> dir/file       TOP/root/up -> ..
 *  TOP/root/out -> ../secret         TOP/root/abs -> TOP/secret
 */
static char top[64];
static int root;

static void path_of(char *path, size_t cap, const char *name)
{
    (void)snprintf(path, cap, "%s/%s", top, name);
}

static void make_file(const char *name)
{
    char path[128];
    path_of(path, sizeof path, name);
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, name, strlen(name)), (ssize_t)strlen(name));
    close(fd);
}

static void make_link(const char *to, const char *name)
{
    char path[128];
    path_of(path, sizeof path, name);
    assert_int_equal(symlink(to, path), 0);
}

static int set_up(void **state)
{
    char path[128];
    (void)state;
    (void)strcpy(top, "/tmp/quiver-confine-XXXXXX");
    assert_non_null(mkdtemp(top));
    path_of(path, sizeof path, "root");
    assert_int_equal(mkdir(path, 0700), 0);
    root = open(path, O_RDONLY | O_DIRECTORY);
    path_of(path, sizeof path, "root/dir");
    assert_int_equal(mkdir(path, 0700), 0);
    path_of(path, sizeof path, "root/pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    make_file("secret");
    make_file("root/file");
    make_file("root/dir/file");
    make_link("dir/file", "root/inside");
    make_link("..", "root/up");
    make_link("../secret", "root/out");
    path_of(path, sizeof path, "secret");
    make_link(path, "root/abs");
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = {
        "root/abs",      "root/out", "root/up",   "root/inside", "root/pipe",
        "root/dir/file", "root/dir", "root/file", "root",        "secret",
    };
    (void)state;
    close(root);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[128];
        path_of(path, sizeof path, names[i]);
        (void)remove(path);
    }
    return rmdir(top);
}

static void test_what_lies_beneath_opens(void **state)
{
    static const char *const names[] = {
        ".",        "file",      "dir",         "dir/",
        "dir/file", "dir//file", "dir/../file", "inside",
    };
    (void)state;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        int fd = confine_open(root, names[i]);
        assert_true(fd >= 0);
        close(fd);
    }
}

static void test_nothing_else_opens(void **state)
{
    static const struct {
        const char *name;
        int error;
    } cases[] = {
        {"/etc/passwd", EXDEV},      {"..", EXDEV},      {"../secret", EXDEV},
        {"dir/../../secret", EXDEV}, {"out", EXDEV},     {"abs", EXDEV},
        {"up/secret", EXDEV},        {"absent", ENOENT}, {"file/", ENOTDIR},
        {"file/x", ENOTDIR},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(confine_open(root, cases[i].name), -cases[i].error);
}

static void test_a_pipe_does_not_block(void **state)
{
    struct stat st;
    (void)state;
    int fd = confine_open(root, "pipe");
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    assert_true(S_ISFIFO(st.st_mode));
    close(fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_lies_beneath_opens),
        cmocka_unit_test(test_nothing_else_opens),
        cmocka_unit_test(test_a_pipe_does_not_block),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
