/*
 * Any callback may cancel its exchange, or another one, and close the
 * connection: every protocol, every callback, every deed.
 *
 * The memory of an exchange is freed the moment it is off its connection, so
 * that a sanitizer sees whoever still looks at it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conn/h1.h"
#include "conn/h2.h"
#include "conn/h2_wire.h"
#include "conn/h3.h"
#include "support/fake_quic.h"
#include "support/h3_script.h"
#include "support/pipe_transport.h"

enum place {
    ON_INTERIM,
    ON_HEAD,
    ON_BODY,
    ON_HELD, /* bytes that came while the reader had paused */
    ON_TRAILERS,
    ON_DONE,
    IN_READ,      /* of the body source, before a byte of it was sent */
    IN_LATE_READ, /* after some were */
    NPLACES,
};

enum deed {
    CANCEL_ITSELF,
    CANCEL_ANOTHER,
    CLOSE,
    NDEEDS,
};

static const char *const place_names[] = {
    "interim head", "head", "body", "held body",
    "trailers",     "done", "read", "later read",
};
static const char *const deed_names[] = {"cancel", "cancel another", "close"};

struct rig;

/* What the peer does; `at` is 0 for the exchange under test, 1 for another. */
struct protocol {
    const char *name;
    bool is_shared; /* by several exchanges */
    void (*open)(struct rig *r);
    void (*fini)(struct rig *r);
    void (*hello)(struct rig *r);
    void (*interim)(struct rig *r);
    void (*head)(struct rig *r, int at);
    void (*body)(struct rig *r, int at, const char *text);
    void (*trailers)(struct rig *r); /* and the end */
    void (*end)(struct rig *r, int at);
};

struct probe {
    struct exchange ex;
    struct request request;
    struct arena arena; /* of the request */
    struct body_source source;
    struct rig *rig;
    bool is_tested;
    bool pauses;
    unsigned nreads;
    unsigned nbodies;
    bool is_done;
};

struct rig {
    const struct protocol *protocol;
    enum place place;
    enum deed deed;
    struct loop *loop;
    struct settings settings;
    struct conn *conn;       /* NULL: closed */
    struct probe *probes[2]; /* NULL: cancelled, and gone */
    bool is_deed_done;
    bool is_other_whole;
    struct transport *far;
    struct h2_wire wire;
    struct quic *quic;
};

/* ---- exchanges ---- */

static void probe_free(struct rig *r, int at)
{
    struct probe *p = r->probes[at];
    r->probes[at] = NULL;
    if (p == NULL)
        return;
    arena_fini(&p->ex.arena);
    arena_fini(&p->arena);
    free(p);
}

static void cancel(struct rig *r, int at)
{
    if (r->probes[at] == NULL)
        return;
    r->conn->ops->cancel(r->conn, &r->probes[at]->ex);
    probe_free(r, at);
}

static void close_conn(struct rig *r)
{
    r->conn->ops->close(r->conn);
    r->conn = NULL;
    probe_free(r, 0);
    probe_free(r, 1);
}

/* True: the probe that this was called for may be gone. */
static bool act(struct probe *p, enum place place)
{
    struct rig *r = p->rig;
    assert_non_null(r->conn);
    if (!p->is_tested || r->is_deed_done || r->place != place)
        return false;
    r->is_deed_done = true;
    switch (r->deed) {
    case CANCEL_ITSELF:
        cancel(r, 0);
        return true;
    case CANCEL_ANOTHER:
        cancel(r, 1);
        return false;
    case CLOSE:
        close_conn(r);
        return true;
    case NDEEDS:
        break;
    }
    return false;
}

static struct probe *of(struct exchange *ex)
{
    return container_of(ex, struct probe, ex);
}

static void on_head(struct exchange *ex, const struct response_head *head)
{
    (void)act(of(ex), head->status < 200 ? ON_INTERIM : ON_HEAD);
}

static enum sink_flow on_body(struct exchange *ex, struct span data)
{
    struct probe *p = of(ex);
    (void)data;
    if (p->pauses) {
        p->pauses = false;
        return SINK_PAUSE;
    }
    enum place place =
        p->nbodies++ == 0 && p->rig->place == ON_HELD ? ON_HELD : ON_BODY;
    (void)act(p, place);
    return SINK_MORE;
}

static void on_trailers(struct exchange *ex, const struct fields *trailers)
{
    assert_int_equal(trailers->len, 1);
    (void)act(of(ex), ON_TRAILERS);
}

static void on_done(struct exchange *ex, const struct fault *fault)
{
    struct probe *p = of(ex);
    struct rig *r = p->rig;
    assert_false(p->is_done);
    p->is_done = true;
    if (!p->is_tested && fault == NULL)
        r->is_other_whole = true;
    (void)act(p, ON_DONE);
}

static const struct exchange_sink sink = {
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static enum io read_source(struct body_source *src, uint8_t *buf, size_t cap,
                           size_t *n)
{
    struct probe *p = container_of(src, struct probe, source);
    unsigned nreads = ++p->nreads;
    memset(buf, 'u', cap < 100 ? cap : 100);
    *n = cap < 100 ? cap : 100;
    if (act(p, nreads == 1 ? IN_READ : IN_LATE_READ))
        return nreads == 1 ? IO_OK : IO_FAILED; /* it makes no difference */
    if (nreads < 4)
        return IO_OK;
    *n = 0;
    return IO_EOF;
}

static bool rewind_source(struct body_source *src)
{
    (void)src;
    return false;
}

static void submit(struct rig *r, int at)
{
    struct probe *p = XALLOC_NEW(struct probe);
    p->rig = r;
    p->is_tested = at == 0;
    p->pauses = p->is_tested && r->place == ON_HELD;
    p->source.read = read_source;
    p->source.rewind = rewind_source;
    arena_init(&p->ex.arena);
    arena_init(&p->arena);
    list_init(&p->ex.link);
    p->request = (struct request){
        .method = SPAN_LIT("POST"),
        .scheme = SPAN_LIT("https"),
        .authority = SPAN_LIT("example.test"),
        .target = SPAN_LIT("/"),
        .body_len = BODY_LEN_UNKNOWN,
    };
    fields_init(&p->request.fields, &p->arena);
    p->ex.request = &p->request;
    p->ex.body = &p->source;
    p->ex.sink = &sink;
    r->probes[at] = p;
    r->conn->ops->submit(r->conn, &p->ex);
}

/* ---- connections ---- */

static void on_capacity(struct conn *c)
{
    (void)c;
}

static void on_returned(struct conn *c, struct exchange *ex,
                        enum conn_return how, const struct fault *why)
{
    (void)c, (void)ex, (void)how, (void)why;
    fail_msg("nothing is given back here");
}

static void on_draining(struct conn *c, const struct fault *why)
{
    (void)c, (void)why;
}

static void on_closed(struct conn *c, const struct fault *why)
{
    struct rig *r = c->owner;
    (void)why;
    assert_int_equal(c->active, 0);
    r->conn = NULL;
}

static const struct conn_events events = {
    .on_capacity = on_capacity,
    .on_features = on_capacity,
    .on_returned = on_returned,
    .on_draining = on_draining,
    .on_closed = on_closed,
};

static const struct conn_facts facts = {.id = 1};

/* ---- HTTP/1.1 ---- */

static void h1_open(struct rig *r)
{
    struct transport *near = NULL;
    pipe_transport_pair(r->loop, &near, &r->far);
    r->conn = h1_new(r->loop, near, &r->settings, &facts);
}

static void h1_fini(struct rig *r)
{
    transport_close(r->far);
}

static void h1_hello(struct rig *r)
{
    (void)r;
}

static void h1_interim(struct rig *r)
{
    pipe_transport_send_text(r->far, "HTTP/1.1 103 Early\r\n\r\n");
}

static void h1_head(struct rig *r, int at)
{
    if (at == 0)
        pipe_transport_send_text(
            r->far, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
}

static void h1_body(struct rig *r, int at, const char *text)
{
    char chunk[64];
    (void)snprintf(chunk, sizeof chunk, "%zx\r\n%s\r\n", strlen(text), text);
    if (at == 0)
        pipe_transport_send_text(r->far, chunk);
}

static void h1_trailers(struct rig *r)
{
    pipe_transport_send_text(r->far, "0\r\nt: 1\r\n\r\n");
}

static void h1_end(struct rig *r, int at)
{
    (void)r, (void)at;
}

/* ---- HTTP/2 ---- */

static void h2_open(struct rig *r)
{
    struct transport *near = NULL;
    struct transport *far = NULL;
    pipe_transport_pair(r->loop, &near, &far);
    h2_wire_init(&r->wire, far);
    r->conn = h2_new(r->loop, near, &r->settings, &facts);
}

static void h2_fini(struct rig *r)
{
    h2_wire_fini(&r->wire);
}

static void h2_hello(struct rig *r)
{
    h2_wire_hello(&r->wire);
}

static int32_t h2_id(int at)
{
    return at == 0 ? 1 : 3;
}

static void h2_interim(struct rig *r)
{
    h2_wire_head(&r->wire, 1, 0, ":status", "103", NULL);
}

static void h2_head(struct rig *r, int at)
{
    h2_wire_head(&r->wire, h2_id(at), 0, ":status", "200", NULL);
}

static void h2_body(struct rig *r, int at, const char *text)
{
    h2_wire_data(&r->wire, h2_id(at), 0, text);
}

static void h2_trailers(struct rig *r)
{
    h2_wire_head(&r->wire, 1, NGHTTP2_FLAG_END_STREAM, "t", "1", NULL);
}

static void h2_end(struct rig *r, int at)
{
    h2_wire_data(&r->wire, h2_id(at), NGHTTP2_FLAG_END_STREAM, "");
}

/* ---- HTTP/3 ---- */

static void h3_open(struct rig *r)
{
    r->quic = fake_quic_new(r->loop, false);
    r->conn = h3_new(r->loop, r->quic, &r->settings, &facts);
}

static void h3_fini(struct rig *r)
{
    fake_quic_free(r->quic);
}

static void h3_give(struct rig *r, int64_t id, struct str *bytes, bool fin)
{
    fake_quic_receive(r->quic, id, str_span(bytes), fin);
    str_fini(bytes);
}

static void h3_hello(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_control(&b, NULL, 0);
    h3_give(r, 3, &b, false);
}

static void h3_status(struct rig *r, int at, const char *status)
{
    struct str b;
    str_init(&b);
    h3_script_headers(&b, ":status", status, NULL);
    h3_give(r, 4 * at, &b, false);
}

static void h3_interim(struct rig *r)
{
    h3_status(r, 0, "103");
}

static void h3_head(struct rig *r, int at)
{
    h3_status(r, at, "200");
}

static void h3_body(struct rig *r, int at, const char *text)
{
    struct str b;
    str_init(&b);
    h3_script_data(&b, text);
    h3_give(r, 4 * at, &b, false);
}

static void h3_trailers(struct rig *r)
{
    struct str b;
    str_init(&b);
    h3_script_headers(&b, "t", "1", NULL);
    h3_give(r, 0, &b, true);
}

static void h3_end(struct rig *r, int at)
{
    struct str b;
    str_init(&b);
    h3_give(r, 4 * at, &b, true);
}

#define PROTOCOL(p)                                                            \
    .open = p##_open, .fini = p##_fini, .hello = p##_hello,                    \
    .interim = p##_interim, .head = p##_head, .body = p##_body,                \
    .trailers = p##_trailers, .end = p##_end

static const struct protocol protocols[] = {
    {.name = "h1", PROTOCOL(h1)},
    {.name = "h2", .is_shared = true, PROTOCOL(h2)},
    {.name = "h3", .is_shared = true, PROTOCOL(h3)},
};

/* ---- the matrix ---- */

static void one_body(struct rig *r)
{
    r->protocol->body(r, 0, "one");
}

static void another_body(struct rig *r)
{
    r->protocol->body(r, 0, "two");
}

static void head(struct rig *r)
{
    r->protocol->head(r, 0);
}

static void other_answer(struct rig *r)
{
    r->protocol->head(r, 1);
    r->protocol->body(r, 1, "other");
    r->protocol->end(r, 1);
}

/* Each step on its own, or all that can arrive at once in one read. */
static void answer(struct rig *r, bool is_stepwise)
{
    void (*const steps[])(struct rig * r) = {
        r->protocol->interim, head,         one_body,
        another_body,         other_answer, r->protocol->trailers,
    };
    for (size_t i = 0; i < sizeof steps / sizeof *steps && r->conn; i++) {
        steps[i](r);
        if (is_stepwise)
            fake_quic_settle(r->loop);
    }
    fake_quic_settle(r->loop);
}

static void play(struct rig *r, bool is_stepwise)
{
    const struct protocol *p = r->protocol;
    r->loop = loop_new();
    settings_defaults(&r->settings);
    p->open(r);
    r->conn->events = &events;
    r->conn->owner = r;
    submit(r, 0);
    if (p->is_shared)
        submit(r, 1);
    fake_quic_settle(r->loop);
    if (r->conn)
        p->hello(r);
    fake_quic_settle(r->loop);
    answer(r, is_stepwise);
    if (r->place == ON_HELD && r->probes[0] && r->conn) {
        r->conn->ops->resume(r->conn, &r->probes[0]->ex, EXCHANGE_RECEIVE);
        fake_quic_settle(r->loop);
    }
}

static void check(const struct rig *r)
{
    if (!r->is_deed_done)
        fail_msg("%s, %s in %s: never came there", r->protocol->name,
                 deed_names[r->deed], place_names[r->place]);
    switch (r->deed) {
    case CANCEL_ITSELF:
        /* The others do not notice. */
        if (r->protocol->is_shared && !r->is_other_whole)
            fail_msg("%s, cancel in %s: another one was lost",
                     r->protocol->name, place_names[r->place]);
        break;
    case CANCEL_ANOTHER:
        assert_non_null(r->probes[0]);
        if (!r->probes[0]->is_done)
            fail_msg("%s, cancel another in %s: lost itself", r->protocol->name,
                     place_names[r->place]);
        break;
    case CLOSE:
        assert_null(r->conn);
        break;
    case NDEEDS:
        break;
    }
}

static void run(const struct protocol *p, enum place place, enum deed deed,
                bool is_stepwise)
{
    struct rig r = {.protocol = p, .place = place, .deed = deed};
    play(&r, is_stepwise);
    check(&r);
    if (r.conn)
        close_conn(&r);
    fake_quic_settle(r.loop);
    probe_free(&r, 0);
    probe_free(&r, 1);
    p->fini(&r);
    fake_quic_settle(r.loop);
    loop_free(r.loop);
}

static void end_anything_anywhere(const struct protocol *p)
{
    for (int place = 0; place < NPLACES; place++)
        for (int deed = 0; deed < NDEEDS; deed++)
            for (int is_stepwise = 0; is_stepwise < 2; is_stepwise++)
                run(p, (enum place)place, (enum deed)deed, is_stepwise);
}

static void every_callback_of_h1_may_end_anything(void **state)
{
    (void)state;
    end_anything_anywhere(&protocols[0]);
}

static void every_callback_of_h2_may_end_anything(void **state)
{
    (void)state;
    end_anything_anywhere(&protocols[1]);
}

static void every_callback_of_h3_may_end_anything(void **state)
{
    (void)state;
    end_anything_anywhere(&protocols[2]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_callback_of_h1_may_end_anything),
        cmocka_unit_test(every_callback_of_h2_may_end_anything),
        cmocka_unit_test(every_callback_of_h3_may_end_anything),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
