#include "files/atomic_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "files/special_file.h"

/* Every test runs in an empty folder of its own. */
static int enter_folder(void **state)
{
    char name[] = "/tmp/atomic_file_test.XXXXXX";
    *state = strdup(mkdtemp(name));
    return chdir(*state);
}

static int leave_folder(void **state)
{
    struct dirent *e;
    DIR *d = opendir(".");
    while ((e = readdir(d)))
        unlink(e->d_name);
    closedir(d);
    assert_int_equal(chdir("/"), 0);
    rmdir(*state);
    free(*state);
    return 0;
}

static unsigned count_files(void)
{
    struct dirent *e;
    DIR *d = opendir(".");
    unsigned n = 0;
    while ((e = readdir(d)))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static void assert_content(const char *path, const char *expected)
{
    char bytes[100] = "";
    int fd = open(path, O_RDONLY);
    assert_true(fd >= 0);
    assert_true(read(fd, bytes, sizeof bytes - 1) >= 0);
    close(fd);
    assert_string_equal(bytes, expected);
}

static void put(const char *path, const char *content, int mode)
{
    int fd = open(path, O_WRONLY | O_CREAT, mode);
    assert_int_equal(write(fd, content, strlen(content)), strlen(content));
    assert_int_equal(fchmod(fd, (mode_t)mode), 0);
    close(fd);
}

static void test_the_name_appears_at_the_end(void **state)
{
    struct atomic_file s;
    (void)state;
    atomic_file_init(&s, "out");
    assert_true(atomic_file_write(&s, "abc", 3));
    assert_int_equal(access("out", F_OK), -1);
    assert_int_equal(count_files(), 1);
    assert_true(atomic_file_write(&s, "def", 3));
    assert_true(atomic_file_finish(&s));
    assert_content("out", "abcdef");
    assert_int_equal(count_files(), 1);
    atomic_file_fini(&s);
}

static void test_abort_leaves_the_old_file(void **state)
{
    struct atomic_file s;
    (void)state;
    put("out", "old", 0644);
    atomic_file_init(&s, "out");
    assert_true(atomic_file_write(&s, "new", 3));
    atomic_file_abort(&s);
    atomic_file_fini(&s);
    assert_content("out", "old");
    assert_int_equal(count_files(), 1);
}

static void test_no_bytes_make_an_empty_file(void **state)
{
    struct atomic_file s;
    (void)state;
    atomic_file_init(&s, "out");
    assert_true(atomic_file_finish(&s));
    assert_content("out", "");
    atomic_file_fini(&s);
}

static void test_permissions_of_the_old_file_stay(void **state)
{
    struct atomic_file s;
    struct stat st;
    (void)state;
    put("out", "old", 0640);
    atomic_file_init(&s, "out");
    assert_true(atomic_file_write(&s, "new", 3) && atomic_file_finish(&s));
    assert_int_equal(stat("out", &st), 0);
    assert_int_equal(st.st_mode & 0777, 0640);
    atomic_file_fini(&s);
}

static void test_a_link_is_followed_or_replaced(void **state)
{
    struct atomic_file s;
    struct stat st;
    (void)state;
    put("real", "old", 0644);
    assert_int_equal(symlink("real", "link"), 0);
    atomic_file_init(&s, "link");
    assert_true(atomic_file_write(&s, "new", 3) && atomic_file_finish(&s));
    atomic_file_fini(&s);
    assert_content("real", "new");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISLNK(st.st_mode));

    atomic_file_init(&s, "link");
    s.no_follow = true;
    assert_true(atomic_file_write(&s, "own", 3) && atomic_file_finish(&s));
    atomic_file_fini(&s);
    assert_content("real", "new");
    assert_int_equal(lstat("link", &st), 0);
    assert_true(S_ISREG(st.st_mode));
}

static void test_a_link_to_nothing_is_filled_at_the_end(void **state)
{
    struct atomic_file s;
    (void)state;
    assert_int_equal(symlink("second", "first"), 0);
    assert_int_equal(symlink("real", "second"), 0);
    atomic_file_init(&s, "first");
    assert_true(atomic_file_write(&s, "new", 3));
    assert_int_equal(access("real", F_OK), -1);
    atomic_file_abort(&s);
    atomic_file_fini(&s);
    assert_int_equal(count_files(), 2);
    atomic_file_init(&s, "first");
    assert_true(atomic_file_write(&s, "new", 3) && atomic_file_finish(&s));
    atomic_file_fini(&s);
    assert_content("real", "new");
    assert_int_equal(count_files(), 3);
}

/* Somebody whom the folder takes nothing from, in a process of his own. */
static void as_nobody(void (*act)(void))
{
    pid_t pid = fork();
    int status;
    assert_true(pid >= 0);
    if (pid == 0) {
        if (geteuid() == 0 &&
            (setgroups(0, NULL) || setgid(65534) || setuid(65534)))
            _exit(2);
        act();
        _exit(0);
    }
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_int_equal(status, 0);
}

#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition))                                                      \
            _exit(1);                                                          \
    } while (0)

static void write_half(void)
{
    struct atomic_file s;
    atomic_file_init(&s, "out");
    CHECK(atomic_file_write(&s, "new", 3));
    CHECK(s.mode == ATOMIC_FILE_SPOOL);
    atomic_file_abort(&s);
    atomic_file_fini(&s);
}

static void write_whole(void)
{
    struct atomic_file s;
    atomic_file_init(&s, "out");
    CHECK(atomic_file_write(&s, "new content", 11) && atomic_file_finish(&s));
    atomic_file_fini(&s);
    atomic_file_init(&s, "other");
    CHECK(!atomic_file_write(&s, "new", 3) && errno == EACCES);
    atomic_file_abort(&s);
    atomic_file_fini(&s);
}

static void test_a_folder_that_takes_nothing(void **state)
{
    (void)state;
    put("out", "old", 0666);
    assert_int_equal(chmod(".", 0555), 0);
    as_nobody(write_half);
    assert_content("out", "old");
    as_nobody(write_whole);
    assert_content("out", "new content");
    assert_int_equal(count_files(), 1);
    assert_int_equal(chmod(".", 0755), 0);
}

static void replace_it(void)
{
    struct atomic_file s;
    atomic_file_init(&s, "out");
    CHECK(atomic_file_write(&s, "new", 3));
    CHECK(s.mode == ATOMIC_FILE_TEMP);
    CHECK(atomic_file_finish(&s));
    atomic_file_fini(&s);
}

static void test_a_sticky_folder(void **state)
{
    (void)state;
    put("out", "old and long", 0666);
    assert_int_equal(chmod(".", 01777), 0);
    as_nobody(replace_it);
    assert_content("out", "new");
    assert_int_equal(count_files(), 1);
}

static void test_folders_are_made_when_asked(void **state)
{
    struct atomic_file s;
    (void)state;
    atomic_file_init(&s, "a/b/out");
    assert_false(atomic_file_write(&s, "x", 1));
    assert_int_equal(errno, ENOENT);
    atomic_file_abort(&s);
    atomic_file_fini(&s);
    atomic_file_init(&s, "a/b/out");
    s.create_dirs = true;
    assert_true(atomic_file_write(&s, "x", 1) && atomic_file_finish(&s));
    atomic_file_fini(&s);
    assert_content("a/b/out", "x");
    unlink("a/b/out");
    rmdir("a/b");
    rmdir("a");
}

static void test_devices_and_folders(void **state)
{
    struct qv_client *client = qv_client_new(&(struct qv_client_options){0});
    struct outlets outlets;
    struct atomic_file s;
    (void)state;
    outlets_init(&outlets, client);
    atomic_file_init(&s, "/dev/null");
    assert_true(atomic_file_write(&s, "x", 1) && atomic_file_finish(&s));
    atomic_file_fini(&s);
    atomic_file_init(&s, "/dev/full");
    s.outlets = &outlets;
    assert_true(atomic_file_write(&s, "x", 1));
    assert_false(atomic_file_finish(&s));
    assert_int_equal(errno, ENOSPC);
    atomic_file_abort(&s);
    atomic_file_fini(&s);
    atomic_file_init(&s, "/dev/full");
    assert_false(atomic_file_write(&s, "x", 1)); /* a file was wanted */
    assert_int_equal(errno, ESPIPE);
    atomic_file_abort(&s);
    atomic_file_fini(&s);
    atomic_file_init(&s, ".");
    assert_false(atomic_file_write(&s, "x", 1));
    assert_int_equal(errno, EISDIR);
    atomic_file_abort(&s);
    atomic_file_fini(&s);
    outlets_fini(&outlets);
    qv_client_free(client);
}

static void ignore_room(struct atomic_file *s)
{
    (void)s;
}

/* Reads it to its end and ends: 0, it was so many bytes. */
static pid_t start_reader(const char *path, size_t len)
{
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid > 0)
        return pid;
    char bytes[4096];
    size_t got = 0;
    ssize_t n;
    int fd = open(path, O_RDONLY);
    while ((n = read(fd, bytes, sizeof bytes)) > 0)
        got += (size_t)n;
    _exit(got == len ? 0 : 1);
}

/* Nobody reads there at first. */
static void test_a_pipe_holds_its_producer_back(void **state)
{
    static char piece[64 * 1024];
    struct qv_client *client = qv_client_new(&(struct qv_client_options){0});
    struct outlets outlets;
    struct atomic_file s;
    size_t len = 0;
    int status;
    (void)state;
    outlets_init(&outlets, client);
    assert_int_equal(mkfifo("out", 0600), 0);
    atomic_file_init(&s, "out");
    s.outlets = &outlets;
    s.on_drain = ignore_room;
    for (; !atomic_file_is_full(&s); len += sizeof piece)
        assert_true(atomic_file_write(&s, piece, sizeof piece));
    assert_int_equal(len, 2 * sizeof piece);
    assert_true(atomic_file_finish(&s));
    atomic_file_fini(&s);
    pid_t reader = start_reader("out", len);
    qv_client_run(client); /* until it has taken all */
    outlets_fini(&outlets);
    qv_client_free(client);
    assert_int_equal(waitpid(reader, &status, 0), reader);
    assert_int_equal(status, 0);
}

static void test_a_content_is_replaced_at_once(void **state)
{
    struct str text = {0};
    (void)state;
    str_add_text(&text, "first");
    assert_int_equal(atomic_file_replace("out", &text), 0);
    assert_content("out", "first");
    str_clear(&text);
    str_add_text(&text, "2");
    assert_int_equal(atomic_file_replace("out", &text), 0);
    assert_content("out", "2");
    assert_int_equal(count_files(), 1);
    assert_int_equal(atomic_file_replace("no/such/folder", &text), ENOENT);
    assert_int_equal(atomic_file_replace(".", &text), EISDIR);
    assert_int_equal(atomic_file_replace("/dev/full", &text), ENOSPC);
    special_files_close();
    str_fini(&text);
}

static void test_many_small_pieces_arrive_in_order(void **state)
{
    struct atomic_file s;
    struct stat st;
    char piece[1200];
    (void)state;
    memset(piece, 'p', sizeof piece);
    atomic_file_init(&s, "out");
    for (int i = 0; i < 1000; i++)
        assert_true(atomic_file_write(&s, piece, sizeof piece));
    assert_true(atomic_file_finish(&s));
    atomic_file_fini(&s);
    assert_int_equal(stat("out", &st), 0);
    assert_int_equal(st.st_size, 1200 * 1000);
}

static void test_the_longest_name_works(void **state)
{
    struct atomic_file s;
    char name[256];
    (void)state;
    memset(name, 'n', 255);
    name[255] = '\0';
    atomic_file_init(&s, name);
    assert_true(atomic_file_write(&s, "x", 1) && atomic_file_finish(&s));
    atomic_file_fini(&s);
    assert_content(name, "x");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, enter_folder, leave_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_name_appears_at_the_end),
        TEST(test_abort_leaves_the_old_file),
        TEST(test_no_bytes_make_an_empty_file),
        TEST(test_permissions_of_the_old_file_stay),
        TEST(test_a_link_is_followed_or_replaced),
        TEST(test_a_link_to_nothing_is_filled_at_the_end),
        TEST(test_a_folder_that_takes_nothing),
        TEST(test_a_sticky_folder),
        TEST(test_folders_are_made_when_asked),
        TEST(test_devices_and_folders),
        TEST(test_a_pipe_holds_its_producer_back),
        TEST(test_a_content_is_replaced_at_once),
        TEST(test_many_small_pieces_arrive_in_order),
        TEST(test_the_longest_name_works),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
