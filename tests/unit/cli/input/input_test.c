/* The input of a batch as bytes: lines, files, pipes, and their ends. */
#include "input/input.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/whole_file.h"
#include "cli/input/input_rig.h"
#include "request/cmdline.h"

/* ---- lines ---- */

static const struct {
    const char *bytes;
    size_t len;       /* 0: up to the NUL */
    const char *urls; /* of all entries, "!" for a bad one */
    uint64_t last_line;
} inputs[] = {
    {"", 0, "", 0},
    {"\n\n", 0, "", 0},
    {"http://a/", 0, "http://a/ ", 1},
    {"http://a/\n", 0, "http://a/ ", 1},
    {"http://a/\r\nhttp://b/\r\n", 0, "http://a/ http://b/ ", 2},
    {"\n# c\n \t\n  http://a/ \t\n#\nhttp://b/#f\n", 0,
     "http://a/ http://b/#f ", 6},
    {"\xef\xbb\xbfhttp://a/\n", 0, "http://a/ ", 1},
    {"\xef\xbb\xbf# c\nhttp://a/\n", 0, "http://a/ ", 2},
    {"\xef\xbb\xbf", 0, "", 0},
    {"http://a/\n\0\nhttp://b/\n", 22, "http://a/ ! http://b/ ", 3},
    {"http://a/\0b\n", 12, "! ", 1},
    {"http://[1-9]/{a,b}\n", 0, "http://[1-9]/{a,b} ", 1},
};

static void lines_become_entries(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        struct input_options o = {.format = INPUT_URLS};
        size_t len = inputs[i].len ? inputs[i].len : strlen(inputs[i].bytes);
        struct input_rig r;
        struct entry *e;
        char urls[200] = "";
        uint64_t line = 0;
        input_rig_open(&r, inputs[i].bytes, len, &o);
        while ((e = input_rig_next(&r))) {
            char id[24];
            strcat(urls, e->status ? "!" : e->request.url);
            strcat(urls, " ");
            line = e->line;
            (void)snprintf(id, sizeof id, "%llu", (unsigned long long)line);
            assert_string_equal(e->id, id);
            entry_free(e);
        }
        assert_int_equal(r.error.status, 0);
        assert_string_equal(urls, inputs[i].urls);
        assert_int_equal(line, inputs[i].last_line);
        input_rig_close(&r);
    }
}

static void a_line_may_have_any_length_up_to_the_limit(void **state)
{
    enum {
        MAX = 300000
    };
    static const size_t lens[] = {65534,  65535,  65536,  65537,  131072,
                                  299999, 300000, 300001, 1000000};
    char *bytes = malloc(3000000);
    (void)state;
    for (size_t i = 0; i < sizeof lens / sizeof *lens; i++) {
        struct input_options o = {.format = INPUT_URLS, .line_max = MAX};
        struct input_rig r;
        struct entry *e;
        memset(bytes, 'a', lens[i]);
        strcpy(bytes + lens[i], "\r\nhttp://b/\n");
        if (lens[i] == MAX) /* the limit counts what is in the line */
            strcpy(bytes + lens[i], "\nhttp://b/\n");
        input_rig_open(&r, bytes, strlen(bytes), &o);
        e = input_rig_next(&r);
        if (lens[i] <= MAX) {
            assert_string_equal(e->message, "");
            assert_int_equal(strlen(e->request.url), lens[i]);
        } else {
            assert_string_equal(e->message, "line 1: longer than 300000 bytes");
        }
        entry_free(e);
        e = input_rig_next(&r);
        assert_string_equal(e->request.url, "http://b/");
        assert_int_equal(e->line, 2);
        entry_free(e);
        assert_null(input_rig_next(&r));
        input_rig_close(&r);
    }
    free(bytes);
}

static void a_line_that_is_too_long_keeps_its_id(void **state)
{
    struct input_options o = {.format = INPUT_JSONL, .line_max = 100000};
    static const char start[] = "{\"id\":\"long\",\"url\":\"";
    char *bytes = malloc(400000);
    struct input_rig r;
    (void)state;
    memset(bytes, 'a', 400000);
    memcpy(bytes, start, sizeof start - 1);
    input_rig_open(&r, bytes, 400000, &o);
    struct entry *e = input_rig_next(&r);
    assert_int_equal(e->status, 2);
    assert_string_equal(e->id, "\"long\"");
    entry_free(e);
    assert_null(input_rig_next(&r));
    input_rig_close(&r);
    free(bytes);
}

/* ---- files ---- */

static void on_ready(void *user)
{
    qv_client_stop(user);
}

static void files_follow_each_other(void **state)
{
    struct input_options o = {0};
    struct input_rig one;
    struct input_rig two;
    const char *files[2];
    struct entry *e;
    uint64_t at;
    uint64_t size;
    (void)state;
    input_rig_open(&one, "http://a/", 9, NULL);
    input_rig_open(&two, "\n{\"url\":\"http://b/\"}", 20, NULL);
    files[0] = one.path;
    files[1] = two.path;
    o.files = files;
    o.nfiles = 2;
    struct input *f =
        input_new(one.client, &o, on_ready, one.client, &one.error);
    assert_int_equal(input_next(f, &e, &one.error), INPUT_ENTRY);
    assert_string_equal(e->file, one.path);
    entry_free(e);
    assert_int_equal(input_next(f, &e, &one.error), INPUT_ENTRY);
    assert_string_equal(e->file, two.path);
    assert_string_equal(e->request.url, "http://b/");
    assert_int_equal(e->line, 2);
    assert_int_equal(e->seq, 1);
    entry_free(e);
    assert_int_equal(input_next(f, &e, &one.error), INPUT_END);
    assert_int_equal(input_next(f, &e, &one.error), INPUT_END);
    input_position(f, &at, &size);
    assert_int_equal(at, 29);
    assert_int_equal(size, 29);
    input_free(f);
    input_rig_close(&one);
    input_rig_close(&two);
}

static void a_missing_file_is_found_at_once(void **state)
{
    static const char *const files[][1] = {{"/no/such/file"}, {"/tmp"}};
    struct qv_client *c = qv_client_new(&(struct qv_client_options){0});
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct input_options o = {.files = files[i], .nfiles = 1};
        struct qv_error error = {0};
        assert_null(input_new(c, &o, on_ready, c, &error));
        assert_int_equal(error.status, QV_EXIT_READ);
        assert_non_null(strstr(error.text, files[i][0]));
    }
    qv_client_free(c);
}

/* ---- pipes ---- */

struct live {
    struct qv_client *client;
    struct input *input;
    struct qv_error error;
    int writer; /* end of the pipe */
    int saved;  /* what descriptor 0 was */
};

static void open_live(struct live *l, struct input_options o)
{
    static const char *const files[] = {"-"};
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    *l = (struct live){.writer = ends[1], .saved = dup(STDIN_FILENO)};
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    o.files = files;
    o.nfiles = 1;
    l->client = qv_client_new(&(struct qv_client_options){0});
    l->input = input_new(l->client, &o, on_ready, l->client, &l->error);
    assert_non_null(l->input);
}

static void close_live(struct live *l)
{
    input_free(l->input);
    qv_client_free(l->client);
    if (l->writer >= 0)
        close(l->writer);
    dup2(l->saved, STDIN_FILENO);
    close(l->saved);
}

static void say(struct live *l, const char *text)
{
    assert_int_equal(write(l->writer, text, strlen(text)), strlen(text));
}

static void expect_url(struct live *l, const char *url)
{
    struct entry *e;
    assert_int_equal(input_next(l->input, &e, &l->error), INPUT_ENTRY);
    assert_string_equal(e->request.url, url);
    entry_free(e);
}

static void expect_wait(struct live *l)
{
    struct entry *e;
    assert_int_equal(input_next(l->input, &e, &l->error), INPUT_WAIT);
}

static void standard_input_is_read_as_it_comes(void **state)
{
    struct live l;
    struct entry *e;
    (void)state;
    open_live(&l, (struct input_options){0});
    expect_wait(&l);
    expect_wait(&l); /* asking twice does no harm */
    say(&l, "\n#\n");
    qv_client_run(l.client); /* until on_ready */
    expect_wait(&l);         /* the format is not known yet */
    say(&l, "http://a/\nhttp:");
    qv_client_run(l.client);
    expect_url(&l, "http://a/");
    expect_wait(&l);
    say(&l, "//b/\nhttp://c/");
    qv_client_run(l.client);
    expect_url(&l, "http://b/");
    expect_wait(&l);
    close(l.writer);
    l.writer = -1;
    qv_client_run(l.client);
    expect_url(&l, "http://c/");
    assert_int_equal(input_next(l.input, &e, &l.error), INPUT_END);
    assert_int_equal(fcntl(STDIN_FILENO, F_GETFL) & O_NONBLOCK, 0);
    close_live(&l);
}

/* Fills the pipe; gives how many lines went in. */
static unsigned stuff(struct live *l)
{
    unsigned n = 0;
    fcntl(l->writer, F_SETFL, O_NONBLOCK);
    while (write(l->writer, "http://example.test/\n", 21) == 21)
        n++;
    fcntl(l->writer, F_SETFL, 0);
    return n;
}

static void who_writes_is_held_back(void **state)
{
    struct live l;
    unsigned more;
    (void)state;
    open_live(&l, (struct input_options){0});
    unsigned n = stuff(&l);
    assert_true(n > 1000);
    assert_int_equal(stuff(&l), 0); /* nobody reads */
    expect_url(&l, "http://example.test/");
    more = stuff(&l); /* one buffer was taken, and no more */
    assert_true(more > 0 && more * 21 <= 65536 + 21);
    for (unsigned i = 0; i < 1000; i++)
        expect_url(&l, "http://example.test/");
    assert_int_equal(stuff(&l), 0);
    close_live(&l);
}

static void a_fifo_is_waited_for(void **state)
{
    char path[] = "/tmp/quiver-fifo-XXXXXX";
    const char *files[] = {path};
    struct input_options o = {.files = files, .nfiles = 1};
    struct qv_error error = {0};
    struct qv_client *c = qv_client_new(&(struct qv_client_options){0});
    struct entry *e;
    (void)state;
    assert_non_null(mkdtemp(path)); /* for a name of our own */
    rmdir(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    struct input *f = input_new(c, &o, on_ready, c, &error);
    assert_int_equal(input_next(f, &e, &error), INPUT_WAIT);
    int writer = open(path, O_WRONLY);
    assert_int_equal(write(writer, "http://a/\n", 10), 10);
    qv_client_run(c);
    assert_int_equal(input_next(f, &e, &error), INPUT_ENTRY);
    entry_free(e);
    close(writer);
    while (input_next(f, &e, &error) == INPUT_WAIT)
        qv_client_run(c);
    assert_int_equal(input_next(f, &e, &error), INPUT_END);
    input_free(f);
    qv_client_free(c);
    unlink(path);
}

/* ---- memory ---- */

static long peak_kib(void)
{
    struct rusage u;
    getrusage(RUSAGE_SELF, &u);
    return u.ru_maxrss;
}

/* A child writes n lines into the pipe. */
static pid_t write_lines(struct live *l, unsigned n)
{
    pid_t child = fork();
    if (child == 0) {
        FILE *out = fdopen(l->writer, "w");
        for (unsigned i = 0; i < n; i++)
            fprintf(out,
                    "{\"id\":\"u%u\",\"url\":\"http://example.test/%u\"}\n", i,
                    i);
        fclose(out);
        _exit(0);
    }
    close(l->writer);
    l->writer = -1;
    return child;
}

static void a_million_lines_take_no_more_memory_than_a_thousand(void **state)
{
    enum {
        LINES = 1000000,
        WARM = 1000,
        MOST_KIB = 1024,
        ALIVE = 100, /* entries at once */
    };
    struct entry *alive[ALIVE] = {0};
    struct live l;
    unsigned n = 0;
    long before = 0;
    enum input_state s = INPUT_ENTRY;
    (void)state;
    open_live(&l, (struct input_options){0});
    pid_t child = write_lines(&l, LINES);
    while (s != INPUT_END) {
        struct entry *e = NULL;
        s = input_next(l.input, &e, &l.error);
        if (s == INPUT_WAIT)
            qv_client_run(l.client);
        if (s != INPUT_ENTRY)
            continue;
        assert_int_equal(e->status, 0);
        entry_free(alive[n % ALIVE]);
        alive[n % ALIVE] = e;
        if (++n == WARM)
            before = peak_kib();
    }
    assert_int_equal(n, LINES);
    assert_true(peak_kib() - before < MOST_KIB);
    for (size_t i = 0; i < ALIVE; i++)
        entry_free(alive[i]);
    waitpid(child, NULL, 0);
    close_live(&l);
}

/* ---- the spool ---- */

static char *contents(const char *path)
{
    struct str t = {0};
    assert_true(whole_file_read(&t, path));
    return str_take(&t);
}

static void standard_input_is_copied_before_it_is_used(void **state)
{
    char spool[] = "/tmp/quiver-spool-XXXXXX";
    struct live l;
    struct entry *e;
    (void)state;
    close(mkstemp(spool));
    open_live(&l, (struct input_options){.spool = spool});
    say(&l, "http://a/\nhttp://b");
    expect_url(&l, "http://a/");
    char *text = contents(spool);
    assert_string_equal(text, "http://a/\nhttp://b");
    free(text);
    close(l.writer);
    l.writer = -1;
    while (input_next(l.input, &e, &l.error) == INPUT_WAIT)
        qv_client_run(l.client);
    assert_string_equal(e->request.url, "http://b");
    entry_free(e);
    text = contents(spool);
    assert_string_equal(text, "http://a/\nhttp://b\n");
    free(text);
    close_live(&l);
    unlink(spool);
}

static void a_resumed_run_reads_the_spool_alone(void **state)
{
    static const char bytes[] = "http://a/1\nhttp://a/2\nhttp://a/";
    char spool[] = "/tmp/quiver-spool-XXXXXX";
    struct live l;
    struct entry *e;
    int fd = mkstemp(spool);
    (void)state;
    assert_int_equal(write(fd, bytes, sizeof bytes - 1), sizeof bytes - 1);
    close(fd);
    open_live(&l, (struct input_options){.spool = spool, .resume = true});
    say(&l, "http://other/\n");
    expect_url(&l, "http://a/1");
    assert_int_equal(input_next(l.input, &e, &l.error), INPUT_ENTRY);
    assert_string_equal(e->request.url, "http://a/2");
    assert_string_equal(e->file, "-");
    assert_int_equal(e->seq, 1);
    entry_free(e);
    /* What was torn might be a URL, but not that of the line. */
    assert_int_equal(input_next(l.input, &e, &l.error), INPUT_END);
    char *text = contents(spool);
    assert_string_equal(text, bytes);
    free(text);
    close_live(&l);
    unlink(spool);
}

static void a_spool_that_cannot_be_written_is_an_error(void **state)
{
    static const char *const files[] = {"-"};
    struct input_options o = {
        .files = files, .nfiles = 1, .spool = "/no/such/folder/f"};
    struct qv_client *c = qv_client_new(&(struct qv_client_options){0});
    struct qv_error error = {0};
    (void)state;
    assert_null(input_new(c, &o, on_ready, c, &error));
    assert_int_equal(error.status, QV_EXIT_WRITE);
    qv_client_free(c);
}

static void nothing_is_given_out_that_was_not_copied(void **state)
{
    struct live l;
    struct entry *e;
    (void)state;
    if (access("/dev/full", W_OK) != 0)
        skip();
    open_live(&l, (struct input_options){.spool = "/dev/full"});
    say(&l, "http://a/\n");
    assert_int_equal(input_next(l.input, &e, &l.error), INPUT_FAILED);
    assert_int_equal(l.error.status, QV_EXIT_WRITE);
    assert_int_equal(input_next(l.input, &e, &l.error), INPUT_END);
    assert_int_equal(input_count(l.input), 0);
    close_live(&l);
}

/* ---- urls and options ---- */

static void a_url_is_done_with_the_options(void **state)
{
    struct cmdline *s = cmdline_new();
    struct input_options o = {.format = INPUT_URLS, .defaults = s->first};
    struct input_rig r;
    (void)state;
    s->first->method = "POST";
    s->first->how.user_agent = "me";
    s->first->proto_default = "http";
    s->first->how.engine.http = QV_HTTP_2;
    s->first->data.is_any = true;
    str_add_text(&s->first->data.bytes, "a=b");
    str_add_text(&s->first->how.query, "q=1");
    o.defaults_json = "{\"timeout\":2,\"tags\":{\"t\":1}}";
    input_rig_open(&r, "a/?x#f", 6, &o);
    struct entry *e = input_rig_next(&r);
    assert_string_equal(e->request.url, "a/?x&q=1#f");
    assert_string_equal(e->request.custom_method, "POST");
    assert_string_equal(e->request.user_agent, "me");
    assert_string_equal(e->request.default_scheme, "http");
    assert_int_equal(e->request.options->http, QV_HTTP_2);
    assert_int_equal(e->request.options->max_time, 2000000000);
    assert_int_equal(e->request.body.len, 3);
    assert_string_equal(input_rig_header(e, "content-type"),
                        "Content-Type: application/x-www-form-urlencoded");
    assert_string_equal(e->tags, "{\"t\":1}");
    assert_ptr_equal(e->op, s->first);
    entry_free(e);
    input_rig_close(&r);
    cmdline_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_become_entries),
        cmocka_unit_test(a_line_may_have_any_length_up_to_the_limit),
        cmocka_unit_test(a_line_that_is_too_long_keeps_its_id),
        cmocka_unit_test(files_follow_each_other),
        cmocka_unit_test(a_missing_file_is_found_at_once),
        cmocka_unit_test(standard_input_is_read_as_it_comes),
        cmocka_unit_test(who_writes_is_held_back),
        cmocka_unit_test(a_fifo_is_waited_for),
        cmocka_unit_test(a_million_lines_take_no_more_memory_than_a_thousand),
        cmocka_unit_test(standard_input_is_copied_before_it_is_used),
        cmocka_unit_test(a_resumed_run_reads_the_spool_alone),
        cmocka_unit_test(a_spool_that_cannot_be_written_is_an_error),
        cmocka_unit_test(nothing_is_given_out_that_was_not_copied),
        cmocka_unit_test(a_url_is_done_with_the_options),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
