#include "fetch/job.h"

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

/* Jobs to a port that refuses connections: each has its place and its end. */
struct rig {
    struct cmdline *cmdline;
    struct engine engine;
    struct job_env env;
    struct jobs jobs;
    struct target target;
    char url[64];
    int port_holder; /* bound, and does not listen */
    bool is_starting;
    char told[8]; /* a letter for each event, in order */
    int status;   /* of the job that is done */
};

static void hear(struct rig *r, char letter)
{
    assert_false(r->is_starting);
    r->told[strlen(r->told)] = letter;
}

static void on_started(void *user, struct job *j)
{
    struct rig *r = user;
    hear(r, 's');
    jobs_run(&r->jobs, j);
}

static void on_retried(void *user, const struct job *j,
                       const struct qv_try *ended, unsigned left)
{
    (void)j;
    (void)ended;
    (void)left;
    hear(user, 'r');
}

static void on_over(void *user, struct job *j, const struct qv_result *result)
{
    (void)user;
    assert_int_equal(result->error.status, j->status);
}

static void on_done(void *user, struct job *j, const struct qv_result *result)
{
    struct rig *r = user;
    hear(r, 'd');
    assert_int_equal(result->error.status, j->status);
    r->status = j->status;
    jobs_remove(&r->jobs, j);
    job_free(j);
}

static const struct job_events job_events = {
    .on_started = on_started,
    .on_retried = on_retried,
    .on_over = on_over,
    .on_done = on_done,
};

static void on_engine_event(void *user)
{
    (void)user;
}

static const struct engine_events engine_events = {
    .on_ready = on_engine_event,
    .on_first_signal = on_engine_event,
};

static void refuse(struct rig *r)
{
    struct sockaddr_in a = {.sin_family = AF_INET,
                            .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    r->port_holder = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(r->port_holder, (struct sockaddr *)&a, len), 0);
    assert_int_equal(getsockname(r->port_holder, (struct sockaddr *)&a, &len),
                     0);
    (void)snprintf(r->url, sizeof r->url, "http://127.0.0.1:%u/",
                   ntohs(a.sin_port));
}

static int set_up(void **state)
{
    struct rig *r = calloc(1, sizeof *r);
    struct engine_needs needs = {.max_parallel = 1};
    assert_non_null(r);
    needs.cmdline = r->cmdline = cmdline_new();
    r->target.place = PLACE_NULL;
    jobs_init(&r->jobs);
    r->env = (struct job_env){
        .engine = &r->engine, .events = &job_events, .user = r};
    refuse(r);
    assert_int_equal(engine_start(&r->engine, &needs, &engine_events, r), 0);
    lanes_init(&r->env.lanes, r->engine.client, LANES_ORDERED);
    *state = r;
    return 0;
}

static int tear_down(void **state)
{
    struct rig *r = *state;
    assert_int_equal(r->jobs.n, 0);
    assert_int_equal(r->jobs.nrunning, 0);
    engine_stop(&r->engine);
    lanes_fini(&r->env.lanes);
    assert_int_equal(engine_end(&r->engine), 0);
    cmdline_free(r->cmdline);
    (void)close(r->port_holder);
    free(r);
    return 0;
}

static struct job *new_job(struct rig *r)
{
    struct job *j = job_new(&r->env, r->cmdline->first, &r->target, 0);
    jobs_add(&r->jobs, j);
    return j;
}

static bool start(struct rig *r, struct job *j, const char *url,
                  struct qv_result *unsent)
{
    r->is_starting = true;
    bool ok = job_start(j, url, NULL, unsent);
    r->is_starting = false;
    return ok;
}

static void test_events_come_in_order_and_after_the_start(void **state)
{
    struct rig *r = *state;
    struct qv_result unsent;
    assert_true(start(r, new_job(r), r->url, &unsent));
    assert_string_equal(r->told, "");
    qv_client_run(r->engine.client);
    assert_string_equal(r->told, "sd");
    assert_int_equal(r->status, 7);
}

/* What the engine finds wrong, too, is an event of the loop. */
static void test_a_bad_url_ends_in_the_loop(void **state)
{
    struct rig *r = *state;
    struct qv_result unsent;
    assert_true(start(r, new_job(r), "bad://x", &unsent));
    assert_string_equal(r->told, "");
    qv_client_run(r->engine.client);
    assert_string_equal(r->told, "d");
    assert_int_equal(r->status, 1);
}

static void test_what_cannot_start_is_a_result_and_no_event(void **state)
{
    struct rig *r = *state;
    struct qv_result unsent;
    r->target.upload = "/is/not/there";
    struct job *j = new_job(r);
    assert_false(start(r, j, r->url, &unsent));
    assert_int_equal(j->status, QV_EXIT_READ);
    assert_int_equal(unsent.error.status, QV_EXIT_READ);
    assert_memory_equal(unsent.url, r->url, strlen(r->url)); /* and "there" */
    qv_client_run(r->engine.client);
    assert_string_equal(r->told, "");
    jobs_remove(&r->jobs, j);
    job_free(j);
}

static void test_a_cancelled_job_tells_nothing(void **state)
{
    struct rig *r = *state;
    struct job *jobs[] = {new_job(r), new_job(r)};
    struct qv_result unsent;
    for (size_t i = 0; i < 2; i++)
        assert_true(start(r, jobs[i], r->url, &unsent));
    for (size_t i = 0; i < 2; i++) {
        job_cancel(jobs[i]);
        jobs_remove(&r->jobs, jobs[i]);
        job_free(jobs[i]);
    }
    qv_client_run(r->engine.client);
    assert_string_equal(r->told, "");
}

#define RIG_TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RIG_TEST(test_events_come_in_order_and_after_the_start),
        RIG_TEST(test_a_bad_url_ends_in_the_loop),
        RIG_TEST(test_what_cannot_start_is_a_result_and_no_event),
        RIG_TEST(test_a_cancelled_job_tells_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
