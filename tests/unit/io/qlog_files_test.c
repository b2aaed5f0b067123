/* A file for each trace; what cannot be written is told once and ends there. */
#include "io/qlog_files.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "io/addr.h"
#include "io/loop.h"

struct rig {
    struct loop *loop;
    struct qlog_files files;
    char folder[64];
    unsigned nwarned;
    char warning[300];
};

static void on_warning(void *user, const char *text)
{
    struct rig *r = user;
    r->nwarned++;
    (void)snprintf(r->warning, sizeof r->warning, "%s", text);
}

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    assert_non_null(r);
    strcpy(r->folder, "/tmp/qlog-test-XXXXXX");
    assert_non_null(mkdtemp(r->folder));
    r->loop = loop_new();
    r->files =
        (struct qlog_files){.folder = r->folder, .warn = on_warning, .user = r};
    loop_set_qlog(r->loop, &r->files);
    *state = r;
    return 0;
}

static const char *in_folder(const struct rig *r, const char *name)
{
    static char path[200];
    (void)snprintf(path, sizeof path, "%s/%s", r->folder, name);
    return path;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    (void)unlink(in_folder(r, "0102ff_client.sqlog"));
    (void)unlink(in_folder(r, "0102ff_server.sqlog"));
    (void)rmdir(r->folder);
    loop_free(r->loop);
    free(r);
    return 0;
}

static const struct span id = SPAN_LIT("\x01\x02\xff");

static void assert_content(const char *path, const char *content)
{
    char got[2000];
    FILE *f = fopen(path, "r");
    assert_non_null(f);
    size_t n = fread(got, 1, sizeof got - 1, f);
    got[n] = '\0';
    (void)fclose(f);
    assert_string_equal(got, content);
}

static void a_file_is_named_after_the_id_and_the_role(void **state)
{
    struct rig *r = *state;
    struct stat st;
    struct qlog *client = qlog_files_open(r->loop, id, false);
    struct qlog *server = qlog_files_open(r->loop, id, true);
    assert_non_null(client);
    assert_non_null(server);
    qlog_record(client, SPAN_LIT("client\n"));
    qlog_record(server, SPAN_LIT("server\n"));
    qlog_files_close(client);
    qlog_files_close(server);
    assert_content(in_folder(r, "0102ff_client.sqlog"), "client\n");
    assert_content(in_folder(r, "0102ff_server.sqlog"), "server\n");
    assert_int_equal(stat(in_folder(r, "0102ff_client.sqlog"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(r->nwarned, 0);
}

static void what_is_much_is_written_before_the_end(void **state)
{
    struct rig *r = *state;
    struct stat st;
    char line[1000];
    memset(line, 'x', sizeof line);
    struct qlog *q = qlog_files_open(r->loop, id, false);
    for (int i = 0; i < 100; i++)
        qlog_record(q, span_of(line, sizeof line));
    assert_int_equal(stat(in_folder(r, "0102ff_client.sqlog"), &st), 0);
    assert_in_range(st.st_size, 100000 - 32 * 1024 - 1000, 100000);
    assert_in_range(q->out.len, 0, 32 * 1024);
    qlog_files_close(q);
    assert_int_equal(stat(in_folder(r, "0102ff_client.sqlog"), &st), 0);
    assert_int_equal(st.st_size, 100000);
}

static void between_ip_addresses_a_connection_has_a_beginning(void **state)
{
    struct rig *r = *state;
    struct addr local;
    struct addr remote;
    struct addr path;
    assert_true(addr_parse(&local, SPAN_LIT("127.0.0.1"), 1));
    assert_true(addr_parse(&remote, SPAN_LIT("192.0.2.1"), 443));
    assert_true(addr_unix(&path, "/s"));
    struct qlog *q = qlog_files_open(r->loop, id, false);
    qlog_files_started(q, "TCP", &path, &path);
    assert_int_equal(q->out.len, 0);
    qlog_files_started(q, "TCP", &local, &remote);
    assert_non_null(strstr(
        q->out.base, "\"data\":{\"ip_version\":\"v4\",\"src_ip\":\"127.0.0.1\","
                     "\"dst_ip\":\"192.0.2.1\",\"protocol\":\"TCP\","
                     "\"src_port\":1,\"dst_port\":443}}\n"));
    qlog_files_close(q);
}

static void without_a_folder_there_are_none(void **state)
{
    struct rig *r = *state;
    loop_set_qlog(r->loop, NULL);
    assert_null(qlog_files_open(r->loop, id, false));
    assert_int_equal(r->nwarned, 0);
    qlog_files_close(NULL);
}

static void a_folder_that_is_not_there_is_told_once(void **state)
{
    struct rig *r = *state;
    r->files.folder = "/nowhere/at/all";
    assert_null(qlog_files_open(r->loop, id, false));
    assert_null(qlog_files_open(r->loop, id, false));
    assert_int_equal(r->nwarned, 1);
    assert_string_equal(r->warning,
                        "no qlog: cannot write /nowhere/at/all/"
                        "0102ff_client.sqlog: No such file or directory");
}

static void a_file_of_that_name_is_left_alone(void **state)
{
    struct rig *r = *state;
    struct qlog *q = qlog_files_open(r->loop, id, false);
    qlog_record(q, SPAN_LIT("first\n"));
    qlog_files_close(q);
    assert_null(qlog_files_open(r->loop, id, false));
    assert_content(in_folder(r, "0102ff_client.sqlog"), "first\n");
    assert_int_equal(r->nwarned, 1);
}

/* A limit on files stands for the disk that is full. */
static void a_disk_that_is_full_is_told_once_and_ends_the_trace(void **state)
{
    struct rig *r = *state;
    struct rlimit before;
    char line[1000];
    memset(line, 'x', sizeof line);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    struct rlimit small = {.rlim_cur = 4096, .rlim_max = before.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    struct qlog *q = qlog_files_open(r->loop, id, false);
    for (int i = 0; i < 200; i++)
        qlog_record(q, span_of(line, sizeof line));
    unsigned nwarned = r->nwarned;
    assert_in_range(q->out.len, 0, 32 * 1024);
    qlog_files_close(q);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_int_equal(nwarned, 1);
    assert_int_equal(r->nwarned, 1);
    assert_non_null(strstr(r->warning, "File too large"));
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(a_file_is_named_after_the_id_and_the_role),
        RIG_TEST(what_is_much_is_written_before_the_end),
        RIG_TEST(between_ip_addresses_a_connection_has_a_beginning),
        RIG_TEST(without_a_folder_there_are_none),
        RIG_TEST(a_folder_that_is_not_there_is_told_once),
        RIG_TEST(a_file_of_that_name_is_left_alone),
        RIG_TEST(a_disk_that_is_full_is_told_once_and_ends_the_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
