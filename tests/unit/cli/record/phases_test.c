/* The phases of an exchange add up to its time, however it went. */
#include "record/phases.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define NEVER (-1.0)

/* One row: the stages, from when to when; and what each phase has of it. */
struct row {
    const char *what;
    struct qv_stages s;
    double start;
    double end;
    double lasted[PHASES];
};

static const struct row rows[] = {
    {"a new connection with TLS",
     {.queue = 0,
      .dial = 0,
      .namelookup = 1,
      .connect = 3,
      .appconnect = 6,
      .pretransfer = 6,
      .posttransfer = 10,
      .starttransfer = 15},
     0,
     21,
     {0, 1, 2, 3, 4, 5, 6}},
    {"a wait for the permit, and for a place of the host",
     {.queue = 2,
      .dial = 5,
      .namelookup = 5,
      .connect = 6,
      .appconnect = NEVER,
      .pretransfer = 7,
      .posttransfer = 7,
      .starttransfer = 8},
     0,
     8,
     {6, 0, 1, -1, 0, 1, 0}},
    {"a connection that was there",
     {.queue = 4,
      .dial = 4,
      .namelookup = 4,
      .connect = 4,
      .appconnect = 4,
      .pretransfer = 4,
      .posttransfer = 5,
      .starttransfer = 6},
     4,
     7,
     {0, 0, 0, 0, 1, 1, 1}},
    {"early data does not wait for the handshake",
     {.queue = 0,
      .dial = 0,
      .namelookup = 1,
      .connect = 9,
      .appconnect = 9,
      .pretransfer = 1,
      .posttransfer = 1,
      .starttransfer = 10},
     0,
     11,
     {0, 1, 0, 0, 0, 9, 1}},
    {"an answer that came before the request was sent",
     {.queue = 0,
      .dial = 0,
      .namelookup = 0,
      .connect = 1,
      .appconnect = NEVER,
      .pretransfer = 1,
      .posttransfer = 8,
      .starttransfer = 3},
     0,
     9,
     {0, 0, 1, -1, 7, 0, 1}},
    {"a name that was never found",
     {.queue = 1,
      .dial = 1,
      .namelookup = NEVER,
      .connect = NEVER,
      .appconnect = NEVER,
      .pretransfer = NEVER,
      .posttransfer = NEVER,
      .starttransfer = NEVER},
     0,
     5,
     {1, 4, -1, -1, -1, -1, -1}},
    {"an address that was silent",
     {.queue = 0,
      .dial = 0,
      .namelookup = 1,
      .connect = NEVER,
      .appconnect = NEVER,
      .pretransfer = NEVER,
      .posttransfer = NEVER,
      .starttransfer = NEVER},
     0,
     5,
     {0, 1, 4, -1, -1, -1, -1}},
    {"a handshake without an end",
     {.queue = 0,
      .dial = 0,
      .namelookup = 1,
      .connect = 2,
      .appconnect = NEVER,
      .pretransfer = NEVER,
      .posttransfer = NEVER,
      .starttransfer = NEVER},
     0,
     5,
     {0, 1, 1, 3, -1, -1, -1}},
    {"an upload that broke off",
     {.queue = 0,
      .dial = 0,
      .namelookup = 0,
      .connect = 1,
      .appconnect = NEVER,
      .pretransfer = 1,
      .posttransfer = NEVER,
      .starttransfer = NEVER},
     0,
     5,
     {0, 0, 1, -1, 4, -1, -1}},
    {"an answer that never began",
     {.queue = 0,
      .dial = 0,
      .namelookup = 0,
      .connect = 1,
      .appconnect = NEVER,
      .pretransfer = 1,
      .posttransfer = 2,
      .starttransfer = NEVER},
     0,
     5,
     {0, 0, 1, -1, 1, 3, -1}},
    {"a wait that nothing ended",
     {.queue = 0,
      .dial = NEVER,
      .namelookup = NEVER,
      .connect = NEVER,
      .appconnect = NEVER,
      .pretransfer = NEVER,
      .posttransfer = NEVER,
      .starttransfer = NEVER},
     0,
     5,
     {5, -1, -1, -1, -1, -1, -1}},
};

static void each_has_its_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct row *r = &rows[i];
        struct phases p;
        double sum = 0;
        phases_of(&p, &r->s, r->start, r->end);
        for (size_t k = 0; k < PHASES; k++) {
            sum += p.lasted[k] > 0 ? p.lasted[k] : 0;
            if (fabs(p.lasted[k] - r->lasted[k]) > 1e-9)
                fail_msg("%s: %s took %g, not %g", r->what, phase_names[k],
                         p.lasted[k], r->lasted[k]);
        }
        if (fabs(sum - (r->end - r->start)) > 1e-9)
            fail_msg("%s: %g in all, not %g", r->what, sum, r->end - r->start);
    }
}

static void what_was_never_sent_has_none(void **state)
{
    (void)state;
    const struct qv_stages none = {.queue = NEVER,
                                   .dial = NEVER,
                                   .namelookup = NEVER,
                                   .connect = NEVER,
                                   .appconnect = NEVER,
                                   .pretransfer = NEVER,
                                   .posttransfer = NEVER,
                                   .starttransfer = NEVER};
    struct phases p;
    phases_of(&p, &none, 0, 0);
    for (size_t k = 0; k < PHASES; k++)
        assert_true(p.lasted[k] < 0);
}

/* The last exchange begins where redirects and tries, with their delays, end. */
static void what_is_told_apart_is_not_counted_twice(void **state)
{
    (void)state;
    const struct qv_hop hops[] = {{.time_start = 0, .time_total = 2}};
    const struct qv_try tries[] = {
        {.time_start = 2, .time_total = 1, .delay = 3}};
    const struct qv_result r = {.time_queue = 7,
                                .time_dial = 7,
                                .time_namelookup = 7,
                                .time_connect = 7,
                                .time_appconnect = NEVER,
                                .time_pretransfer = 7,
                                .time_posttransfer = 7,
                                .time_starttransfer = 9,
                                .time_total = 10,
                                .hops = hops,
                                .nhops = 1,
                                .tries = tries,
                                .ntries = 1};
    struct phases p;
    phases_of_result(&p, &r);
    assert_true(fabs(p.lasted[PHASE_QUEUE] - 1) < 1e-9);
    assert_true(fabs(p.lasted[PHASE_WAIT] - 2) < 1e-9);
    assert_true(fabs(p.lasted[PHASE_RECEIVE] - 1) < 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_has_its_time),
        cmocka_unit_test(what_was_never_sent_has_none),
        cmocka_unit_test(what_is_told_apart_is_not_counted_twice),
    };
    return cmocka_run_group_tests_name("cli/record/phases", tests, NULL, NULL);
}
