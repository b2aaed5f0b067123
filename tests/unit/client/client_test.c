/* What a client runs need not be a transfer: here it is something that lives
 * until it is cancelled. */
#include "client/client.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/client_stats.h"

struct channel {
    struct client *client;
    struct client_work work;
    struct permit permit;
    struct loop_timer timer; /* what it does while it is open */
    unsigned nstarts;
    unsigned nrings;
    bool is_cancelled;
};

static void end(struct channel *ch)
{
    loop_disarm(ch->client->loop, &ch->timer);
    admission_leave(&ch->client->admission, &ch->permit);
    client_remove(ch->client, &ch->work);
}

static void cancel(struct client_work *w)
{
    struct channel *ch = container_of(w, struct channel, work);
    ch->is_cancelled = true;
    end(ch);
}

static void count(const struct client_work *w, struct qv_stats *stats)
{
    (void)w;
    stats->bytes_in += 700;
    stats->bytes_out += 30;
}

static const struct client_work_ops ops = {.cancel = cancel, .count = count};

static void on_ring(struct loop_timer *t, uint64_t now)
{
    struct channel *ch = container_of(t, struct channel, timer);
    (void)now;
    ch->nrings++;
    end(ch);
}

/* Open at once: it needs its permit no longer. */
static void on_start(struct permit *t)
{
    struct channel *ch = container_of(t, struct channel, permit);
    struct loop *loop = ch->client->loop;
    ch->nstarts++;
    admission_release(&ch->client->admission, t);
    loop_arm(loop, &ch->timer, loop_now(loop) + LOOP_MS);
}

static void start(struct channel *ch, struct client *c)
{
    struct str key;
    str_init(&key);
    admission_host_key(&key, true, SPAN_LIT("a.test"), 443);
    struct admission_wish wish = {.key = str_span(&key)};
    *ch = (struct channel){
        .client = c,
        .work.ops = &ops,
        .permit.on_start = on_start,
        .timer.on_expired = on_ring,
    };
    client_add(c, &ch->work);
    admission_enter(&c->admission, &ch->permit, &wish);
    str_fini(&key);
}

static void it_runs_as_long_as_its_work(void **state)
{
    (void)state;
    struct qv_client_options o = {.max_parallel = 1};
    struct client c;
    struct channel channels[3];
    client_init(&c, &o);
    for (size_t i = 0; i < 3; i++)
        start(&channels[i], &c);
    client_run(&c);
    for (size_t i = 0; i < 3; i++) {
        assert_int_equal(channels[i].nstarts, 1);
        assert_int_equal(channels[i].nrings, 1);
        assert_false(channels[i].is_cancelled);
    }
    client_fini(&c);
}

static void its_work_is_counted_while_it_goes_on(void **state)
{
    (void)state;
    struct client c;
    struct channel channels[2];
    struct qv_stats stats;
    client_init(&c, NULL);
    start(&channels[0], &c);
    start(&channels[1], &c);
    client_stats_get(&c, &stats);
    assert_int_equal(stats.bytes_in, 1400);
    assert_int_equal(stats.bytes_out, 60);
    client_fini(&c);
}

static void its_end_ends_all_that_is_left(void **state)
{
    (void)state;
    struct client c;
    struct channel channels[2];
    client_init(&c, NULL);
    start(&channels[0], &c);
    start(&channels[1], &c);
    client_fini(&c);
    assert_true(channels[0].is_cancelled);
    assert_true(channels[1].is_cancelled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_runs_as_long_as_its_work),
        cmocka_unit_test(its_work_is_counted_while_it_goes_on),
        cmocka_unit_test(its_end_ends_all_that_is_left),
    };
    return cmocka_run_group_tests_name("client/client", tests, NULL, NULL);
}
