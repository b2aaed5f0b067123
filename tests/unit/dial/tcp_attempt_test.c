/* An attempt over TCP to a listener of the test, with a step over it that
 * fails as a TLS server does that cannot read a hidden name. */
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/fault.h"
#include "base/xalloc.h"
#include "conn/conn.h"
#include "dial/connect_attempt.h"
#include "dial/step.h"

struct world {
    struct loop *loop;
    struct dialer dialer;
    struct settings settings;
    struct route route;
    struct conn_facts facts;
    struct connect_attempt_goal goal;
    int listener;
    unsigned nfailures; /* still to come, each worth another handshake */
    unsigned nsteps;    /* that were begun */
    unsigned nreached;
    struct conn *conn;
    struct fault fault;
};

static struct world world;

/* ---- the step ---- */

struct greeting {
    struct transport t;
    struct transport *below;
    struct loop_task end;
    struct loop_task reap;
};

static struct greeting *greeting_of(struct transport *t)
{
    return container_of(t, struct greeting, t);
}

static void greeting_want(struct transport *t, unsigned events)
{
    transport_want(greeting_of(t)->below, events);
}

static void greeting_reap(struct loop_task *task)
{
    free(container_of(task, struct greeting, reap));
}

static void greeting_close(struct transport *t)
{
    struct greeting *g = greeting_of(t);
    loop_forget(world.loop, &g->end);
    transport_close(g->below);
    loop_reap(world.loop, &g->reap);
}

static const struct transport_ops greeting_ops = {
    .name = "greeting",
    .want = greeting_want,
    .close = greeting_close,
};

static void on_end(struct loop_task *task)
{
    struct greeting *g = container_of(task, struct greeting, end);
    if (world.nfailures == 0) {
        g->t.events->on_connected(&g->t);
        return;
    }
    world.nfailures--;
    fault_set(&g->t.fault, ERR_ECH, 0, "it names another key");
    g->t.fault.remedy = REMEDY_ECH;
    g->t.events->on_failed(&g->t);
}

static struct transport *greet(const struct step_goal *goal,
                               struct transport *below, struct fault *fault)
{
    struct greeting *g = XALLOC_NEW(struct greeting);
    (void)fault;
    assert_int_equal(goal->ends->remote_port,
                     route_origin(&world.route)->at.port);
    world.nsteps++;
    *g = (struct greeting){.t.ops = &greeting_ops,
                           .below = below,
                           .end.run = on_end,
                           .reap.run = greeting_reap};
    loop_later(world.loop, &g->end);
    return &g->t;
}

static const struct step_ops greeting_step = {.name = "greeting",
                                              .start = greet};

/* ---- the attempt ---- */

static void on_reached(struct connect_attempt *a)
{
    (void)a;
    world.nreached++;
}

static void on_won(struct connect_attempt *a, struct conn *c)
{
    (void)a;
    world.conn = c;
    loop_stop(world.loop);
}

static void on_failed(struct connect_attempt *a, const struct fault *fault)
{
    (void)a;
    world.fault = *fault;
    loop_stop(world.loop);
}

static const struct connect_attempt_events events = {
    .on_reached = on_reached,
    .on_won = on_won,
    .on_failed = on_failed,
};

static struct addr listen_tcp(void)
{
    struct addr at;
    struct sockaddr_in in = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof in;
    world.listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(world.listener, (struct sockaddr *)&in, len), 0);
    assert_int_equal(listen(world.listener, 8), 0);
    assert_int_equal(getsockname(world.listener, (struct sockaddr *)&in, &len),
                     0);
    assert_true(addr_parse(&at, SPAN_LIT("127.0.0.1"), ntohs(in.sin_port)));
    return at;
}

/* Until it is over, with so many handshakes that fail first. */
static void attempt(unsigned nfailures)
{
    struct world *w = &world;
    *w = (struct world){.nfailures = nfailures, .loop = loop_new()};
    struct addr at = listen_tcp();
    dialer_init(&w->dialer, w->loop);
    settings_defaults(&w->settings);
    w->route = (struct route){
        .nhops = 1,
        .hops[0] = {.host = SPAN_LIT("origin.example"),
                    .at = {SPAN_LIT("127.0.0.1"), addr_port(&at)},
                    .settings = &w->settings},
        .nsteps = 2,
    };
    const struct route_hop *origin = &w->route.hops[0];
    w->route.steps[0] = (struct route_step){&step_tcp, NULL, origin};
    w->route.steps[1] = (struct route_step){&greeting_step, origin, origin};
    w->goal = (struct connect_attempt_goal){.dialer = &w->dialer,
                                            .route = &w->route,
                                            .facts = &w->facts,
                                            .origin = "origin"};
    struct connect_attempt *a = tcp_attempt_ops.start(&w->goal, &at);
    struct list attempts;
    list_init(&attempts);
    list_append(&attempts, &a->link);
    a->events = &events;
    loop_run(w->loop);
    assert_true(list_is_empty(&attempts));
}

static void finish(void)
{
    if (world.conn)
        world.conn->ops->close(world.conn);
    (void)close(world.listener);
    dialer_fini(&world.dialer);
    loop_free(world.loop);
}

static void an_address_is_reached_once(void **state)
{
    (void)state;
    attempt(0);
    assert_non_null(world.conn);
    assert_int_equal(world.nreached, 1);
    assert_int_equal(world.nsteps, 1);
    finish();
}

static void one_that_begins_again_was_reached_before(void **state)
{
    (void)state;
    attempt(1);
    assert_non_null(world.conn);
    assert_int_equal(world.nreached, 1);
    assert_int_equal(world.nsteps, 2);
    assert_int_equal(world.facts.nattempts, 1);
    finish();
}

static void it_begins_again_no_more_than_once(void **state)
{
    (void)state;
    attempt(3);
    assert_null(world.conn);
    assert_int_equal(world.fault.code, ERR_ECH);
    assert_int_equal(world.nreached, 1);
    assert_int_equal(world.nsteps, 2);
    finish();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_address_is_reached_once),
        cmocka_unit_test(one_that_begins_again_was_reached_before),
        cmocka_unit_test(it_begins_again_no_more_than_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
