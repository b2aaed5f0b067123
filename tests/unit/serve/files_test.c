#include "serve/files.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "serve/fake_stream.h"
#include "serve/router.h"
#include "serve/server_life.h"

#define MODIFIED 784111777 /* Sun, 06 Nov 1994 08:49:37 GMT */

static char root[64];
static struct loop *loop;
static struct server *server;
static struct fake_stream f;

static void path_of(char *path, size_t cap, const char *name)
{
    (void)snprintf(path, cap, "%s/%s", root, name);
}

static void make_file(const char *name, const char *text)
{
    static const struct timespec times[2] = {{.tv_sec = MODIFIED},
                                             {.tv_sec = MODIFIED}};
    char path[256];
    path_of(path, sizeof path, name);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    assert_int_equal(futimens(fd, times), 0);
    close(fd);
}

static void make_folder(const char *name)
{
    char path[256];
    path_of(path, sizeof path, name);
    assert_int_equal(mkdir(path, 0700), 0);
}

static const char *const names[] = {
    "digits.txt", "empty",        "page/index.html", "list/b",  "list/<&\"'>",
    "list/a:b c", "list/.hidden", "list/sub/",       "page/",   "list/",
    "pipe",       "out",          "with space.js",   "shrinks",
};

static int set_up(void **state)
{
    char path[256];
    (void)state;
    (void)strcpy(root, "/tmp/quiver-files-XXXXXX");
    assert_non_null(mkdtemp(root));
    make_folder("page");
    make_folder("list");
    make_folder("list/sub");
    make_file("digits.txt", "0123456789");
    make_file("with space.js", "1");
    make_file("empty", "");
    make_file("page/index.html", "<p>page");
    make_file("list/b", "12");
    make_file("list/<&\"'>", "");
    make_file("list/a:b c", "");
    make_file("list/.hidden", "");
    path_of(path, sizeof path, "pipe");
    assert_int_equal(mkfifo(path, 0600), 0);
    path_of(path, sizeof path, "out");
    assert_int_equal(symlink("/etc/passwd", path), 0);

    struct server_options options = {.root = root};
    struct fault fault;
    loop = loop_new();
    server = server_new(loop, &options, &fault);
    assert_non_null(server);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    server_free(server);
    loop_free(loop);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[256];
        path_of(path, sizeof path, names[i]);
        (void)remove(path);
    }
    return rmdir(root);
}

static void ask_with(const char *method, const char *target, const char *name,
                     const char *value)
{
    fake_stream_init(&f, server, method, target);
    if (name)
        fake_stream_field(&f, name, value);
    fake_stream_run(&f);
    assert_int_equal(f.nresponses, 1);
    assert_true(f.is_complete);
}

static void ask(const char *method, const char *target)
{
    ask_with(method, target, NULL, NULL);
}

static void assert_field(const char *name, const char *value)
{
    assert_string_equal(fake_stream_value(&f, name), value);
}

static void assert_answer(int status, const char *body)
{
    assert_int_equal(f.response.status, status);
    assert_string_equal(str_text(&f.answer), body);
    fake_stream_fini(&f);
}

static void test_a_file(void **state)
{
    (void)state;
    ask("GET", "/digits.txt?x");
    assert_field("content-type", "text/plain; charset=utf-8");
    assert_field("last-modified", "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_field("accept-ranges", "bytes");
    assert_int_equal(fake_stream_value(&f, "etag")[0], '"');
    assert_int_equal(f.response.body_len, 10);
    assert_answer(200, "0123456789");

    ask("HEAD", "/digits.txt");
    assert_int_equal(f.response.body_len, 10);
    assert_answer(200, "");

    ask("GET", "/empty");
    assert_int_equal(f.response.body_len, 0);
    assert_answer(200, "");

    ask("GET", "//with%20space.js");
    assert_field("content-type", "text/javascript; charset=utf-8");
    assert_answer(200, "1");
}

static void test_small_reads_add_up(void **state)
{
    (void)state;
    fake_stream_init(&f, server, "GET", "/digits.txt");
    f.read_cap = 3;
    fake_stream_run(&f);
    assert_answer(200, "0123456789");
}

static void test_ranges(void **state)
{
    (void)state;
    ask_with("GET", "/digits.txt", "range", "bytes=2-4");
    assert_field("content-range", "bytes 2-4/10");
    assert_int_equal(f.response.body_len, 3);
    assert_answer(206, "234");

    ask_with("GET", "/digits.txt", "range", "bytes=-2");
    assert_answer(206, "89");

    ask_with("GET", "/digits.txt", "range", "bytes=10-");
    assert_field("content-range", "bytes */10");
    assert_int_equal(f.response.status, 416);
    fake_stream_fini(&f);

    ask_with("GET", "/digits.txt", "range", "bytes=0-1,4-5");
    assert_answer(200, "0123456789");

    ask_with("HEAD", "/digits.txt", "range", "bytes=2-4");
    assert_int_equal(f.response.body_len, 10);
    assert_answer(200, "");
}

static void test_conditions(void **state)
{
    char etag[80];
    (void)state;
    ask("GET", "/digits.txt");
    (void)snprintf(etag, sizeof etag, "%s", fake_stream_value(&f, "etag"));
    fake_stream_fini(&f);

    ask_with("GET", "/digits.txt", "if-none-match", etag);
    assert_field("etag", etag);
    assert_int_equal(f.response.body_len, BODY_LEN_NONE);
    assert_answer(304, "");

    ask_with("GET", "/digits.txt", "if-modified-since",
             "Sun, 06 Nov 1994 08:49:37 GMT");
    assert_answer(304, "");

    ask_with("GET", "/digits.txt", "if-match", "\"other\"");
    assert_answer(412, "412 Precondition Failed\n");

    fake_stream_init(&f, server, "GET", "/digits.txt");
    fake_stream_field(&f, "range", "bytes=2-4");
    fake_stream_field(&f, "if-range", etag);
    fake_stream_run(&f);
    assert_answer(206, "234");

    fake_stream_init(&f, server, "GET", "/digits.txt");
    fake_stream_field(&f, "range", "bytes=2-4");
    fake_stream_field(&f, "if-range", "\"other\"");
    fake_stream_run(&f);
    assert_answer(200, "0123456789");
}

static void test_a_change_changes_the_tag(void **state)
{
    char etag[80];
    (void)state;
    ask("GET", "/empty");
    (void)snprintf(etag, sizeof etag, "%s", fake_stream_value(&f, "etag"));
    fake_stream_fini(&f);
    make_file("empty", "x");
    ask("GET", "/empty");
    assert_string_not_equal(fake_stream_value(&f, "etag"), etag);
    fake_stream_fini(&f);
    make_file("empty", "");
}

static void test_folders(void **state)
{
    (void)state;
    ask("GET", "/page?a=b");
    assert_field("location", "/page/?a=b");
    assert_int_equal(f.response.status, 301);
    fake_stream_fini(&f);

    ask("GET", "//page");
    assert_field("location", "/page/"); /* never "//host" */
    fake_stream_fini(&f);

    ask("GET", "/page/");
    assert_field("content-type", "text/html; charset=utf-8");
    assert_answer(200, "<p>page");
}

static void test_a_listing(void **state)
{
    (void)state;
    ask("GET", "/list/");
    const char *page = str_text(&f.answer);
    const char *first = strstr(page, "<a href=\"./%3C%26%22%27%3E\">"
                                     "&lt;&amp;&quot;&#39;&gt;</a>");
    const char *second = strstr(page, "<a href=\"./a%3Ab%20c\">a:b c</a>");
    const char *third = strstr(page, "<a href=\"./b\">b</a></td><td>2</td>");
    const char *last = strstr(page, "<a href=\"./sub/\">sub/</a>");
    assert_true(first && first < second && second < third && third < last);
    assert_null(strstr(page, "hidden"));
    assert_field("content-type", "text/html; charset=utf-8");
    fake_stream_fini(&f);
}

static void test_a_listing_as_json(void **state)
{
    (void)state;
    ask_with("GET", "/list/", "accept", "application/json");
    assert_field("content-type", "application/json");
    assert_field("vary", "accept");
    const char *text = str_text(&f.answer);
    assert_non_null(strstr(text, "\"name\": \"<&\\\"'>\""));
    assert_non_null(strstr(text, "\"size\": 2"));
    assert_non_null(strstr(text, "\"modified\": 784111777"));
    fake_stream_fini(&f);
}

static void test_what_is_not_served(void **state)
{
    static const struct {
        const char *target;
        int status;
    } cases[] = {
        {"/absent", 404},
        {"/digits.txt/", 404},
        {"/digits.txt/x", 404},
        {"/out", 404},
        {"/../etc/passwd", 404},
        {"/%2e%2e/etc/passwd", 404},
        {"/..%2fetc/passwd", 404},
        {"/digits.txt%00", 404},
        {"/list/../digits.txt", 404},
        {"/pipe", 403},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ask("GET", cases[i].target);
        assert_int_equal(f.response.status, cases[i].status);
        fake_stream_fini(&f);
    }
}

static void test_a_file_that_shrinks_is_no_short_answer(void **state)
{
    uint8_t buf[4];
    size_t n;
    (void)state;
    make_file("shrinks", "0123456789");
    fake_stream_init(&f, server, "GET", "/shrinks");
    router_route(&f.stream);
    f.stream.handler->ops->on_end(f.stream.handler, NULL);
    struct body_source *source = f.response.body;
    assert_int_equal(source->read(source, buf, sizeof buf, &n), IO_OK);
    make_file("shrinks", "0");
    assert_int_equal(source->read(source, buf, sizeof buf, &n), IO_FAILED);
    assert_int_equal(source->fault.code, ERR_PARTIAL);
    loop_forget(loop, &f.turn);
    fake_stream_fini(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file),
        cmocka_unit_test(test_small_reads_add_up),
        cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_conditions),
        cmocka_unit_test(test_a_change_changes_the_tag),
        cmocka_unit_test(test_folders),
        cmocka_unit_test(test_a_listing),
        cmocka_unit_test(test_a_listing_as_json),
        cmocka_unit_test(test_what_is_not_served),
        cmocka_unit_test(test_a_file_that_shrinks_is_no_short_answer),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
