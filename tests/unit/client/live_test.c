/*
 * Callers that cancel in the middle of things, over real connections: a client
 * and the embedded server in one loop, HTTP/1.1 and HTTP/2 over TLS, HTTP/3
 * over QUIC.  What the fakes of conn/cancel_test.c cannot show is what the
 * layers below a protocol do when it makes an end from inside their calls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "client/transfer.h"
#include "serve/server_life.h"

#define BODY_LEN ((size_t)300000)

enum place {
    IN_START,
    IN_HEAD,
    IN_BODY,
    IN_HELD, /* a body that the caller had paused */
    IN_TRAILERS,
    IN_DONE,
    NPLACES,
};

static const char *const place_names[] = {
    "start", "head", "body", "held body", "trailers", "done",
};

static const struct {
    const char *name;
    enum qv_http http;
} protocols[] = {
    {"HTTP/1.1", QV_HTTP_1_1},
    {"HTTP/2", QV_HTTP_2},
    {"HTTP/3", QV_HTTP_3_ONLY},
};

struct world;

struct caller {
    struct qv_transfer face;
    struct world *w;
    struct loop_timer rest; /* of a pause */
    unsigned nbodies;
    size_t delivered;
    bool is_done;
    int status;
};

struct world {
    struct qv_request ask;
    struct qv_options asked; /* its options */
    char url[64];
    enum place place;
    bool cancels_another;
    bool is_deed_done;
    struct caller callers[3]; /* the one that acts, another, a later one */
};

static char bytes[BODY_LEN];

/* The server lives as long as the program: it makes keys. */
static struct client hub;
static struct server *server;

static struct caller *caller_of(struct qv_transfer *t)
{
    return container_of(t, struct caller, face);
}

static void cancel(struct caller *c)
{
    if (c->face.state)
        transfer_cancel(c->face.state);
}

static void act(struct qv_transfer *t, enum place place)
{
    struct caller *c = caller_of(t);
    struct world *w = c->w;
    if (c != &w->callers[0] || w->is_deed_done || w->place != place)
        return;
    w->is_deed_done = true;
    cancel(&w->callers[w->cancels_another]);
}

static void on_start(struct qv_transfer *t)
{
    act(t, IN_START);
}

static void on_head(struct qv_transfer *t, const struct qv_head *head)
{
    assert_int_equal(head->status, 200);
    act(t, IN_HEAD);
}

static void on_rested(struct loop_timer *timer, uint64_t now)
{
    struct caller *c = container_of(timer, struct caller, rest);
    (void)now;
    if (c->face.state)
        transfer_resume(c->face.state);
}

/* One that is to be cancelled by another stays where it is. */
static void rest(struct caller *c)
{
    if (c == &c->w->callers[1] && c->w->cancels_another)
        return;
    c->rest.on_expired = on_rested;
    loop_arm(hub.loop, &c->rest, loop_now(hub.loop) + 20 * LOOP_MS);
}

static enum qv_flow on_body(struct qv_transfer *t, const void *data, size_t len)
{
    struct caller *c = caller_of(t);
    (void)data;
    c->delivered += len;
    if (c->w->place == IN_HELD && c->nbodies++ == 0) {
        rest(c);
        return QV_PAUSE;
    }
    act(t, c->w->place == IN_HELD ? IN_HELD : IN_BODY);
    return QV_MORE;
}

static void on_trailers(struct qv_transfer *t, const struct qv_field *fields,
                        size_t n)
{
    (void)fields;
    assert_true(n > 0);
    act(t, IN_TRAILERS);
}

static void on_done(struct qv_transfer *t, const struct qv_result *result)
{
    struct caller *c = caller_of(t);
    assert_false(c->is_done);
    c->is_done = true;
    c->status = result->error.status;
    act(t, IN_DONE);
}

static const struct qv_transfer_ops ops = {
    .on_start = on_start,
    .on_head = on_head,
    .on_body = on_body,
    .on_trailers = on_trailers,
    .on_done = on_done,
};

static int set_up(void **state)
{
    struct server_options o = {.has_tls = true};
    struct fault fault;
    (void)state;
    memset(bytes, 'x', sizeof bytes);
    client_init(&hub, NULL);
    server = server_new(hub.loop, &o, &fault);
    return server == NULL;
}

static int tear_down(void **state)
{
    (void)state;
    server_free(server);
    client_fini(&hub);
    return 0;
}

static void submit(struct world *w, size_t i)
{
    struct caller *c = &w->callers[i];
    c->w = w;
    c->face.ops = &ops;
    transfer_start(&hub, &c->face, &w->ask);
}

static void check(const struct world *w, size_t i, const char *what)
{
    const struct caller *c = &w->callers[i];
    bool is_cancelled = w->cancels_another ? i == 1 : i == 0;
    bool is_whole = c->is_done && c->status == 0 && c->delivered == BODY_LEN;
    /* At the very end of its own there is nothing left to cancel. */
    if (is_cancelled && w->place != IN_DONE && c->is_done)
        fail_msg("%s: a cancelled one has ended", what);
    if (!is_cancelled && !is_whole)
        fail_msg("%s: transfer %zu has status %d and %zu bytes", what, i,
                 c->status, c->delivered);
}

static void run(size_t protocol, enum place place, bool cancels_another)
{
    struct world w = {.place = place, .cancels_another = cancels_another};
    char what[96];
    (void)snprintf(what, sizeof what, "%s, %s in %s", protocols[protocol].name,
                   cancels_another ? "cancel another" : "cancel",
                   place_names[place]);
    (void)snprintf(w.url, sizeof w.url, "https://localhost:%u/trailers",
                   (unsigned)server_port(server));
    w.ask.url = w.url;
    w.ask.options = &w.asked;
    w.ask.body = (struct qv_body){
        .kind = QV_BODY_BYTES, .bytes = bytes, .len = BODY_LEN};
    w.asked.http = protocols[protocol].http;
    w.asked.ca_file = server_ca_file(server);
    submit(&w, 0);
    submit(&w, 1);
    client_run(&hub);
    if (!w.is_deed_done)
        fail_msg("%s: never came there", what);
    /* Whatever became of the connection. */
    submit(&w, 2);
    client_run(&hub);
    for (size_t i = 0; i < 3; i++) {
        check(&w, i, what);
        loop_disarm(hub.loop, &w.callers[i].rest);
    }
}

static void cancel_everywhere(size_t protocol)
{
    for (enum place place = IN_START; place < NPLACES; place++) {
        run(protocol, place, false);
        run(protocol, place, true);
    }
}

static void callers_may_cancel_over_http1(void **state)
{
    (void)state;
    cancel_everywhere(0);
}

static void callers_may_cancel_over_http2(void **state)
{
    (void)state;
    cancel_everywhere(1);
}

static void callers_may_cancel_over_http3(void **state)
{
    (void)state;
    cancel_everywhere(2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callers_may_cancel_over_http1),
        cmocka_unit_test(callers_may_cancel_over_http2),
        cmocka_unit_test(callers_may_cancel_over_http3),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
