/* A transfer over a connection that the test moves by hand: pauses, stops and
 * cancels at every place where they can come. */
#include "client/transfer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "base/fault.h"
#include "client/client_stats.h"
#include "pool/fake_dial.h"
#include "support/spin.h"

#define UNPACKED ((size_t)1024 * 1024)

/* A handler in which the transfer is cancelled. */
enum handler {
    IN_NONE,
    IN_ORIGIN,
    IN_START,
    IN_INTERIM,
    IN_HEAD,
    IN_BODY,
    IN_TRAILERS,
    IN_RESTART,
    IN_RETRY,
    IN_DONE,
};

struct world {
    struct client client;
    enum handler cancel_in;
    struct qv_transfer face;
    struct qv_request ask;
    struct qv_options asked; /* its options */
    struct fake_conn *conn;
    struct arena arena;
    struct fields fields;
    enum qv_flow answer; /* of on_body */
    bool is_paused;      /* by that, until resume() */
    bool fails_too;      /* with an own reason, before QV_ABORT */
    size_t delivered;
    uLong crc; /* of what was delivered */
    unsigned nbodies;
    unsigned nheads;
    unsigned ndone;
    int status;
    unsigned redirects;
};

static struct world *world_of(struct qv_transfer *t)
{
    return container_of(t, struct world, face);
}

static bool cancel_in(struct qv_transfer *t, enum handler h)
{
    if (world_of(t)->cancel_in != h)
        return false;
    if (h != IN_DONE)
        transfer_cancel(t->state);
    assert_null(t->state);
    return true;
}

static void on_origin(void *user, struct qv_transfer *t,
                      const struct qv_origin *origin,
                      const struct qv_options *asked)
{
    (void)user, (void)origin, (void)asked;
    (void)cancel_in(t, IN_ORIGIN);
}

static void on_start(struct qv_transfer *t)
{
    (void)cancel_in(t, IN_START);
}

static bool on_restart(struct qv_transfer *t)
{
    return !cancel_in(t, IN_RESTART);
}

static void on_retry(struct qv_transfer *t, const struct qv_try *ended,
                     unsigned left)
{
    (void)ended, (void)left;
    (void)cancel_in(t, IN_RETRY);
}

static void on_trailers(struct qv_transfer *t, const struct qv_field *fields,
                        size_t n)
{
    (void)fields;
    assert_int_equal(n, 1);
    (void)cancel_in(t, IN_TRAILERS);
}

static void on_head(struct qv_transfer *t, const struct qv_head *head)
{
    world_of(t)->nheads++;
    (void)cancel_in(t, head->status < 200 ? IN_INTERIM : IN_HEAD);
}

static enum qv_flow on_body(struct qv_transfer *t, const void *data, size_t len)
{
    struct world *w = world_of(t);
    assert_false(w->is_paused);
    w->is_paused = w->answer == QV_PAUSE;
    w->crc = crc32(w->crc, data, (uInt)len);
    w->delivered += len;
    w->nbodies++;
    if (cancel_in(t, IN_BODY))
        return QV_PAUSE; /* whatever it says then */
    if (w->fails_too)
        transfer_fail(t->state, ERR_TOO_LARGE, "enough");
    return w->answer;
}

static void on_done(struct qv_transfer *t, const struct qv_result *result)
{
    struct world *w = world_of(t);
    w->ndone++;
    w->status = result->error.status;
    w->redirects = result->num_redirects;
    (void)cancel_in(t, IN_DONE);
}

static const struct qv_transfer_ops ops = {
    .on_start = on_start,
    .on_restart = on_restart,
    .on_retry = on_retry,
    .on_head = on_head,
    .on_trailers = on_trailers,
    .on_body = on_body,
    .on_done = on_done,
};

static void turn(struct world *w)
{
    spin_tasks(w->client.loop);
}

static void open_world(struct world *w)
{
    *w = (struct world){.face.ops = &ops};
    fake_reset();
    client_init(&w->client, NULL);
    arena_init(&w->arena);
    fields_init(&w->fields, &w->arena);
    w->ask.url = "http://example.test/";
    w->ask.options = &w->asked;
    w->asked.max_redirs = 3;
}

static void start(struct world *w)
{
    transfer_start(&w->client, &w->face, &w->ask);
    turn(w);
    assert_int_equal(fake_ndials, 1);
}

static void start_connected(struct world *w)
{
    start(w);
    w->conn = fake_connect(0, HTTP_VERSION_1_1, 1);
}

static void close_world(struct world *w)
{
    struct fake_conn *conn = w->conn;
    client_fini(&w->client);
    arena_fini(&w->arena);
    fake_free(conn);
}

static void field(struct world *w, const char *name, const char *value)
{
    fields_add(&w->fields, span_str(name), span_str(value));
}

static void head(struct world *w, int status)
{
    struct exchange *ex = fake_first(w->conn);
    struct response_head h = {.version = HTTP_VERSION_1_1,
                              .status = status,
                              .reason = SPAN_LIT("Said So"),
                              .fields = &w->fields};
    ex->sink->on_head(ex, &h);
}

static enum sink_flow body(struct world *w, struct span data)
{
    struct exchange *ex = fake_first(w->conn);
    ex->bytes_body_received += data.len;
    return ex->sink->on_body(ex, data);
}

static void end(struct world *w)
{
    fake_answer(w->conn, fake_first(w->conn));
    spin_soon(w->client.loop);
}

static void end_badly(struct world *w, enum err code)
{
    struct exchange *ex = fake_first(w->conn);
    struct fault why;
    fault_set(&why, code, 0, "on purpose");
    list_remove(&ex->link);
    ex->conn->active--;
    ex->sink->on_done(ex, &why);
    spin_soon(w->client.loop);
}

static void cancel_world(struct world *w)
{
    transfer_cancel(w->face.state);
    turn(w);
    assert_int_equal(w->ndone, 0);
    assert_int_equal(w->client.nholds, 0);
    close_world(w);
}

static void resume(struct world *w)
{
    w->is_paused = false;
    transfer_resume(w->face.state);
}

static void a_plain_answer_is_passed_on(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start_connected(&w);
    head(&w, 200);
    assert_int_equal(body(&w, SPAN_LIT("abc")), SINK_MORE);
    end(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.delivered, 3);
    close_world(&w);
}

static void the_end_waits_for_a_paused_caller(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.answer = QV_PAUSE;
    start_connected(&w);
    head(&w, 200);
    assert_int_equal(body(&w, SPAN_LIT("abc")), SINK_PAUSE);
    end(&w);
    turn(&w);
    assert_int_equal(w.ndone, 0);
    resume(&w);
    turn(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 0);
    close_world(&w);
}

static void a_failure_during_a_pause_is_told_after_it(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.answer = QV_PAUSE;
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    end_badly(&w, ERR_PARTIAL);
    turn(&w);
    assert_int_equal(w.ndone, 0);
    resume(&w);
    turn(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 18);
    close_world(&w);
}

static void a_resumed_transfer_resumes_its_connection_once(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.answer = QV_PAUSE;
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    transfer_resume(w.face.state);
    resume(&w);
    turn(&w);
    assert_int_equal(w.conn->nresumed, 1);
    transfer_resume(w.face.state); /* it is not paused */
    turn(&w);
    assert_int_equal(w.conn->nresumed, 1);
    end(&w);
    assert_int_equal(w.ndone, 1);
    close_world(&w);
}

static struct span packed_of(struct span in, uint8_t *out, size_t cap)
{
    z_stream z = {.next_in = (Bytef *)(uintptr_t)in.base,
                  .avail_in = (uInt)in.len,
                  .next_out = out,
                  .avail_out = (uInt)cap};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 31, 8, 0), Z_OK);
    assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
    (void)deflateEnd(&z);
    return span_of(out, z.total_out);
}

/* UNPACKED zeros as gzip. */
static struct span packed(uint8_t *out, size_t cap)
{
    static const uint8_t zeros[UNPACKED];
    return packed_of(span_of(zeros, UNPACKED), out, cap);
}

/* Text that shows when a part of it is lost, doubled or out of order. */
static struct span numbered(char *out, size_t lines)
{
    for (size_t i = 0; i < lines; i++)
        (void)snprintf(out + 8 * i, 9, "%07zu\n", i % 10000000);
    return span_of(out, 8 * lines);
}

static uLong sum_of(struct span s)
{
    return crc32(0, s.base, (uInt)s.len);
}

static void what_comes_during_a_pause_waits_in_its_order(void **state)
{
    (void)state;
    static char text[8 * 1000 + 1];
    struct span all = numbered(text, 1000);
    struct world w;
    open_world(&w);
    w.answer = QV_PAUSE;
    start_connected(&w);
    head(&w, 200);
    for (size_t at = 0; at < 4000; at += 1000)
        assert_int_equal(body(&w, span_of(all.base + at, 1000)), SINK_PAUSE);
    assert_int_equal(w.delivered, 1000);
    resume(&w); /* its task is yet to come */
    assert_int_equal(body(&w, span_of(all.base + 4000, 1000)), SINK_PAUSE);
    assert_int_equal(w.delivered, 1000);
    turn(&w);
    assert_int_equal(w.delivered, 5000);
    assert_int_equal(w.conn->nresumed, 0); /* it has paused again */
    w.answer = QV_MORE;
    resume(&w);
    turn(&w);
    assert_int_equal(w.conn->nresumed, 1);
    assert_int_equal(w.conn->ways, EXCHANGE_RECEIVE);
    assert_int_equal(body(&w, span_of(all.base + 5000, 3000)), SINK_MORE);
    end(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.delivered, all.len);
    assert_true(w.crc == sum_of(all));
    close_world(&w);
}

static void start_coded(struct world *w)
{
    open_world(w);
    w->asked.compressed = true;
    w->answer = QV_PAUSE;
    start_connected(w);
    field(w, "content-encoding", "gzip");
    head(w, 200);
}

static void a_pause_holds_in_the_middle_of_a_coded_body(void **state)
{
    (void)state;
    struct world w;
    uint8_t buf[8192];
    start_coded(&w);
    struct span gzip = packed(buf, sizeof buf);
    assert_int_equal(body(&w, gzip), SINK_PAUSE);
    memset(buf, 'x', sizeof buf); /* the connection's buffer is its own */
    end(&w);
    unsigned rounds = 0;
    while (w.ndone == 0) {
        assert_int_equal(w.nbodies, ++rounds); /* one piece a time */
        resume(&w);
        turn(&w);
    }
    assert_true(rounds > 10);
    assert_int_equal(w.delivered, UNPACKED);
    assert_int_equal(w.status, 0);
    close_world(&w);
}

/* Whatever the connection does while the caller pauses: the coded bytes that
 * wait are decoded first. */
static void
coded_bytes_that_come_during_a_pause_wait_in_their_order(void **state)
{
    (void)state;
    static char text[8 * 100000 + 1];
    static uint8_t buf[8 * 100000];
    struct span all = numbered(text, 100000);
    struct world w;
    start_coded(&w);
    struct span gzip = packed_of(all, buf, sizeof buf);
    size_t at = 0;
    while (at < gzip.len) {
        size_t n = gzip.len - at < 20000 ? gzip.len - at : 20000;
        assert_int_equal(body(&w, span_of(gzip.base + at, n)), SINK_PAUSE);
        at += n;
        if (at / 20000 % 2 == 0)
            resume(&w);
        if (at / 20000 % 4 == 0)
            turn(&w);
    }
    end(&w);
    while (w.ndone == 0) {
        resume(&w);
        turn(&w);
    }
    assert_int_equal(w.status, 0);
    assert_int_equal(w.delivered, all.len);
    assert_true(w.crc == sum_of(all));
    close_world(&w);
}

static void an_end_that_overtakes_a_resumption_waits_for_the_bytes(void **state)
{
    (void)state;
    for (int is_bad = 0; is_bad < 2; is_bad++) {
        struct world w;
        uint8_t buf[8192];
        start_coded(&w);
        (void)body(&w, packed(buf, sizeof buf));
        w.answer = QV_MORE;
        resume(&w);
        if (is_bad)
            end_badly(&w, ERR_PARTIAL);
        else
            end(&w);
        assert_int_equal(w.ndone, 0);
        turn(&w);
        assert_int_equal(w.ndone, 1);
        assert_int_equal(w.delivered, UNPACKED);
        assert_int_equal(w.status, is_bad ? 18 : 0);
        close_world(&w);
    }
}

/* All of it has come, and its user does not know yet. */
static void what_has_ended_may_be_cancelled_before_that_is_told(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    start_connected(&w);
    head(&w, 200);
    (void)body(&w, SPAN_LIT("abc"));
    fake_answer(w.conn, fake_first(w.conn));
    assert_int_equal(w.ndone, 0);
    cancel_world(&w);
}

/* Two that end in the same turn: what the first is told of does it to the second,
 * whose result is there already. */
struct pair {
    struct qv_transfer faces[2];
    struct fake_conn *conns[2];
    bool fails_other;
    unsigned ndone;
    int status;
};

static struct pair pair;

static void on_pair_done(struct qv_transfer *t, const struct qv_result *r)
{
    struct transfer *other = pair.faces[t == &pair.faces[0]].state;
    pair.ndone++;
    pair.status = r->error.status;
    if (other == NULL)
        return;
    if (pair.fails_other)
        transfer_fail(other, ERR_TIMEOUT, "too late");
    else
        transfer_cancel(other);
}

static void end_pair(struct world *w, bool fails_other)
{
    static const struct qv_transfer_ops pair_ops = {.on_done = on_pair_done};
    struct qv_stats stats;
    pair = (struct pair){.fails_other = fails_other};
    open_world(w);
    for (size_t i = 0; i < 2; i++) {
        pair.faces[i].ops = &pair_ops;
        transfer_start(&w->client, &pair.faces[i], &w->ask);
    }
    turn(w);
    assert_int_equal(fake_ndials, 2);
    for (size_t i = 0; i < 2; i++)
        pair.conns[i] = fake_connect(i, HTTP_VERSION_1_1, 1);
    for (size_t i = 0; i < 2; i++) {
        w->conn = pair.conns[i];
        head(w, 200);
        fake_answer(w->conn, fake_first(w->conn));
    }
    assert_int_equal(pair.ndone, 0);
    turn(w);
    client_stats_get(&w->client, &stats);
    assert_int_equal(stats.done, 2);
    assert_int_equal(stats.cancelled, 0);
    assert_int_equal(w->client.nholds, 0);
    assert_int_equal(w->client.nstopping, 0);
    close_world(w);
    fake_free(pair.conns[0]);
}

static void an_end_may_cancel_another_one_that_is_not_told_yet(void **state)
{
    (void)state;
    struct world w;
    end_pair(&w, false);
    assert_int_equal(pair.ndone, 1);
}

static void what_has_its_result_does_not_fail_any_more(void **state)
{
    (void)state;
    struct world w;
    end_pair(&w, true);
    assert_int_equal(pair.ndone, 2);
    assert_int_equal(pair.status, 0);
}

static void an_upload_that_has_bytes_resumes_only_itself(void **state)
{
    (void)state;
    struct world w;
    int fds[2];
    uint8_t byte = 0;
    size_t n = 0;
    assert_int_equal(pipe(fds), 0);
    open_world(&w);
    w.ask.body =
        (struct qv_body){.kind = QV_BODY_FD, .fd = fds[0], .fd_len = -1};
    w.answer = QV_PAUSE;
    start_connected(&w);
    struct exchange *ex = fake_first(w.conn);
    assert_int_equal(ex->body->read(ex->body, &byte, 1, &n), IO_AGAIN);
    head(&w, 200);
    (void)body(&w, SPAN_LIT("abc"));
    assert_int_equal(write(fds[1], "x", 1), 1);
    while (w.conn->nresumed == 0)
        turn(&w);
    assert_int_equal(w.conn->ways, EXCHANGE_SEND);
    (void)body(&w, SPAN_LIT("def"));
    assert_int_equal(w.delivered, 3);
    resume(&w);
    turn(&w);
    assert_int_equal(w.delivered, 6);
    cancel_world(&w);
    (void)close(fds[0]);
    (void)close(fds[1]);
}

static void a_coded_body_cut_during_a_pause_is_no_success(void **state)
{
    (void)state;
    struct world w;
    uint8_t buf[8192];
    start_coded(&w);
    struct span gzip = packed(buf, sizeof buf);
    body(&w, span_of(gzip.base, gzip.len - 4));
    end(&w);
    while (w.ndone == 0) {
        resume(&w);
        turn(&w);
    }
    assert_int_equal(w.status, 61);
    close_world(&w);
}

static void a_caller_that_aborts_ends_the_exchange_only(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.answer = QV_ABORT;
    start_connected(&w);
    head(&w, 200);
    assert_int_equal(body(&w, SPAN_LIT("abc")), SINK_PAUSE);
    assert_int_equal(w.ndone, 0); /* not from inside the callback */
    assert_int_equal(body(&w, SPAN_LIT("def")), SINK_PAUSE);
    turn(&w);
    assert_int_equal(w.nbodies, 1);
    assert_int_equal(w.conn->ncancelled, 1);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 23);
    close_world(&w);
}

static void the_first_reason_to_stop_is_told(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.answer = QV_ABORT;
    w.fails_too = true;
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    end(&w); /* the answer is complete before the stop is done */
    turn(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.status, 63);
    assert_int_equal(w.conn->ncancelled, 0);
    close_world(&w);
}

static void a_body_announced_too_large_is_not_begun(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.max_filesize = 10;
    start_connected(&w);
    field(&w, "content-length", "11");
    head(&w, 200);
    body(&w, SPAN_LIT("0123"));
    turn(&w);
    assert_int_equal(w.nheads, 0);
    assert_int_equal(w.nbodies, 0);
    assert_int_equal(w.status, 63);
    close_world(&w);
}

/* As large as may be is not too large, whether its length is told or not, and
 * whether it is the coded length. */
static void a_body_may_have_exactly_the_largest_size(void **state)
{
    (void)state;
    static const struct {
        const char *length; /* NULL: not told */
        const char *body;
        const char *method;
        int status;
        unsigned nheads;
    } rows[] = {
        {"10", "0123456789", "GET", 0, 1}, {"11", "0", "GET", 63, 0},
        {NULL, "0123456789", "GET", 0, 1}, {NULL, "0123456789x", "GET", 63, 1},
        {"11", "", "HEAD", 0, 1},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct world w;
        open_world(&w);
        w.asked.max_filesize = 10;
        w.ask.method = rows[i].method;
        start_connected(&w);
        if (rows[i].length)
            field(&w, "content-length", rows[i].length);
        head(&w, 200);
        if (rows[i].body[0] != '\0')
            (void)body(&w, span_str(rows[i].body));
        if (rows[i].status == 0)
            end(&w);
        turn(&w);
        assert_int_equal(w.ndone, 1);
        assert_int_equal(w.status, rows[i].status);
        assert_int_equal(w.nheads, rows[i].nheads);
        close_world(&w);
    }
}

/* What is there already counts, whatever is still to come. */
static void a_rest_behind_the_largest_size_is_not_begun(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.max_filesize = 10;
    w.ask.from = 20;
    start_connected(&w);
    field(&w, "content-range", "bytes 20-24/25");
    field(&w, "content-length", "5");
    head(&w, 206);
    turn(&w);
    assert_int_equal(w.nheads, 0);
    assert_int_equal(w.status, 63);
    close_world(&w);
}

static void await(struct world *w, const unsigned *value, unsigned wanted)
{
    for (int i = 0; i < 5000 && *value != wanted; i++)
        spin_for(w->client.loop, LOOP_MS);
    assert_int_equal(*value, wanted);
}

/* At 2,000 bytes a second a piece has 100; each is paid for, the last one too. */
static void a_body_with_a_rate_comes_in_pieces_and_ends(void **state)
{
    (void)state;
    static const uint8_t bytes[200];
    struct world w;
    open_world(&w);
    w.asked.limit_rate = 2000;
    start_connected(&w);
    head(&w, 200);
    assert_int_equal(body(&w, span_of(bytes, 200)), SINK_PAUSE);
    assert_int_equal(w.delivered, 100);
    await(&w, &w.nbodies, 2);
    assert_int_equal(w.delivered, 200);
    await(&w, &w.conn->nresumed, 1);
    (void)body(&w, span_of(bytes, 50)); /* a late clock has credit */
    end(&w);
    await(&w, &w.ndone, 1);
    assert_int_equal(w.status, 0);
    assert_int_equal(w.delivered, 250);
    close_world(&w);
}

/* It is the caller who is slow then, not the server. */
static void a_pause_is_not_too_slow(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.answer = QV_PAUSE;
    w.asked.speed_limit = 1000000;
    w.asked.speed_time = 20 * LOOP_MS;
    start_connected(&w);
    head(&w, 200);
    assert_int_equal(body(&w, SPAN_LIT("abc")), SINK_PAUSE);
    spin_for(w.client.loop, 70 * LOOP_MS);
    cancel_world(&w); /* nothing had ended it */
}

/* Of a body that nobody wants so much is read, and then the connection given
 * up instead. */
static void an_unwanted_body_is_read_to_its_end_if_it_is_near(void **state)
{
    (void)state;
    static const uint8_t bytes[65537];
    for (size_t more = 0; more < 2; more++) {
        struct world w;
        open_world(&w);
        w.asked.follow = true;
        w.asked.max_filesize = 10; /* of what is wanted */
        start_connected(&w);
        field(&w, "location", "/next");
        field(&w, "content-length", "65537");
        head(&w, 302);
        assert_int_equal(body(&w, span_of(bytes, 65536 + more)),
                         more ? SINK_PAUSE : SINK_MORE);
        turn(&w);
        assert_int_equal(w.conn->ncancelled, more);
        assert_int_equal(w.redirects, 0);
        assert_int_equal(w.ndone, 0);
        cancel_world(&w);
    }
}

static void only_errors_are_failures(void **state)
{
    (void)state;
    for (int status = 399; status <= 400; status++) {
        struct world w;
        open_world(&w);
        w.asked.fail = true;
        start_connected(&w);
        head(&w, status);
        (void)body(&w, SPAN_LIT("abc"));
        end(&w);
        assert_int_equal(w.ndone, 1);
        assert_int_equal(w.status, status < 400 ? 0 : 22);
        assert_int_equal(w.delivered, status < 400 ? 3 : 0);
        close_world(&w);
    }
}

/* The first is followed, the one that is over the number is an error. */
static void so_many_redirects_are_followed(void **state)
{
    (void)state;
    for (int max = 0; max < 3; max++) {
        struct world w;
        open_world(&w);
        w.asked.follow = true;
        w.asked.max_redirs = max;
        start_connected(&w);
        field(&w, "location", "/next");
        for (int i = 0; i <= max; i++) {
            assert_int_equal(w.ndone, 0);
            head(&w, 302);
            end(&w);
            turn(&w);
        }
        assert_int_equal(w.ndone, 1);
        assert_int_equal(w.status, 47);
        assert_int_equal(w.redirects, (unsigned)max);
        close_world(&w);
    }
}

static void a_redirect_goes_to_the_connection_it_came_from(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.asked.follow = true;
    start_connected(&w);
    field(&w, "location", "/next");
    head(&w, 302);
    assert_int_equal(body(&w, SPAN_LIT("gone")), SINK_MORE);
    end(&w);
    turn(&w);
    assert_int_equal(fake_ndials, 1);
    assert_int_equal(w.conn->nsubmitted, 2);
    assert_true(
        span_equal(fake_first(w.conn)->request->target, SPAN_LIT("/next")));
    w.fields.len = 0;
    head(&w, 200);
    end(&w);
    assert_int_equal(w.ndone, 1);
    assert_int_equal(w.redirects, 1);
    assert_int_equal(w.nheads, 2);
    assert_int_equal(w.nbodies, 0);
    close_world(&w);
}

static void cancelling_is_silent_at_every_stage(void **state)
{
    (void)state;
    struct world w;
    open_world(&w); /* before its first turn */
    transfer_start(&w.client, &w.face, &w.ask);
    cancel_world(&w);
    open_world(&w); /* while it waits for a connection */
    start(&w);
    cancel_world(&w);
    open_world(&w); /* when it was sent */
    start_connected(&w);
    cancel_world(&w);
    open_world(&w); /* in the body */
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    cancel_world(&w);
    open_world(&w); /* in a pause */
    w.answer = QV_PAUSE;
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    cancel_world(&w);
    open_world(&w); /* in a pause, when the exchange is over */
    w.answer = QV_PAUSE;
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    end(&w);
    transfer_resume(w.face.state);
    cancel_world(&w);
    open_world(&w); /* when it is about to stop */
    w.answer = QV_ABORT;
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    cancel_world(&w);
    open_world(&w); /* between two hops */
    w.asked.follow = true;
    start_connected(&w);
    field(&w, "location", "/next");
    head(&w, 302);
    end(&w);
    cancel_world(&w);
}

/* One more step of a transfer whose caller cancels in some handler. */
static bool is_on(const struct world *w)
{
    return w->face.state != NULL;
}

static void give_trailers(struct world *w)
{
    struct exchange *ex = fake_first(w->conn);
    w->fields.len = 0;
    field(w, "t", "1");
    ex->sink->on_trailers(ex, &w->fields);
}

/* A coded answer, or one that asks for patience, or one that breaks. */
static void play(struct world *w, enum handler h)
{
    uint8_t buf[8192];
    w->asked.compressed = true;
    w->asked.retry.max = h == IN_RETRY || h == IN_RESTART;
    w->asked.retry.delay = 1000 * LOOP_S;
    w->client.options.on_origin = on_origin;
    transfer_start(&w->client, &w->face, &w->ask);
    turn(w);
    if (is_on(w))
        w->conn = fake_connect(0, HTTP_VERSION_1_1, 1);
    if (is_on(w))
        head(w, 103);
    if (!is_on(w))
        return;
    field(w, "content-encoding", "gzip");
    head(w, h == IN_RETRY ? 503 : 200);
    if (is_on(w) && h != IN_RETRY)
        (void)body(w, packed(buf, sizeof buf));
    if (is_on(w) && h == IN_TRAILERS)
        give_trailers(w);
    if (is_on(w) && h == IN_RESTART)
        end_badly(w, ERR_PARTIAL);
    else if (is_on(w))
        end(w);
    turn(w);
}

static void every_handler_may_cancel(void **state)
{
    (void)state;
    for (enum handler h = IN_ORIGIN; h <= IN_DONE; h++) {
        struct world w;
        open_world(&w);
        w.cancel_in = h;
        play(&w, h);
        assert_null(w.face.state);
        assert_int_equal(w.ndone, h == IN_DONE);
        assert_int_equal(w.nbodies <= 1,
                         h != IN_TRAILERS && h != IN_DONE && h != IN_RESTART);
        turn(&w);
        assert_int_equal(w.client.nholds, 0);
        close_world(&w);
    }
}

static void a_caller_may_cancel_as_it_gets_what_waited(void **state)
{
    (void)state;
    struct world w;
    uint8_t buf[8192];
    start_coded(&w);
    (void)body(&w, packed(buf, sizeof buf));
    w.cancel_in = IN_BODY;
    resume(&w);
    turn(&w);
    assert_int_equal(w.nbodies, 2);
    assert_int_equal(w.ndone, 0);
    assert_int_equal(w.client.nholds, 0);
    close_world(&w);
}

/* Those behind the transfer of the world, which holds the only permit. */
struct crowd {
    struct qv_transfer faces[100];
    size_t next; /* that ends, if they end in their order */
    unsigned nfailed;
};

static struct crowd crowd;

static void on_crowd_done(struct qv_transfer *t, const struct qv_result *r)
{
    size_t at = (size_t)(t - crowd.faces);
    if (r->error.status) {
        crowd.nfailed++;
        return;
    }
    assert_true(at >= crowd.next);
    crowd.next = at + 1;
}

static void open_crowd(struct world *w)
{
    static const struct qv_transfer_ops crowd_ops = {.on_done = on_crowd_done};
    crowd = (struct crowd){.next = 0};
    open_world(w);
    w->client.admission.limits.permits = 1;
    start_connected(w);
    for (size_t i = 0; i < 100; i++) {
        crowd.faces[i].ops = &crowd_ops;
        transfer_start(&w->client, &crowd.faces[i], &w->ask);
    }
    turn(w);
    /* The first ones wait with their flight, the others without. */
    assert_non_null(((struct transfer *)crowd.faces[1].state)->flight);
    assert_null(((struct transfer *)crowd.faces[98].state)->flight);
}

static void those_that_wait_start_in_their_order(void **state)
{
    (void)state;
    struct world w;
    open_crowd(&w);
    for (size_t i = 0; i < 101; i++) {
        head(&w, 200);
        end(&w);
        turn(&w);
    }
    assert_int_equal(crowd.next, 100);
    assert_int_equal(crowd.nfailed, 0);
    assert_int_equal(w.client.nready, 0);
    assert_int_equal(w.client.nholds, 0);
    close_world(&w);
}

static void one_that_waits_may_be_cancelled_or_fail(void **state)
{
    (void)state;
    struct world w;
    open_crowd(&w);
    size_t nready = w.client.nready;
    transfer_cancel(crowd.faces[0].state);
    transfer_cancel(crowd.faces[99].state);
    assert_int_equal(w.client.nready, nready - 1);
    transfer_fail(crowd.faces[1].state, ERR_TIMEOUT, "enough");
    transfer_fail(crowd.faces[98].state, ERR_TIMEOUT, "enough");
    head(&w, 200);
    end(&w); /* its permit goes to the one after those */
    turn(&w);
    assert_int_equal(crowd.nfailed, 2);
    assert_int_equal(w.client.nstopping, 0);
    head(&w, 200);
    end(&w);
    assert_int_equal(crowd.next, 3);
    turn(&w);
    for (size_t i = 3; i < 98; i++)
        transfer_cancel(crowd.faces[i].state);
    turn(&w);
    assert_int_equal(w.client.nready, 0);
    assert_int_equal(w.client.nholds, 0);
    close_world(&w);
}

static void a_client_that_goes_takes_its_transfers_along(void **state)
{
    (void)state;
    struct world w;
    open_world(&w);
    w.answer = QV_PAUSE;
    start_connected(&w);
    head(&w, 200);
    body(&w, SPAN_LIT("abc"));
    close_world(&w);
    assert_int_equal(w.ndone, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_answer_is_passed_on),
        cmocka_unit_test(the_end_waits_for_a_paused_caller),
        cmocka_unit_test(a_failure_during_a_pause_is_told_after_it),
        cmocka_unit_test(a_resumed_transfer_resumes_its_connection_once),
        cmocka_unit_test(a_pause_holds_in_the_middle_of_a_coded_body),
        cmocka_unit_test(what_comes_during_a_pause_waits_in_its_order),
        cmocka_unit_test(
            coded_bytes_that_come_during_a_pause_wait_in_their_order),
        cmocka_unit_test(
            an_end_that_overtakes_a_resumption_waits_for_the_bytes),
        cmocka_unit_test(what_has_ended_may_be_cancelled_before_that_is_told),
        cmocka_unit_test(an_end_may_cancel_another_one_that_is_not_told_yet),
        cmocka_unit_test(what_has_its_result_does_not_fail_any_more),
        cmocka_unit_test(an_upload_that_has_bytes_resumes_only_itself),
        cmocka_unit_test(a_coded_body_cut_during_a_pause_is_no_success),
        cmocka_unit_test(a_caller_that_aborts_ends_the_exchange_only),
        cmocka_unit_test(the_first_reason_to_stop_is_told),
        cmocka_unit_test(a_body_announced_too_large_is_not_begun),
        cmocka_unit_test(a_body_may_have_exactly_the_largest_size),
        cmocka_unit_test(a_rest_behind_the_largest_size_is_not_begun),
        cmocka_unit_test(a_body_with_a_rate_comes_in_pieces_and_ends),
        cmocka_unit_test(a_pause_is_not_too_slow),
        cmocka_unit_test(an_unwanted_body_is_read_to_its_end_if_it_is_near),
        cmocka_unit_test(only_errors_are_failures),
        cmocka_unit_test(so_many_redirects_are_followed),
        cmocka_unit_test(a_redirect_goes_to_the_connection_it_came_from),
        cmocka_unit_test(cancelling_is_silent_at_every_stage),
        cmocka_unit_test(every_handler_may_cancel),
        cmocka_unit_test(a_caller_may_cancel_as_it_gets_what_waited),
        cmocka_unit_test(those_that_wait_start_in_their_order),
        cmocka_unit_test(one_that_waits_may_be_cancelled_or_fail),
        cmocka_unit_test(a_client_that_goes_takes_its_transfers_along),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
