#include "channel/session.h"

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
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "channel/echo_test.h"
#include "channel/exec.h"
#include "channel/piping.h"
#include "core/base/xalloc.h"
#include "terminal/console.h"

/* ---- an engine whose peer does as it is told ---- */

enum {
    WAITING_MAX = 2048, /* all that a test ever sends */
    MAX_DATAGRAM = 100
};

struct message {
    enum qv_channel_what what;
    char *data;
    size_t len;
};

static struct fake {
    /* what it is told */
    bool is_echo;
    bool stays_open;        /* when our side has ended */
    bool is_silent_at_open; /* the channel never opens */
    const char *greeting;   /* a text of the peer's, once it is open */
    unsigned closes_after;  /* so many received messages; 0: does not */
    struct qv_error error;  /* that it closes with */
    unsigned room;          /* messages that it takes in a turn; 0: any */
    unsigned loses_every;   /* which echo is lost; 0: none */
    unsigned drops_every;   /* which message is dropped; 0: none */
    bool forgets;           /* what it has not sent when our side ends */
    int interrupts;         /* a signal once it is open */
    /* what became of it */
    struct str log;
    struct qv_channel_request ask;
    unsigned nsent;
    bool was_cancelled;
    /* its state */
    struct qv_client *client;
    struct qv_channel *ch;
    struct qv_timer turn;
    struct message waiting[WAITING_MAX];
    unsigned nwaiting;
    unsigned ntaken; /* in this turn */
    bool is_full;
    bool is_open;
    bool is_paused;
    bool is_ended;
} fake;

static void forget_waiting(void)
{
    for (unsigned i = 0; i < fake.nwaiting; i++)
        free(fake.waiting[i].data);
    fake.nwaiting = 0;
}

static void queue(enum qv_channel_what what, const void *data, size_t len)
{
    assert_true(fake.nwaiting < WAITING_MAX);
    fake.waiting[fake.nwaiting++] =
        (struct message){what, xalloc_copy(data, len), len};
}

static void close_channel(void)
{
    struct qv_channel *ch = fake.ch;
    struct qv_channel_result r = {
        .error = fake.error,
        .response_code = 200,
        .http_version = "1.1",
        .by = QV_CHANNEL_BY_PEER,
        .has_code = true,
        .code = 1000,
        .reason = "bye",
        .time_open = 0.1,
    };
    fake.ch = NULL;
    qv_timer_disarm(fake.client, &fake.turn);
    ch->ops->on_closed(ch, &r);
}

static void open_channel(void)
{
    struct qv_channel_opened o = {
        .head = {.status = 101, .version = "1.1", .reason = ""},
        .transport = "stream",
        .why = "",
        .protocol = "websocket",
        .subprotocol = "",
        .extensions = "",
        .max = MAX_DATAGRAM,
        .remote_ip = "::1",
        .remote_port = 80,
    };
    fake.is_open = true;
    fake.ch->ops->on_open(fake.ch, &o);
    if (fake.greeting != NULL)
        queue(QV_CHANNEL_TEXT, fake.greeting, strlen(fake.greeting));
    if (fake.interrupts != 0)
        (void)raise(fake.interrupts);
}

static void deliver(void)
{
    while (fake.ch != NULL && fake.nwaiting > 0 && !fake.is_paused) {
        struct message m = fake.waiting[0];
        struct qv_channel_event e = {.what = m.what,
                                     .data = m.data,
                                     .len = m.len,
                                     .stream = -1,
                                     .count = 1,
                                     .text = "queue is full"};
        memmove(fake.waiting, fake.waiting + 1,
                --fake.nwaiting * sizeof *fake.waiting);
        fake.is_paused = fake.ch->ops->on_event(fake.ch, &e) == QV_PAUSE;
        free(m.data);
    }
}

static void on_turn(struct qv_timer *t)
{
    (void)t;
    if (!fake.is_open)
        open_channel();
    fake.ntaken = 0;
    deliver();
    if (fake.ch != NULL && fake.is_full) {
        fake.is_full = false;
        fake.ch->ops->on_drain(fake.ch);
    }
    if (fake.ch == NULL)
        return;
    bool is_served = fake.nwaiting == 0 && !fake.is_paused;
    if ((fake.is_ended && !fake.stays_open && is_served) ||
        (fake.closes_after != 0 && fake.nsent >= fake.closes_after))
        close_channel();
    else if (fake.nwaiting > 0 && !fake.is_paused)
        qv_timer_arm(fake.client, &fake.turn, 0);
}

static void turn_soon(void)
{
    qv_timer_arm(fake.client, &fake.turn, 0);
}

void qv_channel_start(struct qv_client *c, struct qv_channel *ch,
                      const struct qv_channel_request *request)
{
    fake.client = c;
    fake.ch = ch;
    fake.ask = *request;
    fake.turn.on_expired = on_turn;
    if (!fake.is_silent_at_open)
        turn_soon();
}

enum qv_channel_sent qv_channel_send(struct qv_channel *ch,
                                     const struct qv_channel_message *m)
{
    static const char letters[] = "dtbsciotxxx";
    assert_ptr_equal(ch, fake.ch);
    assert_true(fake.is_open);
    if (fake.is_ended)
        return QV_CHANNEL_SEND_ENDED;
    if (m->what == QV_CHANNEL_CAPSULE)
        return QV_CHANNEL_SEND_CANNOT;
    if (m->what == QV_CHANNEL_DATAGRAM && m->len > MAX_DATAGRAM)
        return QV_CHANNEL_SEND_TOO_LARGE;
    turn_soon();
    if (fake.room != 0 && fake.ntaken == fake.room) {
        fake.is_full = true;
        return QV_CHANNEL_SEND_FULL;
    }
    fake.ntaken++;
    fake.nsent++;
    if (fake.log.len < 4000) {
        str_printf(&fake.log, "%c:", letters[m->what]);
        str_add(&fake.log, span_of(m->data, m->len));
        str_add_char(&fake.log, '|');
    }
    if (fake.drops_every != 0 && fake.nsent % fake.drops_every == 0)
        queue(QV_CHANNEL_DROP, "", 0);
    else if (fake.is_echo &&
             (fake.loses_every == 0 || fake.nsent % fake.loses_every != 0))
        queue(m->what, m->data, m->len);
    return QV_CHANNEL_SEND_OK;
}

void qv_channel_end(struct qv_channel *ch, uint64_t code, const char *reason)
{
    assert_ptr_equal(ch, fake.ch);
    fake.is_ended = true;
    if (fake.forgets)
        forget_waiting();
    str_printf(&fake.log, "end %llu%s%s|", (unsigned long long)code,
               reason != NULL ? " " : "", reason != NULL ? reason : "");
    turn_soon();
}

void qv_channel_cancel(struct qv_channel *ch)
{
    assert_ptr_equal(ch, fake.ch);
    fake.was_cancelled = true;
    fake.ch = NULL;
    qv_timer_disarm(fake.client, &fake.turn);
}

void qv_channel_resume(struct qv_channel *ch)
{
    assert_ptr_equal(ch, fake.ch);
    fake.is_paused = false;
    turn_soon();
}

size_t qv_channel_max(const struct qv_channel *ch)
{
    (void)ch;
    return MAX_DATAGRAM;
}

void qv_channel_get_stats(const struct qv_channel *ch,
                          struct qv_channel_stats *stats)
{
    (void)ch;
    *stats = (struct qv_channel_stats){.messages_out = fake.nsent,
                                       .datagrams_sent = fake.nsent};
}

void qv_channel_give_up(struct qv_channel *ch, struct qv_channel_result *r)
{
    *r = (struct qv_channel_result){
        .http_version = "0", .by = QV_CHANNEL_BY_US, .reason = ""};
    qv_channel_get_stats(ch, &r->stats);
    qv_channel_cancel(ch);
}

/* ---- a command whose standard descriptors are pipes ---- */

struct rig {
    int input;  /* we write there */
    int output; /* we read there */
    int errors;
    int real[3];
    struct channel_options options;
    struct cmdline *cmdline;
    char out[16384];
    char err[4096];
};

static void replace(int fd, int with)
{
    assert_int_equal(dup2(with, fd), fd);
    (void)close(with);
}

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    int in[2];
    int out[2];
    int err[2];
    assert_non_null(r);
    for (int i = 0; i < 3; i++)
        r->real[i] = fcntl(i, F_DUPFD_CLOEXEC, 10);
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC | O_NONBLOCK), 0);
    assert_int_equal(pipe2(err, O_CLOEXEC | O_NONBLOCK), 0);
    (void)fflush(NULL);
    replace(STDIN_FILENO, in[0]);
    replace(STDOUT_FILENO, out[1]);
    replace(STDERR_FILENO, err[1]);
    r->input = in[1];
    r->output = out[0];
    r->errors = err[0];
    r->cmdline = cmdline_new();
    cmdline_url_target(r->cmdline->first)->url = "ws://localhost:1/";
    channel_options_init(&r->options);
    r->options.kind = QV_CHANNEL_KIND_WEBSOCKET;
    r->options.size = CHANNEL_OPTIONS_SIZE;
    r->options.speed = 1;
    fake = (struct fake){0};
    (void)signal(SIGPIPE, SIG_IGN);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    console_close();
    for (int i = 0; i < 3; i++)
        replace(i, r->real[i]);
    (void)close(r->output);
    (void)close(r->errors);
    if (r->input >= 0)
        (void)close(r->input);
    channel_options_fini(&r->options);
    cmdline_free(r->cmdline);
    str_fini(&fake.log);
    forget_waiting();
    free(r);
    return 0;
}

static void type(struct rig *r, const char *text)
{
    assert_int_equal(write(r->input, text, strlen(text)), strlen(text));
}

static void end_input(struct rig *r)
{
    (void)close(r->input);
    r->input = -1;
}

static void read_all(int fd, char *to, size_t cap)
{
    ssize_t n = read(fd, to, cap - 1);
    to[n > 0 ? n : 0] = '\0';
}

static int run(struct rig *r)
{
    int status = session_run(&r->options, r->cmdline, NULL,
                             r->options.exec != NULL     ? exec_new
                             : r->options.echo_test != 0 ? echo_test_new
                                                         : piping_new);
    console_close();
    read_all(r->output, r->out, sizeof r->out);
    read_all(r->errors, r->err, sizeof r->err);
    return status;
}

/* ---- pipes ---- */

static void test_input_is_sent_and_replies_are_printed(void **state)
{
    struct rig *r = *state;
    fake.is_echo = true;
    type(r, "a\n\nb\r\nc");
    end_input(r);
    assert_int_equal(run(r), 0);
    assert_string_equal(fake.log.base, "t:a|t:|t:b|t:c|end 0|");
    assert_string_equal(r->out, "a\n\nb\nc\n");
    assert_string_equal(r->err, "");
}

static void test_a_full_channel_holds_the_input(void **state)
{
    struct rig *r = *state;
    struct str want = {0};
    fake.is_echo = true;
    fake.room = 2;
    for (int i = 0; i < 300; i++)
        str_printf(&want, "%d\n", i);
    type(r, want.base);
    end_input(r);
    assert_int_equal(run(r), 0);
    assert_string_equal(r->out, want.base);
    str_fini(&want);
}

static void test_the_first_replies_end_it(void **state)
{
    struct rig *r = *state;
    fake.is_echo = true;
    r->options.messages = 2;
    type(r, "a\nb\nc\nd\n");
    assert_int_equal(run(r), 0);
    assert_string_equal(r->out, "a\nb\n");
    assert_non_null(strstr(fake.log.base, "end 0|"));
}

static void test_the_peers_close_ends_it_while_input_is_open(void **state)
{
    struct rig *r = *state;
    fake.closes_after = 1;
    type(r, "a\n");
    assert_int_equal(run(r), 0);
    assert_null(strstr(fake.log.base, "end"));
}

static void test_an_error_of_the_peers_is_the_status(void **state)
{
    struct rig *r = *state;
    fake.closes_after = 1;
    fake.error = (struct qv_error){.status = QV_EXIT_CHANNEL_CLOSED,
                                   .text = "closed with code 1011: sorry"};
    type(r, "a\n");
    assert_int_equal(run(r), 114);
    assert_string_equal(
        r->err, "quiver: (114) localhost: closed with code 1011: sorry\n");
}

static void test_dev_null_listens(void **state)
{
    struct rig *r = *state;
    replace(STDIN_FILENO, open("/dev/null", O_RDONLY | O_CLOEXEC));
    fake.greeting = "hello";
    r->options.messages = 1;
    assert_int_equal(run(r), 0);
    assert_string_equal(r->out, "hello\n");
}

static void test_the_close_code_is_that_of_the_options(void **state)
{
    struct rig *r = *state;
    r->options.close_code = 4001;
    r->options.close_reason = "done";
    end_input(r);
    assert_int_equal(run(r), 0);
    assert_string_equal(fake.log.base, "end 4001 done|");
}

/* The fake's close would lose what comes behind it. */
static void test_our_end_waits_for_silence(void **state)
{
    struct rig *r = *state;
    fake.is_echo = true;
    fake.forgets = true;
    r->options.end_delay = 50000000;
    type(r, "a\nb\nc");
    end_input(r);
    assert_int_equal(run(r), 0);
    assert_string_equal(r->out, "a\nb\nc\n");
}

static void test_a_bad_line_is_told_and_the_others_are_sent(void **state)
{
    struct rig *r = *state;
    type(r, "a\n\xff\nb\n");
    end_input(r);
    assert_int_equal(run(r), QV_EXIT_READ);
    assert_string_equal(fake.log.base, "t:a|t:b|end 0|");
    assert_non_null(strstr(r->err, "standard input: line 2 is not UTF-8"));
}

static void test_a_message_that_is_too_large_is_told(void **state)
{
    struct rig *r = *state;
    char big[MAX_DATAGRAM + 3];
    memset(big, 'x', sizeof big);
    memcpy(big + MAX_DATAGRAM + 1, "\n", 2);
    r->options.kind = QV_CHANNEL_KIND_DATAGRAMS;
    type(r, "a\n");
    type(r, big);
    type(r, "b\n");
    end_input(r);
    assert_int_equal(run(r), QV_EXIT_TOO_LARGE);
    assert_string_equal(fake.log.base, "d:a|d:b|end 0|");
    assert_non_null(strstr(r->err, "message 2 has 101 bytes, a datagram has "
                                   "room for 100"));
}

static void test_events_are_lines_of_json(void **state)
{
    struct rig *r = *state;
    fake.is_echo = true;
    r->options.out = PAYLOAD_JSONL;
    type(r, "a\n");
    end_input(r);
    assert_int_equal(run(r), 0);
    const char *open = strstr(r->out, "\"kind\":\"open\"");
    const char *text = strstr(r->out, "\"kind\":\"text\"");
    const char *closed = strstr(r->out, "\"kind\":\"close\"");
    assert_true(open != NULL && open < text && text < closed);
    assert_non_null(strstr(closed, "\"code\":1000,\"reason\":\"bye\","
                                   "\"by\":\"peer\""));
}

static void test_a_reader_that_is_gone_ends_it(void **state)
{
    struct rig *r = *state;
    fake.is_echo = true;
    fake.stays_open = true;
    replace(r->output, open("/dev/null", O_RDONLY | O_CLOEXEC));
    type(r, "a\n");
    assert_int_equal(run(r), QV_EXIT_WRITE);
    assert_string_equal(r->err, "");
    assert_string_equal(fake.log.base, "t:a|end 0|");
}

static void test_a_signal_closes_the_channel(void **state)
{
    struct rig *r = *state;
    fake.interrupts = SIGTERM;
    assert_int_equal(run(r), 128 + SIGTERM);
    assert_string_equal(fake.log.base, "end 0|");
    assert_false(fake.was_cancelled);
}

static void test_a_channel_without_close_frames_is_left(void **state)
{
    struct rig *r = *state;
    fake.interrupts = SIGTERM;
    fake.stays_open = true;
    r->options.kind = QV_CHANNEL_KIND_DATAGRAMS;
    assert_int_equal(run(r), 128 + SIGTERM);
    assert_string_equal(fake.log.base, "end 0|");
    assert_true(fake.was_cancelled);
}

static void test_write_out_comes_behind_the_messages(void **state)
{
    struct rig *r = *state;
    fake.is_echo = true;
    r->cmdline->first->write_out =
        "%{response_code} %{close_code} %{close_reason}\n";
    type(r, "a\n");
    end_input(r);
    assert_int_equal(run(r), 0);
    assert_string_equal(r->out, "a\n200 1000 bye\n");
}

/* ---- other speakers ---- */

static void expect_no_children(void)
{
    assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
    assert_int_equal(errno, ECHILD);
}

static void test_a_program_speaks(void **state)
{
    struct rig *r = *state;
    fake.greeting = "hello";
    r->options.exec = "read x; echo \"got $x\"; echo \"$QUIVER_URL "
                      "$QUIVER_PEER $QUIVER_PROTOCOL $QUIVER_TRANSPORT\"";
    assert_int_equal(run(r), 0);
    assert_string_equal(fake.log.base,
                        "t:got hello|t:ws://localhost:1/ [::1]:80 websocket "
                        "stream|end 0|");
    assert_string_equal(r->out, "");
    expect_no_children();
}

static void test_a_program_ends_with_the_channel(void **state)
{
    struct rig *r = *state;
    fake.closes_after = 1;
    r->options.exec = "trap 'echo ended >&2; exit' TERM; echo a; "
                      "while :; do sleep 0.05; done";
    assert_int_equal(run(r), 0);
    assert_non_null(strstr(r->err, "ended\n"));
    expect_no_children();
}

static void test_a_program_that_fails_is_told(void **state)
{
    struct rig *r = *state;
    r->options.exec = "exec 2>/dev/null; echo a; exit 7";
    assert_int_equal(run(r), QV_EXIT_READ);
    assert_non_null(strstr(r->err, "ended with status 7"));
    expect_no_children();
}

static void test_an_echo_test_adds_up(void **state)
{
    struct rig *r = *state;
    unsigned sent;
    unsigned echoed;
    unsigned lost;
    unsigned dropped;
    fake.is_echo = true;
    fake.loses_every = 10;
    fake.drops_every = 7;
    r->options.kind = QV_CHANNEL_KIND_DATAGRAMS;
    r->options.echo_test = 1000;
    r->options.linger = 200000000;
    assert_int_equal(run(r), 0);
    assert_int_equal(sscanf(r->out,
                            "%u sent, %u echoed, %u lost, %u dropped; 0 "
                            "reordered, 0 duplicates;",
                            &sent, &echoed, &lost, &dropped),
                     4);
    assert_int_equal(sent, 1000);
    assert_int_equal(dropped, 142);
    assert_int_equal(lost, 86);
    assert_int_equal(echoed, 1000 - 142 - 86);
}

static void test_an_echo_test_keeps_its_rate(void **state)
{
    struct rig *r = *state;
    fake.is_echo = true;
    r->options.echo_test = 20;
    r->options.rate = 200;
    r->options.out = PAYLOAD_JSONL;
    assert_int_equal(run(r), 0);
    assert_non_null(strstr(r->out, "\"sent\":20,\"echoed\":20,\"lost\":0,"));
    const char *time = strstr(r->out, "\"time\":");
    assert_non_null(time);
    assert_true(strtod(time + 7, NULL) >= 0.095);
}

static void test_a_recording_can_be_replayed(void **state)
{
    struct rig *r = *state;
    char path[] = "/tmp/quiver-recording-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    (void)close(fd);
    fake.is_echo = true;
    r->options.record = path;
    type(r, "a\nb\n");
    end_input(r);
    assert_int_equal(run(r), 0);
    r->options.record = NULL;
    r->options.replay = path;
    str_clear(&fake.log);
    fake.is_open = fake.is_ended = false;
    assert_int_equal(run(r), 0);
    assert_string_equal(fake.log.base, "t:a|t:b|end 0|");
    assert_string_equal(r->out, "a\nb\n");
    (void)unlink(path);
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_input_is_sent_and_replies_are_printed),
        RIG_TEST(test_a_full_channel_holds_the_input),
        RIG_TEST(test_the_first_replies_end_it),
        RIG_TEST(test_the_peers_close_ends_it_while_input_is_open),
        RIG_TEST(test_an_error_of_the_peers_is_the_status),
        RIG_TEST(test_dev_null_listens),
        RIG_TEST(test_the_close_code_is_that_of_the_options),
        RIG_TEST(test_our_end_waits_for_silence),
        RIG_TEST(test_a_bad_line_is_told_and_the_others_are_sent),
        RIG_TEST(test_a_message_that_is_too_large_is_told),
        RIG_TEST(test_events_are_lines_of_json),
        RIG_TEST(test_a_reader_that_is_gone_ends_it),
        RIG_TEST(test_a_signal_closes_the_channel),
        RIG_TEST(test_a_channel_without_close_frames_is_left),
        RIG_TEST(test_write_out_comes_behind_the_messages),
        RIG_TEST(test_a_program_speaks),
        RIG_TEST(test_a_program_ends_with_the_channel),
        RIG_TEST(test_a_program_that_fails_is_told),
        RIG_TEST(test_an_echo_test_adds_up),
        RIG_TEST(test_an_echo_test_keeps_its_rate),
        RIG_TEST(test_a_recording_can_be_replayed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
