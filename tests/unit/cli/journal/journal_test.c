#include "journal/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <setjmp.h>
#include <signal.h>
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

#include "base/whole_file.h"
#include "core/base/str.h"
#include "journal/journal_line.h"
#include "results/results.h"

/* Entries whose number is divisible by three must not be sent twice. */
enum {
    ENTRIES = 8,
    LINE = 29 /* bytes of a first run's line */
};

struct rig {
    struct qv_client *client;
    struct results_options options;
    const char *inputs[3];
    char folder[32];
    char out[64];
    char journal[64];
    char input[64];
    struct qv_error error;
};

static void on_drain(void *user)
{
    (void)user;
}

static void write_file(const char *path, const void *bytes, size_t len)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, len), len);
    close(fd);
}

static struct str read_file(const char *path)
{
    struct str t = {0};
    assert_true(whole_file_read(&t, path));
    str_add(&t, span_of("", 0));
    return t;
}

static int begin(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    /* Thousands of small files: in memory, where there is such a place. */
    strcpy(r->folder, "/dev/shm/journal.XXXXXX");
    if (!mkdtemp(r->folder)) {
        strcpy(r->folder, "/tmp/journal.XXXXXX");
        assert_non_null(mkdtemp(r->folder));
    }
    (void)snprintf(r->out, sizeof r->out, "%s/out", r->folder);
    (void)snprintf(r->journal, sizeof r->journal, "%s/journal", r->folder);
    (void)snprintf(r->input, sizeof r->input, "%s/input", r->folder);
    write_file(r->input, "one\ntwo\n", 8);
    r->client = qv_client_new(&(struct qv_client_options){0});
    r->inputs[0] = r->input;
    r->options = (struct results_options){
        .path = r->out,
        .journal = r->journal,
        .inputs = r->inputs,
        .ninputs = 1,
        .options_digest = "-j 5",
    };
    *state = r;
    return 0;
}

static int end(void **state)
{
    struct rig *r = *state;
    qv_client_free(r->client);
    unlink(r->out);
    unlink(r->journal);
    unlink(r->input);
    rmdir(r->folder);
    free(r);
    return 0;
}

static struct results *start(struct rig *r)
{
    return results_new(r->client, &r->options, on_drain, r, &r->error);
}

static void assert_starts(struct rig *r)
{
    struct results *results = start(r);
    if (!results)
        fail_msg("%s", r->error.text);
    results_free(results);
}

static void assert_ends(struct rig *r, int status, const char *why)
{
    assert_null(start(r));
    assert_int_equal(r->error.status, status);
    if (!strstr(r->error.text, why))
        fail_msg("'%s' does not say '%s'", r->error.text, why);
}

static void assert_refused(struct rig *r, const char *why)
{
    assert_ends(r, QV_EXIT_JOURNAL, why);
}

static void put(struct results *results, uint64_t seq, const char *what)
{
    char line[64];
    int n = snprintf(line, sizeof line,
                     "{\"v\":1,\"seq\":%" PRIu64 ",\"by\":\"%s\"}", seq, what);
    results_end(results, seq, line, (size_t)n);
}

static bool is_idempotent(uint64_t seq)
{
    return seq % 3 != 0;
}

/* A whole run, or what is left of one: three requests on their way at a
 * time. */
static void run(struct results *results, uint64_t entries, const char *what)
{
    uint64_t waiting[3];
    size_t n = 0;
    for (uint64_t seq = 0; seq < entries; seq++) {
        switch (results_fate(results, seq)) {
        case RESULTS_DONE:
            continue;
        case RESULTS_STARTED:
            assert_false(is_idempotent(seq));
            results_expect(results, seq);
            put(results, seq, "unknown");
            continue;
        case RESULTS_NEW:
            results_expect(results, seq);
            results_begin(results, seq, is_idempotent(seq));
            waiting[n++] = seq;
            break;
        }
        if (n == 3) {
            put(results, waiting[1], what);
            put(results, waiting[0], what);
            waiting[0] = waiting[2];
            n = 1;
        }
        if (seq % 2)
            results_flush(results);
    }
    for (size_t i = 0; i < n; i++)
        put(results, waiting[i], what);
    results_flush(results);
    assert_int_equal(results_failed(results), 0);
}

/* Every entry has one line, all of it is whole; tells whose lines they are. */
static void assert_once(const char *path, uint64_t entries, unsigned char *by)
{
    struct str t = read_file(path);
    unsigned char *seen = calloc(entries, 1);
    const char *at = t.base;
    while (*at) {
        const char *newline = strchr(at, '\n');
        uint64_t seq;
        char what[16];
        int n = 0;
        assert_non_null(newline);
        assert_int_equal(
            sscanf(at, "{\"v\":1,\"seq\":%" SCNu64 ",\"by\":\"%15[a-z]\"}%n",
                   &seq, what, &n),
            2);
        assert_ptr_equal(at + n, newline);
        assert_true(seq < entries);
        assert_int_equal(seen[seq]++, 0);
        if (by)
            by[seq] = (unsigned char)*what;
        at = newline + 1;
    }
    for (uint64_t seq = 0; seq < entries; seq++)
        assert_int_equal(seen[seq], 1);
    free(seen);
    str_fini(&t);
}

/* What the first `len` bytes of a journal say. */
struct said {
    uint64_t output_end; /* of the lines that are noted */
    bool started[ENTRIES];
};

static struct said read_journal(const char *bytes, size_t len)
{
    struct said said = {0};
    for (size_t at = 0; at < len;) {
        const char *line = bytes + at;
        const char *newline = memchr(line, '\n', len - at);
        uint64_t n[3];
        size_t body;
        if (!newline)
            break;
        assert_true(journal_line_check(line, (size_t)(newline - line), &body));
        if (strchr("SN", *line) && journal_line_parse(line, body, n, 1))
            said.started[n[0]] = true;
        else if (*line == 'D' && journal_line_parse(line, body, n, 3))
            said.output_end = n[1] + n[2];
        at += (size_t)(newline - line) + 1;
    }
    return said;
}

/* Bytes of the header. */
static size_t header_size(const struct str *journal)
{
    const char *line = journal->base;
    while (*line != 'P')
        line = strchr(line, '\n') + 1;
    return (size_t)(strchr(line, '\n') + 1 - journal->base);
}

static void assert_ascending(const char *path)
{
    struct str t = read_file(path);
    uint64_t least = 0;
    for (const char *at = t.base; *at; at = strchr(at, '\n') + 1) {
        uint64_t seq;
        assert_int_equal(sscanf(at, "{\"v\":1,\"seq\":%" SCNu64, &seq), 1);
        assert_true(seq >= least);
        least = seq;
    }
    str_fini(&t);
}

static void resume_and_check(struct rig *r, const struct said *said)
{
    unsigned char by[ENTRIES];
    r->options.resume = true;
    struct results *results = start(r);
    if (!results)
        fail_msg("%s", r->error.text);
    run(results, ENTRIES, "second");
    results_free(results);
    assert_once(r->out, ENTRIES, by);
    if (r->options.ordered)
        assert_ascending(r->out);
    for (uint64_t seq = 0; seq < ENTRIES; seq++) {
        if (!is_idempotent(seq) && said->started[seq])
            assert_int_not_equal(by[seq], 's'); /* not sent a second time */
    }
}

/* Killed at any moment: what is left is a piece of the journal, and the
 * output as far as it is noted, or somewhat further. */
static void cut_everywhere(struct rig *r)
{
    struct results *results = start(r);
    struct str journal;
    struct str out;
    assert_non_null(results);
    run(results, ENTRIES, "first");
    results_free(results);
    journal = read_file(r->journal);
    out = read_file(r->out);
    for (size_t j = header_size(&journal); j <= journal.len; j++) {
        struct said said = read_journal(journal.base, j);
        size_t last = said.output_end + LINE + 5;
        /* Every byte of the output where a line of the journal is whole. */
        size_t step = journal.base[j - 1] == '\n' ? 1 : 11;
        for (size_t o = said.output_end; o <= out.len && o <= last; o += step) {
            write_file(r->journal, journal.base, j);
            write_file(r->out, out.base, o);
            resume_and_check(r, &said);
        }
    }
    str_fini(&journal);
    str_fini(&out);
}

static void each_entry_has_one_line_wherever_a_run_was_cut(void **state)
{
    cut_everywhere(*state);
}

static void the_same_in_the_order_of_the_input(void **state)
{
    struct rig *r = *state;
    r->options.ordered = true;
    cut_everywhere(r);
}

/* The machine went down: the output holds less than was noted. */
static void takes_notes_back_whose_lines_are_lost(void **state)
{
    struct rig *r = *state;
    struct str journal;
    struct str out;
    r->options.fsync = RESULTS_FSYNC_BATCH;
    struct results *results = start(r);
    assert_non_null(results);
    run(results, 2, "first"); /* ends with a sync */
    results_free(results);
    r->options.fsync = RESULTS_FSYNC_NONE;
    r->options.resume = true;
    results = start(r);
    assert_non_null(results);
    run(results, ENTRIES, "first");
    results_free(results);
    journal = read_file(r->journal);
    out = read_file(r->out);
    struct said said = read_journal(journal.base, journal.len);
    /* The two lines that were synced are there. */
    for (size_t o = 2 * LINE; o <= out.len; o++) {
        char *zeros = calloc(out.len, 1);
        memcpy(zeros, out.base, o);
        write_file(r->journal, journal.base, journal.len);
        write_file(r->out, out.base, o);
        resume_and_check(r, &said);
        write_file(r->journal, journal.base, journal.len);
        write_file(r->out, zeros, out.len);
        resume_and_check(r, &said);
        free(zeros);
    }
    str_fini(&journal);
    str_fini(&out);
}

/* A loop that turns until the journal says so. */
struct wait {
    struct rig *rig;
    struct qv_fd fd;
    bool is_synced;
};

static void look_for_sync(struct qv_fd *h, unsigned ready)
{
    struct wait *w = QV_OWNER(h, struct wait, fd);
    struct str t = read_file(w->rig->journal);
    (void)ready;
    w->is_synced = strstr(t.base, "\nF 29 ");
    str_fini(&t);
    if (w->is_synced)
        qv_fd_unwatch(w->rig->client, h);
}

static void syncs_now_and_then_while_it_runs(void **state)
{
    struct rig *r = *state;
    struct wait w = {.rig = r, .fd.on_ready = look_for_sync};
    int fds[2];
    r->options.fsync = RESULTS_FSYNC_BATCH;
    struct results *results = start(r);
    assert_int_equal(pipe(fds), 0);
    w.fd.fd = fds[1];
    results_expect(results, 0);
    results_begin(results, 0, true);
    put(results, 0, "first");
    qv_fd_watch(r->client, &w.fd, QV_WRITABLE);
    /* What is noted behind the end of a round is of the next one. */
    for (uint64_t seq = 1; seq < 3; seq++)
        results_begin(results, seq, true);
    alarm(500);
    qv_client_run(r->client);
    alarm(0);
    assert_true(w.is_synced);
    results_free(results);
    close(fds[0]);
    close(fds[1]);
}

/* Appends a line to the journal, with its checksum. */
static void append_line(const struct rig *r, const char *body)
{
    struct str t = read_file(r->journal);
    journal_line_add(&t, body, strlen(body));
    write_file(r->journal, t.base, t.len);
    str_fini(&t);
}

static void refuses_what_the_input_cannot_have(void **state)
{
    static const char *const lines[] = {
        "S 3",   "N 3",           "D 3 0 0",
        "H 3 x", "S 17179869184", "S 18446744073709551615"};
    struct rig *r = *state;
    struct str journal;
    assert_starts(r);
    journal = read_file(r->journal);
    r->options.resume = true;
    r->options.entries_max = 3;
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
        write_file(r->journal, journal.base, journal.len);
        append_line(r, "S 2");
        assert_starts(r);
        append_line(r, lines[i]);
        assert_null(start(r));
        assert_int_equal(r->error.status, QV_EXIT_JOURNAL);
        assert_non_null(strstr(r->error.text, "beyond the end of the input"));
        /* It is not cut: whoever looks may find out what has happened. */
        append_line(r, "S 1");
        assert_null(start(r));
    }
    str_fini(&journal);
}

static void memory_does_not_follow_a_number(void **state)
{
    struct journal_state s = {0};
    (void)state;
    journal_state_set(&s, JOURNAL_STATE_MAX, JOURNAL_STARTED);
    assert_int_equal(journal_state_get(&s, JOURNAL_STATE_MAX), JOURNAL_STARTED);
    assert_int_equal(journal_state_get(&s, JOURNAL_STATE_MAX - 1), JOURNAL_NEW);
    assert_int_equal(journal_state_get(&s, 0), JOURNAL_NEW);
    assert_int_equal(s.end, JOURNAL_STATE_MAX + 1);
    assert_true(s.npages * sizeof *s.pages <= 16 * 1024 * 1024);
    for (size_t i = 0; i + 1 < s.npages; i++)
        assert_null(s.pages[i]);
    journal_state_fini(&s);
}

/* A loop that turns until the results have failed. */
struct wait_failure {
    struct rig *rig;
    struct results *results;
    struct qv_fd fd;
};

static void look_for_failure(struct qv_fd *h, unsigned ready)
{
    struct wait_failure *w = QV_OWNER(h, struct wait_failure, fd);
    (void)ready;
    if (results_failed(w->results))
        qv_fd_unwatch(w->rig->client, h);
}

static void the_spool_is_synced_with_the_journal(void **state)
{
    struct rig *r = *state;
    struct wait_failure w = {.rig = r, .fd.on_ready = look_for_failure};
    struct results *results;
    int fds[2];
    /* A pipe cannot be synced: that it was tried shows as a failure. */
    assert_int_equal(pipe(fds), 0);
    for (int fsync = RESULTS_FSYNC_NONE; fsync <= RESULTS_FSYNC_EACH; fsync++) {
        unlink(r->journal);
        r->options.fsync = (enum results_fsync)fsync;
        results = start(r);
        assert_non_null(results);
        syncer_too(results, fds[1]);
        assert_int_equal(results_failed(results), 0);
        results_expect(results, 0);
        results_begin(results, 0, true);
        if (fsync == RESULTS_FSYNC_BATCH) {
            w.results = results;
            w.fd.fd = fds[1];
            qv_fd_watch(r->client, &w.fd, QV_WRITABLE);
            alarm(500);
            qv_client_run(r->client);
            alarm(0);
        }
        assert_int_equal(results_failed(results),
                         fsync == RESULTS_FSYNC_NONE ? 0 : EINVAL);
        results_free(results);
    }
    close(fds[0]);
    close(fds[1]);
}

static void begins_anew_where_a_header_was_cut(void **state)
{
    struct rig *r = *state;
    struct said nothing = {0};
    struct str journal;
    assert_starts(r);
    journal = read_file(r->journal);
    assert_int_equal(header_size(&journal), journal.len);
    for (size_t j = 0; j < journal.len; j++) {
        char *zeros = calloc(journal.len + 100, 1);
        memcpy(zeros, journal.base, j);
        write_file(r->journal, journal.base, j);
        write_file(r->out, "", 0);
        resume_and_check(r, &nothing);
        write_file(r->journal, zeros, journal.len + 100);
        write_file(r->out, "", 0);
        resume_and_check(r, &nothing);
        write_file(r->journal, zeros, journal.len + 100);
        r->options.resume = false;
        assert_starts(r);
        free(zeros);
    }
    str_fini(&journal);
}

/* As it happens: a process is killed while it works. */
static void survives_sigkill(void **state)
{
    enum {
        MANY = 20000
    };
    struct rig *r = *state;
    unsigned nkilled = 0;
    r->options.resume = true;
    r->options.fsync = RESULTS_FSYNC_BATCH;
    for (unsigned i = 0; i < 20; i++) {
        pid_t child = fork();
        int status;
        if (!child) {
            struct results *results = start(r);
            if (!results)
                _exit(1);
            run(results, MANY, "first");
            results_free(results);
            _exit(0);
        }
        (void)usleep(1000 + (useconds_t)(rand() % 20000));
        kill(child, SIGKILL);
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
        nkilled += WIFSIGNALED(status);
    }
    struct results *results = start(r);

    assert_non_null(results);
    run(results, MANY, "second");
    results_free(results);
    assert_once(r->out, MANY, NULL);
    assert_true(nkilled > 0);
}

static void keeps_the_order_of_the_input_over_a_resume(void **state)
{
    struct rig *r = *state;
    r->options.ordered = true;
    struct results *results = start(r);
    for (uint64_t seq = 0; seq < 4; seq++) {
        results_expect(results, seq);
        results_begin(results, seq, true);
    }
    put(results, 0, "first");
    put(results, 2, "first"); /* waits for 1, which never ends */
    results_flush(results);
    results_free(results);
    r->options.resume = true;
    results = start(r);
    /* What waited was kept. */
    assert_int_equal(results_done_before(results), 2);
    run(results, 4, "second");
    results_free(results);
    struct str t = read_file(r->out);
    assert_string_equal(t.base, "{\"v\":1,\"seq\":0,\"by\":\"first\"}\n"
                                "{\"v\":1,\"seq\":1,\"by\":\"second\"}\n"
                                "{\"v\":1,\"seq\":2,\"by\":\"first\"}\n"
                                "{\"v\":1,\"seq\":3,\"by\":\"second\"}\n");
    str_fini(&t);
}

static void repeats_what_must_not_be_only_when_told(void **state)
{
    struct rig *r = *state;
    struct results *results = start(r);
    results_expect(results, 0);
    results_begin(results, 0, false);
    results_expect(results, 1);
    results_begin(results, 1, true);
    results_free(results);
    r->options.resume = true;
    results = start(r);
    assert_int_equal(results_fate(results, 0), RESULTS_STARTED);
    assert_int_equal(results_fate(results, 1), RESULTS_NEW);
    assert_int_equal(results_fate(results, 1000000), RESULTS_NEW);
    results_free(results);
    r->options.resume_unsafe = true;
    results = start(r);
    assert_int_equal(results_fate(results, 0), RESULTS_NEW);
    results_free(results);
}

static void refuses_a_journal_of_something_else(void **state)
{
    struct rig *r = *state;
    struct stat st;
    struct timespec times[2];
    assert_starts(r);
    assert_refused(r, "it exists");
    r->options.resume = true;
    assert_starts(r);

    r->options.options_digest = "-j 6";
    assert_refused(r, "the options are others");
    r->options.options_digest = "-j 5";
    r->options.ordered = true;
    assert_refused(r, "the options are others");
    r->options.ordered = false;
    r->options.path = "/dev/null";
    assert_refused(r, "another output");
    r->options.path = r->out;
    r->inputs[1] = r->input;
    r->options.ninputs = 2;
    assert_refused(r, "more inputs");
    r->options.ninputs = 0;
    assert_refused(r, "fewer inputs");
    r->options.ninputs = 1;
    assert_starts(r);

    assert_int_equal(stat(r->input, &st), 0);
    times[0] = st.st_atim;
    times[1] = st.st_mtim;
    write_file(r->input, "one\ntwo\nthree\n", 14);
    assert_refused(r, "has 14 bytes, not 8");
    write_file(r->input, "one\ntoo\n", 8);
    assert_int_equal(utimensat(AT_FDCWD, r->input, times, 0), 0);
    assert_refused(r, "has other content");
    write_file(r->input, "one\ntwo\n", 8);
    assert_refused(r, "has been written to since");
    assert_int_equal(utimensat(AT_FDCWD, r->input, times, 0), 0);
    assert_starts(r);
    unlink(r->input);
    assert_ends(r, QV_EXIT_READ, "No such file"); /* not the journal's fault */
}

static void refuses_a_file_that_is_no_journal(void **state)
{
    struct rig *r = *state;
    r->options.resume = true;
    write_file(r->journal, "dear diary\n", 11);
    write_file(r->out, "precious", 8);
    assert_refused(r, "not a journal");
    r->options.resume = false;
    assert_refused(r, "it exists");
    struct str t = read_file(r->journal);
    assert_string_equal(t.base, "dear diary\n");
    str_fini(&t);
    t = read_file(r->out);
    assert_string_equal(t.base, "precious");
    str_fini(&t);
}

static void refuses_an_output_that_lost_its_lines(void **state)
{
    struct rig *r = *state;
    struct results *results = start(r);
    run(results, ENTRIES, "first");
    results_free(results);
    r->options.resume = true;
    write_file(r->out, "", 0);
    assert_refused(r, "has 0 bytes, not");
}

static void does_not_begin_anew_what_has_ended(void **state)
{
    struct rig *r = *state;
    r->options.resume = true;
    write_file(r->out, "precious\n", 9);
    assert_refused(r, "is not there, but");
    struct str t = read_file(r->out);
    assert_string_equal(t.base, "precious\n");
    str_fini(&t);
    write_file(r->out, "", 0);
    assert_starts(r);
}

/* A run that is complete has removed its journal. */
static void finds_the_records_of_a_run_that_has_ended(void **state)
{
    static const char out[] =
        "{\"id\":\"b\",\"seq\":7,\"url\":\"http://h/\\u00e4\"}\n"
        "{\"id\":1,\"seq\":0,\"url\":\"http://h/\"}\n"
        "{\"id\":2,\"seq\":1,\"url\":null}\n";
    struct rig *r = *state;
    r->options.resume = true;
    write_file(r->out, out, strlen(out));
    struct results *results = start(r);
    assert_non_null(results);
    assert_true(results_has_past(results));
    assert_true(results_is_past(results, 0, "1", "\"http://h/\""));
    assert_false(results_is_past(results, 0, "\"1\"", "\"http://h/\""));
    assert_false(results_is_past(results, 0, "1", "\"http://g/\""));
    assert_true(results_is_past(results, 1, "2", "\"http://bad/\""));
    assert_false(results_is_past(results, 6, "7", "\"http://h/\""));
    assert_true(results_is_past(results, 7, "\"b\"", "\"http://h/\xc3\xa4\""));
    assert_false(results_is_past(results, 8, "9", "\"http://h/\""));
    results_free(results);
    assert_int_not_equal(access(r->journal, F_OK), 0);
    struct str t = read_file(r->out);
    assert_string_equal(t.base, out);
    str_fini(&t);
    /* One that is torn was not complete. */
    write_file(r->out, out, strlen(out) - 1);
    assert_refused(r, "is not there, but");
}

static void is_for_one_run_at_a_time(void **state)
{
    struct rig *r = *state;
    struct results *results = start(r);
    assert_non_null(results);
    r->options.resume = true;
    assert_refused(r, "another run is using it");
    results_free(results);
    assert_starts(r);
}

/* What stands in a file that the shell appends to stays. */
static void goes_on_with_standard_output_in_a_file(void **state)
{
    struct rig *r = *state;
    write_file(r->out, "# before\n", 9);
    fflush(stdout);
    int saved = dup(STDOUT_FILENO);
    int fd = open(r->out, O_WRONLY | O_APPEND);
    dup2(fd, STDOUT_FILENO);
    r->options.path = NULL;
    struct results *results = start(r);
    run(results, 2, "first");
    results_free(results);
    assert_int_equal(write(STDOUT_FILENO, "{\"v\":1,\"seq\":2", 14), 14);
    r->options.resume = true;
    results = start(r);
    run(results, 3, "second");
    results_free(results);
    dup2(saved, STDOUT_FILENO);
    close(saved);
    close(fd);
    struct str t = read_file(r->out);
    assert_string_equal(t.base, "# before\n"
                                "{\"v\":1,\"seq\":0,\"by\":\"first\"}\n"
                                "{\"v\":1,\"seq\":1,\"by\":\"first\"}\n"
                                "{\"v\":1,\"seq\":2,\"by\":\"second\"}\n");
    str_fini(&t);
}

static void needs_an_output_that_can_be_cut(void **state)
{
    struct rig *r = *state;
    r->options.path = "/dev/null";
    assert_null(start(r));
    assert_int_equal(r->error.status, QV_EXIT_USAGE);
}

static void checks_every_bit_of_a_line(void **state)
{
    const uint64_t numbers[] = {17, UINT64_MAX, 0};
    char line[JOURNAL_LINE_NUMBERS_MAX];
    size_t len = journal_line_format(line, 'D', numbers, 3);
    uint64_t n[3];
    size_t body;
    (void)state;
    assert_int_equal(line[len - 1], '\n');
    assert_true(journal_line_check(line, len - 1, &body));
    assert_true(journal_line_parse(line, body, n, 3));
    assert_memory_equal(n, numbers, sizeof n);
    assert_false(journal_line_parse(line, body, n, 2));
    assert_false(journal_line_parse("D 18446744073709551616", 22, n, 1));
    assert_false(journal_line_parse("D x", 3, n, 1));
    assert_false(journal_line_parse("D ", 2, n, 1));
    for (size_t bit = 0; bit < (len - 1) * 8; bit++) {
        line[bit / 8] = (char)(line[bit / 8] ^ 1 << bit % 8);
        assert_false(journal_line_check(line, len - 1, &body));
        line[bit / 8] = (char)(line[bit / 8] ^ 1 << bit % 8);
    }
    for (size_t cut = 0; cut < len - 1; cut++)
        assert_false(journal_line_check(line, cut, &body));
}

static void remembers_a_million_entries_in_two_bits_each(void **state)
{
    struct journal_state s = {0};
    (void)state;
    for (uint64_t seq = 0; seq < 1000000; seq++)
        journal_state_set(&s, seq, (enum journal_entry)(seq * 7 % 4));
    for (uint64_t seq = 0; seq < 1000000; seq++)
        assert_int_equal(journal_state_get(&s, seq), seq * 7 % 4);
    assert_int_equal(journal_state_get(&s, 1000000000), JOURNAL_NEW);
    assert_int_equal(s.ndone, 250000);
    /* In pages of 4 KiB, each for 16,384 entries, and their table. */
    assert_non_null(s.pages[1000000 / 16384]);
    assert_in_range(s.npages, 62, 128);
    journal_state_fini(&s);
}

/* More than a window of the file. */
static void grows_without_an_end(void **state)
{
    struct rig *r = *state;
    struct journal_file f;
    (void)state;
    assert_true(journal_file_open(&f, r->journal));
    for (unsigned i = 0; i < 200000; i++)
        journal_file_append(&f, "0123456789abcdef\n", 17);
    assert_int_equal(f.failed, 0);
    journal_file_close(&f);
    struct str t = read_file(r->journal);
    assert_int_equal(t.len, 200000 * 17);
    for (unsigned i = 0; i < 200000; i++)
        assert_memory_equal(t.base + (size_t)i * 17, "0123456789abcdef\n", 17);
    str_fini(&t);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_entry_has_one_line_wherever_a_run_was_cut),
        TEST(the_same_in_the_order_of_the_input),
        TEST(takes_notes_back_whose_lines_are_lost),
        TEST(syncs_now_and_then_while_it_runs),
        TEST(refuses_what_the_input_cannot_have),
        TEST(memory_does_not_follow_a_number),
        TEST(the_spool_is_synced_with_the_journal),
        TEST(begins_anew_where_a_header_was_cut),
        TEST(survives_sigkill),
        TEST(keeps_the_order_of_the_input_over_a_resume),
        TEST(repeats_what_must_not_be_only_when_told),
        TEST(refuses_a_journal_of_something_else),
        TEST(refuses_a_file_that_is_no_journal),
        TEST(refuses_an_output_that_lost_its_lines),
        TEST(does_not_begin_anew_what_has_ended),
        TEST(finds_the_records_of_a_run_that_has_ended),
        TEST(is_for_one_run_at_a_time),
        TEST(goes_on_with_standard_output_in_a_file),
        TEST(needs_an_output_that_can_be_cut),
        TEST(checks_every_bit_of_a_line),
        TEST(remembers_a_million_entries_in_two_bits_each),
        TEST(grows_without_an_end),
    };
    return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
