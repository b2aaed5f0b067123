/* Transfers that are tried again, sent elsewhere, told of, held back: over
 * connections that the test moves by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fault.h"
#include "client/flight.h"
#include "client/retry_tries.h"
#include "client/transfer.h"
#include "pool/fake_dial.h"
#include "support/spin.h"

struct world {
    struct client client;
    struct qv_transfer face;
    struct qv_request ask;
    struct qv_options asked; /* its options */
    struct fake_conn *conns[8];
    size_t nconns;
    struct arena arena;
    struct fields fields;
    /* what the caller does */
    bool cancels_at_start;
    bool fails_at_start;
    bool cancels_at_body;
    enum qv_flow flow; /* what on_body answers */
    bool cannot_restart;
    bool continues; /* what came is kept, and only the rest asked for */
    /* what it has seen */
    unsigned nstarts;
    unsigned nrestarts;
    unsigned nheads;
    unsigned ndone;
    size_t delivered;
    int status;
    int code;
    unsigned retries;
    size_t ntries;
    struct qv_try tries[4];
    size_t nhops;
    int hop_code;
    char hop_url[64];
    size_t ninterim;
    int interim[8];
    size_t ntrailers;
    char method[16];
    /* on_origin */
    unsigned norigins;
    char origins[4][64];
};

static struct world *world_of(struct qv_transfer *t)
{
    return container_of(t, struct world, face);
}

static void on_start(struct qv_transfer *t)
{
    struct world *w = world_of(t);
    w->nstarts++;
    if (w->cancels_at_start)
        transfer_cancel(t->state);
    else if (w->fails_at_start)
        transfer_fail(t->state, ERR_READ, "not today");
}

static bool on_restart(struct qv_transfer *t)
{
    struct world *w = world_of(t);
    w->nrestarts++;
    if (w->cannot_restart)
        return false;
    if (w->continues) {
        char validator[] = "\"a\"";
        resume_continue(&((struct transfer *)t->state)->resume, w->delivered,
                        validator);
        memset(validator, 'x', sizeof validator - 1); /* it was copied */
        return true;
    }
    w->delivered = 0;
    return true;
}

static void on_head(struct qv_transfer *t, const struct qv_head *head)
{
    (void)head;
    world_of(t)->nheads++;
}

static enum qv_flow on_body(struct qv_transfer *t, const void *data, size_t len)
{
    struct world *w = world_of(t);
    (void)data;
    w->delivered += len;
    if (w->cancels_at_body)
        transfer_cancel(t->state);
    return w->flow;
}

static void on_done(struct qv_transfer *t, const struct qv_result *r)
{
    struct world *w = world_of(t);
    w->ndone++;
    w->status = r->error.status;
    w->code = r->response_code;
    w->retries = r->num_retries;
    w->ntries = r->ntries;
    for (size_t i = 0; i < r->ntries && i < 4; i++)
        w->tries[i] = r->tries[i];
    w->nhops = r->nhops;
    if (r->nhops > 0) {
        w->hop_code = r->hops[0].response_code;
        (void)snprintf(w->hop_url, sizeof w->hop_url, "%s", r->hops[0].url);
    }
    w->ninterim = r->ninterim;
    for (size_t i = 0; i < r->ninterim && i < 8; i++)
        w->interim[i] = r->interim[i];
    w->ntrailers = r->ntrailers;
    (void)snprintf(w->method, sizeof w->method, "%s", r->method);
}

static const struct qv_transfer_ops ops = {
    .on_start = on_start,
    .on_restart = on_restart,
    .on_head = on_head,
    .on_body = on_body,
    .on_done = on_done,
};

static void turn(struct world *w)
{
    spin_tasks(w->client.loop);
}

static void open_with(struct world *w, const struct qv_client_options *o)
{
    *w = (struct world){.face.ops = &ops};
    fake_reset();
    client_init(&w->client, o);
    arena_init(&w->arena);
    fields_init(&w->fields, &w->arena);
    w->ask.url = "http://example.test/";
    w->ask.options = &w->asked;
    w->asked.max_redirs = 3;
}

static void open_world(struct world *w)
{
    open_with(w, NULL);
    w->asked.retry = (struct qv_retry){.max = 3, .delay = LOOP_MS};
}

static void close_world(struct world *w)
{
    client_fini(&w->client);
    arena_fini(&w->arena);
    for (size_t i = 0; i < w->nconns; i++)
        fake_free(w->conns[i]);
}

static void start(struct world *w)
{
    transfer_start(&w->client, &w->face, &w->ask);
    turn(w);
}

/* The next dial ends well. */
static struct fake_conn *connect_next(struct world *w)
{
    struct fake_conn *c = fake_connect(fake_ndials - 1, HTTP_VERSION_1_1, 1);
    w->conns[w->nconns++] = c;
    return c;
}

static void head(struct world *w, struct fake_conn *c, int status)
{
    struct exchange *ex = fake_first(c);
    struct response_head h = {
        .version = HTTP_VERSION_1_1, .status = status, .fields = &w->fields};
    ex->submitted_at = loop_now(w->client.loop);
    ex->first_byte_at = ex->submitted_at;
    ex->sink->on_head(ex, &h);
}

static void body(struct fake_conn *c, const char *text)
{
    struct exchange *ex = fake_first(c);
    ex->bytes_body_received += strlen(text);
    ex->sink->on_body(ex, span_str(text));
}

static void end(struct world *w, struct fake_conn *c)
{
    fake_answer(c, fake_first(c));
    spin_soon(w->client.loop);
}

static void end_badly(struct world *w, struct fake_conn *c, enum err code)
{
    struct exchange *ex = fake_first(c);
    struct fault why;
    fault_set(&why, code, 0, "on purpose");
    ex->submitted_at = loop_now(w->client.loop);
    list_remove(&ex->link);
    c->conn.active--;
    ex->sink->on_done(ex, &why);
    c->conn.events->on_capacity(&c->conn);
    spin_soon(w->client.loop);
}

static void answer(struct world *w, struct fake_conn *c, int status)
{
    head(w, c, status);
    body(c, "body");
    end(w, c);
}

/* Until its back-off is over: the connection has its exchange again. */
static void await_try(struct world *w, const struct fake_conn *c, unsigned n)
{
    while (c->nsubmitted < n)
        turn(w);
}

/* ---- tries ---- */

static void an_answer_that_asks_for_patience_is_not_delivered(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w);
    struct fake_conn *c = connect_next(&w);
    answer(&w, c, 503);
    assert_int_equal(w.ndone, 0);
    assert_int_equal(w.client.admission.npermits, 0); /* it backs off */
    assert_null(((struct transfer *)w.face.state)->flight);
    await_try(&w, c, 2);
    answer(&w, c, 200);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.code, 200);
    assert_int_equal(w.nheads, 1);
    assert_int_equal(w.delivered, 4);
    assert_int_equal(w.nrestarts, 0);
    assert_int_equal(w.nstarts, 1);
    assert_int_equal(w.retries, 1);
    assert_int_equal(w.ntries, 1);
    assert_int_equal(w.tries[0].response_code, 503);
    assert_int_equal(w.tries[0].error.status, 0);
    assert_string_equal(w.tries[0].reason, "delay");
    close_world(&w);
}

/* To "/next", which the connection takes at once. */
static void redirect(struct world *w, struct fake_conn *c)
{
    fields_add(&w->fields, SPAN_LIT("location"), SPAN_LIT("/next"));
    head(w, c, 302);
    end(w, c);
    turn(w);
    w->fields.len = 0;
}

static void each_try_has_its_redirects(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.follow = true;
    w.asked.max_redirs = 1;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    redirect(&w, c);
    answer(&w, c, 503);
    await_try(&w, c, 3);
    redirect(&w, c);
    answer(&w, c, 200);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.code, 200);
    close_world(&w);
}

static void the_last_answer_counts_when_tries_are_used_up(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry.max = 2;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    answer(&w, c, 500);
    await_try(&w, c, 2);
    answer(&w, c, 502);
    await_try(&w, c, 3);
    answer(&w, c, 503);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.code, 503);
    assert_int_equal(w.delivered, 4);
    assert_int_equal(w.ntries, 2);
    assert_int_equal(w.tries[1].response_code, 502);
    close_world(&w);
}

static void under_fail_the_last_status_is_an_error(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry.max = 1;
    w.asked.fail = true;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    answer(&w, c, 503);
    await_try(&w, c, 2);
    answer(&w, c, 503);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 22);
    assert_int_equal(w.delivered, 0);
    close_world(&w);
}

static void retry_after_is_longer_than_the_delay(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry.max_time = 5 * LOOP_S;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    fields_add(&w.fields, SPAN_LIT("retry-after"), SPAN_LIT("60"));
    answer(&w, c, 503); /* more than the user wants to wait */
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.code, 503);
    assert_int_equal(w.retries, 0);
    close_world(&w);
}

static void retry_after_holds_the_whole_host(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w);
    struct fake_conn *c = connect_next(&w);
    fields_add(&w.fields, SPAN_LIT("retry-after"), SPAN_LIT("60"));
    answer(&w, c, 429);
    struct qv_transfer other = {.ops = &ops};
    struct qv_request ask = {.url = "http://example.test/other"};
    transfer_start(&w.client, &other, &ask);
    turn(&w);
    assert_int_equal(c->nsubmitted, 1);
    assert_int_equal(w.client.admission.nwaiting, 1);
    transfer_cancel(other.state);
    transfer_cancel(w.face.state);
    assert_int_equal(w.client.nholds, 0);
    close_world(&w);
}

static struct admission_host *host_of(const struct world *w)
{
    return ((struct transfer *)w->face.state)->permit.host;
}

/* However long a server asks for, its host is looked at again in ten minutes,
 * by others; the transfer itself waits as long as it was told. */
static void a_hold_is_no_longer_than_ten_minutes(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        const char *value;
        int status;
        uint64_t hold; /* s */
    } rows[] = {
        {"retry-after", "599", 429, 599},
        {"retry-after", "600", 503, 600},
        {"retry-after", "601", 429, 600},
        {"retry-after", "21600", 503, 600},
        {"retry-after", "60", 500, 0}, /* this one is its own trouble */
        {"ratelimit", "a;r=0;t=30", 500, 30},
        {"ratelimit", "a;r=0;t=1000", 500, 600},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        open_world(&w);
        start(&w);
        struct fake_conn *c = connect_next(&w);
        fields_add(&w.fields, span_str(rows[i].name), span_str(rows[i].value));
        uint64_t before = loop_now(w.client.loop);
        answer(&w, c, rows[i].status);
        uint64_t until = host_of(&w)->hold_until;
        uint64_t hold = rows[i].hold * LOOP_S;
        if (hold == 0)
            assert_int_equal(until, 0);
        else
            assert_in_range(until, before + hold,
                            loop_now(w.client.loop) + hold);
        transfer_cancel(w.face.state);
        close_world(&w);
    }
}

/* The longer of the two waits counts. */
static void a_quota_and_a_wait_are_both_kept(void **state)
{
    (void)state;
    for (int is_quota = 0; is_quota < 2; is_quota++) {
        struct world w;
        open_world(&w);
        start(&w);
        struct fake_conn *c = connect_next(&w);
        fields_add(&w.fields, SPAN_LIT("ratelimit"),
                   is_quota ? SPAN_LIT("a;r=0;t=90") : SPAN_LIT("a;r=0;t=9"));
        fields_add(&w.fields, SPAN_LIT("retry-after"), SPAN_LIT("50"));
        answer(&w, c, 503);
        const struct transfer *t = w.face.state;
        uint64_t wait = t->timer.node.key - loop_now(w.client.loop);
        assert_in_range(wait, is_quota ? 80 * LOOP_S : 40 * LOOP_S,
                        is_quota ? 90 * LOOP_S : 50 * LOOP_S);
        assert_string_equal(t->tries[0].reason, "retry_after");
        transfer_cancel(w.face.state);
        close_world(&w);
    }
}

/* A body from a pipe is gone with its first byte: the answer that asks for
 * patience is then the last, and is delivered as it is. */
static void
a_body_that_cannot_be_sent_again_takes_the_answer_it_gets(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        bool is_file;
        bool is_read;
        bool is_retried;
    } rows[] = {
        {"a pipe not begun", false, false, true},
        {"a pipe begun", false, true, false},
        {"a file not begun", true, false, true},
        {"a file begun", true, true, true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        int fds[2] = {-1, -1};
        FILE *file = tmpfile();
        uint8_t byte = 0;
        size_t n = 0;
        assert_non_null(file);
        assert_int_equal(pipe(fds), 0);
        assert_int_equal(write(fds[1], "abc", 3), 3);
        assert_int_equal(pwrite(fileno(file), "abc", 3, 0), 3);
        open_world(&w);
        w.ask.body = (struct qv_body){
            .kind = QV_BODY_FD,
            .fd = rows[i].is_file ? fileno(file) : fds[0],
            .fd_len = 3,
        };
        start(&w);
        struct fake_conn *c = connect_next(&w);
        struct body_source *source = fake_first(c)->body;
        while (rows[i].is_read && source->read(source, &byte, 1, &n) != IO_OK)
            turn(&w);
        answer(&w, c, 503);
        if (w.ndone != !rows[i].is_retried)
            fail_msg("%s: %u", rows[i].what, w.ndone);
        assert_int_equal(w.status, 0);
        if (!rows[i].is_retried)
            assert_int_equal(w.code, 503);
        if (rows[i].is_retried)
            transfer_cancel(w.face.state);
        close_world(&w);
        (void)fclose(file);
        (void)close(fds[0]);
        (void)close(fds[1]);
    }
}

/* What the server asks for is the reason only where it is longer. */
static void a_wait_is_the_servers_only_where_it_is_longer(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct world w;
        open_world(&w);
        w.asked.retry.delay = 60 * LOOP_S;
        start(&w);
        struct fake_conn *c = connect_next(&w);
        fields_add(&w.fields, SPAN_LIT("retry-after"),
                   more ? SPAN_LIT("61") : SPAN_LIT("60"));
        answer(&w, c, 500);
        const struct transfer *t = w.face.state;
        assert_string_equal(t->tries[0].reason, more ? "retry_after" : "delay");
        transfer_cancel(w.face.state);
        close_world(&w);
    }
}

/* A host that said something since is not dead: the others need not wait. */
static void
a_host_is_held_when_nothing_was_heard_since_the_hop_began(void **state)
{
    (void)state;
    for (uint64_t later = 0; later < 2; later++) {
        struct world w;
        open_world(&w);
        w.asked.retry.delay = 60 * LOOP_S;
        start(&w);
        struct fake_conn *c = connect_next(&w);
        const struct transfer *t = w.face.state;
        t->permit.host->heard_at = t->flight->hop_at + later;
        end_badly(&w, c, ERR_RECV);
        assert_int_equal(host_of(&w)->hold_until > 0, later == 0);
        transfer_cancel(w.face.state);
        close_world(&w);
    }
}

static void who_cannot_restart_keeps_the_failure_after_a_byte(void **state)
{
    (void)state;
    static const struct qv_transfer_ops plain = {
        .on_head = on_head, .on_body = on_body, .on_done = on_done};
    for (int has_body = 0; has_body < 2; has_body++) {
        struct world w;
        open_world(&w);
        w.face.ops = &plain;
        w.asked.retry.delay = 60 * LOOP_S;
        start(&w);
        struct fake_conn *c = connect_next(&w);
        head(&w, c, 200);
        if (has_body)
            body(c, "h");
        end_badly(&w, c, ERR_PARTIAL);
        assert_int_equal(w.ndone, has_body);
        if (!has_body)
            transfer_cancel(w.face.state);
        close_world(&w);
    }
}

/* Its back-off included. */
static void a_try_must_fit_the_time_for_all(void **state)
{
    (void)state;
    for (uint64_t less = 0; less < 2; less++) {
        struct world w;
        open_world(&w);
        w.asked.retry.delay = 1000 * LOOP_S;
        w.asked.retry.max_time = (less ? 900 : 1100) * LOOP_S;
        start(&w);
        struct fake_conn *c = connect_next(&w);
        answer(&w, c, 503);
        assert_int_equal(w.ndone, less);
        if (!less)
            transfer_cancel(w.face.state);
        close_world(&w);
    }
}

/* More are counted than are kept. */
static void so_many_tries_are_told_of(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry = (struct qv_retry){.max = 18, .delay = 1};
    start(&w);
    struct fake_conn *c = connect_next(&w);
    for (unsigned n = 2; n <= 19; n++) {
        answer(&w, c, 503);
        await_try(&w, c, n);
    }
    answer(&w, c, 200);
    assert_int_equal(w.retries, 18);
    assert_int_equal(w.ntries, RETRY_TRIES_MAX);
    close_world(&w);
}

static void a_failure_before_anything_was_sent_is_tried_again(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.ask.body = (struct qv_body){QV_BODY_BYTES, .bytes = "x", .len = 1};
    start(&w);
    fake_refuse(0, ERR_HOST_NAME);
    while (fake_ndials < 2)
        turn(&w);
    struct fake_conn *c = connect_next(&w);
    answer(&w, c, 200);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.retries, 1);
    assert_int_equal(w.tries[0].error.status, 6);
    assert_string_equal(w.method, "POST");
    close_world(&w);
}

static void a_post_that_may_be_done_is_not_sent_again(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.ask.body = (struct qv_body){QV_BODY_BYTES, .bytes = "x", .len = 1};
    start(&w);
    struct fake_conn *c = connect_next(&w);
    end_badly(&w, c, ERR_RECV);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 56);
    assert_int_equal(c->nsubmitted, 1);
    close_world(&w);
}

static void half_a_body_is_taken_back(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w);
    struct fake_conn *c = connect_next(&w);
    head(&w, c, 200);
    body(c, "half");
    end_badly(&w, c, ERR_PARTIAL);
    assert_int_equal(w.nrestarts, 1);
    assert_int_equal(w.delivered, 0);
    await_try(&w, c, 2);
    answer(&w, c, 200);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.delivered, 4);
    close_world(&w);
}

static void what_cannot_be_taken_back_is_the_end(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.cannot_restart = true;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    head(&w, c, 200);
    body(c, "half");
    end_badly(&w, c, ERR_PARTIAL);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 18);
    assert_int_equal(w.delivered, 4);
    close_world(&w);
}

static void each_try_has_its_max_time(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.max_time = 20 * LOOP_MS;
    uint64_t before = loop_now(w.client.loop);
    start(&w);
    struct fake_conn *c = connect_next(&w);
    unsigned ncancelled = 0;
    while (c->nsubmitted < 3) { /* nobody answers */
        turn(&w);
        if (c->ncancelled > ncancelled) {
            ncancelled++;
            c->conn.events->on_capacity(&c->conn);
        }
    }
    assert_true(loop_now(w.client.loop) - before >= 40 * LOOP_MS);
    answer(&w, c, 200);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.retries, 2);
    assert_int_equal(w.tries[1].error.status, 28);
    assert_true(w.tries[1].time_start > 0);
    close_world(&w);
}

static void a_caller_that_aborts_is_not_asked_again(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry.all_errors = true;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    transfer_fail(w.face.state, ERR_TIMEOUT, "enough");
    turn(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 28);
    assert_int_equal(c->ncancelled, 1);
    close_world(&w);
}

static void a_resting_transfer_can_be_cancelled_and_failed(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry.delay = 60 * LOOP_S;
    start(&w);
    answer(&w, connect_next(&w), 503);
    turn(&w);
    transfer_cancel(w.face.state);
    assert_int_equal(w.client.nholds, 0);
    close_world(&w);
    open_world(&w);
    w.asked.retry.delay = 60 * LOOP_S;
    start(&w);
    answer(&w, connect_next(&w), 503);
    turn(&w);
    transfer_fail(w.face.state, ERR_ABORTED, "enough");
    turn(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 42);
    assert_int_equal(w.ntries, 1);
    close_world(&w);
}

static void a_silent_retry_does_not_count(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry.max = 0;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    answer(&w, c, 200);
    turn(&w);
    start(&w);
    end_badly(&w, c, ERR_RECV); /* it had served before */
    turn(&w);
    /* Others that are idle may be as dead as this one. */
    assert_int_equal(c->nsubmitted, 2);
    answer(&w, connect_next(&w), 200);
    assert_int_equal(w.ndone, 2);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.retries, 0);
    assert_int_equal(w.ntries, 1);
    assert_string_equal(w.tries[0].reason, "connection_lost");
    close_world(&w);
}

/* ---- 421, RFC 9110 15.5.20 ---- */

static void
a_misdirected_request_goes_once_more_on_its_own_connection(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.retry.max = 0;
    w.asked.fail = true;
    w.ask.method = "POST"; /* it was not processed */
    w.ask.body =
        (struct qv_body){.kind = QV_BODY_BYTES, .bytes = "x", .len = 1};
    for (unsigned again = 0; again < 2; again++) {
        start(&w);
        struct fake_conn *wrong = connect_next(&w);
        answer(&w, wrong, 421);
        assert_true(wrong->is_draining);
        assert_int_equal(w.ndone, again);
        turn(&w);
        struct fake_conn *own = connect_next(&w);
        answer(&w, own, again ? 421 : 200);
        assert_int_equal(w.ndone, again + 1);
        assert_int_equal(w.code, again ? 421 : 200);
        assert_int_equal(w.status, again ? 22 : 0);
        assert_int_equal(w.ntries, 1);
        assert_int_equal(w.tries[0].response_code, 421);
        assert_int_equal(w.tries[0].error.status, 0);
        assert_string_equal(w.tries[0].reason, "misdirected");
        assert_int_equal(w.retries, 0);
        assert_int_equal(w.nheads, again + 1); /* no first 421 */
        assert_false(own->is_draining);
        fake_end(own); /* the next one dials */
        turn(&w);
    }
    close_world(&w);
}

static void a_misdirected_body_from_a_pipe_is_gone(void **state)
{
    (void)state;
    struct world w;
    int pipe_fds[2];
    open_world(&w);
    assert_int_equal(pipe(pipe_fds), 0);
    assert_int_equal(write(pipe_fds[1], "x", 1), 1);
    w.ask.body =
        (struct qv_body){.kind = QV_BODY_FD, .fd = pipe_fds[0], .fd_len = -1};
    start(&w);
    struct fake_conn *c = connect_next(&w);
    struct exchange *ex = fake_first(c);
    uint8_t byte;
    size_t n = 0;
    while (ex->body->read(ex->body, &byte, 1, &n) == IO_AGAIN)
        turn(&w);
    assert_int_equal(n, 1);
    answer(&w, c, 421);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.code, 421);
    assert_int_equal(w.ntries, 0);
    (void)close(pipe_fds[0]);
    (void)close(pipe_fds[1]);
    close_world(&w);
}

/* ---- the start ---- */

static void a_transfer_is_announced_once_when_it_has_its_place(void **state)
{
    (void)state;
    struct world w;
    open_with(&w, &(struct qv_client_options){.max_parallel = 1});
    struct qv_transfer other = {.ops = &ops};
    struct qv_request ask = {.url = "http://other.test/"};
    struct qv_transfer_ops quiet = {.on_done = on_done};
    other.ops = &quiet;
    transfer_start(&w.client, &other, &ask);
    transfer_start(&w.client, &w.face, &w.ask);
    assert_int_equal(w.nstarts, 0); /* not before it has returned */
    turn(&w);
    assert_int_equal(w.nstarts, 0);
    assert_false(qv_transfer_is_underway(&w.face));
    transfer_cancel(other.state);
    turn(&w);
    assert_int_equal(w.nstarts, 1);
    transfer_cancel(w.face.state);
    close_world(&w);
}

static void a_waiting_transfer_is_light(void **state)
{
    (void)state;
    assert_true(sizeof(struct transfer) <= 1024);
}

static void a_caller_may_cancel_or_fail_it_at_its_start(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.cancels_at_start = true;
    start(&w);
    assert_int_equal(fake_ndials, 0);
    assert_int_equal(w.ndone, 0);
    assert_int_equal(w.client.nholds, 0);
    close_world(&w);
    open_world(&w);
    w.fails_at_start = true;
    start(&w);
    turn(&w);
    assert_int_equal(fake_ndials, 0);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 26);
    close_world(&w);
}

static void a_bad_url_ends_without_a_place(void **state)
{
    (void)state;
    struct world w;
    open_with(&w, &(struct qv_client_options){.max_parallel = 1});
    w.ask.url = "http://:99999/";
    start(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 3);
    assert_int_equal(w.nstarts, 0);
    assert_int_equal(w.client.nstopping, 0);
    assert_true(client_is_ready(&w.client));
    close_world(&w);
}

/* Failures that are yet to be told: a reader waits for them at some number. */
static void so_many_that_cannot_begin_are_taken_at_once(void **state)
{
    (void)state;
    static struct world others[64];
    struct world w;
    open_world(&w);
    w.ask.url = "http://:99999/";
    for (size_t i = 0; i < 64; i++) {
        assert_true(client_is_ready(&w.client));
        others[i].face = (struct qv_transfer){.ops = &ops};
        transfer_start(&w.client, &others[i].face, &w.ask);
    }
    assert_false(client_is_ready(&w.client));
    turn(&w);
    for (size_t i = 0; i < 64; i++)
        assert_int_equal(others[i].ndone, 1);
    assert_true(client_is_ready(&w.client));
    close_world(&w);
}

/* ---- origins ---- */

static void on_origin(void *user, struct qv_transfer *t,
                      const struct qv_origin *origin,
                      const struct qv_options *asked)
{
    struct world *w = world_of(t);
    assert_ptr_equal(user, &ops);
    assert_ptr_equal(asked, &w->asked);
    assert_true(w->norigins < 4);
    (void)snprintf(w->origins[w->norigins++], sizeof w->origins[0], "%s %s %u",
                   origin->scheme, origin->host, origin->port);
    if (w->norigins == 2)
        qv_transfer_own_options(t)->fail = true;
}

static void each_origin_is_asked_about_before_its_hop(void **state)
{
    (void)state;
    struct world w;
    open_with(&w, &(struct qv_client_options){.on_origin = on_origin,
                                              .user = (void *)(uintptr_t)&ops});
    w.asked.follow = true;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    fields_add(&w.fields, SPAN_LIT("location"), SPAN_LIT("http://b.test:81/x"));
    head(&w, c, 302);
    end(&w, c);
    turn(&w);
    w.fields.len = 0;
    answer(&w, connect_next(&w), 404);
    assert_int_equal(w.norigins, 2);
    assert_string_equal(w.origins[0], "http example.test 80");
    assert_string_equal(w.origins[1], "http b.test 81");
    assert_int_equal(w.status, 22); /* --fail holds for the second only */
    assert_int_equal(w.nhops, 1);
    assert_int_equal(w.hop_code, 302);
    assert_string_equal(w.hop_url, "http://example.test/");
    close_world(&w);
}

static void a_custom_method_keeps_its_word_over_redirects(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.follow = true;
    w.ask.custom_method = "POST";
    w.ask.body = (struct qv_body){QV_BODY_BYTES, .bytes = "x", .len = 1};
    start(&w);
    struct fake_conn *c = connect_next(&w);
    fields_add(&w.fields, SPAN_LIT("location"), SPAN_LIT("/next"));
    head(&w, c, 303);
    end(&w, c);
    turn(&w);
    const struct request *r = fake_first(c)->request;
    assert_true(span_equal(r->method, SPAN_LIT("POST")));
    assert_int_equal(r->body_len, BODY_LEN_NONE);
    w.fields.len = 0;
    answer(&w, c, 200);
    assert_string_equal(w.method, "POST");
    close_world(&w);
}

static void interim_heads_and_trailers_are_in_the_result(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w);
    struct fake_conn *c = connect_next(&w);
    head(&w, c, 100);
    head(&w, c, 103);
    head(&w, c, 103);
    head(&w, c, 200);
    fields_add(&w.fields, SPAN_LIT("x-sum"), SPAN_LIT("42"));
    struct exchange *ex = fake_first(c);
    ex->sink->on_trailers(ex, &w.fields);
    end(&w, c);
    assert_int_equal(w.ninterim, 3);
    assert_int_equal(w.interim[0], 100);
    assert_int_equal(w.interim[2], 103);
    assert_int_equal(w.ntrailers, 1);
    close_world(&w);
}

/* ---- speed ---- */

static void a_transfer_that_stands_still_is_given_up(void **state)
{
    (void)state;
    struct world w;
    open_with(&w, NULL);
    w.asked.speed_limit = 1000;
    w.asked.speed_time = 30 * LOOP_MS;
    start(&w);
    connect_next(&w);
    loop_run(w.client.loop);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 28);
    close_world(&w);
}

/* ---- memory ---- */

static void flights_and_transfers_are_used_again(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start(&w);
    struct fake_conn *c = connect_next(&w);
    answer(&w, c, 200);
    while (w.client.flights.len == 0)
        turn(&w);
    assert_non_null(w.client.flights.first);
    const struct flight *first =
        container_of(w.client.flights.first, struct flight, spare);
    const struct transfer *memory =
        container_of(w.client.transfers.first, struct transfer, spare);
    start(&w);
    assert_ptr_equal(w.face.state, memory);
    assert_ptr_equal(((struct transfer *)w.face.state)->flight, first);
    assert_int_equal(w.client.flights.len, 0);
    answer(&w, c, 200);
    while (w.client.flights.len == 0)
        turn(&w);
    assert_int_equal(w.client.flights.len, 1);
    close_world(&w);
}

static void a_caller_may_cancel_it_at_its_body(void **state)
{
    (void)state;
    /* "hello" */
    static const uint8_t packed[] = {
        0x1f, 0x8b, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02,
        0x03, 0xcb, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00, 0x86,
        0xa6, 0x10, 0x36, 0x05, 0x00, 0x00, 0x00,
    };
    const enum qv_flow flows[] = {QV_MORE, QV_PAUSE, QV_ABORT};
    for (size_t i = 0; i < 6; i++) {
        struct world w;
        open_world(&w);
        w.cancels_at_body = true;
        w.flow = flows[i / 2];
        w.asked.compressed = true;
        if (i % 2)
            fields_add(&w.fields, SPAN_LIT("content-encoding"),
                       SPAN_LIT("gzip"));
        start(&w);
        struct fake_conn *c = connect_next(&w);
        turn(&w);
        head(&w, c, 200);
        struct exchange *ex = fake_first(c);
        ex->sink->on_body(ex, span_of(packed, sizeof packed));
        turn(&w);
        assert_int_equal(w.delivered, i % 2 ? 5 : sizeof packed);
        assert_int_equal(w.ndone, 0);
        assert_int_equal(w.client.nholds, 0);
        close_world(&w);
    }
}

/* ---- a try that continues another one ---- */

static void expect_range(const struct fake_conn *c, const char *range,
                         const char *validator)
{
    const struct fields *f =
        &fake_first((struct fake_conn *)c)->request->fields;
    struct span is = fields_value(f, "range");
    assert_true(span_equal(is, span_str(range)));
    is = fields_value(f, "if-range");
    assert_true(span_equal(is, span_str(validator)));
}

static void say_range(struct world *w, const char *range)
{
    fields_clear(&w->fields);
    fields_add(&w->fields, SPAN_LIT("content-range"), span_str(range));
}

static void what_is_missing_is_asked_for(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.continues = true;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    expect_range(c, NULL, NULL);
    head(&w, c, 200);
    body(c, "half ");
    end_badly(&w, c, ERR_PARTIAL);
    await_try(&w, c, 2);
    expect_range(c, "bytes=5-", "\"a\"");
    end_badly(&w, c, ERR_TIMEOUT); /* nothing of it came: nobody is asked */
    await_try(&w, c, 3);
    expect_range(c, "bytes=5-", "\"a\"");
    assert_int_equal(w.nrestarts, 1);
    say_range(&w, "bytes 5-9/10");
    head(&w, c, 206);
    body(c, "more");
    end_badly(&w, c, ERR_PARTIAL);
    await_try(&w, c, 4);
    expect_range(c, "bytes=9-", "\"a\"");
    say_range(&w, "bytes 9-9/10");
    head(&w, c, 206);
    body(c, "!");
    end(&w, c);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.delivered, 10);
    assert_int_equal(w.retries, 3);
    close_world(&w);
}

/* Another range than was asked for is of no use, and the user did not ask for
 * one: the whole comes, at once. */
static void a_rest_that_cannot_be_had_is_the_whole(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.continues = true;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    head(&w, c, 200);
    body(c, "half ");
    end_badly(&w, c, ERR_PARTIAL);
    await_try(&w, c, 2);
    say_range(&w, "bytes 0-9/10");
    head(&w, c, 206);
    body(c, "0123456789");
    end(&w, c);
    turn(&w);
    assert_int_equal(c->nsubmitted, 3); /* at once */
    expect_range(c, NULL, NULL);
    assert_int_equal(w.nheads, 1);
    assert_int_equal(w.delivered, 5);
    fields_clear(&w.fields);
    head(&w, c, 200);
    assert_int_equal(w.nheads, 2);
    end(&w, c);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.retries, 1);
    assert_int_equal(w.ntries, 2);
    assert_string_equal(w.tries[1].reason, "range");
    close_world(&w);
}

static void nothing_missing_is_success(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.ask.from = 10;
    w.asked.fail = true;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    expect_range(c, "bytes=10-", NULL);
    say_range(&w, "bytes */10");
    answer(&w, c, 416);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.code, 416);
    assert_int_equal(w.delivered, 0);
    close_world(&w);
}

static void the_largest_size_is_that_of_the_whole(void **state)
{
    (void)state;
    for (int more = 0; more < 2; more++) {
        struct world w;
        open_world(&w);
        w.ask.from = 6;
        w.asked.max_filesize = more ? 9 : 10;
        start(&w);
        struct fake_conn *c = connect_next(&w);
        say_range(&w, "bytes 6-9/10");
        answer(&w, c, 206);
        turn(&w);
        assert_int_equal(w.status, more ? 63 : 0);
        close_world(&w);
    }
}

static void a_caller_may_have_had_enough(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.flow = QV_ENOUGH;
    start(&w);
    struct fake_conn *c = connect_next(&w);
    head(&w, c, 200);
    body(c, "abc");
    turn(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.delivered, 3);
    assert_int_equal(c->ncancelled, 1);
    close_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_missing_is_asked_for),
        cmocka_unit_test(a_rest_that_cannot_be_had_is_the_whole),
        cmocka_unit_test(nothing_missing_is_success),
        cmocka_unit_test(the_largest_size_is_that_of_the_whole),
        cmocka_unit_test(a_caller_may_have_had_enough),
        cmocka_unit_test(an_answer_that_asks_for_patience_is_not_delivered),
        cmocka_unit_test(each_try_has_its_redirects),
        cmocka_unit_test(the_last_answer_counts_when_tries_are_used_up),
        cmocka_unit_test(under_fail_the_last_status_is_an_error),
        cmocka_unit_test(retry_after_is_longer_than_the_delay),
        cmocka_unit_test(retry_after_holds_the_whole_host),
        cmocka_unit_test(a_hold_is_no_longer_than_ten_minutes),
        cmocka_unit_test(a_quota_and_a_wait_are_both_kept),
        cmocka_unit_test(
            a_body_that_cannot_be_sent_again_takes_the_answer_it_gets),
        cmocka_unit_test(a_wait_is_the_servers_only_where_it_is_longer),
        cmocka_unit_test(
            a_host_is_held_when_nothing_was_heard_since_the_hop_began),
        cmocka_unit_test(who_cannot_restart_keeps_the_failure_after_a_byte),
        cmocka_unit_test(a_try_must_fit_the_time_for_all),
        cmocka_unit_test(so_many_tries_are_told_of),
        cmocka_unit_test(a_failure_before_anything_was_sent_is_tried_again),
        cmocka_unit_test(a_post_that_may_be_done_is_not_sent_again),
        cmocka_unit_test(half_a_body_is_taken_back),
        cmocka_unit_test(what_cannot_be_taken_back_is_the_end),
        cmocka_unit_test(each_try_has_its_max_time),
        cmocka_unit_test(a_caller_that_aborts_is_not_asked_again),
        cmocka_unit_test(a_resting_transfer_can_be_cancelled_and_failed),
        cmocka_unit_test(a_silent_retry_does_not_count),
        cmocka_unit_test(
            a_misdirected_request_goes_once_more_on_its_own_connection),
        cmocka_unit_test(a_misdirected_body_from_a_pipe_is_gone),
        cmocka_unit_test(a_transfer_is_announced_once_when_it_has_its_place),
        cmocka_unit_test(a_waiting_transfer_is_light),
        cmocka_unit_test(a_caller_may_cancel_or_fail_it_at_its_start),
        cmocka_unit_test(a_caller_may_cancel_it_at_its_body),
        cmocka_unit_test(a_bad_url_ends_without_a_place),
        cmocka_unit_test(so_many_that_cannot_begin_are_taken_at_once),
        cmocka_unit_test(each_origin_is_asked_about_before_its_hop),
        cmocka_unit_test(a_custom_method_keeps_its_word_over_redirects),
        cmocka_unit_test(interim_heads_and_trailers_are_in_the_result),
        cmocka_unit_test(a_transfer_that_stands_still_is_given_up),
        cmocka_unit_test(flights_and_transfers_are_used_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
