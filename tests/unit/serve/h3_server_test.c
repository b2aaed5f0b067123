/*
 * The server against our own client, joined in memory, and against a scripted
 * one.  The router and the server object are stood in for here.
 */
#include "serve/h3_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conn/h3.h"
#include "serve/fake_server.h"
#include "serve/router.h"
#include "serve/stream.h"
#include "support/fake_quic.h"
#include "support/h3_script.h"

#define OTHER 14 /* a unidirectional stream of the client's */

/* --- handlers -------------------------------------------------------------- */

struct job {
    struct handler handler;
    struct stream *stream;
    struct body_source source;
    struct response response;
    struct fields fields;
    struct fields trailers;
    struct str buffer; /* echo: what came and did not go yet */
    size_t at;
    size_t left; /* of a generated body */
    bool is_ended;
    bool is_paused;
};

static unsigned nlive;
static unsigned ncomplete;
static unsigned nincomplete;

static enum io echo_read(struct body_source *src, uint8_t *buf, size_t cap,
                         size_t *n)
{
    struct job *j = container_of(src, struct job, source);
    size_t have = j->buffer.len - j->at;
    *n = have < cap ? have : cap;
    if (*n == 0)
        return j->is_ended ? IO_EOF : IO_AGAIN;
    memcpy(buf, j->buffer.base + j->at, *n);
    j->at += *n;
    if (j->is_paused) {
        j->is_paused = false;
        j->stream->ops->resume(j->stream, EXCHANGE_RECEIVE);
    }
    return IO_OK;
}

/* A handler that has had enough, in the middle of a call. */
static void give_up(struct job *j, const char *reset, const char *cut)
{
    struct stream *s = j->stream;
    if (span_equal(s->request->target, span_str(reset)))
        s->ops->reset(s, 0x102);
    if (span_equal(s->request->target, span_str(cut)))
        s->ops->cut(s);
}

static enum io give_up_read(struct body_source *src, uint8_t *buf, size_t cap,
                            size_t *n)
{
    struct job *j = container_of(src, struct job, source);
    (void)cap;
    buf[0] = 'x';
    *n = 1;
    give_up(j, "/read-reset", "/read-cut");
    return IO_OK;
}

static enum io bytes_read(struct body_source *src, uint8_t *buf, size_t cap,
                          size_t *n)
{
    struct job *j = container_of(src, struct job, source);
    *n = j->left < cap ? j->left : cap;
    memset(buf, 'b', *n);
    j->left -= *n;
    return *n ? IO_OK : IO_EOF;
}

static enum io broken_read(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    (void)buf, (void)cap, (void)n;
    return fault_set(&src->fault, ERR_READ, 0, "%s", "broken");
}

static enum sink_flow job_body(struct handler *h, struct span data)
{
    struct job *j = container_of(h, struct job, handler);
    assert_false(j->is_paused); /* whatever the response did meanwhile */
    str_add(&j->buffer, data);
    give_up(j, "/body-reset", "/body-cut");
    if (j->response.body)
        j->stream->ops->resume(j->stream, EXCHANGE_SEND);
    j->is_paused = j->response.body && j->buffer.len - j->at > 4000;
    return j->is_paused ? SINK_PAUSE : SINK_MORE;
}

static void answer(struct job *j, int status, int64_t len,
                   enum io (*read)(struct body_source *, uint8_t *, size_t,
                                   size_t *))
{
    j->source.read = read;
    j->response.status = status;
    j->response.fields = &j->fields;
    j->response.body_len = len;
    j->response.body = read ? &j->source : NULL;
    j->stream->ops->respond(j->stream, &j->response);
}

static void job_end(struct handler *h, const struct fields *trailers)
{
    struct job *j = container_of(h, struct job, handler);
    assert_null(trailers);
    j->is_ended = true;
    if (span_equal(j->stream->request->target, SPAN_LIT("/wait")))
        answer(j, 200, 0, NULL);
    else if (j->response.body)
        j->stream->ops->resume(j->stream, EXCHANGE_SEND);
}

static void job_free(struct handler *h, bool is_complete)
{
    struct job *j = container_of(h, struct job, handler);
    assert_true(nlive > 0);
    nlive--;
    if (is_complete)
        ncomplete++;
    else
        nincomplete++;
    str_fini(&j->buffer);
}

static const struct handler_ops job_ops = {
    .on_body = job_body,
    .on_end = job_end,
    .on_free = job_free,
};

static void route_special(struct job *j, struct span target)
{
    struct stream *s = j->stream;
    if (span_equal(target, SPAN_LIT("/trailers"))) {
        fields_add(&j->trailers, SPAN_LIT("sum"), SPAN_LIT("1"));
        j->response.trailers = &j->trailers;
        j->left = 10;
        answer(j, 200, BODY_LEN_UNKNOWN, bytes_read);
    } else if (span_equal(target, SPAN_LIT("/early"))) {
        s->ops->inform(s, 103, &j->fields);
        j->left = 5;
        answer(j, 200, 5, bytes_read);
    } else if (span_equal(target, SPAN_LIT("/broken"))) {
        answer(j, 200, 10, broken_read);
    } else if (span_equal(target, SPAN_LIT("/brief"))) {
        j->left = 9;
        answer(j, 200, 10, bytes_read);
    } else if (span_starts_nocase(target, SPAN_LIT("/read-"))) {
        answer(j, 200, BODY_LEN_UNKNOWN, give_up_read);
    } else if (span_equal(target, SPAN_LIT("/reset"))) {
        s->ops->reset(s, 0x102);
    } else if (span_equal(target, SPAN_LIT("/cut"))) {
        s->ops->cut(s);
    } else if (span_equal(target, SPAN_LIT("/drain"))) {
        s->ops->drain(s);
        answer(j, 204, BODY_LEN_NONE, NULL);
    } else if (span_equal(target, SPAN_LIT("/refuse"))) {
        answer(j, 413, 0, NULL);
    }
}

void router_route(struct stream *s)
{
    struct job *j = ARENA_NEW(s->arena, struct job);
    struct span target = s->request->target;
    uint64_t len = 0;
    j->handler.ops = &job_ops;
    j->stream = s;
    fields_init(&j->fields, s->arena);
    fields_init(&j->trailers, s->arena);
    str_init(&j->buffer);
    s->handler = &j->handler;
    nlive++;
    assert_int_equal(s->version, HTTP_VERSION_3);
    fields_add(&j->fields, SPAN_LIT("Server"), SPAN_LIT("test"));
    if (span_equal(target, SPAN_LIT("/echo"))) {
        answer(j, 200, BODY_LEN_UNKNOWN, echo_read);
    } else if (span_starts_nocase(target, SPAN_LIT("/bytes/")) &&
               span_to_u64(span_of(target.base + 7, target.len - 7), &len)) {
        j->left = (size_t)len;
        answer(j, 200, (int64_t)len, bytes_read);
    } else {
        route_special(j, target);
    }
}

/* --- the two ends ---------------------------------------------------------- */

struct rig {
    struct loop *loop;
    struct server server;
    struct settings settings;
    struct quic *near; /* the client's; NULL: scripted */
    struct quic *far;
    struct conn *c; /* NULL: closed, or scripted */
    struct peer *peer;
    unsigned ngone;
};

struct probe {
    struct exchange ex;
    struct request request;
    struct body_bytes bytes;
    int status;
    unsigned ninterim;
    struct str body;
    struct str trailers;
    struct str fields;
    bool is_done;
    bool is_returned;
    struct fault fault;
};

static struct rig *the_rig;

static void on_capacity(struct conn *c)
{
    (void)c;
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)c, (void)why;
}

static void on_closed(struct conn *c, const struct fault *why)
{
    (void)c, (void)why;
    the_rig->c = NULL;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)how;
    (void)c, (void)why;
    container_of(ex, struct probe, ex)->is_returned = true;
}

static const struct conn_events events = {
    .on_capacity = on_capacity,
    .on_features = on_capacity,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

static void note(struct str *to, const struct fields *f)
{
    for (size_t i = 0; i < f->len; i++)
        str_printf(to, "%.*s=%.*s;", SPAN_ARG(f->items[i].name),
                   SPAN_ARG(f->items[i].value));
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    struct probe *p = container_of(ex, struct probe, ex);
    if (head->status < 200) {
        p->ninterim++;
        return;
    }
    p->status = head->status;
    note(&p->fields, head->fields);
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    str_add(&container_of(ex, struct probe, ex)->body, data);
    return SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    note(&container_of(ex, struct probe, ex)->trailers, trailers);
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct probe *p = container_of(ex, struct probe, ex);
    p->is_done = true;
    if (fault)
        p->fault = *fault;
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static void on_gone(struct peer *p)
{
    assert_ptr_equal(p, the_rig->peer);
    the_rig->ngone++;
    the_rig->peer = NULL;
}

static void settle(struct rig *r)
{
    fake_quic_settle(r->loop);
}

static struct rig *rig_new(size_t piece)
{
    struct rig *r = XALLOC_NEW(struct rig);
    the_rig = r;
    nlive = ncomplete = nincomplete = 0;
    r->loop = loop_new();
    r->server.loop = r->loop;
    settings_defaults(&r->settings);
    settings_defaults(&r->server.settings);
    r->server.options.head_timeout = 10 * LOOP_S;
    r->server.options.idle_timeout = 60 * LOOP_S;
    r->far = fake_quic_new(r->loop, true);
    r->far->piece = piece;
    struct quic_app *app = h3_server_app(&r->server);
    quic_set_app(r->far, app);
    r->far->is_told = false;
    r->peer = h3_server_attach(app, r->far, "127.0.0.1");
    r->peer->on_gone = on_gone;
    quic_wake(r->far);
    return r;
}

static struct rig *rig_pair(size_t piece)
{
    static const struct conn_facts facts = {.id = 1};
    struct rig *r = rig_new(piece);
    r->near = fake_quic_new(r->loop, false);
    r->near->piece = piece;
    r->near->send_window = r->far->send_window = 5000;
    r->near->conn_limit = r->far->conn_limit = 20000;
    fake_quic_join(r->near, r->far);
    r->c = h3_new(r->loop, r->near, &r->settings, &facts);
    r->c->events = &events;
    return r;
}

static void rig_free(struct rig *r)
{
    if (r->c)
        r->c->ops->close(r->c);
    settle(r);
    if (r->peer)
        r->peer->ops->close(r->peer);
    settle(r);
    assert_int_equal(nlive, 0);
    if (r->near)
        fake_quic_free(r->near);
    fake_quic_free(r->far);
    loop_free(r->loop);
    free(r);
}

static struct probe *ask(struct rig *r, const char *method, const char *target,
                         struct span body, int64_t len)
{
    struct probe *p = XALLOC_NEW(struct probe);
    arena_init(&p->ex.arena);
    p->request = (struct request){
        .method = span_str(method),
        .scheme = SPAN_LIT("https"),
        .authority = SPAN_LIT("example.test"),
        .target = span_str(target),
        .body_len = len,
    };
    fields_init(&p->request.fields, &p->ex.arena);
    fields_add(&p->request.fields, SPAN_LIT("User-Agent"), SPAN_LIT("probe"));
    body_bytes_init(&p->bytes, body);
    p->ex.request = &p->request;
    p->ex.sink = &sink;
    p->ex.body = len == BODY_LEN_NONE ? NULL : &p->bytes.source;
    str_init(&p->body);
    str_init(&p->trailers);
    str_init(&p->fields);
    r->c->ops->submit(r->c, &p->ex);
    return p;
}

static struct probe *get(struct rig *r, const char *target)
{
    return ask(r, "GET", target, span_of(NULL, 0), BODY_LEN_NONE);
}

static void probe_free(struct probe *p)
{
    arena_fini(&p->ex.arena);
    str_fini(&p->body);
    str_fini(&p->trailers);
    str_fini(&p->fields);
    free(p);
}

static const size_t pieces[] = {0, 1, 7, 100, 1000};

#define PIECES (sizeof pieces / sizeof *pieces)

/* --- client and server ------------------------------------------------------ */

static void test_many_at_once(void **state)
{
    (void)state;
    for (size_t k = 0; k < PIECES; k++) {
        struct rig *r = rig_pair(pieces[k]);
        struct probe *p[20];
        for (int i = 0; i < 20; i++)
            p[i] = get(r, i % 2 ? "/bytes/30000" : "/bytes/0");
        settle(r);
        for (int i = 0; i < 20; i++) {
            assert_true(p[i]->is_done);
            assert_string_equal(p[i]->fault.detail, "");
            assert_int_equal(p[i]->fault.code, ERR_NONE);
            assert_int_equal(p[i]->status, 200);
            assert_int_equal(p[i]->body.len, i % 2 ? 30000 : 0);
            assert_string_equal(str_text(&p[i]->fields),
                                i % 2 ? "server=test;content-length=30000;"
                                      : "server=test;content-length=0;");
            probe_free(p[i]);
        }
        assert_int_equal(ncomplete, 20);
        assert_int_equal(nlive, 0);
        rig_free(r);
    }
}

static void test_echo_in_both_directions(void **state)
{
    (void)state;
    char *body = xalloc_bytes(100000);
    for (size_t i = 0; i < 100000; i++)
        body[i] = (char)(i * 31 >> 4);
    for (size_t k = 0; k < PIECES; k++) {
        struct rig *r = rig_pair(pieces[k]);
        struct probe *a =
            ask(r, "POST", "/echo", span_of(body, 100000), 100000);
        struct probe *b =
            ask(r, "POST", "/echo", span_of(body, 50000), BODY_LEN_UNKNOWN);
        settle(r);
        assert_true(a->is_done && b->is_done);
        assert_int_equal(a->fault.code, ERR_NONE);
        assert_int_equal(a->body.len, 100000);
        assert_memory_equal(a->body.base, body, 100000);
        assert_int_equal(b->body.len, 50000);
        assert_memory_equal(b->body.base, body, 50000);
        probe_free(a);
        probe_free(b);
        assert_int_equal(ncomplete, 2);
        rig_free(r);
    }
    free(body);
}

static void test_interim_and_trailers(void **state)
{
    (void)state;
    struct rig *r = rig_pair(0);
    struct probe *early = get(r, "/early");
    struct probe *trailers = get(r, "/trailers");
    struct probe *head =
        ask(r, "HEAD", "/trailers", span_of(NULL, 0), BODY_LEN_NONE);
    settle(r);
    assert_int_equal(early->ninterim, 1);
    assert_int_equal(early->body.len, 5);
    assert_string_equal(str_text(&trailers->trailers), "sum=1;");
    assert_int_equal(trailers->body.len, 10);
    assert_true(head->is_done);
    assert_int_equal(head->body.len, 0);
    assert_int_equal(head->fault.code, ERR_NONE);
    probe_free(early);
    probe_free(trailers);
    probe_free(head);
    rig_free(r);
}

static void test_a_body_that_breaks_is_no_success(void **state)
{
    (void)state;
    static const char *const targets[] = {"/broken", "/brief", "/reset"};
    for (size_t i = 0; i < 3; i++) {
        struct rig *r = rig_pair(0);
        struct probe *p = get(r, targets[i]);
        struct probe *other = get(r, "/bytes/10");
        settle(r);
        assert_true(p->is_done);
        assert_true(p->fault.code == ERR_PARTIAL || p->fault.code == ERR_RECV);
        assert_int_equal(p->fault.wire, 0x102);
        assert_int_equal(other->fault.code, ERR_NONE);
        assert_int_equal(other->body.len, 10);
        probe_free(p);
        probe_free(other);
        assert_int_equal(nincomplete, 1);
        rig_free(r);
    }
}

static void test_a_handler_may_give_up_in_any_call(void **state)
{
    (void)state;
    static const struct {
        const char *target;
        bool is_cut;
    } rows[] = {
        {"/body-reset", false},
        {"/body-cut", true},
        {"/read-reset", false},
        {"/read-cut", true},
    };
    static char body[5000];
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct rig *r = rig_pair(1000);
        struct probe *p = ask(r, "POST", rows[i].target,
                              span_of(body, sizeof body), sizeof body);
        struct probe *other = get(r, "/bytes/10");
        settle(r);
        assert_true(p->is_done || p->is_returned);
        assert_int_not_equal(p->fault.code, ERR_NONE);
        assert_int_equal(r->ngone, rows[i].is_cut);
        if (!rows[i].is_cut)
            assert_int_equal(other->body.len, 10);
        probe_free(p);
        probe_free(other);
        rig_free(r);
    }
}

static void test_cut_ends_the_connection(void **state)
{
    (void)state;
    struct rig *r = rig_pair(0);
    struct probe *p = get(r, "/cut");
    settle(r);
    assert_true(p->is_done);
    assert_int_not_equal(p->fault.code, ERR_NONE);
    assert_int_equal(r->ngone, 1);
    probe_free(p);
    rig_free(r);
}

static void test_a_refused_upload_is_answered(void **state)
{
    (void)state;
    static char body[50000];
    struct rig *r = rig_pair(0);
    struct probe *p =
        ask(r, "POST", "/refuse", span_of(body, sizeof body), sizeof body);
    settle(r);
    assert_true(p->is_done);
    assert_int_equal(p->fault.code, ERR_NONE);
    assert_int_equal(p->status, 413);
    assert_int_equal(ncomplete, 1);
    probe_free(p);
    rig_free(r);
}

static void test_cancel_frees_the_handler(void **state)
{
    (void)state;
    struct rig *r = rig_pair(0);
    struct probe *p = get(r, "/wait-for-ever");
    settle(r);
    assert_int_equal(nlive, 1);
    r->c->ops->cancel(r->c, &p->ex);
    settle(r);
    assert_int_equal(nlive, 0);
    assert_int_equal(nincomplete, 1);
    probe_free(p);
    rig_free(r);
}

static void test_loss_frees_the_handlers(void **state)
{
    (void)state;
    struct rig *r = rig_pair(0);
    struct probe *p = get(r, "/wait-for-ever");
    r->far->holds_acks = true;
    struct probe *unacked = get(r, "/bytes/10");
    settle(r);
    assert_int_equal(nlive, 2);
    fake_quic_lose(r->far, ERR_TIMEOUT, 0, "idle");
    fake_quic_lose(r->near, ERR_TIMEOUT, 0, "idle");
    settle(r);
    assert_true(p->is_done);
    assert_int_equal(nlive, 0);
    assert_int_equal(r->ngone, 1);
    probe_free(p);
    probe_free(unacked);
    rig_free(r);
}

/* --- the end of a connection ------------------------------------------------- */

static void wait_until_gone(struct rig *r)
{
    while (r->ngone == 0)
        settle(r);
}

static void test_drain_finishes_what_runs(void **state)
{
    (void)state;
    struct rig *r = rig_pair(0);
    struct probe *p = get(r, "/drain");
    settle(r);
    assert_true(p->is_done);
    assert_int_equal(p->status, 204);
    struct probe *late = NULL;
    if (r->c)
        late = get(r, "/bytes/1");
    settle(r);
    if (late) {
        assert_true(late->is_returned);
        probe_free(late);
    }
    wait_until_gone(r);
    settle(r);
    assert_null(r->c);
    probe_free(p);
    rig_free(r);
}

static void test_max_requests_then_goaway(void **state)
{
    (void)state;
    struct rig *r = rig_pair(0);
    r->server.options.max_requests = 2;
    struct probe *p[4];
    for (int i = 0; i < 4; i++)
        p[i] = get(r, "/bytes/100");
    settle(r);
    unsigned ndone = 0;
    for (int i = 0; i < 4; i++) {
        assert_true(p[i]->is_done != p[i]->is_returned);
        ndone += p[i]->is_done;
        assert_int_equal(p[i]->fault.code, ERR_NONE);
        probe_free(p[i]);
    }
    assert_int_equal(ndone, 2);
    wait_until_gone(r);
    rig_free(r);
}

static void test_close_is_quiet(void **state)
{
    (void)state;
    struct rig *r = rig_pair(0);
    struct probe *p = get(r, "/wait-for-ever");
    settle(r);
    assert_int_equal(nlive, 1);
    r->peer->ops->close(r->peer);
    r->peer = NULL;
    settle(r);
    assert_int_equal(r->ngone, 0);
    assert_int_equal(nlive, 0);
    assert_true(p->is_done);
    probe_free(p);
    rig_free(r);
}

static void test_never_accepted_frees_itself(void **state)
{
    (void)state;
    struct rig *r = rig_new(0);
    struct quic_app *app = h3_server_app(&r->server);
    struct fault why = {.code = ERR_QUIC};
    app->ops->on_closed(app, &why);
    settle(r);
    assert_int_equal(r->ngone, 0);
    rig_free(r);
}

/* --- malformed requests ------------------------------------------------------- */

struct row {
    const char *name;
    int64_t id;
    void (*script)(struct str *b);
    bool fin;
    uint64_t conn_code;   /* CONNECTION_CLOSE, FAKE_NONE: it lives */
    uint64_t stream_code; /* RESET_STREAM */
};

#define LIVES FAKE_NONE

#define REQUEST(method, path)                                                  \
    ":method", (method), ":scheme", "https", ":authority", "a", ":path", (path)

static void good(struct str *b)
{
    h3_script_headers(b, REQUEST("GET", "/bytes/3"), NULL);
}

static void nothing(struct str *b)
{
    (void)b;
}

static void no_path(struct str *b)
{
    h3_script_headers(b, ":method", "GET", ":scheme", "https", ":authority",
                      "a", NULL);
}

static void no_authority(struct str *b)
{
    h3_script_headers(b, ":method", "GET", ":scheme", "https", ":path", "/",
                      NULL);
}

static void relative_path(struct str *b)
{
    h3_script_headers(b, REQUEST("GET", "x"), NULL);
}

static void two_hosts(struct str *b)
{
    h3_script_headers(b, REQUEST("GET", "/"), "host", "b", NULL);
}

static void status_in_request(struct str *b)
{
    h3_script_headers(b, REQUEST("GET", "/"), ":status", "200", NULL);
}

static void upper_case(struct str *b)
{
    h3_script_headers(b, REQUEST("GET", "/"), "X-Y", "z", NULL);
}

static void te_chunked(struct str *b)
{
    h3_script_headers(b, REQUEST("GET", "/"), "te", "chunked", NULL);
}

static void body_too_long(struct str *b)
{
    h3_script_headers(b, REQUEST("PUT", "/wait"), "content-length", "2", NULL);
    h3_script_data(b, "four");
}

static void body_too_short(struct str *b)
{
    h3_script_headers(b, REQUEST("PUT", "/wait"), "content-length", "20", NULL);
    h3_script_data(b, "four");
}

static void data_first(struct str *b)
{
    h3_script_data(b, "x");
}

static void cut_frame(struct str *b)
{
    h3_script_headers(b, REQUEST("POST", "/echo"), NULL);
    str_add(b, SPAN_LIT("\x00\x05x"));
}

static void push_promise(struct str *b)
{
    h3_script_frame(b, 0x05, SPAN_LIT("\x00\x00\x00\xd9"));
}

static void push_stream(struct str *b)
{
    h3_script_varint(b, 0x01);
}

static void no_settings(struct str *b)
{
    h3_script_varint(b, 0x00);
    h3_script_frame(b, 0x0d, SPAN_LIT("\x01"));
}

static void data_on_control(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_data(b, "x");
}

static void empty_data_flood(struct str *b)
{
    h3_script_headers(b, REQUEST("POST", "/echo"), NULL);
    for (int i = 0; i < 3000; i++)
        str_add(b, SPAN_LIT("\x00\x00"));
}

static void endless_head(struct str *b)
{
    h3_script_varint(b, 0x01);
    h3_script_varint(b, (uint64_t)1 << 40);
}

static const struct row rows[] = {
    {"no :path", 0, no_path, true, LIVES, 0x10e},
    {"no :authority and no Host", 0, no_authority, true, LIVES, 0x10e},
    {"a path that is none", 0, relative_path, true, LIVES, 0x10e},
    {"Host and :authority differ", 0, two_hosts, true, LIVES, 0x10e},
    {":status in a request", 0, status_in_request, true, LIVES, 0x10e},
    {"upper-case name", 0, upper_case, true, LIVES, 0x10e},
    {"te: chunked", 0, te_chunked, true, LIVES, 0x10e},
    {"body longer than said", 0, body_too_long, false, LIVES, 0x10e},
    {"body shorter than said", 0, body_too_short, true, LIVES, 0x10e},
    {"FIN with no head", 0, nothing, true, LIVES, 0x10d},
    {"endless head", 0, endless_head, false, LIVES, 0x107},
    {"DATA first", 0, data_first, false, 0x105, FAKE_NONE},
    {"FIN in a frame", 0, cut_frame, true, 0x106, FAKE_NONE},
    {"PUSH_PROMISE from a client", 0, push_promise, false, 0x105, FAKE_NONE},
    {"push stream from a client", OTHER, push_stream, false, 0x103, FAKE_NONE},
    {"no SETTINGS", OTHER, no_settings, false, 0x10a, FAKE_NONE},
    {"DATA on the control stream", OTHER, data_on_control, false, 0x105,
     FAKE_NONE},
    {"empty DATA flood", 0, empty_data_flood, false, 0x107, FAKE_NONE},
};

#define EXPECT(cond, ...)                                                      \
    do {                                                                       \
        if (!(cond))                                                           \
            fail_msg(__VA_ARGS__);                                             \
    } while (0)

static void inject(struct rig *r, int64_t id, void (*script)(struct str *),
                   bool fin)
{
    struct str b;
    str_init(&b);
    script(&b);
    fake_quic_receive(r->far, id, str_span(&b), fin);
    settle(r);
    str_fini(&b);
}

static void run_row(const struct row *row, size_t piece)
{
    struct rig *r = rig_new(piece);
    inject(r, row->id, row->script, row->fin);
    EXPECT(r->far->failed == row->conn_code, "%s: closed with 0x%llx",
           row->name, (unsigned long long)r->far->failed);
    if (row->conn_code == LIVES) {
        struct fake_stream *s = fake_quic_stream(r->far, 0);
        EXPECT(s->reset == row->stream_code, "%s: reset with 0x%llx", row->name,
               (unsigned long long)s->reset);
        inject(r, 4, good, true);
        EXPECT(fake_quic_stream(r->far, 4)->has_fin, "%s: innocent", row->name);
    }
    rig_free(r);
}

static void test_rows(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        for (size_t piece = 0; piece < 3; piece++)
            run_row(&rows[i], piece);
}

static void expecting(struct str *b)
{
    h3_script_headers(b, REQUEST("POST", "/wait"), "expect", "100-continue",
                      NULL);
}

static void test_an_expectation_is_answered(void **state)
{
    (void)state;
    struct rig *r = rig_new(0);
    inject(r, 0, expecting, false);
    size_t len = fake_quic_stream(r->far, 0)->out.len;
    assert_true(len > 0 && len < 20);
    fake_quic_receive(r->far, 0, SPAN_LIT("\x00\x01x"), true);
    settle(r);
    assert_true(fake_quic_stream(r->far, 0)->has_fin);
    rig_free(r);
}

/* As browsers do: PRIORITY_UPDATE (RFC 9218 7.2) on the control stream, which
 * may overtake the request. */
static void early_priority(struct str *b)
{
    h3_script_control(b, NULL, 0);
    h3_script_frame(b, 0xf0700, SPAN_LIT("\0u=0, i"));
}

static void test_a_priority_may_come_before_its_request(void **state)
{
    (void)state;
    struct rig *r = rig_new(0);
    inject(r, OTHER, early_priority, false);
    assert_int_equal(r->far->failed, FAKE_NONE);
    inject(r, 0, good, true);
    assert_true(fake_quic_stream(r->far, 0)->has_fin);
    rig_free(r);
}

static void test_requests_after_goaway_are_rejected(void **state)
{
    (void)state;
    struct rig *r = rig_new(0);
    settle(r);
    inject(r, 0, expecting, false);
    r->peer->ops->drain(r->peer);
    settle(r);
    inject(r, 4, good, true);
    assert_int_equal(fake_quic_stream(r->far, 4)->reset, 0x10b);
    assert_int_equal(nlive, 1);
    fake_quic_receive(r->far, 0, span_of(NULL, 0), true);
    settle(r);
    assert_true(fake_quic_stream(r->far, 0)->has_fin);
    wait_until_gone(r);
    assert_int_equal(r->far->closed, 0x100);
    rig_free(r);
}

/* The timer's own call, with the time that the test says it is. */
static void let_pass(struct rig *r, uint64_t ns)
{
    struct h3_server *h = container_of(r->peer, struct h3_server, peer);
    h->timer.on_expired(&h->timer, loop_now(r->loop) + ns);
    settle(r);
}

static void test_a_late_head_ends_the_connection(void **state)
{
    (void)state;
    struct rig *r = rig_new(0);
    fake_quic_receive(r->far, 0, SPAN_LIT("\x01\x20"), false);
    settle(r);
    let_pass(r, 9 * LOOP_S);
    assert_int_equal(r->ngone, 0);
    let_pass(r, 11 * LOOP_S);
    assert_int_equal(r->ngone, 1);
    assert_int_equal(r->far->closed, 0x107);
    rig_free(r);
}

static void test_an_idle_connection_is_closed(void **state)
{
    (void)state;
    struct rig *r = rig_new(0);
    inject(r, 0, good, true);
    let_pass(r, 59 * LOOP_S);
    assert_int_equal(r->ngone, 0);
    let_pass(r, 61 * LOOP_S);
    assert_int_equal(r->ngone, 1);
    rig_free(r);
}

#define TEST(name) cmocka_unit_test(test_##name)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(many_at_once),
        TEST(echo_in_both_directions),
        TEST(interim_and_trailers),
        TEST(a_body_that_breaks_is_no_success),
        TEST(a_handler_may_give_up_in_any_call),
        TEST(cut_ends_the_connection),
        TEST(a_refused_upload_is_answered),
        TEST(cancel_frees_the_handler),
        TEST(loss_frees_the_handlers),
        TEST(drain_finishes_what_runs),
        TEST(max_requests_then_goaway),
        TEST(close_is_quiet),
        TEST(never_accepted_frees_itself),
        TEST(rows),
        TEST(an_expectation_is_answered),
        TEST(a_priority_may_come_before_its_request),
        TEST(requests_after_goaway_are_rejected),
        TEST(a_late_head_ends_the_connection),
        TEST(an_idle_connection_is_closed),
    };
    return cmocka_run_group_tests_name("h3_server", tests, NULL, NULL);
}
